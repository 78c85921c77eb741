"""Budget lines: which approved needs lack one, and what finance allots."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.buyer.forms import AllotForm
from app.buyer.standing import cited, name_of, profiles_on
from app.buyer.views import AllotPage, BudgetNeed, BudgetsPage, LineRow
from app.container import Container
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import trying
from app.web.language import say
from app.web.pages import page
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, Audience, NeedStage, Role
from procurement.authority import Subject, may
from procurement.parties import queries as parties
from procurement.plans import queries as plans
from procurement.plans import services as use
from procurement.plans.models import BudgetLine, Need
from procurement.profiles.timetable import local_date


def budget_pages(routes: Blueprint, container: Container) -> None:
    """The pages of budget lines."""

    @routes.get("/budgets")
    @open_to(Audience.FINANCE)
    def budgets() -> Response:
        year = _year(container)
        with container.journal.read() as work:
            lines = plans.budget_lines_of_year(work.session, year)
            return page(
                "buyer/budgets.html",
                BudgetsPage(
                    year=year,
                    needs=needs_with_cover(work, year),
                    lines=[_line(work, line) for line in lines],
                    may_allot=may(actor(), Action.ALLOT_BUDGET, Subject("budget_line", "new")),
                ),
            )

    @routes.get("/budgets/new")
    @open_to(Audience.FINANCE)
    def new_line() -> Response:
        with container.journal.read() as work:
            need = _need_asked(work, _year(container))
            form = AllotForm(
                {
                    "organization": need.buyer_id if need else None,
                    "year": _year(container),
                    "amount": need.estimate if need else None,
                }
            )
            _offer(work, form)
            return page("buyer/allot.html", AllotPage(form, _cites(container), need))

    @routes.post("/budgets")
    @open_to(Audience.FINANCE)
    def allot() -> AnyResponse:
        form = AllotForm(sent=True)
        with container.journal.read() as work:
            _offer(work, form)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    use.allot_budget(work, actor(), form.command())
                return redirect(url_for(".budgets"), 303)
        return page("buyer/allot.html", AllotPage(form, _cites(container)), status=422)


def needs_with_cover(work: Work, year: int) -> list[BudgetNeed]:
    """The approved needs, the oldest first, each with whether a line of its buyer covers it.

    Needs use up what is left in their order: two of them are not covered by one amount.
    """
    left: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in plans.budget_lines_of_year(work.session, year):
        left[line.organization_id, line.currency].append(line.amount_minor - line.reserved_minor)
    return [
        _with_cover(work, need, left[need.buyer_id, need.currency])
        for need in plans.needs_in_stage(work.session, NeedStage.APPROVED)
    ]


def _with_cover(work: Work, need: Need, left: list[int]) -> BudgetNeed:
    fitting = sorted(amount for amount in left if amount >= need.estimate_minor)
    if fitting:
        left.remove(fitting[0])
        left.append(fitting[0] - need.estimate_minor)
    return BudgetNeed(
        need.id,
        Text(need.title_zh, need.title_en),
        need.buyer_id,
        name_of(work, need.buyer_id),
        Money.of_minor(need.estimate_minor, need.currency),
        covered=bool(fitting),
    )


def _need_asked(work: Work, year: int) -> BudgetNeed | None:
    """The need for which a line is wanted, where the address names one that waits."""
    asked = request.args.get("need", "")
    return next((need for need in needs_with_cover(work, year) if need.id == asked), None)


def _line(work: Work, line: BudgetLine) -> LineRow:
    return LineRow(
        name_of(work, line.organization_id),
        line.code,
        Money.of_minor(line.amount_minor, line.currency),
        Money.of_minor(line.reserved_minor, line.currency),
        Money.of_minor(line.amount_minor - line.reserved_minor, line.currency),
    )


def _offer(work: Work, form: AllotForm) -> None:
    form.organization.items = [
        (one.id, say(Text(one.name_zh, one.name_en)))
        for one in parties.organizations_with_role(work.session, Role.OFFICER)
    ]


def _cites(container: Container) -> Text | None:
    profile = profiles_on(container.clock.now(), demo=container.settings.demo)[0]
    return cited(profile, profile.budget_first.cites)


def _year(container: Container) -> int:
    now = container.clock.now()
    return local_date(profiles_on(now, demo=container.settings.demo)[0], now).year
