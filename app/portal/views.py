"""What the public pages show: one frozen dataclass a page, and nothing of the database.

The route hands one of these to its template and nothing else. Words that are published come as
`Text`; words of the interface are in the templates. What must never be shown is refused here too,
so that a mistaken query fails loudly instead of telling the public how many bids came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app.web.shown import (
    BEFORE_CLOSING,
    SETTLED,
    BidState,
    Countdown,
    Lamp,
    Proof,
    Stage,
    Status,
)
from app.web.site import Checkpoint
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Part
from procurement.profiles.model import Confidence


@dataclass(frozen=True, slots=True)
class TenderCard:
    """Five facts of a tender in a list, and no more."""

    key: str
    title: Text
    status: Status
    buyer: Text
    budget: Money | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of today, for the home page."""

    status: Status
    key: str
    title: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the year with what it counts."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class HomePage:
    """S01: one search box, what closes soon, what happened today."""

    open_count: int
    closing_soon: tuple[TenderCard, ...] = ()
    today: tuple[Happening, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class TenderFilter:
    """What a reader looks for. It stands in the address, so that a list can be sent to others."""

    words: str = ""
    status: Status | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.words and self.status is None


@dataclass(frozen=True, slots=True)
class TenderSlice:
    """A part of the list in keyset order, and the key from which it goes on."""

    cards: tuple[TenderCard, ...]
    next_after: str | None = None
    count: int | None = None
    """How many match in all; None where counting was not worth it."""
    count_is_capped: bool = False


@dataclass(frozen=True, slots=True)
class TendersPage:
    """S02: the list with what was asked for."""

    asked: TenderFilter
    slice: TenderSlice
    after: str | None = None


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """One of those who together can open the bids."""

    name: Text
    body: Text
    outside: bool
    """Whether the person is from outside the buyer."""
    fingerprints: tuple[tuple[Part, str], ...] = ()
    """The digest of the key for each part of a bid."""


@dataclass(frozen=True, slots=True)
class Committee:
    """The key holders of a tender."""

    threshold: int
    holders: tuple[KeyHolder, ...]
    digest: str | None = None

    @property
    def outside(self) -> int:
        """How many are from outside the buyer."""
        return sum(holder.outside for holder in self.holders)


@dataclass(frozen=True, slots=True)
class RulesName:
    """The profile and edition that a tender has pinned."""

    profile: str
    edition: str
    title: Text


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """Six rows, the most asked first."""

    buyer: Text
    budget: Money | None
    delivery: Text | None
    rules: RulesName
    committee: Committee | None
    bid_security: Money | None = None
    """None where no security is asked."""


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of a tender."""

    number: str
    title: Text
    status: Status
    budget: Money | None = None
    note: Text | None = None
    """For instance that it is kept for small firms."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored, and how much it counts."""

    name: Text
    points: Decimal
    rule: Text | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A published file, with the digest under which it is kept and logged."""

    title: Text
    digest: str
    kind: str
    """`PDF`, `XLSX`: what a reader calls the format."""
    size: int
    proof: Proof | None = None
    version: int | None = None
    compare_url: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the one answer to everybody. Who asked is not known here."""

    words: Text
    answer: Text | None = None
    answered_at: datetime | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class RecordItem:
    """What has happened, in the past tense, with its proof."""

    at: datetime
    what: Text
    proof: Proof | None = None
    detail: Text | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, dated."""

    at: datetime
    what: Text


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
    cites: str | None = None


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


class Verdict(StrEnum):
    """What the verify page found."""

    PROVED = "proved"
    WAITING = "waiting"
    NOT_FOUND = "not_found"
    DIFFERS = "differs"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What the log says about an entry to everybody."""

    what: Text
    at: datetime
    commitment: str
    id: str
    number: int | None = None
    tender_key: str | None = None
    tender_title: Text | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """The disclosed fields as names and canonical JSON, in the order of the entry."""
    withheld: tuple[str, ...] = ()
    """Names of fields whose digests alone are public."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The way from a leaf to a root, by which anybody can reckon the root again (RFC 9162)."""

    index: int
    size: int
    leaf: str
    root: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for something pasted, and what it stands on."""

    verdict: Verdict
    entry: LogEntry | None = None
    inclusion: Inclusion | None = None
    explanation: Text | None = None
    """What exactly agrees or does not, where there is more to say than the verdict."""


@dataclass(frozen=True, slots=True)
class Download:
    """Something that a reader takes home to check with."""

    label: Text
    url: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What is needed to check the log without this server."""

    origin: str
    key: str
    """The log's verifier key, in the notation of signed notes."""
    command: str
    """One command that checks everything."""
    checkpoint: Checkpoint | None = None
    downloads: tuple[Download, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """S47: paste something, see where the record says it."""

    log: LogFacts
    asked: str = ""
    answer: Answer | None = None
    not_understood: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the law, with where it stands and how well it is known."""

    name: Text
    value: Text
    cites: tuple[Text, ...]
    confidence: Confidence
    in_force_from: date
    code: str = ""
    """Its number in the requirements, such as `P03`; empty where it has none."""
    in_force_until: date | None = None
    note: str = ""
    """A remark of those who wrote the profile, in English."""


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """The parameters of one step of a purchase."""

    title: Text
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of rules that a tender may pin."""

    id: str
    edition: str
    title: Text
    for_production: bool = True


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The profiles that this installation knows."""

    profiles: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """The parameters of one profile and edition."""

    profile: Profile
    groups: tuple[ParameterGroup, ...]
    editions: tuple[str, ...] = ()
    digest: str | None = None
    """The digest of the edition, which a tender pins beside its name."""

    @property
    def count(self) -> int:
        """How many parameters there are in all."""
        return sum(len(group.parameters) for group in self.groups)
