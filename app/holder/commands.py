"""The commands of `sunlit-bid` for a holder, with everything filled in that the server knows.

What must come from elsewhere than the server stays the holder's own: the trust anchors (`trust`)
and the key file (`me.p12`). The log's key is shown to be compared with the printed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.holder.views import Commands

_P12 = "--p12 me.p12"
_BREAK = " \\\n    "


@dataclass(frozen=True, slots=True)
class Place:
    """Which tender, which holder, and where the server is."""

    server: str
    account: str
    origin: str
    log_key: str
    tender: str
    index: int
    parts: tuple[str, ...]
    checkpoint: str
    evidence: str


def filled(at: Place, lots: Sequence[str]) -> Commands:
    """The commands for one holder of one tender."""
    parts = " ".join(f"--part {part}" for part in at.parts)
    return Commands(
        make=_joined(
            "sunlit-bid keys make",
            f"--origin {at.origin} --tender {at.tender}",
            f"--index {at.index} {parts} {_P12} --out holder",
        ),
        possession=_joined(
            "sunlit-bid keys possession --keys holder/keys.age",
            f"--checkpoint {at.checkpoint}",
            f"{_P12} --out holder",
        ),
        register=_joined(
            f"sunlit-bid keys register --server {at.server} --account {at.account} holder"
        ),
        release=[(lot, part, _release(at, lot, part)) for lot in lots for part in at.parts],
        destruction=_joined(
            "sunlit-bid keys destruction --keys holder/keys.age", f"{_P12} --out holder"
        ),
    )


def _release(at: Place, lot: str, part: str) -> str:
    evidence = (
        "--closing-token closing.tsr" if at.evidence == "outside" else "--without-outside-evidence"
    )
    return _joined(
        f"sunlit-bid release --server {at.server} --account {at.account}",
        f"--tender {at.tender} --lot {lot} --part {part}",
        "--keys holder/keys.age --trust trust",
        f"--log {at.server}/log --log-key '{at.log_key}'",
        f"{evidence} {_P12}",
    )


def _joined(*lines: str) -> str:
    return _BREAK.join(lines)
