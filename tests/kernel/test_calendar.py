"""Counting of days: the worked cases D1 to D12 of the law, and the edges of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import CalendarYear, Roll, WorkCalendar, calendar_year
from kernel.refusal import Refused

CN = WorkCalendar.for_country("cn")
WEEKENDS = WorkCalendar.for_country("weekends")
NEW_YEAR = date(2027, 1, 1)

WORKDAYS = [
    ("D2 notice period over May day, Order 87 art. 16", "2026-04-29", 5, "2026-05-09"),
    ("D3 notice period over the Mid-Autumn and National days", "2026-09-24", 5, "2026-10-09"),
    ("D6 notice of the award, Order 87 art. 69", "2026-04-30", 1, "2026-05-06"),
    ("D6 challenge, GPL art. 52", "2026-05-06", 7, "2026-05-14"),
    ("D8 contract published over the Spring Festival, GPR art. 50", "2026-02-13", 2, "2026-02-24"),
    ("D8 contract filed, GPL art. 47", "2026-02-13", 7, "2026-03-02"),
    ("D9 disclosure on request, OGI art. 33", "2026-04-20", 20, "2026-05-20"),
    ("D9 extended, OGI art. 33", "2026-05-20", 20, "2026-06-17"),
    ("no days: the start day itself", "2026-05-01", 0, "2026-05-01"),
]

DAYS = [
    ("D1 bid period, GPL art. 35", "2026-03-04", 20, "2026-03-24"),
    ("D8 contract due, GPL art. 46", "2026-01-12", 30, "2026-02-11"),
    ("D8 last day in the National days, Order 87 art. 85", "2026-09-03", 30, "2026-10-08"),
    ("an ordinary weekend moves nothing", "2026-03-01", 6, "2026-03-07"),
    ("a make-up working day moves nothing", "2026-05-01", 8, "2026-05-09"),
    ("the day before a holiday stays", "2026-09-10", 20, "2026-09-30"),
]


@pytest.mark.parametrize(("case", "start", "length", "end"), WORKDAYS, ids=[c[0] for c in WORKDAYS])
def test_working_days(case: str, start: str, length: int, end: str) -> None:
    assert CN.add_workdays(date.fromisoformat(start), length).on == date.fromisoformat(end)


@pytest.mark.parametrize(("case", "start", "length", "end"), DAYS, ids=[c[0] for c in DAYS])
def test_calendar_days(case: str, start: str, length: int, end: str) -> None:
    counted = CN.add_days(date.fromisoformat(start), length, Roll.STATUTORY_HOLIDAY)
    assert counted.on == date.fromisoformat(end)


def test_a_count_says_what_it_passed_over_and_by_which_edition() -> None:
    counted = CN.add_workdays(date(2026, 4, 30), 1)
    assert counted.skipped == tuple(date(2026, 5, day) for day in range(1, 6))
    assert counted.edition.startswith("cn-2026:")
    rolled = CN.add_days(date(2026, 9, 3), 30, Roll.STATUTORY_HOLIDAY)
    assert rolled.skipped == tuple(date(2026, 10, day) for day in range(3, 8))


def test_a_count_over_new_year_names_both_editions() -> None:
    years = CN.add_workdays(date(2025, 12, 30), 5).edition.split("+")
    assert [year.split(":")[0] for year in years] == ["cn-2025", "cn-2026"]


def test_d12_weekends_move_a_period_under_regulation_1182_71() -> None:
    assert WEEKENDS.add_days(date(2026, 6, 5), 10, Roll.DAY_OFF).on == date(2026, 6, 15)
    assert WEEKENDS.add_days(date(2026, 6, 3), 10, Roll.DAY_OFF).on == date(2026, 6, 15)
    assert WEEKENDS.add_days(date(2026, 6, 3), 10, Roll.STATUTORY_HOLIDAY).on == date(2026, 6, 13)


@pytest.mark.parametrize(
    "count",
    [
        lambda: CN.is_workday(date(2027, 1, 1)),
        lambda: CN.add_workdays(date(2026, 12, 31), 1),
        lambda: CN.add_days(date(2026, 12, 30), 20, Roll.STATUTORY_HOLIDAY),
        lambda: CN.is_statutory_holiday(date(2027, 1, 1)),
    ],
)
def test_an_unannounced_year_is_refused_and_named(count) -> None:
    with pytest.raises(Refused) as caught:
        count()
    assert caught.value.refusal.code == "calendar_unknown"
    assert caught.value.refusal.facts["year"] == 2027


def test_the_last_day_of_the_last_year_still_counts() -> None:
    assert CN.add_workdays(date(2026, 12, 30), 1).on == date(2026, 12, 31)


def test_without_rolling_no_calendar_is_asked() -> None:
    counted = CN.add_days(date(2026, 12, 30), 20, Roll.NONE)
    assert (counted.on, counted.edition) == (date(2027, 1, 19), "")


def test_an_officer_enters_a_year_with_its_citation() -> None:
    known = CN.with_year(
        2027, off=[date(2027, 1, 1)], working=[date(2027, 1, 3)], cites=("国办X号",)
    )
    assert known.add_workdays(date(2026, 12, 31), 1).on == date(2027, 1, 3)
    assert "cn-2027:" in known.add_workdays(date(2026, 12, 31), 1).edition
    assert 2027 not in [year.year for year in CN.years]


def test_a_year_may_move_days_of_the_december_before() -> None:
    known = CN.with_year(2027, off=[date(2026, 12, 31)], cites=("国办X号",))
    assert not known.is_workday(date(2026, 12, 31))
    worked = CN.with_year(2027, working=[date(2026, 12, 26)], cites=("国办X号",))
    counted = worked.add_workdays(date(2026, 12, 25), 1)
    assert counted.on == date(2026, 12, 26)
    assert [part.split(":")[0] for part in counted.edition.split("+")] == ["cn-2026", "cn-2027"]
    assert "cn-2027:" in known.add_workdays(date(2026, 12, 30), 1).edition


@pytest.mark.parametrize(
    "enter",
    [
        lambda: CN.with_year(2027, off=[date(2027, 1, 1)], cites=()),
        lambda: CN.with_year(2027, off=[date(2026, 5, 1)], cites=("x",)),
        lambda: CN.with_year(
            2027, off=[date(2027, 1, 1)], working=[date(2027, 1, 1)], cites=("x",)
        ),
        lambda: CN.with_edition(CalendarYear("ua", 2027, {}, ("x",))),
        lambda: CN.add_workdays(date(2026, 1, 5), -1),
        lambda: calendar_year("cn", {"year": "2027", "papers": [], "days": []}),
    ],
)
def test_what_is_no_calendar_is_not_entered(enter) -> None:
    with pytest.raises(ValueError, match=r"."):
        enter()


def test_an_unknown_country_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        WorkCalendar.for_country("atlantis")


def test_an_edition_reads_back_from_its_record() -> None:
    for year in CN.years:
        assert calendar_year("cn", year.as_record()) == year


def test_every_announced_day_agrees_with_chinesecalendar() -> None:
    day = date(2024, 1, 1)
    while day <= date(2026, 12, 31):
        assert CN.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@given(st.dates(date(2024, 1, 1), date(2026, 6, 30)), st.integers(0, 60))
def test_a_period_ends_on_a_working_day_and_is_full(start: date, length: int) -> None:
    end = CN.add_workdays(start, length).on
    assert CN.workdays_between(start, end) == length
    assert length == 0 or CN.is_workday(end)


@given(st.dates(date(2024, 1, 1), date(2026, 6, 30)), st.integers(0, 60), st.integers(0, 60))
def test_periods_follow_one_another(start: date, first: int, second: int) -> None:
    middle = CN.add_workdays(start, first).on
    assert CN.add_workdays(middle, second).on == CN.add_workdays(start, first + second).on


@given(st.dates(date(2024, 1, 1), date(2026, 6, 30)), st.integers(0, 60))
def test_a_longer_period_never_ends_earlier(start: date, length: int) -> None:
    ends = [CN.add_days(start, length + more, Roll.STATUTORY_HOLIDAY).on for more in (0, 1)]
    assert ends[0] <= ends[1]
    assert ends[0] >= start + timedelta(days=length)
