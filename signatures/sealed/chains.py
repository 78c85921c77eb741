"""Acts of one bidder and lot as a chain: which is the live one, and where a chain stops a bid.

Live is the last act of an unbroken, unforked chain of `prev`; a gap or a fork stops that bid
(SEALED_BID 6). Nothing here looks at a signature: whether a chain holds must come out the same for
the server, each holder and the public.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel import canonical
from kernel.refusal import Refusal, Refused, refuse
from signatures.sealed import statements
from signatures.sealed.statements import Statement

CITE = "SEALED_BID 6"


@dataclass(frozen=True, slots=True)
class Act:
    """A bid, a replacement or a withdrawal as its statement says it."""

    digest: str
    kind: str
    statement: Statement

    @property
    def lot(self) -> str:
        """The lot it is for."""
        return str(self.statement["lot"])

    @property
    def bidder(self) -> str:
        """The registered identifier of the organisation that bids."""
        return str(self.statement["bidder"])

    @property
    def seq(self) -> int:
        """Its number among the acts of this bidder and lot, from 1."""
        return int(self.statement["seq"])

    @property
    def prev(self) -> str | None:
        """The digest of the act before it."""
        prev: str | None = self.statement["prev"]
        return prev

    @property
    def event(self) -> str:
        """What its receipt calls it."""
        if self.kind == "withdrawal":
            return "withdrawal"
        return "bid" if self.seq == 1 else "replacement"

    def envelope(self, part: str) -> Mapping[str, Any] | None:
        """The envelope of a part, if the act has one."""
        envelopes: Sequence[Mapping[str, Any]] = self.statement.get("envelopes", ())
        return next((each for each in envelopes if each["part"] == part), None)


@dataclass(frozen=True, slots=True)
class Chain:
    """The acts of one bidder and lot in tree order; `live` is None when withdrawn or stopped."""

    acts: tuple[Act, ...]
    live: Act | None
    stopped: Refusal | None


def read_act(raw: bytes, kind: str, **expected: object) -> Act:
    """The act in these bytes; the caller knows which `kind` it expects, `bid` or `withdrawal`."""
    if kind not in ("bid", "withdrawal"):
        raise ValueError(f"no kind of act: {kind}")
    statement = statements.read(raw, kind, **expected)
    if kind == "bid" and (statement["prev"] is None) != (statement["seq"] == 1):
        raise Refused(refuse("act_prev", "SEALED_BID 3.6", seq=statement["seq"]))
    return Act(canonical.digest(raw), kind, statement)


def kind_of_event(event: str) -> str:
    """The type of statement that a receipt's event stands for."""
    return "withdrawal" if event == "withdrawal" else "bid"


def follow(acts: Sequence[Act]) -> Chain:
    """The chain of one bidder's acts for one lot, in the order of the tree."""
    previous: Act | None = None
    seen: set[int] = set()
    for act in acts:
        if act.seq in seen:
            return Chain(tuple(acts), None, refuse("chain_fork", CITE, seq=act.seq))
        seen.add(act.seq)
        if act.seq != len(seen) or act.prev != (previous.digest if previous else None):
            return Chain(tuple(acts), None, refuse("chain_gap", CITE, seq=act.seq))
        previous = act
    live = previous if previous is not None and previous.kind == "bid" else None
    return Chain(tuple(acts), live, None)


def chains_of(acts: Sequence[Act]) -> dict[str, Chain]:
    """The chains of one lot by bidder, in the order in which their last acts stand in the tree."""
    by_bidder: dict[str, list[Act]] = {}
    for act in acts:
        by_bidder.setdefault(act.bidder, []).append(act)
    places = {act.digest: place for place, act in enumerate(acts)}
    ordered = sorted(by_bidder.items(), key=lambda item: places[item[1][-1].digest])
    return {bidder: follow(own) for bidder, own in ordered}


def live_acts(acts: Sequence[Act]) -> tuple[Act, ...]:
    """The live acts of one lot in tree order."""
    return tuple(chain.live for chain in chains_of(acts).values() if chain.live is not None)
