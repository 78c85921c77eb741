"""What each page of needs, budgets and plans is handed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.buyer.forms import AllotForm, IntentionForm, NeedForm, PlanForm, ReasonForm
from app.buyer.lists import Asked
from app.web.shown import Proof
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import NeedStage, PurchaseStage


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of what has happened to a thing: `lists.record` draws it."""

    at: datetime
    what: Text
    proof: Proof
    detail: Text | None = None


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need in a list."""

    id: str
    title: Text
    unit: Text
    estimate: Money
    stage: NeedStage
    state: Text
    written_at: datetime


@dataclass(frozen=True, slots=True)
class NeedsPage:
    """The needs that are the person's business."""

    mine: Sequence[NeedRow]
    to_approve: int
    to_plan: Sequence[NeedRow]
    may_write: bool
    may_plan: bool
    asked: Asked


@dataclass(frozen=True, slots=True)
class SurveyRule:
    """From which amounts a survey must come before a need, and by what rule."""

    goods: Money
    works: Money
    respondents: int
    cites: Text | None


@dataclass(frozen=True, slots=True)
class NeedFormPage:
    """Writing a need, or writing it anew."""

    form: NeedForm
    action: str
    draft: str
    survey: SurveyRule
    need: str | None = None
    returned_reason: str | None = None
    restored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedPage:
    """One need: its state, its next step, and who may take it."""

    id: str
    title: Text
    specification: Text
    unit: Text
    buyer: Text
    category: Text
    estimate: Money
    stage: NeedStage
    state: Text
    author: str
    written_at: datetime
    survey_needed: bool
    survey_respondents: int
    surveyed_on: date | None
    survey: SurveyRule
    public_service: bool
    comment_opened_on: date | None
    returned_reason: str | None
    may_edit: bool
    may_approve: bool
    may_return: bool
    own_work: bool
    apart: Text | None
    may_plan: bool
    plan: str | None
    back: ReasonForm
    closed: Text | None = None
    """Why it cannot be written anew, for who came to do so."""
    record: Sequence[Happened] = ()


@dataclass(frozen=True, slots=True)
class LineRow:
    """A budget line with what is left of it."""

    organization: Text
    code: str
    amount: Money
    reserved: Money
    left: Money


@dataclass(frozen=True, slots=True)
class BudgetNeed:
    """An approved need, and whether a line of its buyer covers it."""

    id: str
    title: Text
    buyer_id: str
    buyer: Text
    estimate: Money
    covered: bool


@dataclass(frozen=True, slots=True)
class BudgetsPage:
    """What finance sees: needs without a budget, and the lines of the year."""

    year: int
    needs: Sequence[BudgetNeed]
    lines: Sequence[LineRow]
    may_allot: bool

    @property
    def uncovered(self) -> list[BudgetNeed]:
        """The needs for which no line has enough left."""
        return [need for need in self.needs if not need.covered]


@dataclass(frozen=True, slots=True)
class AllotPage:
    """Allotting a budget line."""

    form: AllotForm
    cites: Text | None
    need: BudgetNeed | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A purchase in the buyer's list of plans."""

    id: str
    number: str
    title: Text
    budget: Money
    stage: PurchaseStage
    state: Text
    planned_start_on: date


@dataclass(frozen=True, slots=True)
class PlansPage:
    """The buyer's purchases, the newest first."""

    plans: Sequence[PlanRow]
    needs_waiting: int
    may_plan: bool
    asked: Asked


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the rules say about the method for an amount, with the rule."""

    open_from: Money
    reserve_up_to: Money
    share_min_percent: str
    must_be_open: bool | None
    cites: Text | None
    reserve_cites: Text | None


@dataclass(frozen=True, slots=True)
class PlanFormPage:
    """Making a plan of approved needs."""

    form: PlanForm
    suggestion: Suggestion
    lead_days: int
    earliest_start_on: date
    lead_cites: Text | None
    budget_cites: Text | None
    has_lines: bool
    draft: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One purchase before its tender: its state and next step."""

    id: str
    number: str
    title: Text
    buyer: Text
    category: Text
    method: Text
    method_basis: str
    budget: Money
    line: str
    rules: Text
    rules_profile: str
    stage: PurchaseStage
    state: Text
    planned_start_on: date
    made_by: str
    intended_at: datetime | None
    early_reason: str | None
    ended_reason: str | None
    needs: Sequence[NeedRow]
    may_approve: bool
    own_work: bool
    apart: Text | None
    may_intend: bool
    may_draft: bool
    tender: str | None
    lead_days: int
    lead_cites: Text | None
    earliest_start_on: date | None
    intention: IntentionForm
    record: Sequence[Happened] = ()
