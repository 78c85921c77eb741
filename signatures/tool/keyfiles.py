"""Files of secrets under a passphrase: age with scrypt, so that any age program opens them too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyrage

from kernel import canonical
from kernel.refusal import Refused, enforce, refuse
from signatures.files import write_private
from signatures.sealed import points

PASSPHRASE_CHARACTERS_MIN = 12
TRIES_WHILE_BUSY = 5
_KEYS = "sunlit/part-keys/v1"
_BID = "sunlit/bid-secrets/v1"
CITE = "SEALED_BID 2"


def check_passphrase(passphrase: str) -> None:
    """A passphrase is long enough that trying all of them is hopeless behind scrypt."""
    if len(passphrase) < PASSPHRASE_CHARACTERS_MIN:
        raise Refused(
            refuse("passphrase_too_short", CITE, characters_min=PASSPHRASE_CHARACTERS_MIN)
        )


def write_part_keys(
    path: Path,
    passphrase: str,
    *,
    origin: str,
    tender: str,
    index: int,
    identities: dict[str, bytes],
) -> None:
    """Keep a holder's keys for the parts of one tender; an existing file is never written over."""
    keys = {part: points.write_identity(each) for part, each in identities.items()}
    value = {"type": _KEYS, "origin": origin, "tender": tender, "index": index, "keys": keys}
    _write(path, passphrase, value)


def read_part_keys(path: Path, passphrase: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a holder's key file says, and the identities by part."""
    value = _read(path, passphrase, _KEYS)
    return value, {part: points.read_identity(each) for part, each in value["keys"].items()}


def write_bid_secrets(path: Path, passphrase: str, *, act: str, identities: dict[str, str]) -> None:
    """Keep the identities of a bid's envelopes: they help where the holders fall short."""
    _write(path, passphrase, {"type": _BID, "act": act, "identities": identities})


def read_bid_secrets(path: Path, passphrase: str) -> dict[str, str]:
    """The identities of a bid's envelopes by part."""
    found: dict[str, str] = _read(path, passphrase, _BID)["identities"]
    return found


def _write(path: Path, passphrase: str, value: Any) -> None:
    check_passphrase(passphrase)
    if path.exists():
        raise Refused(refuse("file_exists", path=str(path)))
    write_private(path, pyrage.passphrase.encrypt(canonical.encode(value), passphrase))


def _read(path: Path, passphrase: str, kind: str) -> dict[str, Any]:
    value = canonical.decode(_decrypted(path, passphrase))
    if not isinstance(value, dict) or value.get("type") != kind:
        enforce(refuse("file_of_another_kind", path=str(path), expected=kind))
    return value  # type: ignore[return-value]


def _decrypted(path: Path, passphrase: str) -> bytes:
    """The file's plaintext. A computer too busy for scrypt is not told that its owner is wrong.

    The library measures the computer anew each time and refuses work sixteen times what it thinks
    right, so a moment's load looks like that; a file made to be hopeless stays so.
    """
    raw = path.read_bytes()
    for _ in range(TRIES_WHILE_BUSY):
        try:
            return bytes(pyrage.passphrase.decrypt(raw, passphrase))
        except pyrage.DecryptError as problem:
            if "Excessive work" not in str(problem):
                raise Refused(refuse("passphrase_wrong", path=str(path))) from None
    raise Refused(refuse("passphrase_takes_too_long", path=str(path)))
