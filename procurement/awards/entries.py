"""What the journal keeps about awards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.entries import Entry, personal, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class AwardDecided(Entry):
    """The approver decided for a bid; for any but the first-ranked with a legal reason (GPR 43).

    `by_silence` says that nobody did in time, so that the law chose the first-ranked (87-68).
    """

    action: ClassVar[Action] = Action.DECIDE_AWARD
    lot: str = public()
    bid: str = public()
    supplier: str = public()
    rank: int = public()
    amount: dict[str, str] = public()
    reason: dict[str, str] = public()
    cites: str = public(default="")
    by_silence: bool = public(default=False)


@dataclass(frozen=True, kw_only=True)
class AwardPublished(Entry):
    """The signed award notice was published and each loser got his own letter (87-69)."""

    action: ClassVar[Action] = Action.PUBLISH_AWARD
    lot: str = public()
    bid: str = public()
    supplier: str = public()
    rank: int = public()
    amount: dict[str, str] = public()
    notice: str = public()
    document: str = public()
    pdf: str | None = public(default=None)
    standstill_until: str | None = public()
    challenge_until: str = public()
    # The law has the names published with the notice (87-69); a name can still be erased later.
    panel_names: list[str] = personal()
    # [{bid, bidder, digest}]: a letter's content is its addressee's alone
    letters: list[dict[str, Any]] = restricted()


@dataclass(frozen=True, kw_only=True)
class AwardLapsed(Entry):
    """An award came to nothing, with the reason; the lot is decided anew (87-70)."""

    action: ClassVar[Action] = Action.LAPSE_AWARD
    lot: str = public()
    supplier: str = public()
    code: str = public()
    reason: str = public()
    cites: str = public(default="")
