"""The section `planning`: what will be bought, with which money, from when."""

from __future__ import annotations

from datetime import datetime

from kernel.money import Money
from procurement.plans.models import BudgetLine, Purchase
from procurement.profiles import Profile
from procurement.profiles.timetable import start_of
from reports.ocds.values import Object, filled, of_record, translated, value, when


def plan(purchase: Purchase, line: BudgetLine) -> Object:
    """An approved plan: the budget line and what is held of it."""
    return {
        "budget": filled(
            id=line.code,
            amount=value(Money.of_minor(purchase.budget_minor, purchase.currency)),
            **translated("project", purchase.title_zh, purchase.title_en),
        )
    }


def intention(
    purchase: Purchase, line: BudgetLine, summary: dict[str, str], profile: Profile
) -> Object:
    """The published intention: what the using unit needs, and when the tender is planned."""
    return filled(
        **plan(purchase, line),
        **of_record("rationale", summary),
        milestones=[_start(purchase, profile, None)],
    )


def tendered(purchase: Purchase, profile: Profile, at: datetime) -> Object:
    """The plan has led to a tender."""
    return {"milestones": [_start(purchase, profile, at)]}


def _start(purchase: Purchase, profile: Profile, met_at: datetime | None) -> Object:
    return filled(
        id=f"start-{purchase.id}",
        **translated("title", "发布招标公告", "Tender notice published"),
        type="preProcurement",
        dueDate=when(start_of(profile, purchase.planned_start_on)),
        dateMet=when(met_at),
        status="met" if met_at else "scheduled",
    )
