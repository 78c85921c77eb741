"""Working days and statutory holidays, and the counting of periods by them.

Counting is itself law (Order 87 art. 85, Order 94 art. 42): the day of the event is not counted,
and a period that would end on a statutory holiday ends on the day after it. Make-up working days
(调休) are working days though they fall on a weekend. A year that nobody has announced is not
guessed: counting into it is refused, and the year named (requirement 140).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from kernel.refusal import Refused, refuse

_FOLDER = Path(__file__).with_name("calendars")
_DAY = timedelta(days=1)
_WEEKEND = frozenset({5, 6})  # Saturday and Sunday as `date.weekday` numbers them


class Roll(StrEnum):
    """What happens to a period of calendar days whose last day is not a working day."""

    NONE = "none"
    STATUTORY_HOLIDAY = "statutory_holiday"  # Order 87 art. 85: holidays move it, weekends do not
    DAY_OFF = "day_off"  # Regulation 1182/71 art. 3: weekends move it too


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One announced year: which days are off or worked against the week, and where that is written.

    `special` maps a date to True for a day off and to False for a make-up working day.
    """

    country: str
    year: int
    special: Mapping[date, bool]
    cites: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.cites:
            raise ValueError(f"the calendar of {self.country} {self.year} needs its citation")
        # An announcement may also move days of the December before its year.
        strangers = [day for day in self.special if not self._may_hold(day)]
        if strangers:
            raise ValueError(f"not of {self.year}: {strangers[0]}")
        object.__setattr__(self, "special", MappingProxyType(dict(sorted(self.special.items()))))

    @property
    def edition(self) -> str:
        """`cn-2026:` and the start of a digest over its days: what a count was based on."""
        days = json.dumps([[str(day), off] for day, off in self.special.items()])
        return f"{self.country}-{self.year}:{hashlib.sha256(days.encode()).hexdigest()[:12]}"

    def as_record(self) -> dict[str, object]:
        """As a JSON object, in the form of the files that ship with the product."""
        days = [{"date": str(day), "isOffDay": off} for day, off in self.special.items()]
        return {"year": self.year, "papers": list(self.cites), "days": days}

    def _may_hold(self, day: date) -> bool:
        return day.year == self.year or (day.year == self.year - 1 and day.month == 12)


@dataclass(frozen=True, slots=True)
class Counted:
    """The end of a period: the day, the calendar editions that were asked, the days passed over."""

    on: date
    edition: str
    skipped: tuple[date, ...] = field(default=())


class WorkCalendar:
    """The announced years of one country. Unchangeable: `with_year` gives another calendar."""

    def __init__(self, country: str, years: Iterable[CalendarYear]) -> None:
        self.country = country
        self._years = {known.year: known for known in years}
        self._special: dict[date, tuple[bool, int]] = {}
        for year in sorted(self._years):
            for day, off in self._years[year].special.items():
                self._special[day] = (off, year)

    @classmethod
    def for_country(cls, country: str) -> WorkCalendar:
        """The calendar that ships with the product, such as `cn`; a KeyError for another name."""
        files = sorted(_FOLDER.glob(f"{country}-[0-9][0-9][0-9][0-9].json"))
        if not files:
            raise KeyError(country)
        years = (calendar_year(country, json.loads(path.read_bytes())) for path in files)
        return cls(country, (year for year in years if year is not None))

    @property
    def years(self) -> tuple[CalendarYear, ...]:
        """The announced years, oldest first."""
        return tuple(self._years[year] for year in sorted(self._years))

    def with_year(
        self,
        year: int,
        *,
        off: Iterable[date] = (),
        working: Iterable[date] = (),
        cites: tuple[str, ...],
    ) -> WorkCalendar:
        """A calendar that also knows a year which an officer entered with its citation."""
        days_off, worked = frozenset(off), frozenset(working)
        if days_off & worked:
            raise ValueError(f"both off and worked: {min(days_off & worked)}")
        special = dict.fromkeys(days_off, True) | dict.fromkeys(worked, False)
        return self.with_edition(CalendarYear(self.country, year, special, cites))

    def with_edition(self, added: CalendarYear) -> WorkCalendar:
        """A calendar in which this edition of its year stands, in place of an older one if any."""
        if added.country != self.country:
            raise ValueError(f"{added.country} is not {self.country}")
        return WorkCalendar(self.country, (*self._other_years(added.year), added))

    def is_workday(self, day: date) -> bool:
        """Whether people work on the day; refused with `calendar_unknown` for an unknown year."""
        return not self._is_off(day)

    def is_statutory_holiday(self, day: date) -> bool:
        """Whether the day lies in an announced holiday; an ordinary weekend is none."""
        self._require(day)
        return self._special.get(day, (False, 0))[0]

    def add_workdays(self, start_on: date, workdays: int) -> Counted:
        """The last day of a period of working days; the start day is not counted."""
        self._check_length(workdays)
        day, left, skipped = start_on, workdays, []
        while left:
            day += _DAY
            if self.is_workday(day):
                left -= 1
            else:
                skipped.append(day)
        return Counted(day, self._editions(start_on, day), tuple(skipped))

    def add_days(self, start_on: date, days: int, roll: Roll) -> Counted:
        """The last day of a period of calendar days; `roll` says what moves it."""
        self._check_length(days)
        day, skipped = start_on + _DAY * days, []
        if roll is Roll.NONE:
            return Counted(day, "", ())
        if self._moves(day, roll):
            while self._is_off(day):
                skipped.append(day)
                day += _DAY
        return Counted(day, self._editions(skipped[0] if skipped else day, day), tuple(skipped))

    def workdays_between(self, start_on: date, end_on: date) -> int:
        """How many working days lie after the start day, up to and with the end day."""
        span = (end_on - start_on).days
        return sum(self.is_workday(start_on + _DAY * step) for step in range(1, span + 1))

    def _moves(self, day: date, roll: Roll) -> bool:
        if roll is Roll.STATUTORY_HOLIDAY:
            return self.is_statutory_holiday(day)
        return self._is_off(day)

    def _is_off(self, day: date) -> bool:
        self._require(day)
        known = self._special.get(day)
        return known[0] if known else day.weekday() in _WEEKEND

    def _require(self, day: date) -> None:
        if day.year not in self._years:
            raise Refused(
                refuse(
                    "calendar_unknown",
                    country=self.country,
                    year=day.year,
                    known=[known.year for known in self.years],
                )
            )

    def _editions(self, first: date, last: date) -> str:
        asked = set(range(first.year, last.year + 1)) & self._years.keys()
        asked |= {year for day, (_, year) in self._special.items() if first <= day <= last}
        return "+".join(self._years[year].edition for year in sorted(asked))

    def _other_years(self, year: int) -> list[CalendarYear]:
        return [known for known in self.years if known.year != year]

    @staticmethod
    def _check_length(length: int) -> None:
        if length < 0:
            raise ValueError(f"a period has no negative length: {length}")


def calendar_year(country: str, record: Mapping[str, object]) -> CalendarYear | None:
    """Read a year as the files hold it; None for one that no paper has announced."""
    papers, days, year = record["papers"], record["days"], record["year"]
    if not (isinstance(papers, list) and isinstance(days, list) and isinstance(year, int)):
        raise ValueError(f"not a calendar year of {country}")
    if not papers:
        return None
    special = {date.fromisoformat(day["date"]): bool(day["isOffDay"]) for day in days}
    return CalendarYear(country, year, special, tuple(str(paper) for paper in papers))
