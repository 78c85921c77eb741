"""Needs: written by a using unit, approved or returned by another person."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.buyer import words
from app.buyer.drafted import began
from app.buyer.forms import NeedForm, ReasonForm
from app.buyer.history import happened
from app.buyer.lists import PAGE_ROWS, Asked, asked, sliced
from app.buyer.standing import (
    buyers_of,
    cited,
    may_with_need,
    name_of,
    person_name,
    profiles_on,
    seen_need,
    units_of,
)
from app.buyer.views import NeedFormPage, NeedPage, NeedRow, NeedsPage, SurveyRule
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
from kernel.vocabulary import Action, Actor, Audience, NeedStage, Role
from procurement.parties import queries as parties
from procurement.plans import queries as plans
from procurement.plans import rules
from procurement.plans import services as use
from procurement.plans.models import Need
from procurement.profiles import Category, Profile

DRAFT = "need"
_OPEN_STAGES = frozenset({NeedStage.WRITTEN, NeedStage.RETURNED})


def need_pages(routes: Blueprint, container: Container) -> None:
    """The pages of needs."""

    @routes.get("/needs")
    @open_to(Audience.BUYER)
    def needs() -> Response:
        with container.journal.read() as work:
            return page("buyer/needs.html", _list(work, actor(), asked(words.NEED_STAGES)))

    @routes.get("/needs/new")
    @open_to(Audience.BUYER)
    def new_need() -> Response:
        with container.journal.read() as work:
            form, kept = began(work, actor().person, DRAFT, "new", NeedForm())
            return _form_page(work, form, None, restored_at=kept.saved_at if kept else None)

    @routes.post("/needs")
    @open_to(Audience.BUYER)
    def write_need() -> AnyResponse:
        form = _offered(container, NeedForm(sent=True))
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    need = use.write_need(work, actor(), form.command())
                    drafts.drop(work, actor().person, DRAFT, "new")
                return redirect(url_for(".need", need=need), 303)
        with container.journal.read() as work:
            return _form_page(work, form, None, status=422)

    @routes.get("/needs/<need>")
    @open_to(Audience.BUYER)
    def need(need: str) -> Response:
        with container.journal.read() as work:
            return page("buyer/need.html", _one(work, need, ReasonForm()))

    @routes.get("/needs/<need>/edit")
    @open_to(Audience.BUYER)
    def edit_need(need: str) -> Response:
        with container.journal.read() as work:
            row = seen_need(actor(), plans.need(work.session, need))
            if (closed := _why_not(work, actor(), row)) is not None:
                return page("buyer/need.html", _one(work, need, ReasonForm(), closed))
            form, kept = began(work, actor().person, DRAFT, need, NeedForm(_written(row)))
            return _form_page(work, form, row, restored_at=kept.saved_at if kept else None)

    @routes.post("/needs/<need>")
    @open_to(Audience.BUYER)
    def rewrite_need(need: str) -> AnyResponse:
        with container.journal.read() as work:
            row = seen_need(actor(), plans.need(work.session, need))
        form = _offered(container, NeedForm(sent=True))
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    use.rewrite_need(work, actor(), need, form.command())
                    drafts.drop(work, actor().person, DRAFT, need)
                return redirect(url_for(".need", need=need), 303)
        with container.journal.read() as work:
            return _form_page(work, form, row, status=422)

    @routes.post("/needs/<need>/approve")
    @open_to(Audience.BUYER)
    def approve_need(need: str) -> AnyResponse:
        with container.journal.read() as work:
            seen_need(actor(), plans.need(work.session, need))
        with container.journal.write() as work:
            use.approve_need(work, actor(), need)
        return redirect(url_for(".need", need=need), 303)

    @routes.post("/needs/<need>/return")
    @open_to(Audience.BUYER)
    def return_need(need: str) -> AnyResponse:
        with container.journal.read() as work:
            seen_need(actor(), plans.need(work.session, need))
        form = ReasonForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    use.return_need(work, actor(), need, form.reason.data)
                return redirect(url_for(".need", need=need), 303)
        with container.journal.read() as work:
            return page("buyer/need.html", _one(work, need, form), status=422)

    def _form_page(
        work: Work,
        form: NeedForm,
        row: Need | None,
        *,
        status: int = 200,
        restored_at: object = None,
    ) -> Response:
        _offer(work, form)
        return page(
            "buyer/need_form.html",
            NeedFormPage(
                form=form,
                action=url_for(".rewrite_need", need=row.id) if row else url_for(".write_need"),
                draft=url_for("drafts.save", kind=DRAFT, subject=row.id if row else "new"),
                survey=survey_rule(_profile(container)),
                need=row.id if row else None,
                returned_reason=row.returned_reason if row else None,
                restored_at=restored_at,  # type: ignore[arg-type]
            ),
            status=status,
        )

    def _one(work: Work, id: str, back: ReasonForm, closed: Text | None = None) -> NeedPage:
        shown = _view(work, actor(), plans.need(work.session, id), back, _profile(container))
        return replace(shown, closed=closed)


def _why_not(work: Work, who: Actor, row: Need) -> Text | None:
    """Why the person cannot write the need anew now; None where it can be done."""
    if NeedStage(row.stage) not in _OPEN_STAGES:
        return words.NEED_CLOSED[NeedStage(row.stage)]
    if not may_with_need(work, who, Action.WRITE_NEED, row):
        return words.NEED_OF_OTHERS
    return None


def _profile(container: Container) -> Profile:
    return profiles_on(container.clock.now(), demo=container.settings.demo)[0]


def survey_rule(profile: Profile) -> SurveyRule:
    """When a survey must come first, by the rules for purchases that are planned now."""
    return SurveyRule(
        goods=profile.survey_from.value,
        works=profile.survey_from_works.value,
        respondents=profile.survey_respondents_min.value,
        cites=cited(profile, profile.survey_from.cites),
    )


def _offered(container: Container, form: NeedForm) -> NeedForm:
    with container.journal.read() as work:
        _offer(work, form)
    return form


def _offer(work: Work, form: NeedForm) -> None:
    own = sorted(actor().organizations(Role.USING_UNIT))
    buyers = [
        (one.id, say(Text(one.name_zh, one.name_en)))
        for one in parties.organizations_with_role(work.session, Role.OFFICER)
    ]
    # Who bought for the unit last most likely buys again: a wrong buyer never hears of the need.
    earlier = plans.needs_listed(work.session, units=own, buyers=(), limit=1)
    form.offer(
        [(id, say(name_of(work, id))) for id in own],
        buyers,
        likely=earlier[0].buyer_id if earlier else None,
    )


def _list(work: Work, who: Actor, question: Asked) -> NeedsPage:
    """A page of the list; what waits for the person is counted over all of it."""
    units, buyers = units_of(who), buyers_of(who)
    found = plans.needs_listed(
        work.session,
        units=units,
        buyers=buyers,
        stage=question.stage,
        words=question.terms,
        after=question.after,
        limit=PAGE_ROWS + 1,
    )
    question, rows = sliced(question, found)
    written = plans.needs_seen_by(
        work.session, units=units, buyers=buyers, stages=(NeedStage.WRITTEN,)
    )
    return NeedsPage(
        mine=[need_row(work, row) for row in rows],
        to_approve=sum(may_with_need(work, who, Action.APPROVE_NEED, row) for row in written),
        to_plan=[
            need_row(work, row)
            for buyer in sorted(who.organizations(Role.OFFICER))
            for row in plans.needs_for_buyer(work.session, buyer)
        ],
        may_write=who.has(Role.USING_UNIT),
        may_plan=who.has(Role.OFFICER),
        asked=question,
    )


def need_row(work: Work, row: Need) -> NeedRow:
    """A need as lists show it."""
    stage = NeedStage(row.stage)
    return NeedRow(
        row.id,
        Text(row.title_zh, row.title_en),
        name_of(work, row.unit_id),
        Money.of_minor(row.estimate_minor, row.currency),
        stage,
        words.NEED_STAGES[stage],
        row.written_at,
    )


def _view(work: Work, who: Actor, row: Need, back: ReasonForm, profile: Profile) -> NeedPage:
    seen_need(who, row)
    stage = NeedStage(row.stage)
    estimate = Money.of_minor(row.estimate_minor, row.currency)
    own = row.written_by == who.person
    may_approve = stage is NeedStage.WRITTEN and may_with_need(work, who, Action.APPROVE_NEED, row)
    return NeedPage(
        id=row.id,
        title=Text(row.title_zh, row.title_en),
        specification=Text(row.specification_zh, row.specification_en),
        unit=name_of(work, row.unit_id),
        buyer=name_of(work, row.buyer_id),
        category=words.CATEGORIES[Category(row.category)],
        estimate=estimate,
        stage=stage,
        state=words.NEED_STAGES[stage],
        author=person_name(work, row.written_by),
        written_at=row.written_at,
        survey_needed=rules.survey_needed(
            profile=profile,
            estimate=estimate,
            category=Category(row.category),
            public_interest=row.public_service,
        ),
        survey_respondents=row.survey_respondents,
        surveyed_on=row.surveyed_on,
        survey=survey_rule(profile),
        public_service=row.public_service,
        comment_opened_on=row.comment_opened_on,
        returned_reason=row.returned_reason,
        may_edit=stage in _OPEN_STAGES and may_with_need(work, who, Action.WRITE_NEED, row),
        may_approve=may_approve and not own,
        may_return=stage in (NeedStage.WRITTEN, NeedStage.APPROVED)
        and may_with_need(work, who, Action.RETURN_NEED, row),
        own_work=may_approve and own,
        apart=cited(profile, profile.author_apart_from_approver.cites),
        may_plan=stage is NeedStage.APPROVED and row.buyer_id in who.organizations(Role.OFFICER),
        plan=row.purchase_id if row.buyer_id in buyers_of(who) else None,
        back=back,
        record=happened(work, [row.id]),
    )


def _written(row: Need) -> dict[str, object]:
    return {
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "category": row.category,
        "specification_zh": row.specification_zh,
        "specification_en": row.specification_en,
        "estimate": Money.of_minor(row.estimate_minor, row.currency),
        "unit": row.unit_id,
        "buyer": row.buyer_id,
        "public_service": row.public_service,
        "comment_opened_on": row.comment_opened_on,
        "survey_respondents": row.survey_respondents or None,
        "surveyed_on": row.surveyed_on,
    }
