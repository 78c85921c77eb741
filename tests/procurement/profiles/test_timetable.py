"""The periods of the profile, counted: D1 to D9, zones, and the lights of supervision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.calendar import WorkCalendar
from procurement.profiles import Unit, load_profile, timetable
from procurement.profiles.timetable import Light

CN = load_profile("cn-gov")
CALENDAR = WorkCalendar.for_country("cn")

PERIODS = [
    ("D1", "bid_period_days_min", "2026-03-04", "2026-03-24"),
    ("D2", "notice_workdays_min", "2026-04-29", "2026-05-09"),
    ("D3", "documents_workdays_min", "2026-09-24", "2026-10-09"),
    ("D8", "contract_days_max", "2026-01-12", "2026-02-11"),
    ("D8 rolled", "contract_days_max", "2026-09-03", "2026-10-08"),
    ("D8 publish", "contract_publication_workdays_max", "2026-02-13", "2026-02-24"),
    ("D8 file", "contract_filing_workdays_max", "2026-02-13", "2026-03-02"),
    ("D9", "disclosure_workdays", "2026-04-20", "2026-05-20"),
]


@pytest.mark.parametrize(("case", "name", "start", "end"), PERIODS, ids=[c[0] for c in PERIODS])
def test_periods(case: str, name: str, start: str, end: str) -> None:
    counted = timetable.period(CN, CALENDAR, getattr(CN, name), date.fromisoformat(start))
    assert counted.on == date.fromisoformat(end)
    assert counted.edition.startswith("cn-2026:")


def test_d6_notice_period_first_then_the_challenge() -> None:
    counted = timetable.award_challenge_ends_on(CN, CALENDAR, date(2026, 4, 30))
    assert counted.on == date(2026, 5, 14)
    assert counted.edition.count("cn-2026:") == 1
    assert date(2026, 5, 10) in counted.skipped


def test_a_day_is_a_day_of_the_office() -> None:
    late_evening = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert timetable.local_date(CN, late_evening) == date(2026, 3, 5)
    assert timetable.local_date(CN, late_evening - timedelta(microseconds=1)) == date(2026, 3, 4)
    assert timetable.start_of(CN, date(2026, 3, 5)) == late_evening
    assert timetable.end_of(CN, date(2026, 3, 4)) == late_evening


def test_a_closing_keeps_its_hour_on_another_day() -> None:
    closes_at = datetime(2026, 3, 24, 1, 30, tzinfo=UTC)
    moved = timetable.at_same_hour(CN, date(2026, 3, 27), closes_at)
    assert moved == datetime(2026, 3, 27, 1, 30, tzinfo=UTC)


def test_what_has_no_days_is_not_counted() -> None:
    with pytest.raises(ValueError, match="minutes"):
        timetable.count(CN, CALENDAR, 5, Unit.MINUTES, date(2026, 3, 4))


@pytest.mark.parametrize(
    ("ended", "kept"),
    [("2026-11-22", "2041-11-22"), ("2028-02-29", "2043-03-01"), ("2025-02-28", "2040-02-28")],
)
def test_p29_files_are_kept(ended: str, kept: str) -> None:
    assert timetable.kept_until(CN, date.fromisoformat(ended)) == date.fromisoformat(kept)


LIGHTS = [
    (0, Light.GREEN),
    (69, Light.GREEN),
    (70, Light.AMBER),
    (99, Light.AMBER),
    (100, Light.RED),
]


@pytest.mark.parametrize(("hours", "expected"), LIGHTS)
def test_lights(hours: int, expected: Light) -> None:
    start = datetime(2026, 3, 4, tzinfo=UTC)
    due = start + timedelta(hours=100)
    assert timetable.light(CN, start, due, start + timedelta(hours=hours)) is expected


def test_red_begins_with_the_instant_itself() -> None:
    start = datetime(2026, 3, 4, tzinfo=UTC)
    due = start + timedelta(days=2)
    assert timetable.light(CN, start, due, due - timedelta(microseconds=1)) is Light.AMBER
    assert timetable.light(CN, start, due, due) is Light.RED
