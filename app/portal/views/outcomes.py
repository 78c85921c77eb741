"""What comes to a tender page after closing: opening, result, contract, payments, challenges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.portal.views.facts import Criterion, Document
from app.web.shown import (
    SETTLED,
    BidState,
    Lamp,
    Proof,
)
from kernel.money import Money
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class OpenedBid:
    """One row of the opening table."""

    bidder: Text
    state: BidState
    at: datetime | None = None
    price: Money | None = None
    delivery: Text | None = None
    cause: Text | None = None
    """Why it could not be opened."""
    proof: Proof | None = None

    def __post_init__(self) -> None:
        if self.state is not BidState.OPEN and (self.price or self.delivery):
            raise ValueError("only an opened bid has a price")


@dataclass(frozen=True, slots=True)
class LotOpening:
    """The opening of one lot: the set fixed at closing, and what became of each bid.

    SEALED_BID section 6: no price is shown until every live bid of the lot is open or finally
    failed.
    """

    lot: Text | None
    count: int
    """How many bids the closing fixed; public once `TenderClosed` is logged."""
    root: str | None = None
    """The fingerprint of the set; None where only the count was published."""
    proof: Proof | None = None
    bids: tuple[OpenedBid, ...] = ()
    number: int | None = None
    """The lot's number, under which the evidence of its opening is fetched; None without one."""

    def __post_init__(self) -> None:
        if not self.is_settled and any(bid.price or bid.delivery for bid in self.bids):
            raise ValueError("no price is shown while a bid of the lot is still closed")

    @property
    def is_settled(self) -> bool:
        """Whether every bid is open or has finally failed."""
        return all(bid.state in SETTLED for bid in self.bids)


@dataclass(frozen=True, slots=True)
class RankedBid:
    """One bid in the order of the evaluation."""

    rank: int | None
    bidder: Text
    price: Money
    scores: tuple[Decimal | None, ...] = ()
    """One for each column of the result, in its order."""
    total: Decimal | None = None
    won: bool = False
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """Why the winner has this score on one criterion."""

    criterion: Text
    score: Decimal
    points: Decimal
    reason: Text

    @property
    def share(self) -> Decimal:
        """How long the bar beside the number is, of 100."""
        return (self.score / self.points * 100).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class LotResult:
    """The outcome of a lot: a winner with the reason, or the reason why there is none."""

    lot: Text | None
    winner: Text | None
    reason: Text
    price: Money | None = None
    notice: Proof | None = None
    published_at: datetime | None = None
    columns: tuple[Criterion, ...] = ()
    bids: tuple[RankedBid, ...] = ()
    formula: Text | None = None
    reasons: tuple[ScoreReason, ...] = ()
    others: Text | None = None
    """Why the others were not chosen, as far as the profile publishes it."""
    award: str | None = None
    """The award's id, under which its own page is found."""

    def __post_init__(self) -> None:
        if (self.winner is None) != (self.price is None):
            raise ValueError("a winner has a price, and no winner has none")
        if any(len(bid.scores) not in (0, len(self.columns)) for bid in self.bids):
            raise ValueError("each bid has one score for each column, or none is published")


@dataclass(frozen=True, slots=True)
class ContractChange:
    """A change of a contract in force."""

    at: datetime
    what: Text
    amount: Money | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A signed contract."""

    number: str
    supplier: Text
    amount: Money
    signed_on: date
    lot: Text | None = None
    documents: tuple[Document, ...] = ()
    changes: tuple[ContractChange, ...] = ()
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment due or made."""

    what: Text
    amount: Money
    due_on: date
    lamp: Lamp
    paid_on: date | None = None
    reason: Text | None = None
    """Why it is late, when it is."""
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge or complaint that may be shown, and its outcome."""

    what: Text
    filed_at: datetime
    outcome: Text | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a tender ended without a result."""

    reason: Text
    at: datetime
    cites: Text | None = None
