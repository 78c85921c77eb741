"""What the pages of the evaluation report show; one frozen dataclass a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.panel.forms import DissentForm
from app.panel.views import Head, Step
from app.web.forms import Form
from app.web.signing import ToSign
from kernel.money import Money
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the ranking."""

    rank: int
    bidder: Text
    price: Money
    evaluation_price: str
    price_points: str | None
    quality_points: str | None
    total: str | None
    candidate: bool
    broken_by: Text | None
    deductions: Text | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A lot that was drawn between equal bids; with its seed anybody can draw it again."""

    seed: str
    among: Sequence[Text]
    order: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Signature:
    """Where a member stands with the report."""

    member: str
    mine: bool
    signed_at: datetime | None
    dissent: str | None


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The report with its ranking, and who has signed it."""

    head: Head
    step: Step
    digest: str
    ranked_at: datetime
    reported_at: datetime | None
    places: Sequence[Place]
    out: Sequence[tuple[Text, Text, str]]
    """Who went out: bidder, why, the rule."""
    drawings: Sequence[Drawing]
    signatures: Sequence[Signature]
    due_at: datetime
    is_composite: bool
    is_scored: bool
    """Whether there are sheets to look at: where price alone decides there are none."""
    cites: Sequence[str]
    may_sign: bool = False
    """Whether this member has still to sign."""


@dataclass(frozen=True, slots=True)
class DissentFormPage:
    """Where a dissent is written."""

    head: Head
    form: DissentForm
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ReportSignPage:
    """The report before it is signed, with a dissent if there is one."""

    head: Head
    form: Form
    dissent: str | None
    to_sign: Sequence[ToSign]
