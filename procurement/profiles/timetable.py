"""The periods that a profile sets, counted by a work calendar, and the light they stand at.

Days are the days of the office's zone; a period that ends on a day ends with that day, so that
its instant is the first one of the next (deadlines are half-open).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from kernel.calendar import Counted, WorkCalendar
from procurement.profiles.model import Parameter, Profile, Unit


class Light(StrEnum):
    """How a time limit stands (requirement 128)."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def local_date(profile: Profile, at: datetime) -> date:
    """The day of an instant where the office is."""
    return at.astimezone(ZoneInfo(profile.zone)).date()


def start_of(profile: Profile, on: date) -> datetime:
    """The first instant of a day where the office is."""
    return datetime.combine(on, time.min, ZoneInfo(profile.zone)).astimezone(UTC)


def end_of(profile: Profile, on: date) -> datetime:
    """The first instant after a day where the office is: late from here on."""
    return start_of(profile, on + timedelta(days=1))


def at_same_hour(profile: Profile, on: date, like: datetime) -> datetime:
    """The instant on a day at the hour of another instant, both where the office is."""
    zone = ZoneInfo(profile.zone)
    hour = like.astimezone(zone).time()
    return datetime.combine(on, hour, zone).astimezone(UTC)


def period(
    profile: Profile, calendar: WorkCalendar, length: Parameter[int], start_on: date
) -> Counted:
    """The last day of a period of the profile, counted as its unit says (Order 87 art. 85)."""
    return count(profile, calendar, length.value, length.unit, start_on)


def count(
    profile: Profile, calendar: WorkCalendar, length: int, unit: Unit, start_on: date
) -> Counted:
    """The last day of a period of so many working or calendar days; the start day is out."""
    if unit is Unit.WORKING_DAYS:
        return calendar.add_workdays(start_on, length)
    if unit is Unit.CALENDAR_DAYS:
        return calendar.add_days(start_on, length, profile.day_roll.value)
    raise ValueError(f"no period is counted in {unit}")


def due_at(
    profile: Profile, calendar: WorkCalendar, length: Parameter[int], started_at: datetime
) -> datetime:
    """The instant from which something is late whose period began at `started_at`."""
    return end_of(profile, period(profile, calendar, length, local_date(profile, started_at)).on)


def earliest_closing_on(profile: Profile, calendar: WorkCalendar, issued_on: date) -> Counted:
    """The first day on which a tender may close whose documents are issued on the day (P03)."""
    return period(profile, calendar, profile.bid_period_days_min, issued_on)


def award_notice_ends_on(profile: Profile, calendar: WorkCalendar, published_on: date) -> Counted:
    """The last day of the period for which the award is announced (P17)."""
    return period(profile, calendar, profile.award_notice_period_workdays, published_on)


def award_challenge_ends_on(
    profile: Profile, calendar: WorkCalendar, published_on: date
) -> Counted:
    """The last day to challenge a result, from the end of its announcement (GPR art. 53)."""
    announced = award_notice_ends_on(profile, calendar, published_on)
    window = period(profile, calendar, profile.challenge_workdays, announced.on)
    return _joined(announced, window)


def standstill_ends_on(profile: Profile, calendar: WorkCalendar, published_on: date) -> Counted:
    """The last day on which no contract may be signed; the same day where there is none."""
    return period(profile, calendar, profile.standstill_days, published_on)


def kept_until(profile: Profile, ended_on: date) -> date:
    """The day before which no file of the purchase may be destroyed (P29)."""
    year = ended_on.year + profile.retention_years.value
    try:
        return ended_on.replace(year=year)
    except ValueError:  # 29 February: kept a day longer, never a day shorter
        return date(year, ended_on.month, 1) + timedelta(days=ended_on.day - 1)


def light(profile: Profile, started_at: datetime, due: datetime, now: datetime) -> Light:
    """Green, amber when the profile's share of the time is gone, red when it is late."""
    if now >= due:
        return Light.RED
    gone = Decimal((now - started_at) // timedelta(microseconds=1))
    whole = Decimal((due - started_at) // timedelta(microseconds=1))
    return Light.AMBER if gone >= whole * profile.amber_from_share.value else Light.GREEN


def _joined(first: Counted, second: Counted) -> Counted:
    editions = dict.fromkeys(
        part for counted in (first, second) for part in counted.edition.split("+") if part
    )
    return Counted(second.on, "+".join(editions), first.skipped + second.skipped)
