"""What the panel's pages show; one frozen dataclass a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app.panel.forms import (
    CorrectForm,
    InterestForm,
    JudgeForm,
    OpinionForm,
    QuestionForm,
    ScoreForm,
)
from app.web.forms import Form
from app.web.shown import StageState
from app.web.signing import ToSign
from kernel.money import Money
from kernel.text import Text
from signatures.sealed import readout


class StepName(StrEnum):
    """What a member does, in the order in which it is done."""

    INTERESTS = "interests"
    BIDS = "bids"
    COMPLIANCE = "compliance"
    PRICES = "prices"
    SCORES = "scores"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Head:
    """Which lot a page is about."""

    lot: str
    title: Text
    number: str
    """The ocid, under which everybody finds the tender."""
    buyer: Text
    lot_title: Text | None
    """Where the tender has more than one lot."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a member, how far it is, and why it waits."""

    name: StepName
    state: StageState
    note: Text
    open: bool = False
    """Whether its page has something to show."""


@dataclass(frozen=True, slots=True)
class Bidder:
    """A bidder by name; before the declaration nothing else is known of the bids."""

    id: str
    name: Text
    identifier: str


@dataclass(frozen=True, slots=True)
class Sat:
    """A lot in a member's list."""

    head: Head
    next: Text
    is_mine_to_do: bool
    left: Text | None
    """Why the seat was given up."""


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The lots on whose panel the person sits or has sat."""

    lots: Sequence[Sat]


@dataclass(frozen=True, slots=True)
class LotPage:
    """A member's way through one lot."""

    head: Head
    steps: Sequence[Step]
    bidders: Sequence[Bidder]
    declared_at: datetime | None
    seats: int
    seated: int
    report_due: datetime | None
    left: Text | None = None
    left_at: datetime | None = None
    hindrance: Text | None = None
    """The rule that keeps the person from acting here, if one does."""
    ended: Text | None = None
    """Why the lot ended without a result."""

    @property
    def next(self) -> Step | None:
        """What the member does now."""
        return next((step for step in self.steps if step.state is StageState.NOW), None)


@dataclass(frozen=True, slots=True)
class InterestsPage:
    """The form of a declaration."""

    head: Head
    form: InterestForm
    bidders: Sequence[Bidder]
    years: int
    declared_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeclaredTie:
    """A tie as it will be signed."""

    bidder: Text
    kind: Text
    ended_on: date | None
    recuses: bool


@dataclass(frozen=True, slots=True)
class InterestsSignPage:
    """A declaration before it is signed, and what follows from it."""

    head: Head
    form: Form
    ties: Sequence[DeclaredTie]
    clear: Sequence[Text]
    """The bidders to whom there is no tie."""
    conflict: bool
    cites: Sequence[str]
    to_sign: Sequence[ToSign]


@dataclass(frozen=True, slots=True)
class BidFile:
    """A file of a bid that this member may read."""

    name: str
    size: int
    digest: str
    url: str

    @property
    def is_readout(self) -> bool:
        """Whether it is what was read out, in a form for programs."""
        return self.name == readout.FILE_NAME


@dataclass(frozen=True, slots=True)
class Bid:
    """An opened bid as the member may see it now."""

    id: str
    bidder: Bidder
    price: Money | None
    delivery: str
    files: Sequence[BidFile]
    in_the_race: bool
    out_because: Text | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion with how points are given."""

    id: str
    title: Text
    rule: Text | None
    weight: Decimal
    objective: bool


@dataclass(frozen=True, slots=True)
class BidsPage:
    """The reading room: one criterion, and all bids beside each other."""

    head: Head
    criteria: Sequence[Criterion]
    chosen: Criterion | None
    bids: Sequence[Bid]
    answers: Sequence[tuple[str, Sequence[str]]]
    """Rows of what the bids' own offers say, one value for each bid."""
    price_hidden: bool
    cites: Sequence[str]
    step: Step
    drafted: Sequence[Decimal | None] = ()
    """The member's own draft points for the chosen criterion, one for each bid."""


@dataclass(frozen=True, slots=True)
class CompliancePage:
    """One member's opinions: the form, or what was given and what came of it."""

    head: Head
    step: Step
    form: OpinionForm | None
    bids: Sequence[Bid]
    rules: Sequence[Criterion]
    given: Sequence[tuple[Text, bool, Text | None]]
    """The member's own opinions: bidder, whether it complies, why not."""
    settled: bool
    outcome: Sequence[tuple[Text, bool, Text | None, str]]
    """The panel's, once all have spoken: bidder, whether it complies, why not, the rule."""
    missing: int


@dataclass(frozen=True, slots=True)
class Question:
    """A price that was asked about."""

    id: str
    text: str
    asked_at: datetime
    due_at: datetime
    answer: str | None
    answered_at: datetime | None
    accepted: bool | None
    judgement: Text | None
    judged_at: datetime | None
    may_judge: bool
    """Whether the answer is in, or the time for it is over."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A price that contradicted itself, as the rules corrected it."""

    price: Money
    steps: Sequence[tuple[Text, str, str]]
    due_at: datetime
    confirmed: bool | None


@dataclass(frozen=True, slots=True)
class PricedBid:
    """A bid's price with what is asked and found about it."""

    bid: Bid
    triggers: Sequence[Text]
    question: Question | None
    correction: Correction | None
    may_ask: bool
    may_correct: bool


@dataclass(frozen=True, slots=True)
class PricesPage:
    """All prices that may be seen, and which of them ask for something."""

    head: Head
    step: Step
    bids: Sequence[PricedBid]
    ceiling: Money
    minutes: int
    hidden: bool
    cites: Sequence[str]


@dataclass(frozen=True, slots=True)
class PriceFormPage:
    """A question, a judgement or a correction of one price."""

    head: Head
    bid: PricedBid
    form: QuestionForm | JudgeForm | CorrectForm


@dataclass(frozen=True, slots=True)
class ScoresPage:
    """The sheet to be filled in, criterion by criterion."""

    head: Head
    form: ScoreForm
    criteria: Sequence[Criterion]
    bids: Sequence[Bid]
    draft: str
    saved_at: datetime | None
    totals: Sequence[Decimal]
    """What each bid has so far, as far as it can be read."""
    most: Decimal
    mending: Sequence[Text]
    """The objective criteria where the signed sheets differ; empty for a first sheet."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One criterion of a sheet: points and reason of each bid."""

    criterion: Criterion
    points: Sequence[tuple[Decimal, str]]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A filled sheet before it is signed."""

    head: Head
    form: Form
    bids: Sequence[Bid]
    lines: Sequence[SheetLine]
    totals: Sequence[Decimal]
    to_sign: Sequence[ToSign]


@dataclass(frozen=True, slots=True)
class Given:
    """What one member gave one bid for one criterion."""

    member: str
    mine: bool
    points: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class SpreadLine:
    """One bid under one criterion: what every visible sheet says."""

    bid: Bid
    given: Sequence[Given]
    unequal: bool
    """Whether the criterion is objective and the members differ."""

    @property
    def lowest(self) -> Decimal:
        """The fewest points."""
        return min(one.points for one in self.given)

    @property
    def highest(self) -> Decimal:
        """The most points."""
        return max(one.points for one in self.given)

    @property
    def mean(self) -> Decimal:
        """The mean that the ranking takes, rounded for showing."""
        return (sum((one.points for one in self.given), Decimal(0)) / len(self.given)).quantize(
            Decimal("0.01")
        )


@dataclass(frozen=True, slots=True)
class SpreadPage:
    """The signed sheets that the member may see: the own one, and all once all are in."""

    head: Head
    step: Step
    submitted_at: datetime
    lines: Sequence[tuple[Criterion, Sequence[SpreadLine]]]
    members: Sequence[str]
    missing: int
    may_mend: bool
    cites: Sequence[str]
