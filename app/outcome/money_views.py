"""What the pages of contracts, invoices and payments show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.outcome.permits import Permit
from app.outcome.views import Act, Award, Done, Due, Head
from app.web.forms import Form
from app.web.shown import Stage
from app.web.signing import ToSign
from kernel.money import Money
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a contract."""

    what: Text
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Party:
    """A party to a contract, and whether and when it signed."""

    name: Text
    side: Text
    by: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A standard of the contract, and what an inspection found."""

    standard: Text
    passed: bool
    note: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """One inspection of what was delivered."""

    number: int
    accepted: bool
    delivered_at: datetime
    inspected_at: datetime
    by: str
    results: Sequence[Found]
    opinions: Sequence[str]


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice in a list."""

    id: str
    url: str
    number: str
    supplier: Text
    title: Text
    amount: Money
    stage: Text
    due_on: date | None
    due: Due | None
    days_late: int
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class ContractHead:
    """Which contract it is."""

    id: str
    title: Text
    number: str
    supplier: Text
    amount: Money
    stage: Text
    lot_url: str | None
    public_url: str


@dataclass(frozen=True, slots=True)
class ContractPage:
    """One contract: parties, lines, inspections, money."""

    head: ContractHead
    waiting: Text
    steps: Sequence[Stage]
    due: Due | None
    hindrance: Text | None
    """What keeps it from being signed now: standstill or challenge."""
    acts: Sequence[Act]
    parties: Sequence[Party]
    lines: Sequence[Line]
    payment_days: int
    from_acceptance: bool
    delivery: str
    digest: str
    standards: Sequence[Text]
    inspections: Sequence[Inspected]
    invoices: Sequence[InvoiceRow]
    invoiced: Money
    paid: Money
    record: Sequence[Done]


@dataclass(frozen=True, slots=True)
class ContractsPage:
    """The contracts that a person has to do with."""

    rows: Sequence[ContractHead]
    urls: Sequence[str]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The form from which a contract is drafted, and what follows from tender and bid."""

    head: Head
    permit: Permit
    form: Form
    award: Award
    terms: Sequence[tuple[Text, str]]
    most_days: int
    standards: Sequence[Text]


@dataclass(frozen=True, slots=True)
class SignPage:
    """A contract that waits for the buyer's signature."""

    head: ContractHead
    permit: Permit
    form: Form
    hindrance: Text | None
    late: bool
    parties: Sequence[Party]
    lines: Sequence[Line]
    delivery: str
    payment_days: int
    to_sign: Sequence[ToSign]


@dataclass(frozen=True, slots=True)
class InspectPage:
    """The form of an inspection; once filled in, what it says is to be signed."""

    head: ContractHead
    permit: Permit
    form: Form
    standards: Sequence[tuple[str, str]]
    """For each standard the fields of the form: what was found, and the note."""
    public: bool
    number: int
    failed: Sequence[Text] = ()
    to_sign: Sequence[ToSign] = ()


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One line of the three-way match."""

    what: Text
    contracted: Decimal | None
    accepted: Decimal | None
    before: Decimal
    invoiced: Decimal
    amount: Money | None
    agreed: Money | None


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """One invoice: the three-way match, the payment, and the step that comes next."""

    row: InvoiceRow
    contract_url: str
    contract_amount: Money
    paid: Money
    issued_on: date
    submitted_at: datetime
    accepted_at: datetime | None
    lines: Sequence[MatchRow]
    agreed: Money | None
    mismatch: Text | None
    """Why contract, acceptance and invoice do not agree; None where they do."""
    mismatch_cites: Sequence[str]
    returned: tuple[Text, str] | None
    prepared_by: str | None
    prepared_at: datetime | None
    released_by: str | None
    released_at: datetime | None
    reference: str | None
    paid_on: date | None
    interest: Money | None
    interest_rate: str
    acts: Sequence[tuple[str, Permit]]
    """Which steps the stage allows, each with whether the person may take it."""
    return_form: Form
    settle_form: Form
    form: Form
    to_sign: Sequence[ToSign]
    record: Sequence[Done]


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """The queue of finance and treasurer: what waits, the most urgent first, and what was paid."""

    waiting: Sequence[InvoiceRow]
    done: Sequence[InvoiceRow]
    late: int
    total: Money | None
