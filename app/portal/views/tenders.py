"""The tender page as a whole, and what it must not hold before closing."""

from __future__ import annotations

from dataclasses import dataclass

from app.portal.views.facts import (
    Criterion,
    Document,
    KeyFacts,
    Lot,
    LotsPage,
    NextStep,
    Question,
    RecordItem,
)
from app.portal.views.outcomes import Challenge, Contract, LotOpening, LotResult, Payment, Stop
from app.web.shown import (
    BEFORE_CLOSING,
    Countdown,
    Proof,
    Stage,
    Status,
)
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class TenderPage:
    """S03: everything the public may know of one tender, on one page."""

    key: str
    number: str
    title: Text
    method: Text
    status: Status
    facts: KeyFacts
    stages: tuple[Stage, ...]
    notice: Proof | None = None
    summary: Text | None = None
    clock: Countdown | None = None
    next_steps: tuple[NextStep, ...] = ()
    lots: tuple[Lot, ...] = ()
    """Those of this page."""
    lots_count: int = 0
    """Of the whole tender."""
    lots_pages: tuple[LotsPage, ...] = ()
    """The pages on which the lots stand; none where this one holds all."""
    lots_here: LotsPage | None = None
    criteria: tuple[Criterion, ...] = ()
    documents: tuple[Document, ...] = ()
    questions: tuple[Question, ...] = ()
    openings: tuple[LotOpening, ...] = ()
    results: tuple[LotResult, ...] = ()
    contracts: tuple[Contract, ...] = ()
    payments: tuple[Payment, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    record: tuple[RecordItem, ...] = ()
    stop: Stop | None = None
    opening_url: str | None = None
    """The live opening page, once there is one."""
    feed_url: str | None = None
    data_url: str | None = None
    """The OCDS record of this purchase."""

    def __post_init__(self) -> None:
        after = (self.openings, self.results, self.contracts, self.payments, self.opening_url)
        if self.status in BEFORE_CLOSING and any(after):
            raise ValueError("nothing that hints at bids is shown before closing")
