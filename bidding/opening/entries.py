"""What the journal keeps about an opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.entries import Entry, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class OpeningObjected(Entry):
    """A bidder objected on the spot (Order 87 art. 42)."""

    action: ClassVar[Action] = Action.OBJECT_AT_OPENING
    lot: str = public()
    bidder: str = restricted()
    text: str = restricted()
    stops_the_lot: bool = public(default=False)


@dataclass(frozen=True, kw_only=True)
class SharesReleased(Entry):
    """A key holder released shares for a lot and part. The shares stay in the case file."""

    action: ClassVar[Action] = Action.RELEASE_SHARES
    lot: str = public()
    part: str = public()
    index: int = public()
    closing: str = public()
    release: str = public()
    wrong: list[str] = public(default_factory=list)
    disputed: list[str] = public(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class OwnKeyGiven(Entry):
    """A bidder helped with the own key of an envelope, where the holders fell short.

    The key stays in the case file; the act names its public half, so nothing else can stand for it.
    """

    action: ClassVar[Action] = Action.GIVE_OWN_KEY
    lot: str = public()
    part: str = public()
    context: str = public()
    bidder: str = restricted()


@dataclass(frozen=True, kw_only=True)
class LotLeftSealed(Entry):
    """Too few bidders: nothing of the lot was opened, and nothing will be (Order 87 art. 41)."""

    action: ClassVar[Action] = Action.LEAVE_SEALED
    lot: str = public()
    bids: int = public()
    bids_min: int = public()
    cites: list[str] = public(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LotOpened(Entry):
    """Every live bid of the lot is open or has finally failed; this is what was read out."""

    action: ClassVar[Action] = Action.OPEN_LOT
    lot: str = public()
    closing: str = public()
    record: str = public()
    bids: list[dict[str, Any]] = public(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class OpeningRecordSigned(Entry):
    """Somebody who was there signed the record of the opening."""

    action: ClassVar[Action] = Action.SIGN_OPENING_RECORD
    lot: str = public()
    record: str = public()
    document: str = restricted()
    pdf: str | None = public(default=None)


@dataclass(frozen=True, kw_only=True)
class OpeningConfirmed(Entry):
    """A bidder signed the record of the opening as right (Order 87 art. 42)."""

    action: ClassVar[Action] = Action.CONFIRM_OPENING
    lot: str = public()
    record: str = public()
    bidder: str = public()
    document: str = restricted()
