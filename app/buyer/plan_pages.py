"""Plans: approved needs made into one purchase, approved by another, announced ahead."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from app.buyer import words
from app.buyer.drafted import began
from app.buyer.forms import IntentionForm, PlanForm
from app.buyer.history import happened
from app.buyer.lists import PAGE_ROWS, Asked, asked, sliced
from app.buyer.need_pages import need_row
from app.buyer.standing import (
    buyers_of,
    cited,
    may_with_purchase,
    name_of,
    person_name,
    profiles_on,
    seen_purchase,
)
from app.buyer.views import PlanFormPage, PlanPage, PlanRow, PlansPage, Suggestion
from app.container import Container
from app.drafts import services as drafts
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import trying
from app.web.language import say
from app.web.pages import page
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, Actor, Audience, NeedStage, PurchaseStage, Role
from procurement.plans import queries as plans
from procurement.plans import services as use
from procurement.plans.models import Need, Purchase
from procurement.plans.standing import calendar_of, profile_at
from procurement.profiles import Category, Profile
from procurement.profiles.timetable import local_date, period
from procurement.tenders import queries as tenders
from reports import amounts

DRAFT = "plan"


def plan_pages(routes: Blueprint, container: Container) -> None:
    """The pages of plans."""

    @routes.get("/plans", endpoint="plans")
    @open_to(Audience.BUYER)
    def plans_list() -> Response:
        with container.journal.read() as work:
            return page("buyer/plans.html", _list(work, actor(), asked(words.PURCHASE_STAGES)))

    @routes.get("/plans/new")
    @open_to(Audience.BUYER)
    def new_plan() -> Response:
        with container.journal.read() as work:
            _officer()
            chosen = _chosen(work)
            form, _kept = began(
                work, actor().person, DRAFT, _subject(chosen), PlanForm(_suggested(chosen))
            )
            return _form_page(work, form, chosen)

    @routes.post("/plans")
    @open_to(Audience.BUYER)
    def make_plan() -> AnyResponse:
        form = PlanForm(sent=True)
        with container.journal.read() as work:
            _officer()
            _offer(work, form)
            chosen = [plans.need(work.session, id) for id in form.needs.chosen]
        if form.valid():
            buyer = next((need.buyer_id for need in chosen), "")
            command = form.command(buyer, is_sample=container.settings.demo)
            with trying(form):
                with container.journal.write() as work:
                    made = use.make_plan(
                        work, actor(), command, ocid_prefix=container.settings.ocid_prefix
                    )
                    drafts.drop(work, actor().person, DRAFT, _subject(chosen))
                return redirect(url_for(".plan", plan=made), 303)
        with container.journal.read() as work:
            return _form_page(work, form, chosen, status=422)

    @routes.get("/plans/<plan>")
    @open_to(Audience.BUYER)
    def plan(plan: str) -> Response:
        with container.journal.read() as work:
            row = seen_purchase(actor(), plans.purchase(work.session, plan))
            form, _kept = began(
                work, actor().person, "intention", plan, IntentionForm(_announced(work, row))
            )
            return page("buyer/plan.html", _view(work, actor(), row, form))

    @routes.post("/plans/<plan>/approve")
    @open_to(Audience.BUYER)
    def approve_plan(plan: str) -> AnyResponse:
        with container.journal.read() as work:
            seen_purchase(actor(), plans.purchase(work.session, plan))
        with container.journal.write() as work:
            use.approve_plan(work, actor(), plan)
        return redirect(url_for(".plan", plan=plan), 303)

    @routes.post("/plans/<plan>/intention")
    @open_to(Audience.BUYER)
    def publish_intention(plan: str) -> AnyResponse:
        with container.journal.read() as work:
            row = seen_purchase(actor(), plans.purchase(work.session, plan))
        form = IntentionForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    use.publish_intention(
                        work,
                        actor(),
                        plan,
                        form.text("summary"),
                        early_reason=form.early_reason.data,
                        starts_on=form.starts_on.data,
                    )
                    drafts.drop(work, actor().person, "intention", plan)
                return redirect(url_for(".plan", plan=plan), 303)
        with container.journal.read() as work:
            row = seen_purchase(actor(), plans.purchase(work.session, plan))
            return page("buyer/plan.html", _view(work, actor(), row, form), status=422)

    def _form_page(
        work: Work, form: PlanForm, chosen: list[Need], *, status: int = 200
    ) -> Response:
        _offer(work, form)
        now = container.clock.now()
        profile = profiles_on(now, demo=container.settings.demo)[0]
        lead = profile.intention_lead_days
        today = local_date(profile, now)
        return page(
            "buyer/plan_form.html",
            PlanFormPage(
                form=form,
                suggestion=suggestion(profile, _total(chosen)),
                lead_days=lead.value,
                earliest_start_on=period(profile, calendar_of(profile), lead, today).on,
                lead_cites=cited(profile, lead.cites),
                budget_cites=cited(profile, profile.budget_first.cites),
                has_lines=bool(form.budget_line.items),
                draft=url_for("drafts.save", kind=DRAFT, subject=_subject(chosen)),
            ),
            status=status,
        )

    def _offer(work: Work, form: PlanForm) -> None:
        buyers = sorted(actor().organizations(Role.OFFICER))
        needs = [
            (
                need.id,
                say(Text(need.title_zh, need.title_en)),
                amounts.amount(Money.of_minor(need.estimate_minor, need.currency), "zh"),
            )
            for buyer in buyers
            for need in plans.needs_for_buyer(work.session, buyer, (NeedStage.APPROVED,))
        ]
        profiles = profiles_on(container.clock.now(), demo=container.settings.demo)
        year = local_date(profiles[0], container.clock.now()).year
        lines = [
            (
                line.id,
                f"{line.code}（{_left(line.amount_minor - line.reserved_minor, line.currency)}）",
            )
            for buyer in buyers
            for line in plans.budget_lines(work.session, buyer, year)
            if line.amount_minor > line.reserved_minor
        ]
        form.offer(needs, lines, [(one.name, say(one.title)) for one in profiles])


def suggestion(profile: Profile, budget: Money | None) -> Suggestion:
    """Which method the rules lead to for an amount, and whether it is reserved for small firms."""
    threshold = profile.open_tender_from
    same = budget is not None and budget.currency == threshold.value.currency
    return Suggestion(
        open_from=threshold.value,
        reserve_up_to=profile.reserve_up_to.value,
        share_min_percent=f"{profile.reserved_share_min.value * 100:.0f}",
        must_be_open=budget >= threshold.value if budget is not None and same else None,
        cites=cited(profile, threshold.cites),
        reserve_cites=cited(profile, profile.reserve_up_to.cites),
    )


def _officer() -> None:
    if not actor().has(Role.OFFICER):
        raise Forbidden


def _left(minor: int, currency: str) -> str:
    return amounts.amount(Money.of_minor(minor, currency), "zh")


def _chosen(work: Work) -> list[Need]:
    """The needs that the address names and that may be planned."""
    asked = request.args.getlist("need")[:50]
    return [
        need
        for buyer in sorted(actor().organizations(Role.OFFICER))
        for need in plans.needs_for_buyer(work.session, buyer, (NeedStage.APPROVED,))
        if need.id in asked
    ]


def _subject(chosen: list[Need]) -> str:
    return min((need.id for need in chosen), default="new")


def _total(chosen: list[Need]) -> Money | None:
    if not chosen or len({need.currency for need in chosen}) > 1:
        return None
    return Money.of_minor(sum(need.estimate_minor for need in chosen), chosen[0].currency)


def _suggested(chosen: list[Need]) -> dict[str, object]:
    if not chosen:
        return {"method": "open"}
    first = chosen[0]
    return {
        "needs": [need.id for need in chosen],
        "title_zh": first.title_zh,
        "title_en": first.title_en,
        "category": first.category,
        "budget": _total(chosen),
        "method": "open",
    }


def _list(work: Work, who: Actor, question: Asked) -> PlansPage:
    found = plans.purchases_listed(
        work.session,
        buyers_of(who),
        stage=question.stage,
        words=question.terms,
        after=question.after,
        limit=PAGE_ROWS + 1,
    )
    question, rows = sliced(question, found)
    waiting = [
        need
        for buyer in sorted(who.organizations(Role.OFFICER))
        for need in plans.needs_for_buyer(work.session, buyer)
    ]
    return PlansPage(
        plans=[plan_row(row) for row in rows],
        needs_waiting=len(waiting),
        may_plan=who.has(Role.OFFICER),
        asked=question,
    )


def plan_row(row: Purchase) -> PlanRow:
    """A purchase as lists show it."""
    stage = PurchaseStage(row.stage)
    return PlanRow(
        row.id,
        row.ocid,
        Text(row.title_zh, row.title_en),
        Money.of_minor(row.budget_minor, row.currency),
        stage,
        words.PURCHASE_STAGES[stage],
        row.planned_start_on,
    )


def _announced(work: Work, row: Purchase) -> dict[str, object]:
    """The intention as the needs already say it."""
    needs = plans.needs_of_purchase(work.session, row.id)
    profile = profile_at(row.profile, work.clock.now())
    return {
        "starts_on": max(row.planned_start_on, _earliest(profile, work.clock.now())),
        "summary_zh": "\n".join(need.specification_zh for need in needs),
        "summary_en": "\n".join(need.specification_en for need in needs if need.specification_en),
    }


def _view(work: Work, who: Actor, row: Purchase, form: IntentionForm) -> PlanPage:
    stage = PurchaseStage(row.stage)
    profile = profile_at(row.profile, work.clock.now())
    tender = tenders.tender_of_purchase(work.session, row.id)
    needs = plans.needs_of_purchase(work.session, row.id)
    may_approve = stage is PurchaseStage.PLANNED and may_with_purchase(
        work, who, Action.APPROVE_PLAN, row
    )
    own = row.made_by == who.person
    return PlanPage(
        id=row.id,
        number=row.ocid,
        title=Text(row.title_zh, row.title_en),
        buyer=name_of(work, row.buyer_id),
        category=words.CATEGORIES[Category(row.category)],
        method=words.METHODS.get(row.method, Text(row.method)),
        method_basis=row.method_basis,
        budget=Money.of_minor(row.budget_minor, row.currency),
        line=plans.budget_line(work.session, row.budget_line_id).code,
        rules=profile.title,
        rules_profile=profile.name,
        stage=stage,
        state=words.PURCHASE_STAGES[stage],
        planned_start_on=row.planned_start_on,
        made_by=person_name(work, row.made_by),
        intended_at=row.intended_at,
        early_reason=row.early_reason,
        ended_reason=row.ended_reason,
        needs=[need_row(work, need) for need in needs],
        may_approve=may_approve and not own,
        own_work=may_approve and own,
        apart=cited(profile, profile.author_apart_from_approver.cites),
        may_intend=stage is PurchaseStage.APPROVED
        and may_with_purchase(work, who, Action.PUBLISH_INTENTION, row),
        may_draft=stage in (PurchaseStage.APPROVED, PurchaseStage.INTENDED)
        and tender is None
        and may_with_purchase(work, who, Action.DRAFT_TENDER, row),
        tender=tender.id if tender else None,
        lead_days=profile.intention_lead_days.value,
        lead_cites=cited(profile, profile.intention_lead_days.cites),
        earliest_start_on=_earliest(profile, row.intended_at or work.clock.now()),
        intention=form,
        record=happened(work, [row.id]),
    )


def _earliest(profile: Profile, intended_at: datetime) -> date:
    lead = profile.intention_lead_days
    return period(profile, calendar_of(profile), lead, local_date(profile, intended_at)).on
