"""Instants and dates as people read them: weekday, office zone, and how long is left.

Pure functions of instant, language and zone. A deadline at midnight is written as 24:00 of the day
before, because 00:00 sends people to the wrong day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kernel.text import Text

# The office's zone. All of China keeps one time; a profile of another land names its own.
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_ZONES = {"Asia/Shanghai": Text("北京时间", "Beijing time"), "UTC": Text("协调世界时", "UTC")}


class _Reading(NamedTuple):
    """A wall-clock reading: the day and the hours to show beside it."""

    day: date
    time: str


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """The instant on the office's wall clock."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(zone)


def full(at: datetime, language: str, zone: ZoneInfo) -> str:
    """`2026年11月30日（周一）09:30` or `Monday 30 November 2026, 09:30`."""
    return _full(_Reading(local(at, zone).date(), f"{local(at, zone):%H:%M}"), language)


def deadline(at: datetime, language: str, zone: ZoneInfo) -> str:
    """As `full`, with midnight written as 24:00 of the day that ends."""
    here = local(at, zone)
    if (here.hour, here.minute, here.second, here.microsecond) == (0, 0, 0, 0):
        return _full(_Reading(here.date() - timedelta(days=1), "24:00"), language)
    return full(at, language, zone)


def _full(reading: _Reading, language: str) -> str:
    on, time = reading
    if language == "zh":
        weekday = _WEEKDAYS_ZH[on.weekday()]
        return f"{on.year}年{on.month}月{on.day}日（周{weekday}）{time}"
    month = _MONTHS_EN[on.month - 1]
    return f"{_WEEKDAYS_EN[on.weekday()]} {on.day} {month} {on.year}, {time}"


def brief(at: datetime, language: str, zone: ZoneInfo, now: datetime) -> str:
    """`11月30日 09:30` or `30 Nov 09:30`, with the year where it is not the present one."""
    here = local(at, zone)
    return f"{day(here.date(), language, local(now, zone).date())} {here:%H:%M}"


def with_weekday(at: datetime, language: str, zone: ZoneInfo, now: datetime) -> str:
    """`11月30日（周一）09:30` or `Mon 30 Nov, 09:30`, for lists."""
    here, today = local(at, zone), local(now, zone).date()
    on = day(here.date(), language, today)
    if language == "zh":
        return f"{on}（周{_WEEKDAYS_ZH[here.weekday()]}）{here:%H:%M}"
    return f"{_WEEKDAYS_EN[here.weekday()][:3]} {on}, {here:%H:%M}"


def day(on: date, language: str, today: date | None = None) -> str:
    """`11月30日` or `30 Nov`; with the year where it is not today's, or where no today is given."""
    same_year = today is not None and on.year == today.year
    if language == "zh":
        return ("" if same_year else f"{on.year}年") + f"{on.month}月{on.day}日"
    return f"{on.day} {_MONTHS_EN[on.month - 1][:3]}" + ("" if same_year else f" {on.year}")


def zone_name(at: datetime, language: str, zone: ZoneInfo) -> str:
    """`北京时间（UTC+8）` or `Beijing time (UTC+8)`: the zone as a person would say it."""
    offset = local(at, zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "+" if minutes >= 0 else "-"
    hours, rest = divmod(abs(minutes), 60)
    utc = f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
    known = _ZONES.get(zone.key)
    if known is None:
        return utc
    name = known.in_language(language)
    return f"{name}（{utc}）" if language == "zh" else f"{name} ({utc})"


@dataclass(frozen=True, slots=True)
class Remaining:
    """How long is left, cut to whole minutes so that it never promises more than there is."""

    days: int
    hours: int
    minutes: int
    over: bool
    """Whether the instant has come; at the instant itself it has."""


def remaining(until: datetime, now: datetime) -> Remaining:
    """How long is left until an instant; nothing from the instant itself on."""
    left = max(until - now, timedelta())
    hours, rest = divmod(left.seconds, 3600)
    return Remaining(left.days, hours, rest // 60, over=now >= until)
