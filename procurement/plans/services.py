"""Every verb of needs, budgets and plans in one place, and what later stages do to a purchase."""

from procurement.plans.budgets import allot_budget, end_without_result, keep_reserved
from procurement.plans.needs import approve_need, return_need, rewrite_need, write_need
from procurement.plans.planning import (
    approve_plan,
    make_plan,
    publish_intention,
    show_needs,
)

__all__ = [
    "allot_budget",
    "approve_need",
    "approve_plan",
    "end_without_result",
    "keep_reserved",
    "make_plan",
    "publish_intention",
    "return_need",
    "rewrite_need",
    "show_needs",
    "write_need",
]
