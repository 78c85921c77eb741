"""Plans: approved needs made into one purchase, approved, and announced as an intention."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from journal.work import Work
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import enforce
from kernel.text import Text
from kernel.vocabulary import Action, Actor, NeedStage, PurchaseStage
from procurement.parties import capacities
from procurement.parties.models import Capacity
from procurement.plans import checks, queries, rules
from procurement.plans.commands import OPEN, NewPlan
from procurement.plans.entries import (
    IntentionPublished,
    PlanApproved,
    PlanMade,
)
from procurement.plans.models import Need, Purchase
from procurement.plans.stages import NEED, PURCHASE
from procurement.plans.standing import calendar_of, profile_at, purchase_subject
from procurement.profiles import Category, Profile
from procurement.profiles.timetable import local_date


def make_plan(work: Work, actor: Actor, new: NewPlan, *, ocid_prefix: str) -> str:
    """Make one purchase of approved needs and reserve its budget to the cent (requirement 002).

    Whoever wrote or approved a need has a capacity in the purchase from here on, so that a pair
    which excludes them holds (GPL 61).
    """
    profile = profile_at(new.profile, work.clock.now())
    today = local_date(profile, work.clock.now())
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
    estimated = (need.currency for need in needs)
    enforce(checks.currencies_agree(profile.currency, new.budget.currency, *estimated))
    for need in needs:
        enforce(checks.need_of_buyer(need_for=need.buyer_id, buyer=new.buyer_id))
        _require_surveyed(profile, need, today)
    enforce(
        rules.method_approved(
            profile=profile,
            open_tender=new.method == OPEN,
            budget=new.budget,
            approval=new.method_basis,
        )
    )
    enforce(checks.starts_ahead(new.planned_start_on, today=today))
    line = queries.budget_line_for_change(work.session, new.budget_line_id)
    enforce(checks.budget_of_buyer(line_of=line.organization_id, buyer=new.buyer_id))
    enforce(checks.currencies_agree(line.currency, new.budget.currency))
    enforce(checks.budget_wanted(new.budget))
    available = Money.of_minor(line.amount_minor - line.reserved_minor, line.currency)
    enforce(rules.budget_suffices(profile=profile, available=available, wanted=new.budget))
    suspected = _splitting_suspected(work, profile, new)
    line.reserved_minor += new.budget.minor
    purchase = _new_purchase(work, actor, new, purchase_id, ocid_prefix)
    work.session.add(purchase)
    work.session.flush()
    for need, stage in zip(needs, after, strict=True):
        need.purchase_id, need.stage = purchase.id, str(stage)
    work.record(actor, _plan_made(purchase, new, suspected))
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
    enforce(
        rules.author_is_not_approver(
            profile=profile_at(purchase.profile, work.clock.now()),
            author=purchase.made_by,
            approver=actor.person,
        )
    )
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
    starts_on: date | None = None,
) -> str:
    """Say ahead what will be bought; a start before the lead time needs a reason (P01).

    `starts_on` puts the planned start off, where the plan was too hopeful; never forward.
    """
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
    start = starts_on or purchase.planned_start_on
    enforce(checks.put_off_only(start, planned=purchase.planned_start_on))
    enforce(
        rules.intention_led(
            profile=profile,
            calendar=calendar_of(profile),
            intended_on=local_date(profile, now),
            starts_on=start,
            reason=early_reason or "",
        )
    )
    purchase.planned_start_on = start
    purchase.stage, purchase.intended_at = str(stage), now
    purchase.early_reason = early_reason
    show_needs(work, purchase.id)
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


def show_needs(work: Work, purchase_id: str) -> None:
    """The needs of a purchase are public from now on, if they were not before.

    Part of the use cases that publish: the intention, or the notice where there was none.
    """
    for need in queries.needs_of_purchase(work.session, purchase_id):
        need.public_at = need.public_at or work.clock.now()


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


def _require_surveyed(profile: Profile, need: Need, today: date) -> None:
    """The survey and the public's word that a need of this kind and size rests on."""
    needed = rules.survey_needed(
        profile=profile,
        estimate=Money.of_minor(need.estimate_minor, need.currency),
        category=Category(need.category),
        public_interest=need.public_service,
    )
    enforce(
        rules.survey_suffices(
            profile=profile,
            needed=needed,
            respondents=need.survey_respondents,
            surveyed_on=need.surveyed_on,
            on=today,
        )
    )
    enforce(
        rules.public_comment_held(
            profile=profile,
            public_service=need.public_service,
            comment_opened=need.comment_opened_on is not None,
        )
    )


def _splitting_suspected(work: Work, profile: Profile, new: NewPlan) -> bool:
    """Whether the year's purchases by other methods look split (GPR art. 28, requirement 004).

    It is written into the entry for supervisors to see and bars nothing: the law lets an
    approval explain it.
    """
    if new.method == OPEN:
        return False
    earlier = queries.planned_other_than_open(
        work.session, new.budget_line_id, str(new.category), new.budget.currency
    )
    refusal = rules.splitting_suspected(
        profile=profile, earlier_non_open=earlier, wanted=new.budget
    )
    return refusal is not None


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


def _plan_made(purchase: Purchase, new: NewPlan, suspected: bool) -> PlanMade:
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
        splitting_suspected=suspected,
    )
