"""Plans and intentions: budget to the cent, two people, and time for everybody to see."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from kernel.money import Money
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Action, Grant, NeedStage, PurchaseStage, Role
from procurement.parties.models import Capacity
from procurement.plans import queries, services
from procurement.plans.models import BudgetLine
from procurement.profiles import Category
from tests.procurement.tenders.town import BUYER, FIRM, UNIT, Town, cny

SUMMARY = Text("学生课桌椅五百套")


def refused_with(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{code} ")


def reserved(town: Town) -> int:
    with town.journal.read() as work:
        return work.session.get_one(BudgetLine, town.line).reserved_minor


def test_a_plan_reserves_its_budget(town: Town) -> None:
    purchase = town.planned(budget=cny("999999.99"))
    with town.journal.read() as work:
        found = queries.purchase(work.session, purchase)
        (need,) = queries.needs_of_purchase(work.session, purchase)
    assert reserved(town) == 99_999_999
    assert found.ocid == f"ocds-test00-{purchase.removeprefix('pur_')}"
    assert (found.stage, need.stage) == (PurchaseStage.PLANNED, NeedStage.PLANNED)


def test_one_cent_over_the_budget_is_refused(town: Town) -> None:
    with refused_with("budget_exceeded"):
        town.planned(budget=cny("1000000.01"))
    assert reserved(town) == 0
    assert town.entries(Action.MAKE_PLAN) == []


def test_a_second_plan_gets_what_is_left_and_no_cent_more(town: Town) -> None:
    town.planned(budget=cny("600000.00"))
    with refused_with("budget_exceeded") as refused:
        town.planned(budget=cny("400000.01"))
    assert refused.value.refusal.facts["available"] == {"amount": "400000.00", "currency": "CNY"}
    town.planned(budget=cny("400000.00"))
    assert reserved(town) == 100_000_000


def test_of_two_plans_that_race_for_one_line_one_is_refused(town: Town) -> None:
    """The second waits for the lock of the first and then sees what is left."""
    first, second = town.approved_need(), town.approved_need()
    town.line = town.allot()
    reached, outcomes = threading.Event(), {}

    def race() -> None:
        reached.set()
        try:
            with town.work() as work:
                services.make_plan(
                    work,
                    town.actors["officer"],
                    town.new_plan(need_ids=(second,), budget=cny("600000.00")),
                    ocid_prefix="ocds-test00",
                )
            outcomes["second"] = "made"
        except Refused as refused:
            outcomes["second"] = refused.refusal.code

    racer = threading.Thread(target=race)
    with town.work() as work:
        services.make_plan(
            work,
            town.actors["officer"],
            town.new_plan(need_ids=(first,), budget=cny("600000.00")),
            ocid_prefix="ocds-test00",
        )
        racer.start()
        reached.wait(5)
        racer.join(0.5)
        assert racer.is_alive(), "the second plan did not wait for the lock"
    racer.join(10)
    assert outcomes == {"second": "budget_exceeded"}
    assert reserved(town) == 60_000_000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"need_ids": ()}, "needs_missing"),
        ({"budget": cny("0.00")}, "budget_missing"),
        ({"budget": Money.parse("5.00", "EUR")}, "currencies_differ"),
        ({"planned_start_on": date(2026, 3, 1)}, "start_passed"),
        ({"profile": "no-such"}, "profile_unknown"),
    ],
)
def test_what_a_plan_must_have(town: Town, changes: dict[str, object], code: str) -> None:
    with refused_with(code):
        town.planned(**changes)


def test_a_need_is_planned_once(town: Town) -> None:
    town.planned(budget=cny("1.00"))
    with refused_with("wrong_stage"), town.work() as work:
        services.make_plan(
            work,
            town.actors["officer"],
            town.new_plan(budget=cny("1.00")),
            ocid_prefix="ocds-test00",
        )


def test_a_need_that_nobody_approved_is_not_planned(town: Town) -> None:
    need, town.line = town.write_need(), town.allot()
    with refused_with("wrong_stage"), town.work() as work:
        services.make_plan(
            work,
            town.actors["officer"],
            town.new_plan(need_ids=(need,)),
            ocid_prefix="ocds-test00",
        )


def test_a_need_for_another_buyer_is_not_planned(town: Town) -> None:
    need, town.line = town.approved_need(buyer_id=town.organizations[FIRM]), town.allot()
    with refused_with("need_of_other_buyer"), town.work() as work:
        services.make_plan(
            work,
            town.actors["officer"],
            town.new_plan(need_ids=(need,)),
            ocid_prefix="ocds-test00",
        )


@pytest.mark.parametrize("who", ["approver", "author", "finance", "supplier"])
def test_only_the_officer_plans(town: Town, who: str) -> None:
    town.actors["officer"] = town.actors[who]
    with refused_with("not_authorised"):
        town.planned()


@pytest.mark.parametrize(("respondents", "code"), [(2, "survey_too_small"), (3, None)])
def test_a_large_need_rests_on_a_survey(town: Town, respondents: int, code: str | None) -> None:
    need = town.approved_need(estimate=cny("10000000.00"), survey_respondents=respondents)
    town.line = town.allot("20000000.00")
    plan = town.new_plan(need_ids=(need,), budget=cny("10000000.00"))

    def make() -> None:
        with town.work() as work:
            services.make_plan(work, town.actors["officer"], plan, ocid_prefix="ocds-test00")

    if code is None:
        make()
    else:
        with refused_with(code):
            make()


def test_a_survey_grows_old(town: Town) -> None:
    need = town.approved_need(
        estimate=cny("10000000.00"), survey_respondents=3, surveyed_on=date(2025, 3, 1)
    )
    town.line = town.allot("20000000.00")
    plan = town.new_plan(need_ids=(need,), budget=cny("10000000.00"))
    with refused_with("survey_too_old"), town.work() as work:
        services.make_plan(work, town.actors["officer"], plan, ocid_prefix="ocds-test00")


@pytest.mark.parametrize(
    ("opened_on", "code"), [(None, "public_comment_missing"), (date(2026, 2, 1), None)]
)
def test_the_public_is_asked_about_a_service_to_the_public(
    town: Town, opened_on: date | None, code: str | None
) -> None:
    need = town.approved_need(
        category=Category.SERVICES,
        public_service=True,
        survey_respondents=3,
        comment_opened_on=opened_on,
    )
    town.line = town.allot()
    plan = town.new_plan(need_ids=(need,), category=Category.SERVICES)

    def make() -> None:
        with town.work() as work:
            services.make_plan(work, town.actors["officer"], plan, ocid_prefix="ocds-test00")

    if code is None:
        make()
    else:
        with refused_with(code):
            make()


def test_another_method_above_the_threshold_names_its_approval(town: Town) -> None:
    threshold = cny("20000000.00")
    need = town.approved_need(estimate=threshold, survey_respondents=3)
    town.line = town.allot("20000000.00")
    plan = town.new_plan(need_ids=(need,), budget=threshold, method="single_source")
    with refused_with("method_not_approved"), town.work() as work:
        services.make_plan(work, town.actors["officer"], plan, ocid_prefix="ocds-test00")
    with town.work() as work:
        services.make_plan(
            work,
            town.actors["officer"],
            replace(plan, method_basis="GPL art. 31(1), approval 12"),
            ocid_prefix="ocds-test00",
        )


def test_who_wrote_the_need_has_a_capacity_in_the_purchase(town: Town) -> None:
    purchase = town.planned()
    with town.journal.read() as work:
        rows = work.session.execute(
            select(Capacity.person_id, Capacity.role).where(Capacity.purchase_id == purchase)
        ).all()
    assert {(person, role) for person, role in rows} == {
        (town.actors["author"].person, Role.USING_UNIT),
        (town.actors["unit_approver"].person, Role.UNIT_APPROVER),
        (town.actors["officer"].person, Role.OFFICER),
    }


def test_who_plans_does_not_approve(town: Town) -> None:
    town.planned()
    officer = town.actors["officer"]
    buyer = town.organizations[BUYER]
    both = replace(officer, grants=officer.grants | {Grant(Role.APPROVER, buyer)})
    with refused_with("excluded_role"), town.work() as work:
        services.approve_plan(work, both, town.purchase)


@pytest.mark.parametrize("who", ["officer", "author", "unit_approver", "finance"])
def test_only_the_approver_approves_a_plan(town: Town, who: str) -> None:
    town.planned()
    with refused_with("not_authorised"), town.work() as work:
        services.approve_plan(work, town.actors[who], town.purchase)


# Intention


def publish(town: Town, who: str = "officer", **given: Any) -> None:
    with town.work() as work:
        services.publish_intention(work, town.actors[who], town.purchase, SUMMARY, **given)


def test_an_intention_is_out_thirty_days_before_the_start(town: Town) -> None:
    town.approved_plan(planned_start_on=date(2026, 4, 1))
    publish(town)
    with town.journal.read() as work:
        found = queries.purchase(work.session, town.purchase)
        (shown,) = queries.plans_calendar(work.session)
    assert found.stage == PurchaseStage.INTENDED
    assert found.intended_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert (shown.id, shown.budget) == (town.purchase, cny("1000000.00"))


def test_a_start_one_day_too_early_needs_a_reason(town: Town) -> None:
    town.approved_plan(planned_start_on=date(2026, 3, 31))
    with refused_with("intention_too_late") as refused:
        publish(town)
    assert refused.value.refusal.facts["earliest"] == "2026-04-01"
    publish(town, early_reason="灾后急需")
    (entry,) = town.entries(Action.PUBLISH_INTENTION)
    assert entry["body.early_reason"] == ("public", '"灾后急需"')


def test_an_intention_may_put_the_start_off_and_not_bring_it_forward(town: Town) -> None:
    town.approved_plan(planned_start_on=date(2026, 3, 31))
    with refused_with("start_before_plan"):
        publish(town, starts_on=date(2026, 3, 30), early_reason="灾后急需")
    publish(town, starts_on=date(2026, 4, 1))
    with town.journal.read() as work:
        assert queries.purchase(work.session, town.purchase).planned_start_on == date(2026, 4, 1)
    (entry,) = town.entries(Action.PUBLISH_INTENTION)
    assert entry["body.planned_start_on"] == ("public", '"2026-04-01"')


def test_an_intention_waits_for_the_plans_approval(town: Town) -> None:
    town.planned()
    with refused_with("wrong_stage"):
        publish(town)


def test_an_intention_is_published_once(town: Town) -> None:
    town.intended()
    with refused_with("wrong_stage"):
        publish(town)


@pytest.mark.parametrize("who", ["approver", "author", "supplier"])
def test_only_the_officer_publishes_an_intention(town: Town, who: str) -> None:
    town.approved_plan()
    with refused_with("not_authorised"):
        publish(town, who)


def test_an_unapproved_plan_is_not_in_the_calendar(town: Town) -> None:
    town.planned()
    with town.journal.read() as work:
        assert queries.plans_calendar(work.session) == []


# The reservation afterwards


def test_what_an_award_does_not_need_is_free_again(town: Town) -> None:
    town.approved_plan()
    with town.work() as work:
        purchase = queries.purchase_for_change(work.session, town.purchase)
        services.keep_reserved(work, purchase, cny("900000.00"))
    assert reserved(town) == 90_000_000


def test_more_than_the_reservation_is_not_kept(town: Town) -> None:
    town.approved_plan()
    with refused_with("over_reservation"), town.work() as work:
        purchase = queries.purchase_for_change(work.session, town.purchase)
        services.keep_reserved(work, purchase, cny("1000000.01"))


def test_pages_go_on_by_key(town: Town) -> None:
    for _ in range(3):
        town.approved_plan(budget=cny("1.00"))
    with town.journal.read() as work:
        first = queries.plans_calendar(work.session, limit=2)
        last = first[-1]
        rest = queries.plans_calendar(work.session, after=(last.planned_start_on, last.id))
        mine = queries.purchases_listed(work.session, [town.organizations[BUYER]])
    assert len({row.id for row in (*first, *rest)}) == 3
    assert len(mine) == 3


def test_units_and_buyers_find_their_needs(town: Town) -> None:
    need = town.approved_need()
    with town.journal.read() as work:
        of_unit = queries.needs_of_unit(work.session, town.organizations[UNIT])
        for_buyer = queries.needs_for_buyer(work.session, town.organizations[BUYER])
        for_other = queries.needs_for_buyer(work.session, town.organizations[FIRM])
    assert [row.id for row in of_unit] == [row.id for row in for_buyer] == [need]
    assert for_other == []
