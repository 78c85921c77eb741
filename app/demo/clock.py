"""The demo's clock: an instant in a file, the same for web and worker, moved by hand."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, DateTime, bindparam

from kernel.clock import FixedClock, instant, parse_instant

FILE_NAME = "demo-clock"


class FileClock(FixedClock):
    """A fixed clock whose instant other processes see too, to the millisecond."""

    def __init__(self, path: Path, starts_at: datetime | None = None) -> None:
        self._path = path
        if starts_at is not None:
            self.set(starts_at)

    def now(self) -> datetime:
        """The instant in the file."""
        return parse_instant(self._path.read_text(encoding="ascii").strip())

    def sql_now(self) -> ColumnElement[Any]:
        """The same instant, bound as a value."""
        return bindparam(None, self.now(), type_=DateTime(timezone=True))

    def set(self, at: datetime) -> None:
        """Set the clock for every process at once."""
        part = self._path.with_suffix(".part")
        part.write_text(instant(at) + "\n", encoding="ascii")
        os.replace(part, self._path)

    def advance(self, by: timedelta) -> None:
        """Move the clock by a duration."""
        self.set(self.now() + by)
