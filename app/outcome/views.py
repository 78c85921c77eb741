"""What the pages of a lot show: one frozen dataclass a page, and the parts they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.outcome.permits import Permit
from app.web.shown import BidState, Lamp, Proof, Stage
from kernel.money import Money
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Due:
    """A time limit that runs: what it is for, until when, and how it stands."""

    what: Text
    at: datetime
    lamp: Lamp
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A step that the stage allows: its button where the person may, else why not."""

    label: Text
    url: str
    permit: Permit
    first: bool = False
    """Whether it is the page's one primary button."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that has happened, for the record list (`components/lists.html`)."""

    at: datetime
    what: Text
    proof: Proof | None
    detail: Text | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page of a lot: which lot of which tender, and where it is."""

    id: str
    title: Text
    number: str
    tender: str
    tender_url: str
    public_url: str
    lots: int
    stage: Text


@dataclass(frozen=True, slots=True)
class Holder:
    """A key holder, and when each part's share was released; None while it was not."""

    name: str
    organization: Text
    outside: bool
    released: Sequence[tuple[Text, datetime | None]]

    @property
    def complete(self) -> bool:
        """Whether every part's share is there."""
        return all(at is not None for _, at in self.released)


@dataclass(frozen=True, slots=True)
class Objection:
    """What a bidder objected to at the opening."""

    at: datetime
    bidder: Text
    text: str
    stops: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody's signature under a document."""

    name: str
    role: Text
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """The facts of closing and opening; there are none before the closing."""

    closed_at: datetime
    root: str
    count: int
    stamped: Text
    threshold: int
    released: int
    """How many holders have released every part."""
    holders: Sequence[Holder]
    objections: Sequence[Objection]
    opens_at: datetime
    opened_at: datetime | None
    record: str | None
    signatures: Sequence[Signed]


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid after the opening: its price, how it stands, and why it is out if it is."""

    id: str
    bidder: Text
    state: BidState
    price: Money | None
    bound: Money | None
    """The corrected and confirmed price, where it differs from the one read out."""
    delivery: str
    standing: Text
    judged: bool
    """Whether the officer has decided about it; only then it is in or out."""
    out: bool
    reason: Text | None = None
    cites: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of the panel, and how far its member has come; never with what was scored."""

    name: str
    role: Text
    declared_at: datetime | None
    checked: bool
    scored_at: datetime | None
    signed_at: datetime | None
    dissents: bool
    left: Text | None


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person on the list of a draw, in the order drawn."""

    name: str
    role: Text
    hindrance: Text | None
    seated: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw with everything that lets anybody repeat it."""

    number: int
    at: datetime
    by: str
    seats: int
    chance: Text
    closing: str
    seed: str
    people: Sequence[ListedPerson]


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel: who sits, what waits, and the draws."""

    seats: Sequence[Seat]
    wanted: int
    scores_asked: bool
    draws: Sequence[Draw]

    @property
    def sitting(self) -> list[Seat]:
        """Those who have not left."""
        return [seat for seat in self.seats if seat.left is None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A price that looked too low: the question, the answer, the panel's judgement."""

    bidder: Text
    triggers: Sequence[Text]
    text: str
    due_at: datetime
    answer: str | None
    answered_at: datetime | None
    accepted: bool | None
    judgement: Text | None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A price that contradicted itself, as the panel corrected it."""

    bidder: Text
    read_out: Money
    corrected: Money
    due_at: datetime
    confirmed: bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """A bid's place in the ranking."""

    bid: str
    rank: int
    bidder: Text
    price: Money
    evaluation_price: Decimal
    price_points: Decimal | None
    quality_points: Decimal | None
    total: Decimal | None
    notes: Sequence[Text] = ()
    won: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What one member gave a bid for a criterion, and why."""

    member: str
    points: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class ScoredBid:
    """A bid under one criterion."""

    bidder: Text
    given: Sequence[Judged]

    @property
    def mean(self) -> Decimal:
        """The mean of the members' points, rounded for the eye."""
        points = [one.points or Decimal(0) for one in self.given]
        return (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Scores:
    """A criterion with what every bid was given for it."""

    criterion: Text
    full: Decimal | None
    objective: bool
    bids: Sequence[ScoredBid]


@dataclass(frozen=True, slots=True)
class Dissent:
    """A member who signed with another opinion."""

    member: str
    text: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking, and how far the signatures under the report have come."""

    ranked_at: datetime
    digest: str
    places: Sequence[Place]
    reported_at: datetime | None
    scored: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The evaluation report as the buyer reads it: ranking, dissents, sheets, the signed paper."""

    head: Head
    ranking: Ranking
    paper_url: str | None
    signed: int
    members: int
    dissents: Sequence[Dissent]
    scores: Sequence[Scores]
    decide_url: str | None
    """Where the award is decided, while that is the next step."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a bidder who did not win is told."""

    bidder: Text
    rank: int | None
    points: Decimal | None
    reason: Text | None
    cites: str


@dataclass(frozen=True, slots=True)
class Award:
    """A decision for one bid, published or lapsed or neither yet."""

    winner: Text
    rank: int
    amount: Money
    decided_at: datetime
    decided_by: str
    reason: Text | None
    cites: str
    published_at: datetime | None
    challenge_until: datetime | None
    standstill_until: datetime | None
    lapsed: Text | None
    letters: Sequence[Letter] = ()


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """A challenge in a list."""

    url: str
    lot: Text
    supplier: Text
    about: Text
    filed_at: datetime
    stage: Text
    due: Due | None
    suspends_until: datetime | None


@dataclass(frozen=True, slots=True)
class LotPage:
    """The control page of one lot."""

    head: Head
    headline: Text
    waiting: Text | None
    steps: Sequence[Stage]
    due: Due | None
    acts: Sequence[Act]
    others: Sequence[Act]
    closes_at: datetime | None
    """While the tender is open: the instant before which nothing of the bids is shown here."""
    stop: Text | None
    opening: Opening | None
    bids: Sequence[Bid]
    panel: Panel | None
    asked: Sequence[Asked]
    fixed: Sequence[Fixed]
    ranking: Ranking | None
    awards: Sequence[Award]
    challenges: Sequence[ChallengeRow]
    contract_url: str | None
    record: Sequence[Done]
