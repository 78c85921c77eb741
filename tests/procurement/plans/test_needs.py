"""Needs and budgets: two people, and never below what is reserved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import Action, Grant, NeedStage, Role
from procurement.plans import queries, services
from procurement.plans.commands import Allotment
from procurement.plans.models import BudgetLine
from tests.procurement.tenders.town import BUYER, FIRM, UNIT, Town, cny


def refused_with(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{code} ")


def test_a_need_is_written_and_approved_by_two(town: Town) -> None:
    need = town.approved_need()
    with town.journal.read() as work:
        found = queries.need(work.session, need)
    assert found.stage == NeedStage.APPROVED
    (entry,) = town.entries(Action.WRITE_NEED)
    assert entry["body.title"] == ("public", '{"en":"Desks and chairs","zh":"课桌椅"}')
    assert entry["actor"][0] == "personal"


@pytest.mark.parametrize("who", ["unit_approver", "officer", "finance", "supplier"])
def test_only_the_using_unit_writes_a_need(town: Town, who: str) -> None:
    with refused_with("not_authorised"):
        town.write_need(who)
    assert town.entries(Action.WRITE_NEED) == []


def test_nobody_writes_a_need_of_another_unit(town: Town) -> None:
    with refused_with("not_authorised"):
        town.write_need(unit_id=town.organizations[FIRM])


def test_a_need_costs_something(town: Town) -> None:
    with refused_with("estimate_missing"):
        town.write_need(estimate=cny("0.00"))


@pytest.mark.parametrize("who", ["author", "colleague", "officer", "approver"])
def test_only_the_units_approver_approves(town: Town, who: str) -> None:
    need = town.write_need()
    with refused_with("not_authorised"), town.work() as work:
        services.approve_need(work, town.actors[who], need)


def both_roles(town: Town, who: str) -> None:
    """Somebody in a small county who writes needs and approves those of others."""
    actor, unit = town.actors[who], town.organizations[UNIT]
    both = {Grant(Role.USING_UNIT, unit), Grant(Role.UNIT_APPROVER, unit)}
    town.actors[who] = replace(actor, grants=frozenset(both))


def test_the_author_does_not_approve_the_own_need(town: Town) -> None:
    both_roles(town, "author")
    need = town.write_need()
    with refused_with("own_work_approved") as refused, town.work() as work:
        services.approve_need(work, town.actors["author"], need)
    assert refused.value.refusal.cites == ("GPL art. 61",)


def test_who_wrote_an_earlier_version_is_its_author_too(town: Town) -> None:
    both_roles(town, "author")
    need = town.write_need()
    with town.work() as work:
        services.rewrite_need(work, town.actors["colleague"], need, town.new_need())
    with refused_with("own_work_approved"), town.work() as work:
        services.approve_need(work, town.actors["author"], need)


def test_who_writes_needs_may_approve_anothers(town: Town) -> None:
    both_roles(town, "author")
    need = town.write_need("colleague")
    with town.work() as work:
        services.approve_need(work, town.actors["author"], need)


def test_a_returned_need_is_written_anew(town: Town) -> None:
    need = town.write_need()
    with town.work() as work:
        services.return_need(work, town.actors["unit_approver"], need, "数量不清楚")
    with refused_with("wrong_stage"), town.work() as work:
        services.approve_need(work, town.actors["unit_approver"], need)
    with town.work() as work:
        services.rewrite_need(
            work, town.actors["author"], need, town.new_need(title=Text("课桌椅五百套"))
        )
    with town.journal.read() as work:
        found = queries.need(work.session, need)
    assert (found.title_zh, found.stage, found.returned_reason) == (
        "课桌椅五百套",
        NeedStage.WRITTEN,
        None,
    )


def test_a_return_needs_a_reason(town: Town) -> None:
    need = town.write_need()
    with refused_with("reason_missing"), town.work() as work:
        services.return_need(work, town.actors["unit_approver"], need, " ")


def test_a_need_stays_with_its_unit(town: Town) -> None:
    need = town.write_need()
    moved = town.new_need(unit_id=town.organizations[FIRM])
    with refused_with("unit_changed"), town.work() as work:
        services.rewrite_need(work, town.actors["author"], need, moved)


def test_an_approved_need_is_not_rewritten(town: Town) -> None:
    need = town.approved_need()
    with refused_with("wrong_stage"), town.work() as work:
        services.rewrite_need(work, town.actors["author"], need, town.new_need())


def test_a_need_that_does_not_exist_is_not_found(town: Town) -> None:
    with pytest.raises(NotFound), town.work() as work:
        services.approve_need(work, town.actors["unit_approver"], "need_none")


def test_a_surveyed_need_says_when(town: Town) -> None:
    town.write_need(survey_respondents=3, surveyed_on=date(2026, 1, 5))
    (entry,) = town.entries(Action.WRITE_NEED)
    assert entry["body.surveyed_on"] == ("public", '"2026-01-05"')


# Budget


def test_finance_allots_and_raises_a_line(town: Town) -> None:
    line = town.allot("1000000.00")
    assert town.allot("1200000.00") == line
    first, second = town.entries(Action.ALLOT_BUDGET)
    assert first["body.before"] == ("public", "null")
    assert second["body.before"][1] == '{"amount":"1000000.00","currency":"CNY"}'


@pytest.mark.parametrize("who", ["officer", "author", "approver"])
def test_only_finance_allots(town: Town, who: str) -> None:
    new = Allotment(town.organizations[BUYER], "2050201", 2026, cny("1.00"))
    with refused_with("not_authorised"), town.work() as work:
        services.allot_budget(work, town.actors[who], new)


def test_a_line_is_not_cut_below_what_is_reserved(town: Town) -> None:
    town.planned()
    with refused_with("allotment_below_reserved"):
        town.allot("999999.99")
    town.allot("1000000.00")


def test_the_database_itself_holds_the_line(town: Town) -> None:
    line = town.allot("100.00")
    with pytest.raises(IntegrityError, match="covered"), town.work() as work:
        work.session.get_one(BudgetLine, line).reserved_minor = 10001
