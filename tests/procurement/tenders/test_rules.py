"""Notice, documents, amendments: cases named by their citation, both sides of every boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import WorkCalendar
from kernel.money import Money
from procurement.profiles import Category, Method, load_profile
from procurement.profiles.timetable import local_date
from procurement.tenders import rules

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
CALENDAR = WorkCalendar.for_country("cn")
WEEKENDS = WorkCalendar.for_country("weekends")
SOME = CN.mandatory_notice_fields.value


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def closing(issued_on: str, closes_at: str, profile=CN):
    return rules.closing_late_enough(
        profile=profile,
        calendar=CALENDAR,
        issued_on=date.fromisoformat(issued_on),
        closes_at=beijing(closes_at),
    )


def documents(until: str):
    return rules.documents_available_long_enough(
        profile=CN,
        calendar=CALENDAR,
        published_on=date(2026, 4, 29),
        available_until=date.fromisoformat(until),
    )


def weights(*values: str):
    return rules.weights_sum_to_100(profile=CN, weights=map(Decimal, values))


def price_weight(category: Category, weight: str, profile=CN):
    return rules.price_weight_allowed(
        profile=profile, category=category, price_weight=Decimal(weight)
    )


def criteria(text: str, *justified: str, profile=CN):
    return rules.forbidden_criteria(profile=profile, criteria={"c1": text}, justified=justified)


def security(amount: str):
    return rules.security_within_cap(profile=CN, security=cny(amount), budget=cny("1000000"))


def rates(small: str, joint: str):
    return rules.deduction_rates_allowed(
        profile=CN, small_rate=Decimal(small), joint_rate=Decimal(joint)
    )


def committee(holders: int, threshold: int, outside: int, profile=CN):
    return rules.committee_shape(
        profile=profile, holders=holders, threshold=threshold, outside=outside
    )


def amended(now: str, closes_at: str, wanted: str, *, affects_bids: bool = True):
    return rules.amendment_closing_late_enough(
        profile=CN,
        calendar=CALENDAR,
        now=beijing(now),
        closes_at=beijing(closes_at),
        wanted=beijing(wanted),
        affects_bids=affects_bids,
    )


def moved(closes_at: str, wanted: str):
    return rules.closing_never_earlier(
        profile=CN, closes_at=beijing(closes_at), wanted=beijing(wanted)
    )


CASES = [
    ("GPL 35, D1: day twenty", lambda: closing("2026-03-04", "2026-03-24T09:30"), None),
    (
        "GPL 35, D1: the last instant of day nineteen",
        lambda: closing("2026-03-04", "2026-03-23T23:59:59"),
        "closing_too_early",
    ),
    (
        "GPL 35, 87-85: day twenty is a holiday",
        lambda: closing("2026-09-12", "2026-10-02T10:00"),
        "closing_too_early",
    ),
    ("GPL 35, 87-85: the day after", lambda: closing("2026-09-12", "2026-10-08T10:00"), None),
    ("replay: at once", lambda: closing("2026-03-04", "2026-03-04T10:00", UA), None),
    ("87-18, D2: five working days", lambda: documents("2026-05-09"), None),
    ("87-18, D2: four", lambda: documents("2026-05-08"), "documents_too_short"),
    ("87-13: complete", lambda: rules.notice_complete(profile=CN, present=SOME), None),
    (
        "87-13: one missing",
        lambda: rules.notice_complete(profile=CN, present=SOME[1:]),
        "notice_incomplete",
    ),
    (
        "GPR 34: composite",
        lambda: rules.method_allowed(profile=CN, method=Method.COMPOSITE),
        None,
    ),
    (
        "87-54: standard goods by points",
        lambda: rules.method_allowed(profile=CN, method=Method.COMPOSITE, standard_goods=True),
        "lowest_price_required",
    ),
    (
        "87-54: standard goods by price",
        lambda: rules.method_allowed(profile=CN, method=Method.LOWEST_PRICE, standard_goods=True),
        None,
    ),
    (
        "replay: by points",
        lambda: rules.method_allowed(profile=UA, method=Method.COMPOSITE),
        "method_unknown",
    ),
    ("87-55: a hundred", lambda: weights("30", "69.9999", "0.0001"), None),
    ("87-55: less", lambda: weights("30", "69.9999"), "weights_wrong"),
    ("87-55: more", lambda: weights("30", "70.0001"), "weights_wrong"),
    ("87-55: nothing", lambda: weights(), "weights_wrong"),
    ("87-55: goods at thirty", lambda: price_weight(Category.GOODS, "30"), None),
    (
        "87-55: goods below",
        lambda: price_weight(Category.GOODS, "29.9999"),
        "price_weight_too_low",
    ),
    ("87-55: services at ten", lambda: price_weight(Category.SERVICES, "10"), None),
    ("87-55: services below", lambda: price_weight(Category.SERVICES, "9"), "price_weight_too_low"),
    ("nothing but the price", lambda: price_weight(Category.GOODS, "100"), None),
    ("above the whole", lambda: price_weight(Category.GOODS, "100.01"), "price_weight_too_high"),
    ("GPR 7: works", lambda: price_weight(Category.WORKS, "50"), "category_not_in_profile"),
    (
        "87-55: a qualification is scored",
        lambda: rules.qualification_not_scored(
            profile=CN, qualifications=["ISO 9001 "], scored=["iso  9001", "warranty"]
        ),
        "qualification_scored",
    ),
    (
        "87-55: another is",
        lambda: rules.qualification_not_scored(
            profile=CN, qualifications=["ISO 9001"], scored=["warranty"]
        ),
        None,
    ),
    ("87-17: capital", lambda: criteria("注册资本不低于500万元"), "criterion_forbidden"),
    ("87-17: capital with a reason", lambda: criteria("注册资本", "c1"), "criterion_forbidden"),
    ("87-17: turnover", lambda: criteria("Annual  Turnover over 5m"), "criterion_forbidden"),
    ("87-17: authorisation", lambda: criteria("提供原厂授权"), "criterion_forbidden"),
    ("GPR 20: region", lambda: criteria("本地企业加分"), "criterion_forbidden"),
    ("GPR 20: brand", lambda: criteria("品牌知名度"), "criterion_unjustified"),
    ("GPR 20: brand with a reason", lambda: criteria("品牌", "c1"), None),
    ("nothing suspicious", lambda: criteria("售后服务响应时间"), None),
    ("replay: no words", lambda: criteria("注册资本", profile=UA), None),
    (
        "87-12: ceiling at the budget",
        lambda: rules.max_price_within_budget(profile=CN, ceiling=cny("5"), budget=cny("5")),
        None,
    ),
    (
        "87-12: a cent above",
        lambda: rules.max_price_within_budget(profile=CN, ceiling=cny("5.01"), budget=cny("5")),
        "ceiling_above_budget",
    ),
    ("GPR 33: two percent", lambda: security("20000"), None),
    ("GPR 33: a cent more", lambda: security("20000.01"), "security_too_high"),
    ("GPR 33: cash", lambda: rules.security_not_cash(profile=CN, form="cash"), "security_in_cash"),
    ("GPR 33: guarantee", lambda: rules.security_not_cash(profile=CN, form="guarantee"), None),
    ("P13: at the lower bounds", lambda: rates("0.10", "0.04"), None),
    ("P13: at the upper bounds", lambda: rates("0.20", "0.06"), None),
    ("P13: small too low", lambda: rates("0.0999", "0.04"), "deduction_rate_out_of_bounds"),
    ("P13: joint too high", lambda: rates("0.20", "0.0601"), "deduction_rate_out_of_bounds"),
    (
        "P14: raised to the most",
        lambda: rules.abnormal_share_allowed(profile=CN, share=Decimal("0.65")),
        None,
    ),
    (
        "P14: raised too far",
        lambda: rules.abnormal_share_allowed(profile=CN, share=Decimal("0.66")),
        "abnormal_share_out_of_bounds",
    ),
    (
        "P14: lowered",
        lambda: rules.abnormal_share_allowed(profile=CN, share=Decimal("0.44")),
        "abnormal_share_out_of_bounds",
    ),
    ("P34: two of three", lambda: committee(3, 2, 1), None),
    ("P34: three of three", lambda: committee(3, 3, 1), None),
    ("P34: fifteen", lambda: committee(15, 8, 1), None),
    ("P34: two holders", lambda: committee(2, 2, 1), "holders_wrong"),
    ("P34: sixteen", lambda: committee(16, 2, 1), "holders_wrong"),
    ("P34: one opens alone", lambda: committee(3, 1, 1), "threshold_wrong"),
    ("P34: more than all", lambda: committee(3, 4, 1), "threshold_wrong"),
    ("P34: nobody from outside", lambda: committee(3, 2, 0), "no_outside_holder"),
    ("replay: all inside", lambda: committee(3, 2, 0, UA), None),
    (
        "87-27: the subject",
        lambda: rules.amendment_leaves_subject_alone(profile=CN, changed={"subject", "dates"}),
        "amendment_changes_subject",
    ),
    (
        "87-27: something else",
        lambda: rules.amendment_leaves_subject_alone(profile=CN, changed={"dates"}),
        None,
    ),
    (
        "87-27: fifteen days left",
        lambda: amended("2026-03-09T23:59", "2026-03-24T09:30", "2026-03-24T09:30"),
        None,
    ),
    (
        "87-27: fourteen days left",
        lambda: amended("2026-03-10T00:00", "2026-03-24T09:30", "2026-03-24T09:30"),
        "closing_must_move",
    ),
    (
        "87-27: fourteen left, moved a day",
        lambda: amended("2026-03-10T00:00", "2026-03-24T09:30", "2026-03-25T09:30"),
        None,
    ),
    (
        "87-27: touches no bid",
        lambda: amended(
            "2026-03-20T00:00", "2026-03-24T09:30", "2026-03-24T09:30", affects_bids=False
        ),
        None,
    ),
    ("034: the same", lambda: moved("2026-03-24T09:30", "2026-03-24T09:30"), None),
    ("034: later", lambda: moved("2026-03-24T09:30", "2026-03-24T09:31"), None),
    (
        "034: a microsecond earlier",
        lambda: moved("2026-03-24T09:30", "2026-03-24T09:29:59.999999"),
        "closing_moved_earlier",
    ),
    ("87-29: a reason", lambda: rules.cancellation_reasoned(profile=CN, reason="流标"), None),
    (
        "87-29: none",
        lambda: rules.cancellation_reasoned(profile=CN, reason=" \n"),
        "cancellation_without_reason",
    ),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_tenders(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    if refusal is not None:
        assert refusal.cites
        assert str(refusal.facts["profile"]).endswith("2026.1")


def test_017_a_closing_too_early_is_told_the_earliest_day() -> None:
    refusal = closing("2026-03-04", "2026-03-20T09:30")
    assert refusal is not None
    assert refusal.cites == ("GPL art. 35",)
    assert refusal.facts["earliest"] == "2026-03-24"
    assert str(refusal.facts["calendar"]).startswith("cn-2026:")


def test_020_a_forbidden_criterion_is_named_with_its_law() -> None:
    refusal = rules.forbidden_criteria(
        profile=CN, criteria={"a": "利润率", "b": "响应时间", "c": "本省业绩"}
    )
    assert refusal is not None
    assert refusal.facts["criteria"] == ["a: profit", "c: region"]
    assert refusal.cites == ("Order 87 art. 17", "GPR art. 20")


def test_031_the_closing_moves_to_its_hour_on_the_fifteenth_day() -> None:
    facts = {"profile": CN, "calendar": CALENDAR, "closes_at": beijing("2026-03-24T09:30")}
    late = rules.amendment_moves_closing(now=beijing("2026-03-12T16:00"), **facts)
    assert late == beijing("2026-03-27T09:30")
    assert rules.amendment_moves_closing(now=beijing("2026-03-09T16:00"), **facts) is None


def test_031_over_a_holiday_it_moves_to_the_day_after() -> None:
    moved_to = rules.amendment_moves_closing(
        profile=CN,
        calendar=CALENDAR,
        now=beijing("2026-09-18T10:00"),
        closes_at=beijing("2026-09-29T14:00"),
    )
    assert moved_to == beijing("2026-10-08T14:00")


@given(st.integers(0, 25 * 24), st.integers(1, 60 * 24))
def test_an_amended_closing_is_never_earlier_and_always_far_enough(before: int, long: int) -> None:
    closes_at = beijing("2026-06-30T09:30")
    now = closes_at - timedelta(hours=before + long / 60)
    moved_to = rules.amendment_moves_closing(
        profile=CN, calendar=CALENDAR, now=now, closes_at=closes_at
    )
    final = moved_to or closes_at
    assert final >= closes_at
    assert (local_date(CN, final) - local_date(CN, now)).days >= CN.amendment_lead_days.value


OUTAGES = [
    ("before the last hours", "05:00", "05:30", None),
    ("half an hour within", "08:00", "08:30", "10:00"),
    ("reaches into the last hours", "05:00", "06:00", "10:00"),
    ("over the closing", "09:00", "10:00", "10:30"),
    ("after the closing", "09:30", "10:00", None),
]


@pytest.mark.parametrize(("case", "began", "ended", "new"), OUTAGES, ids=[o[0] for o in OUTAGES])
def test_036_an_outage_moves_the_closing_for_all(case, began, ended, new) -> None:
    found = rules.outage_moves_closing(
        profile=CN,
        began_at=beijing(f"2026-03-24T{began}"),
        ended_at=beijing(f"2026-03-24T{ended}"),
        closes_at=beijing("2026-03-24T09:30"),
    )
    assert found == (beijing(f"2026-03-24T{new}") if new else None)


def test_questions_and_securities_have_their_time() -> None:
    facts = {"profile": CN, "calendar": CALENDAR}
    asked = beijing("2026-04-30T17:00")
    assert rules.question_due_at(asked_at=asked, **facts) == beijing("2026-05-09T00:00")
    assert rules.security_return_due_at(event_at=asked, **facts) == beijing("2026-05-12T00:00")
