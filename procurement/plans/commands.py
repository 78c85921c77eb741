"""What the use cases of needs, budgets and plans are asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.money import Money
from kernel.text import Text
from procurement.profiles import Category

# The method that needs no approval; every other names the rule that allows it (GPL art. 27).
OPEN = "open"


@dataclass(frozen=True, slots=True)
class NewNeed:
    """What a using unit needs, for a buyer to buy."""

    unit_id: str
    buyer_id: str
    title: Text
    specification: Text
    category: Category
    estimate: Money
    public_service: bool = False
    survey_respondents: int = 0
    surveyed_on: date | None = None
    # For a service to the public: when the public was asked about the need (GPR art. 15).
    comment_opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Allotment:
    """The amount of one line of the budget."""

    organization_id: str
    code: str
    year: int
    amount: Money


@dataclass(frozen=True, slots=True)
class NewPlan:
    """One purchase made of approved needs, with its budget and the rules it will follow."""

    buyer_id: str
    need_ids: tuple[str, ...]
    budget_line_id: str
    profile: str
    title: Text
    category: Category
    budget: Money
    planned_start_on: date
    method: str = OPEN
    method_basis: str = ""
    reserved_share: Decimal = Decimal(0)
    is_sample: bool = False
