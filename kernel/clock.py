"""Time is handed in. `SystemClock` is the one place that asks the computer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, DateTime, bindparam, func

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


class Clock(Protocol):
    """The time of a use case: aware, UTC, to the microsecond."""

    def now(self) -> datetime:
        """The instant by this process."""
        ...

    def sql_now(self) -> ColumnElement[Any]:
        """The instant as an SQL expression, read inside the statement that uses it."""
        ...


class SystemClock:
    """The computer's clock, and inside a statement the database's.

    `clock_timestamp()` and never `now()`: the latter is the start of the transaction, and a plain
    check against it let 12 of 650 late bids in when it was tried.
    """

    def now(self) -> datetime:
        """The computer's time."""
        return datetime.now(UTC)

    def sql_now(self) -> ColumnElement[Any]:
        """The database's time at the moment the statement runs."""
        return func.clock_timestamp()


class FixedClock:
    """A clock that stands still until it is moved: for tests, the replay and the demo."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._at

    def sql_now(self) -> ColumnElement[Any]:
        """The same instant, bound as a value."""
        return bindparam(None, self._at, type_=DateTime(timezone=True))

    def set(self, at: datetime) -> None:
        """Set the clock, backwards too: attacks on the clock are tried with it."""
        if at.tzinfo is None:
            raise ValueError("an instant needs its zone")
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock by a duration."""
        self._at += by


def instant(at: datetime) -> str:
    """Write an instant as `YYYY-MM-DDThh:mm:ss.sssZ` (SEALED_BID 1), cut to the millisecond.

    Cut and not rounded, so that a written time is never later than the time it stands for.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def parse_instant(text: str) -> datetime:
    """Read what `instant` wrote; anything else is a ValueError."""
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"not an instant: {text!r}")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
