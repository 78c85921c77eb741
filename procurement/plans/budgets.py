"""Budget lines: allotted by finance, reserved by purchases, free again when these end."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from journal.work import Work
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, NeedStage, PurchaseStage
from procurement.authority import Subject
from procurement.parties import capacities
from procurement.parties import queries as parties
from procurement.plans import checks, queries
from procurement.plans.commands import Allotment
from procurement.plans.entries import (
    BudgetAllotted,
)
from procurement.plans.models import BudgetLine, Purchase
from procurement.plans.stages import NEED, PURCHASE


def allot_budget(work: Work, actor: Actor, new: Allotment) -> str:
    """Set the amount of a budget line; never below what is already reserved (GPL 33)."""
    capacities.act(
        work, actor, Action.ALLOT_BUDGET, Subject("budget_line", new.code), purchase=None
    )
    parties.organization(work.session, new.organization_id)
    line, before = _budget_line(work, actor, new)
    enforce(checks.currencies_agree(line.currency, new.amount.currency))
    reserved = Money.of_minor(line.reserved_minor, line.currency)
    enforce(checks.allotment_covers_reserved(amount=new.amount, reserved=reserved))
    line.amount_minor = new.amount.minor
    line.allotted_by, line.allotted_at = actor.person, work.clock.now()
    work.session.flush()
    work.record(
        actor,
        BudgetAllotted(
            object=line.id,
            organization=new.organization_id,
            code=new.code,
            year=new.year,
            amount=new.amount.as_record(),
            before=before.as_record() if before else None,
        ),
    )
    return line.id


def keep_reserved(work: Work, purchase: Purchase, kept: Money) -> None:
    """Give back to the budget line what a purchase, held under lock, no longer needs of it.

    What stays reserved is what was or will be paid: the price of an award below the budget, or
    nothing where there is no result.
    """
    held = Money.of_minor(purchase.reserved_minor, purchase.currency)
    enforce(checks.within_reservation(kept=kept, held=held))
    line = queries.budget_line_for_change(work.session, purchase.budget_line_id)
    line.reserved_minor -= purchase.reserved_minor - kept.minor
    purchase.reserved_minor = kept.minor


def end_without_result(work: Work, purchase_id: str, reason: str) -> None:
    """End a purchase whose tender was cancelled: the budget is free, its needs stand again.

    Part of the use case that cancels, which requires the right and records the entry.
    """
    purchase = queries.purchase_for_change(work.session, purchase_id)
    stage = PURCHASE.after(PurchaseStage(purchase.stage), Action.CANCEL_TENDER)
    keep_reserved(work, purchase, Money(Decimal(0), purchase.currency))
    purchase.stage, purchase.ended_reason = str(stage), reason
    for need in queries.needs_of_purchase(work.session, purchase_id):
        need.stage = str(NEED.after(NeedStage(need.stage), Action.CANCEL_TENDER))
        need.purchase_id = None


def _budget_line(work: Work, actor: Actor, new: Allotment) -> tuple[BudgetLine, Money | None]:
    """The line under lock with its amount before, or a new one with nothing in it."""
    values = {
        "id": new_id("line"),
        "organization_id": new.organization_id,
        "code": new.code,
        "year": new.year,
        "amount_minor": 0,
        "reserved_minor": 0,
        "currency": new.amount.currency,
        "allotted_by": actor.person,
        "allotted_at": work.clock.now(),
    }
    made = work.session.scalar(
        insert(BudgetLine).values(**values).on_conflict_do_nothing().returning(BudgetLine.id)
    )
    line_id = made or work.session.scalar(
        select(BudgetLine.id).where(
            BudgetLine.organization_id == new.organization_id,
            BudgetLine.code == new.code,
            BudgetLine.year == new.year,
        )
    )
    line = queries.budget_line_for_change(work.session, line_id or "")
    return line, None if made else Money.of_minor(line.amount_minor, line.currency)
