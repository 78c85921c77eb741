"""What the journal keeps about needs, budgets, plans and intentions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from journal.entries import Entry, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class NeedWritten(Entry):
    """A using unit wrote down, or wrote anew, what it needs."""

    action: ClassVar[Action] = Action.WRITE_NEED
    unit: str = public()
    buyer: str = public()
    title: dict[str, str] = public()
    specification: dict[str, str] = public()
    category: str = public()
    estimate: dict[str, str] = public()
    public_service: bool = public()
    survey_respondents: int = public()
    surveyed_on: str | None = public(default=None)
    comment_opened_on: str | None = public(default=None)


@dataclass(frozen=True, kw_only=True)
class NeedReturned(Entry):
    """An approver sent a need back to its author."""

    action: ClassVar[Action] = Action.RETURN_NEED
    reason: str = restricted()


@dataclass(frozen=True, kw_only=True)
class NeedApproved(Entry):
    """Somebody other than the author approved the need (GPL 61)."""

    action: ClassVar[Action] = Action.APPROVE_NEED
    author: str = restricted()


@dataclass(frozen=True, kw_only=True)
class BudgetAllotted(Entry):
    """Finance set the amount of a budget line."""

    action: ClassVar[Action] = Action.ALLOT_BUDGET
    organization: str = public()
    code: str = public()
    year: int = public()
    amount: dict[str, str] = public()
    before: dict[str, str] | None = public(default=None)


@dataclass(frozen=True, kw_only=True)
class PlanMade(Entry):
    """An officer made one purchase of approved needs and reserved its budget."""

    action: ClassVar[Action] = Action.MAKE_PLAN
    ocid: str = public()
    buyer: str = public()
    needs: list[str] = public()
    budget_line: str = public()
    budget: dict[str, str] = public()
    profile: str = public()
    title: dict[str, str] = public()
    category: str = public()
    method: str = public()
    method_basis: str = public()
    reserved_share: str = public()
    planned_start_on: str = public()
    # For supervisors: an unproved suspicion is nobody else's business (GPR art. 28).
    splitting_suspected: bool = restricted(default=False)


@dataclass(frozen=True, kw_only=True)
class PlanApproved(Entry):
    """Somebody other than its maker approved the plan."""

    action: ClassVar[Action] = Action.APPROVE_PLAN
    ocid: str = public()
    title: dict[str, str] = public()
    budget: dict[str, str] = public()


@dataclass(frozen=True, kw_only=True)
class IntentionPublished(Entry):
    """The public knows ahead what will be bought, for how much and when."""

    action: ClassVar[Action] = Action.PUBLISH_INTENTION
    ocid: str = public()
    buyer: str = public()
    title: dict[str, str] = public()
    summary: dict[str, str] = public()
    category: str = public()
    budget: dict[str, str] = public()
    planned_start_on: str = public()
    early_reason: str | None = public(default=None)
