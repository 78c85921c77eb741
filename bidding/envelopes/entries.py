"""What the journal keeps about bids while they are sealed, and about the closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from journal.entries import Entry, personal, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ActAccepted(Entry):
    """What the three acts of a bidder have in common; their leaf is the receipt (SEALED_BID 4)."""

    action: ClassVar[Action] = Action.SUBMIT_BID
    lot: str = restricted()
    bidder: str = restricted()
    seq: int = restricted()
    act: str = restricted()
    receipt: str = restricted()


@dataclass(frozen=True, kw_only=True)
class BidSubmitted(ActAccepted):
    """A first sealed bid was accepted."""

    action: ClassVar[Action] = Action.SUBMIT_BID


@dataclass(frozen=True, kw_only=True)
class BidReplaced(ActAccepted):
    """A bid took the place of an earlier one, which is never opened."""

    action: ClassVar[Action] = Action.REPLACE_BID


@dataclass(frozen=True, kw_only=True)
class BidWithdrawn(ActAccepted):
    """A bid was withdrawn before the closing."""

    action: ClassVar[Action] = Action.WITHDRAW_BID


@dataclass(frozen=True, kw_only=True)
class BidRefused(Entry):
    """An attempt was not accepted; who tried and why is kept (Order 87 art. 33)."""

    action: ClassVar[Action] = Action.REFUSE_BID
    code: str = restricted()
    cites: list[str] = restricted()
    person: str = personal()


@dataclass(frozen=True, kw_only=True)
class SealedReadAttempted(Entry):
    """Somebody tried to see what is sealed; it was refused, and supervision is told (req. 057)."""

    action: ClassVar[Action] = Action.READ_SEALED
    what: str = restricted()
    person: str = personal()


@dataclass(frozen=True, kw_only=True)
class TenderClosing(Entry):
    """The closing time came: from here on no act is accepted."""

    action: ClassVar[Action] = Action.BEGIN_CLOSING
    closes_at: str = public()


@dataclass(frozen=True, kw_only=True)
class TenderClosed(Entry):
    """The set of bids is fixed by size and root of the tree of acts (SEALED_BID 5)."""

    action: ClassVar[Action] = Action.CLOSE_TENDER
    size: int = public()
    root: str = public()
    closing: str = public()
    closed_at: str = public()
