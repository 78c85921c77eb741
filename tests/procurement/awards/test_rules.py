"""Decision, notice, standstill: cases by citation, both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kernel.calendar import Roll, WorkCalendar
from kernel.money import Money
from procurement.awards import rules
from procurement.profiles import load_profile

CN = load_profile("cn-gov")
CALENDAR = WorkCalendar.for_country("cn")
TICK = timedelta(microseconds=1)
# D12: the ten days of the EU, whose weekends move the last day.
STANDSTILL = replace(
    CN,
    zone="Europe/Brussels",
    standstill_days=replace(CN.standstill_days, value=10),
    day_roll=replace(CN.day_roll, value=Roll.DAY_OFF),
)
WEEKENDS = WorkCalendar.for_country("weekends")


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def chosen(bid: str, reason: str = "", cites: str = ""):
    return rules.first_ranked_or_reason(
        profile=CN, chosen=bid, candidates=["a", "b", "c"], reason=reason, cites=cites
    )


def within(amount: str):
    return rules.within_budget(profile=CN, amount=cny(amount), budget=cny("100"))


def brussels(text: str) -> datetime:
    return datetime.fromisoformat(text + "+02:00").astimezone(UTC)


def waited(sent: str, now: datetime):
    return rules.standstill_over(
        profile=STANDSTILL, calendar=WEEKENDS, published_at=brussels(sent), now=now
    )


D12_ENDS = brussels("2026-06-16T00:00")
CASES = [
    ("GPR 43: the first", lambda: chosen("a"), None),
    ("GPR 43: the second", lambda: chosen("b"), "passed_over_without_reason"),
    ("GPR 43: a reason without law", lambda: chosen("b", "gone"), "passed_over_without_reason"),
    ("GPR 43: a legal reason", lambda: chosen("b", "gone", "GPR art. 49"), None),
    ("GPR 43: nobody's candidate", lambda: chosen("z", "x", "y"), "not_a_candidate"),
    ("GPL 36: at the budget", lambda: within("100"), None),
    ("GPL 36: a cent above", lambda: within("100.01"), "award_above_budget"),
    (
        "87-69: incomplete",
        lambda: rules.notice_complete(profile=CN, present={"buyer"}),
        "award_notice_incomplete",
    ),
    (
        "87-69: complete",
        lambda: rules.notice_complete(profile=CN, present=CN.award_notice_fields.value),
        None,
    ),
    (
        "P18: none in China",
        lambda: rules.standstill_over(
            profile=CN,
            calendar=CALENDAR,
            published_at=beijing("2026-03-24T09:30"),
            now=beijing("2026-03-24T09:30"),
        ),
        None,
    ),
    (
        "D12: sent on a Friday, the last instant of the tenth day",
        lambda: waited("2026-06-05T10:00", D12_ENDS - TICK),
        "standstill_runs",
    ),
    ("D12: over", lambda: waited("2026-06-05T10:00", D12_ENDS), None),
    (
        "D12: the tenth day is a Saturday",
        lambda: waited("2026-06-03T10:00", D12_ENDS - TICK),
        "standstill_runs",
    ),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_awards(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


def test_d6_a_result_is_challenged_until_the_seventh_day_after_its_notice() -> None:
    until = rules.challenge_until(
        profile=CN, calendar=CALENDAR, published_at=beijing("2026-04-30T15:00")
    )
    assert until == beijing("2026-05-15T00:00")


def test_p16_p17_decision_and_notice() -> None:
    facts = {"profile": CN, "calendar": CALENDAR}
    decided_by = rules.decision_by(reported_at=beijing("2026-03-24T09:30"), **facts)
    assert decided_by == beijing("2026-04-01T00:00")
    noticed_by = rules.notice_by(decided_at=beijing("2026-04-03T09:30"), **facts)
    assert noticed_by == beijing("2026-04-09T00:00")


def test_87_68_silence_decides_with_the_last_instant_of_the_fifth_day() -> None:
    facts = {"profile": CN, "calendar": CALENDAR, "reported_at": beijing("2026-03-24T09:30")}
    due = beijing("2026-04-01T00:00")
    assert not rules.silence_has_decided(now=due - TICK, **facts)
    assert rules.silence_has_decided(now=due, **facts)


def test_no_standstill_has_no_end() -> None:
    facts = {"calendar": CALENDAR, "published_at": beijing("2026-03-24T09:30")}
    assert rules.standstill_until(profile=CN, **facts) is None


LATE = beijing("2026-04-01T00:00")


@pytest.mark.parametrize(
    ("now", "first", "code"),
    [
        (LATE - TICK, False, None),
        (LATE, True, None),
        (LATE, False, "decision_late"),
    ],
)
def test_87_68_what_silence_has_decided_stays(now: datetime, first: bool, code: str | None) -> None:
    refusal = rules.late_decision_confirms_first(
        profile=CN,
        calendar=CALENDAR,
        reported_at=beijing("2026-03-24T09:30"),
        first=first,
        now=now,
    )
    assert (refusal.code if refusal else None) == code


def test_87_70_an_award_lapses_for_a_reason_under_a_rule() -> None:
    assert rules.lapse_reasoned(reason="x", cites="GPR art. 49") is None
    for reason, cites in (("", "GPR art. 49"), ("x", " "), ("", "")):
        refusal = rules.lapse_reasoned(reason=reason, cites=cites)
        assert refusal is not None
        assert refusal.code == "lapse_without_reason"
