"""Qualification, panel, scores, report: cases by citation, both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bidding.evaluation import rules
from kernel.calendar import WorkCalendar
from kernel.money import Money
from procurement.profiles import Opening, PriceVisible, load_profile

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
CALENDAR = WorkCalendar.for_country("cn")
AT = datetime(2026, 3, 24, 2, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TWO_STAGE = replace(CN, opening=replace(CN.opening, value=Opening.TWO_STAGE))
LATE_PRICE = replace(
    CN, price_visible_to_panel=replace(CN.price_visible_to_panel, value=PriceVisible.AFTER_QUALITY)
)

UNDECLARED = replace(CN, interests_declared_first=replace(CN.interests_declared_first, value=False))


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def panel(experts: int, buyers: int, budget: str = "1000000", profile=CN, **facts: bool):
    money = Money(Decimal(budget), profile.currency)
    return rules.panel_shape(profile=profile, experts=experts, buyers=buyers, budget=money, **facts)


def tie(ended_on: str | None, *, family: bool = False, profile=CN):
    return rules.interest_conflicts(
        profile=profile,
        family=family,
        ended_on=date.fromisoformat(ended_on) if ended_on else None,
        on=date(2026, 3, 24),
    )


def points(value: str):
    return rules.score_in_range(profile=CN, points=Decimal(value), maximum=Decimal(20))


def objective(*values: str):
    given = {f"p{place}": Decimal(value) for place, value in enumerate(values)}
    return rules.objective_scores_equal(profile=CN, criterion="c", points=given)


def change(cause: str, *, signed: bool = False, same: bool = True, told: bool = True):
    return rules.score_change_allowed(
        profile=CN, cause=cause, report_signed=signed, same_panel=same, reported_to_finance=told
    )


def judged(*, asked: bool = True, answered: bool = False, now: datetime = AT):
    return rules.price_judged_fairly(profile=CN, asked=asked, answered=answered, due_at=AT, now=now)


def window(length: timedelta):
    return rules.price_reply_window(profile=CN, asked_at=AT, due_at=AT + length)


MEMBERS = {"a", "b", "c"}

CASES = [
    ("87-44: three", lambda: rules.enough_qualified(profile=CN, qualified=3), None),
    ("87-44: two", lambda: rules.enough_qualified(profile=CN, qualified=2), "too_few_qualified"),
    ("replay: one", lambda: rules.enough_qualified(profile=UA, qualified=1), None),
    ("87-47: four and one", lambda: panel(4, 1), None),
    ("87-47: five experts", lambda: panel(5, 0), None),
    ("87-47: three", lambda: panel(3, 0), "panel_too_small"),
    ("87-47: six", lambda: panel(5, 1), "panel_even"),
    ("87-47: three and two", lambda: panel(3, 2), "too_few_experts"),
    ("87-47: six and three are two thirds", lambda: panel(6, 3), None),
    ("87-47: below ten million", lambda: panel(5, 0, "9999999.99"), None),
    ("87-47: at ten million", lambda: panel(5, 0, "10000000"), "panel_too_small"),
    ("87-47: seven", lambda: panel(5, 2, "10000000"), None),
    (
        "87-47: complex",
        lambda: panel(5, 0, complex_or_of_public_interest=True),
        "panel_too_small",
    ),
    ("replay: one", lambda: panel(0, 1, profile=UA), None),
    ("replay: two", lambda: panel(1, 1, profile=UA), None),
    ("replay: nobody", lambda: panel(0, 0, profile=UA), "panel_too_small"),
    ("87-45: an expert", lambda: rules.chair_allowed(profile=CN, is_buyers_member=False), None),
    (
        "87-45: the buyer's",
        lambda: rules.chair_allowed(profile=CN, is_buyers_member=True),
        "buyer_chairs",
    ),
    ("GPR 9: lasting", lambda: tie(None), "interest_conflicts"),
    ("GPR 9: ended three years ago", lambda: tie("2023-03-24"), "interest_conflicts"),
    ("GPR 9: a day more", lambda: tie("2023-03-23"), None),
    ("GPR 9: kinship does not end", lambda: tie("2001-01-01", family=True), "interest_conflicts"),
    ("GPR 9: without a declaration", lambda: tie(None, profile=UNDECLARED), "interest_conflicts"),
    ("replay: not asked", lambda: tie(None, profile=UA), None),
    (
        "077: declared",
        lambda: rules.interests_declared(profile=CN, declared_at=AT),
        None,
    ),
    (
        "077: undeclared",
        lambda: rules.interests_declared(profile=CN, declared_at=None),
        "interests_undeclared",
    ),
    (
        "87-39: no record",
        lambda: rules.opening_recorded(profile=CN, record=""),
        "opening_unrecorded",
    ),
    ("87-39: a record", lambda: rules.opening_recorded(profile=CN, record="sha256:…"), None),
    (
        "87-63: at the ceiling",
        lambda: rules.price_within_ceiling(profile=CN, price=cny("5"), ceiling=cny("5")),
        None,
    ),
    (
        "87-63: a cent above",
        lambda: rules.price_within_ceiling(profile=CN, price=cny("5.01"), ceiling=cny("5")),
        "price_above_ceiling",
    ),
    (
        "87-59: unconfirmed",
        lambda: rules.correction_confirmed(profile=CN, needed=True, confirmed=False),
        "correction_unconfirmed",
    ),
    (
        "87-59: confirmed",
        lambda: rules.correction_confirmed(profile=CN, needed=True, confirmed=True),
        None,
    ),
    (
        "87-59: not needed",
        lambda: rules.correction_confirmed(profile=CN, needed=False, confirmed=False),
        None,
    ),
    ("P14: thirty minutes", lambda: window(timedelta(minutes=30)), None),
    (
        "P14: a microsecond less",
        lambda: window(timedelta(minutes=30) - TICK),
        "reply_window_too_short",
    ),
    ("87-60: never asked", lambda: judged(asked=False, answered=True), "price_never_questioned"),
    ("87-60: time left", lambda: judged(now=AT - TICK), "reply_window_runs"),
    ("87-60: answered early", lambda: judged(answered=True, now=AT - TICK), None),
    ("87-60: time over", lambda: judged(), None),
    (
        "87-41: prices are read out",
        lambda: rules.price_may_be_seen(profile=CN, quality_locked=False),
        None,
    ),
    (
        "two envelopes: not yet",
        lambda: rules.price_may_be_seen(profile=TWO_STAGE, quality_locked=False),
        "price_not_yet_visible",
    ),
    (
        "price after quality: not yet",
        lambda: rules.price_may_be_seen(profile=LATE_PRICE, quality_locked=False),
        "price_not_yet_visible",
    ),
    (
        "price after quality: locked",
        lambda: rules.price_may_be_seen(profile=LATE_PRICE, quality_locked=True),
        None,
    ),
    ("87-64: nothing", lambda: points("0"), None),
    ("87-64: all", lambda: points("20"), None),
    ("87-64: more", lambda: points("20.0001"), "score_out_of_range"),
    ("87-64: less", lambda: points("-0.0001"), "score_out_of_range"),
    ("87-64: equal", lambda: objective("5", "5.00", "5"), None),
    ("87-64: unequal", lambda: objective("5", "5.01"), "objective_scores_differ"),
    (
        "078: one is missing",
        lambda: rules.all_sheets_in(profile=CN, members=MEMBERS, submitted={"a", "b", "x"}),
        "sheets_missing",
    ),
    (
        "078: all are in",
        lambda: rules.all_sheets_in(profile=CN, members=MEMBERS, submitted=MEMBERS),
        None,
    ),
    (
        "87-58: one has not signed",
        lambda: rules.all_signed(profile=CN, members=MEMBERS, signed={"a", "b"}),
        "signatures_missing",
    ),
    (
        "87-58: all have",
        lambda: rules.all_signed(profile=CN, members=MEMBERS, signed=MEMBERS),
        None,
    ),
    ("87-64 (1): the sum", lambda: change("sum"), None),
    ("87-64 (2): the range", lambda: change("out_of_range"), None),
    ("87-64 (3): unequal", lambda: change("unequal_objective"), None),
    ("87-64 (4): extreme", lambda: change("extreme"), None),
    ("87-64: second thoughts", lambda: change("second_thoughts"), "score_change_without_cause"),
    ("87-64: signed, reported", lambda: change("sum", signed=True), None),
    (
        "87-64: signed, unreported",
        lambda: change("sum", signed=True, told=False),
        "score_change_unreported",
    ),
    (
        "87-64: signed, another panel",
        lambda: change("sum", signed=True, same=False),
        "score_change_unreported",
    ),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_evaluation(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


def test_p16_the_report_is_due_after_two_working_days() -> None:
    friday = datetime(2026, 4, 3, 8, 0, tzinfo=UTC)  # before Qingming, 4 to 6 April
    due = rules.report_by(profile=CN, calendar=CALENDAR, evaluated_at=friday)
    assert due == datetime(2026, 4, 8, 16, 0, tzinfo=UTC)


def test_a_leap_day_is_remembered_a_day_longer() -> None:
    facts = {"profile": CN, "family": False, "ended_on": date(2024, 2, 29)}
    assert rules.interest_conflicts(on=date(2027, 3, 1), **facts) is not None
    assert rules.interest_conflicts(on=date(2027, 3, 2), **facts) is None
