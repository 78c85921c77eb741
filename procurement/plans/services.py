"""Use cases of needs, budgets, plans and intentions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from journal.work import Work
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import enforce
from kernel.text import Text
from kernel.vocabulary import Action, Actor, NeedStage, PurchaseStage
from procurement.authority import Subject
from procurement.parties import capacities
from procurement.parties import queries as parties
from procurement.parties.models import Capacity
from procurement.plans import checks, queries
from procurement.plans.commands import Allotment, NewNeed, NewPlan
from procurement.plans.entries import (
    BudgetAllotted,
    IntentionPublished,
    NeedApproved,
    NeedReturned,
    NeedWritten,
    PlanApproved,
    PlanMade,
)
from procurement.plans.models import BudgetLine, Need, Purchase
from procurement.plans.stages import NEED, PURCHASE
from procurement.profiles import Category, Profile, load_profile, profile_on
from procurement.profiles.timetable import local_date


def write_need(work: Work, actor: Actor, new: NewNeed) -> str:
    """Write down what a using unit needs; somebody else approves it."""
    need = Need(id=new_id("need"), written_by=actor.person, written_at=work.clock.now())
    capacities.act(
        work,
        actor,
        Action.WRITE_NEED,
        _need_subject(work, need.id, new.unit_id),
        purchase=need.id,
    )
    parties.organization(work.session, new.unit_id)
    parties.organization(work.session, new.buyer_id)
    enforce(checks.estimate_present(new.estimate))
    _fill_need(need, new)
    need.stage = str(NEED.start)
    work.session.add(need)
    work.session.flush()
    work.record(actor, _need_written(need.id, new))
    return need.id


def rewrite_need(work: Work, actor: Actor, need_id: str, new: NewNeed) -> str:
    """Write a need anew while nobody has approved it; its unit stays."""
    need = queries.need_for_change(work.session, need_id)
    capacities.act(
        work,
        actor,
        Action.WRITE_NEED,
        _need_subject(work, need.id, need.unit_id),
        purchase=need.id,
    )
    stage = NEED.after(NeedStage(need.stage), Action.WRITE_NEED)
    enforce(checks.unit_unchanged(before=need.unit_id, after=new.unit_id))
    enforce(checks.estimate_present(new.estimate))
    _fill_need(need, new)
    need.stage = str(stage)
    # The last who wrote is the author: whoever changed it may not approve it either.
    need.written_by, need.written_at = actor.person, work.clock.now()
    need.returned_reason = None
    return work.record(actor, _need_written(need.id, new))


def return_need(work: Work, actor: Actor, need_id: str, reason: str) -> str:
    """Send a need back to its author, with the reason."""
    need = queries.need_for_change(work.session, need_id)
    capacities.act(
        work,
        actor,
        Action.RETURN_NEED,
        _need_subject(work, need.id, need.unit_id),
        purchase=need.id,
    )
    stage = NEED.after(NeedStage(need.stage), Action.RETURN_NEED)
    enforce(checks.reason_given(reason))
    need.stage, need.returned_reason = str(stage), reason
    return work.record(actor, NeedReturned(object=need.id, reason=reason))


def approve_need(work: Work, actor: Actor, need_id: str) -> str:
    """Approve a need that somebody else wrote (GPL 61, requirement 001)."""
    need = queries.need_for_change(work.session, need_id)
    subject = _need_subject(work, need.id, need.unit_id)
    capacities.act(work, actor, Action.APPROVE_NEED, subject, purchase=need.id)
    stage = NEED.after(NeedStage(need.stage), Action.APPROVE_NEED)
    authors = {person for person, role in subject.acted if role in checks.AUTHORS}
    enforce(checks.approved_by_another(approver=actor.person, authors=authors | {need.written_by}))
    need.stage, need.returned_reason = str(stage), None
    return work.record(actor, NeedApproved(object=need.id, author=need.written_by))


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


def make_plan(work: Work, actor: Actor, new: NewPlan, *, ocid_prefix: str) -> str:
    """Make one purchase of approved needs and reserve its budget to the cent (requirement 002).

    Whoever wrote or approved a need has a capacity in the purchase from here on, so that a pair
    which excludes them holds (GPL 61).
    """
    profile = profile_at(new.profile, work.clock.now())
    purchase_id = new_id("pur")
    needs = queries.needs_for_change(work.session, new.need_ids)
    _copy_capacities(work, (need.id for need in needs), purchase_id)
    subject = capacities.subject(
        work,
        "purchase",
        purchase_id,
        organization=new.buyer_id,
        purchase=purchase_id,
        profile=new.profile,
    )
    capacities.act(work, actor, Action.MAKE_PLAN, subject, purchase=purchase_id)
    after = [NEED.after(NeedStage(need.stage), Action.MAKE_PLAN) for need in needs]
    enforce(checks.needs_packaged(new.need_ids))
    for need in needs:
        enforce(checks.need_of_buyer(need_for=need.buyer_id, buyer=new.buyer_id))
        enforce(
            checks.survey_made(
                profile,
                category=Category(need.category),
                estimate=Money.of_minor(need.estimate_minor, need.currency),
                public_service=need.public_service,
                respondents=need.survey_respondents,
            )
        )
    enforce(checks.method_allowed(profile, method=new.method, basis=new.method_basis))
    enforce(checks.starts_ahead(new.planned_start_on, today=local_date(profile, work.clock.now())))
    line = queries.budget_line_for_change(work.session, new.budget_line_id)
    enforce(checks.budget_of_buyer(line_of=line.organization_id, buyer=new.buyer_id))
    enforce(checks.currencies_agree(line.currency, new.budget.currency, profile.currency))
    enforce(
        checks.budget_covers(
            amount=Money.of_minor(line.amount_minor, line.currency),
            reserved=Money.of_minor(line.reserved_minor, line.currency),
            wanted=new.budget,
        )
    )
    line.reserved_minor += new.budget.minor
    purchase = _new_purchase(work, actor, new, purchase_id, ocid_prefix)
    work.session.add(purchase)
    work.session.flush()
    for need, stage in zip(needs, after, strict=True):
        need.purchase_id, need.stage = purchase.id, str(stage)
    work.record(actor, _plan_made(purchase, new))
    return purchase.id


def approve_plan(work: Work, actor: Actor, purchase_id: str) -> str:
    """Approve a plan that somebody else made; from here on the public sees it."""
    purchase = queries.purchase_for_change(work.session, purchase_id)
    capacities.act(
        work,
        actor,
        Action.APPROVE_PLAN,
        purchase_subject(work, purchase),
        purchase=purchase.id,
    )
    stage = PURCHASE.after(PurchaseStage(purchase.stage), Action.APPROVE_PLAN)
    enforce(checks.approved_by_another(approver=actor.person, authors={purchase.made_by}))
    purchase.stage = str(stage)
    return work.record(
        actor,
        PlanApproved(
            object=purchase.id,
            ocid=purchase.ocid,
            title=Text(purchase.title_zh, purchase.title_en).as_record(),
            budget=Money.of_minor(purchase.budget_minor, purchase.currency).as_record(),
        ),
    )


def publish_intention(
    work: Work,
    actor: Actor,
    purchase_id: str,
    summary: Text,
    *,
    early_reason: str | None = None,
) -> str:
    """Say ahead what will be bought; a start before the lead time needs a reason (P01)."""
    purchase = queries.purchase_for_change(work.session, purchase_id)
    capacities.act(
        work,
        actor,
        Action.PUBLISH_INTENTION,
        purchase_subject(work, purchase),
        purchase=purchase.id,
    )
    stage = PURCHASE.after(PurchaseStage(purchase.stage), Action.PUBLISH_INTENTION)
    now = work.clock.now()
    profile = profile_at(purchase.profile, now)
    enforce(
        checks.intention_leads(
            profile,
            intended_on=local_date(profile, now),
            starts_on=purchase.planned_start_on,
            early_reason=early_reason,
        )
    )
    purchase.stage, purchase.intended_at = str(stage), now
    purchase.early_reason = early_reason
    return work.record(
        actor,
        IntentionPublished(
            object=purchase.id,
            ocid=purchase.ocid,
            buyer=purchase.buyer_id,
            title=Text(purchase.title_zh, purchase.title_en).as_record(),
            summary=summary.as_record(),
            category=purchase.category,
            budget=Money.of_minor(purchase.budget_minor, purchase.currency).as_record(),
            planned_start_on=purchase.planned_start_on.isoformat(),
            early_reason=early_reason,
        ),
    )


def profile_at(name: str, at: datetime) -> Profile:
    """The edition of a profile that is in force where the office is: what a tender will pin."""
    return profile_on(name, local_date(load_profile(name), at))


def purchase_subject(work: Work, purchase: Purchase) -> Subject:
    """What authority needs to know of a purchase."""
    return capacities.subject(
        work,
        "purchase",
        purchase.id,
        organization=purchase.buyer_id,
        purchase=purchase.id,
        profile=purchase.profile,
    )


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


def _need_subject(work: Work, need_id: str, unit_id: str) -> Subject:
    # A need has no purchase yet: until it has one its own id stands in for it, and `make_plan`
    # carries over who acted.
    return capacities.subject(work, "need", need_id, organization=unit_id, purchase=need_id)


def _copy_capacities(work: Work, needs: Iterable[str], purchase_id: str) -> None:
    rows = work.session.execute(
        select(Capacity.person_id, Capacity.role, Capacity.since).where(
            Capacity.purchase_id.in_(list(needs))
        )
    ).all()
    for person, role, since in rows:
        work.session.execute(
            insert(Capacity)
            .values(purchase_id=purchase_id, person_id=person, role=role, since=since)
            .on_conflict_do_nothing()
        )


def _fill_need(need: Need, new: NewNeed) -> None:
    need.unit_id, need.buyer_id = new.unit_id, new.buyer_id
    need.title_zh, need.title_en = new.title.zh, new.title.en
    need.specification_zh, need.specification_en = new.specification.zh, new.specification.en
    need.category = str(new.category)
    need.estimate_minor, need.currency = new.estimate.minor, new.estimate.currency
    need.public_service = new.public_service
    need.survey_respondents = new.survey_respondents


def _need_written(need_id: str, new: NewNeed) -> NeedWritten:
    return NeedWritten(
        object=need_id,
        unit=new.unit_id,
        buyer=new.buyer_id,
        title=new.title.as_record(),
        specification=new.specification.as_record(),
        category=str(new.category),
        estimate=new.estimate.as_record(),
        public_service=new.public_service,
        survey_respondents=new.survey_respondents,
    )


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


def _new_purchase(
    work: Work, actor: Actor, new: NewPlan, purchase_id: str, ocid_prefix: str
) -> Purchase:
    return Purchase(
        id=purchase_id,
        # The prefix is the publisher's, registered with the Open Contracting Partnership.
        ocid=f"{ocid_prefix}-{purchase_id.removeprefix('pur_')}",
        buyer_id=new.buyer_id,
        budget_line_id=new.budget_line_id,
        profile=new.profile,
        title_zh=new.title.zh,
        title_en=new.title.en,
        category=str(new.category),
        method=new.method,
        method_basis=new.method_basis,
        reserved_share=new.reserved_share,
        budget_minor=new.budget.minor,
        reserved_minor=new.budget.minor,
        currency=new.budget.currency,
        stage=str(PURCHASE.start),
        planned_start_on=new.planned_start_on,
        is_sample=new.is_sample,
        made_by=actor.person,
        created_at=work.clock.now(),
    )


def _plan_made(purchase: Purchase, new: NewPlan) -> PlanMade:
    return PlanMade(
        object=purchase.id,
        ocid=purchase.ocid,
        buyer=new.buyer_id,
        needs=sorted(new.need_ids),
        budget_line=new.budget_line_id,
        budget=new.budget.as_record(),
        profile=new.profile,
        title=new.title.as_record(),
        category=str(new.category),
        method=new.method,
        method_basis=new.method_basis,
        reserved_share=str(new.reserved_share),
        planned_start_on=new.planned_start_on.isoformat(),
    )
