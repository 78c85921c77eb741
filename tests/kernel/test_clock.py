"""Time is handed in, aware, and written one way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from kernel.clock import FixedClock, SystemClock, instant, parse_instant

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_written_time_is_never_later_than_the_time(at: datetime) -> None:
    read = parse_instant(instant(at))
    assert timedelta(0) <= at - read < timedelta(milliseconds=1)


def test_written_time_is_utc_to_the_millisecond() -> None:
    beijing = timezone(timedelta(hours=8))
    at = datetime(2026, 3, 2, 9, 0, 0, 999_999, tzinfo=beijing)
    assert instant(at) == "2026-03-02T01:00:00.999Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T01:00:00Z",
        "2026-03-02T01:00:00.000",
        "2026-03-02T01:00:00.000+00:00",
        "2026-03-02 01:00:00.000Z",
        "2026-03-02T01:00:00.0000Z",
        "2026-02-30T01:00:00.000Z",
        "2026-03-02T24:00:00.000Z",
        "２026-03-02T01:00:00.000Z",
        "",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"instant|out of range|does not match|unconverted"):
        parse_instant(text)


def test_time_without_zone_is_refused() -> None:
    naive = NINE.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        instant(naive)
    with pytest.raises(ValueError, match="zone"):
        FixedClock(naive)


def test_fixed_clock_stands_still_until_moved(engine: Engine) -> None:
    clock = FixedClock(NINE)
    assert clock.now() == clock.now() == NINE
    clock.advance(timedelta(microseconds=1))
    with engine.connect() as connection:
        assert connection.scalar(select(clock.sql_now())) == NINE + timedelta(microseconds=1)


def test_system_clock_goes_on_inside_a_transaction(engine: Engine) -> None:
    clock = SystemClock()
    with engine.begin() as connection:
        first = connection.scalar(select(clock.sql_now()))
        second = connection.scalar(select(clock.sql_now()))
    assert first < second
    assert abs(clock.now() - second) < timedelta(minutes=1)
