"""What the pages show on which a step of a lot is taken, and those of challenges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.outcome.permits import Permit
from app.outcome.views import (
    Award,
    Bid,
    ChallengeRow,
    Done,
    Due,
    Head,
    Letter,
    Opening,
    Place,
)
from app.web.forms import Form
from app.web.shown import Lamp
from app.web.signing import ToSign
from kernel.money import Money
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class ActPage:
    """A page on which one step of a lot is taken: its form, and what it cannot take back."""

    head: Head
    permit: Permit
    form: Form
    to_sign: Sequence[ToSign] = ()


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The opening record, to be signed."""

    head: Head
    permit: Permit
    form: Form
    opening: Opening
    bids: Sequence[Bid]
    to_sign: Sequence[ToSign]
    signed_already: bool


@dataclass(frozen=True, slots=True)
class BidQuestion:
    """One bid in the form of the qualification: which fields of the form are about it."""

    bid: Bid
    fields: Sequence[str]
    reason: Sequence[str]
    declared: Sequence[str]


@dataclass(frozen=True, slots=True)
class QualifyPage:
    """The form in which each bid passes or fails each requirement on the bidder."""

    head: Head
    permit: Permit
    form: Form
    questions: Sequence[BidQuestion]
    requirements: Sequence[Text]
    least: int


@dataclass(frozen=True, slots=True)
class DrawPage:
    """The form from which the panel is drawn, with the rule for its shape."""

    head: Head
    permit: Permit
    form: Form
    least: int
    expert_share: str
    listed: int
    again: bool


@dataclass(frozen=True, slots=True)
class DecidePage:
    """The ranked candidates, of which one is chosen."""

    head: Head
    permit: Permit
    form: Form
    places: Sequence[Place]
    first: Place
    budget: Money
    due: Due | None
    late: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The award notice: its preview, the letters that go out with it, the signature."""

    head: Head
    permit: Permit
    form: Form
    award: Award
    items: Sequence[tuple[Text, str]]
    experts: Sequence[str]
    letters: Sequence[Letter]
    period_workdays: int
    to_sign: Sequence[ToSign]


@dataclass(frozen=True, slots=True)
class LapsePage:
    """An award that is to come to nothing."""

    head: Head
    permit: Permit
    form: Form
    award: Award
    next_up: Text | None


@dataclass(frozen=True, slots=True)
class ChallengeItem:
    """One matter that is challenged; whether the complaint took it up."""

    number: int
    text: str
    cites: str
    complained: bool


@dataclass(frozen=True, slots=True)
class ChallengePage:
    """One challenge with its answer and, if it went on, complaint and ruling."""

    id: str
    lot: Text
    lot_url: str | None
    tender_url: str
    supplier: Text
    about: Text
    stage: Text
    filed_at: datetime
    items: Sequence[ChallengeItem]
    due: Due | None
    suspended_until: datetime | None
    outcome: Text | None
    answer: Text | None
    answered_at: datetime | None
    complaint: str | None
    complained_at: datetime | None
    ruling: Text | None
    remedy: Text | None
    decision: Text | None
    decision_cites: str
    decided_at: datetime | None
    permit: Permit | None
    """For the step that waits; None where none does."""
    form: Form
    record: Sequence[Done] = ()


@dataclass(frozen=True, slots=True)
class ChallengesPage:
    """All challenges of the buyer, or all complaints that wait for the reviewer."""

    rows: Sequence[ChallengeRow]
    past: Sequence[ChallengeRow] = ()
    reviewer: bool = False


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in a list."""

    title: Text
    number: str
    url: str
    stage: Text
    next: Text
    lamp: Lamp
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class LotsPage:
    """The lots of a buyer whose tenders are published."""

    rows: Sequence[LotRow] = field(default_factory=tuple)
