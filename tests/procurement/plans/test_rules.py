"""Need, budget and plan: cases named by their citation, both sides of every boundary."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kernel.calendar import WorkCalendar
from kernel.money import Money
from procurement.plans import rules
from procurement.profiles import Category, load_profile

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
CALENDAR = WorkCalendar.for_country("cn")


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def uah(amount: str) -> Money:
    return Money(Decimal(amount), "UAH")


def led(intended_on: str | None, starts_on: str, reason: str = "", profile=CN):
    return rules.intention_led(
        profile=profile,
        calendar=CALENDAR,
        intended_on=date.fromisoformat(intended_on) if intended_on else None,
        starts_on=date.fromisoformat(starts_on),
        reason=reason,
    )


def surveyed(respondents: int, surveyed_on: str | None = None):
    return rules.survey_suffices(
        profile=CN,
        needed=True,
        respondents=respondents,
        surveyed_on=date.fromisoformat(surveyed_on) if surveyed_on else None,
        on=date(2026, 3, 4),
    )


def approved(budget: str, approval: str = "", *, open_tender: bool = False, profile=CN):
    return rules.method_approved(
        profile=profile, open_tender=open_tender, budget=cny(budget), approval=approval
    )


CASES = [
    (
        "GPL 61: another approves",
        lambda: rules.author_is_not_approver(profile=CN, author="a", approver="b"),
        None,
    ),
    (
        "GPL 61: the author approves",
        lambda: rules.author_is_not_approver(profile=CN, author="a", approver="a"),
        "author_approves",
    ),
    (
        "GPL 33: to the cent",
        lambda: rules.budget_suffices(profile=CN, available=cny("10.00"), wanted=cny("10.00")),
        None,
    ),
    (
        "GPL 33: a cent over",
        lambda: rules.budget_suffices(profile=CN, available=cny("10.00"), wanted=cny("10.01")),
        "budget_exceeded",
    ),
    ("P01: thirty days", lambda: led("2026-03-02", "2026-04-01"), None),
    ("P01: twenty-nine days", lambda: led("2026-03-02", "2026-03-31"), "intention_too_late"),
    ("P01: none", lambda: led(None, "2026-03-31"), "intention_missing"),
    ("P01: a reason is on record", lambda: led(None, "2026-03-31", "flood"), None),
    ("P01: a blank reason", lambda: led(None, "2026-03-31", "  "), "intention_missing"),
    ("P01: no lead in the replay", lambda: led(None, "2026-03-31", profile=UA), None),
    ("survey: three answered", lambda: surveyed(3), None),
    ("survey: two answered", lambda: surveyed(2), "survey_too_small"),
    ("survey: a year old", lambda: surveyed(3, "2025-03-04"), None),
    ("survey: older", lambda: surveyed(3, "2025-03-03"), "survey_too_old"),
    (
        "survey: not needed",
        lambda: rules.survey_suffices(
            profile=CN, needed=False, respondents=0, surveyed_on=None, on=date(2026, 3, 4)
        ),
        None,
    ),
    (
        "GPR 15: the public was not asked",
        lambda: rules.public_comment_held(profile=CN, public_service=True, comment_opened=False),
        "public_comment_missing",
    ),
    (
        "GPR 15: it was",
        lambda: rules.public_comment_held(profile=CN, public_service=True, comment_opened=True),
        None,
    ),
    (
        "GPR 15: the office's own need",
        lambda: rules.public_comment_held(profile=CN, public_service=False, comment_opened=False),
        None,
    ),
    ("GPR 28: one lot", lambda: rules.split_reasoned(profile=CN, lots=1, reason=""), None),
    (
        "GPR 28: two lots, no reason",
        lambda: rules.split_reasoned(profile=CN, lots=2, reason=" "),
        "split_without_reason",
    ),
    ("GPR 28: two, reason", lambda: rules.split_reasoned(profile=CN, lots=2, reason="x"), None),
    (
        "GPR 28: the year's sum at the threshold",
        lambda: rules.splitting_suspected(
            profile=CN, earlier_non_open=cny("1500000"), wanted=cny("500000")
        ),
        None,
    ),
    (
        "GPR 28: a cent above",
        lambda: rules.splitting_suspected(
            profile=CN, earlier_non_open=cny("1500000"), wanted=cny("500000.01")
        ),
        "splitting_suspected",
    ),
    ("GPL 27: below the threshold", lambda: approved("1999999.99"), None),
    ("GPL 27: at the threshold", lambda: approved("2000000"), "method_not_approved"),
    ("GPL 27: approved", lambda: approved("2000000", "财采〔2026〕1号"), None),
    ("GPL 27: open tender", lambda: approved("2000000", open_tender=True), None),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_plans(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


NEEDED = [
    ("goods below", "9999999.99", Category.GOODS, {}, False),
    ("goods at ten million", "10000000", Category.GOODS, {}, True),
    ("works at ten million", "10000000", Category.WORKS, {}, False),
    ("works at thirty million", "30000000", Category.WORKS, {}, True),
    ("small but complex", "1", Category.SERVICES, {"complex_or_imported": True}, True),
    ("small but of public interest", "1", Category.SERVICES, {"public_interest": True}, True),
]


@pytest.mark.parametrize(
    ("case", "estimate", "category", "facts", "needed"), NEEDED, ids=[row[0] for row in NEEDED]
)
def test_survey_needed(case: str, estimate: str, category: Category, facts, needed: bool) -> None:
    asked = rules.survey_needed(profile=CN, estimate=cny(estimate), category=category, **facts)
    assert asked is needed


def test_the_replay_needs_no_survey() -> None:
    estimate = uah("99999999")
    assert not rules.survey_needed(
        profile=UA, estimate=estimate, category=Category.GOODS, public_interest=True
    )


def test_reserved_for_small_firms_up_to_two_million() -> None:
    assert rules.reserved_for_small(profile=CN, budget=cny("2000000"))
    assert not rules.reserved_for_small(profile=CN, budget=cny("2000000.01"))
    assert not rules.reserved_for_small(profile=UA, budget=uah("1"))
