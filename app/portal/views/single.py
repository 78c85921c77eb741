"""The pages of one award (S07) and of one contract (S08), each at an address that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.portal.views.facts import Document, RecordItem
from app.portal.views.outcomes import Challenge, LotResult, Payment, Stop
from app.web.shown import BEFORE_CLOSING, Countdown, Proof, Status
from kernel.money import Money
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class TenderNamed:
    """Which tender a page belongs to."""

    key: str
    title: Text
    buyer: Text
    status: Status
    data_url: str | None = None

    def __post_init__(self) -> None:
        if self.status in BEFORE_CLOSING:
            raise ValueError("before closing a tender has neither award nor contract")


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, when, and by which rule."""

    by: Text
    at: datetime
    rule: Text
    """By what the winner was found: points or price, and the tender's rules."""
    cites: Text | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """A signed file with what was found of its signature when it came in."""

    document: Document
    verdict: Text
    sound: bool | None
    """None where it could not be settled."""
    at: datetime


@dataclass(frozen=True, slots=True)
class AwardPage:
    """S07: who won and why, until when it can be challenged, and the signed notice."""

    tender: TenderNamed
    id: str
    result: LotResult
    decision: Decision | None
    challenge_until: datetime | None
    challenge_rule: Text | None
    clock: Countdown | None = None
    standstill_until: datetime | None = None
    panel: tuple[str, ...] = ()
    papers: tuple[SignedPaper, ...] = ()
    lapsed: Stop | None = None
    contract: str | None = None
    """The contract in force that came of it."""
    challenges: tuple[Challenge, ...] = ()
    record: tuple[RecordItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Signing:
    """One party of a contract, and when it signed."""

    name: Text
    part: Text
    at: datetime | None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class ContractLine:
    """What is bought, as the contract says it."""

    what: Text
    quantity: str
    unit: str
    unit_price: str | None = None
    """As the contract says it, in the currency of the amount."""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class StandardFound:
    """One standard at an inspection."""

    name: Text
    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection of what was delivered."""

    number: int
    accepted: bool
    delivered_at: datetime
    inspected_at: datetime
    results: tuple[StandardFound, ...]
    opinions: tuple[str, ...] = ()
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class ContractPage:
    """S08: the parties, the amount, the terms, what was delivered and what was paid."""

    tender: TenderNamed
    id: str
    lot: Text | None
    amount: Money
    paid: Money
    state: Text
    closed: bool
    signed_on: date
    parties: tuple[Signing, ...]
    lines: tuple[ContractLine, ...]
    delivery: Text | None
    payment_days: int
    from_acceptance: bool
    standards: tuple[Text, ...]
    award: str
    inspections: tuple[Inspection, ...] = ()
    payments: tuple[Payment, ...] = ()
    papers: tuple[SignedPaper, ...] = ()
    record: tuple[RecordItem, ...] = ()

    @property
    def paid_share(self) -> Decimal:
        """How much of the amount is paid, of 100."""
        return (self.paid.amount / self.amount.amount * 100).quantize(Decimal("0.1"))
