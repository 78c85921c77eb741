"""Whole files for those who want everything: one line of JSON a release or a process, compressed.

What is stored is a gzip member already, and members one after another are a gzip file: a file is
copied out of the database and never made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.publication.reading import Reading, compiled
from kernel.refusal import NotFound

_NAME = re.compile(r"(?:releases-(\d{4})-(\d{2})|compiled-(\d{4}))\.jsonl\.gz", re.ASCII)
_ROWS_AT_ONCE = 100

_MONTHS = text(
    """
    SELECT to_char(date AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS lines,
           sum(octet_length(body)) AS bytes, max(date) AS newest
    FROM ocds_release GROUP BY 1 ORDER BY 1 DESC
    """
)
_YEARS = text(
    """
    SELECT to_char(p.first_at AT TIME ZONE 'UTC', 'YYYY') AS year, count(*) AS lines,
           sum(octet_length(r.compiled)) AS bytes, max(p.last_at) AS newest
    FROM ocds_process p JOIN ocds_record r ON r.ocid = p.ocid GROUP BY 1 ORDER BY 1 DESC
    """
)
_RELEASES = text(
    "SELECT body FROM ocds_release WHERE date >= :start AND date < :end ORDER BY date, id"
)
_COMPILED = text(
    """
    SELECT r.compiled FROM ocds_process p JOIN ocds_record r ON r.ocid = p.ocid
    WHERE p.first_at >= :start AND p.first_at < :end ORDER BY p.first_at, p.ocid
    """
)
_STALE = text(
    """
    SELECT p.ocid FROM ocds_process p LEFT JOIN ocds_record r ON r.ocid = p.ocid
    WHERE r.ocid IS NULL
       OR r.releases < (SELECT count(*) FROM ocds_release x WHERE x.ocid = p.ocid)
    ORDER BY p.ocid
    """
)


@dataclass(frozen=True, slots=True)
class File:
    """A file as the index names it; a process stays in that of the year of its first release."""

    name: str
    lines: int
    bytes: int
    newest: datetime


def files(reading: Reading) -> tuple[File, ...]:
    """All files, those of records first, the newest before the older."""
    compile_all(reading)
    with reading.journal.read() as work:
        return tuple(
            File(f"compiled-{row.year}.jsonl.gz", row.lines, row.bytes, row.newest)
            for row in work.session.execute(_YEARS)
        ) + tuple(
            File(f"releases-{row.month}.jsonl.gz", row.lines, row.bytes, row.newest)
            for row in work.session.execute(_MONTHS)
        )


def file(reading: Reading, name: str) -> File:
    """A file by its name; NotFound if there is none."""
    for one in files(reading):
        if one.name == name:
            return one
    raise NotFound("file", name)


def content(reading: Reading, name: str) -> Iterator[bytes]:
    """The bytes of a file in pieces; no more than some lines of it are in memory."""
    with reading.journal.read() as work:
        yield from _content(work.session, name)


@dataclass(frozen=True, slots=True)
class Measured:
    """A file as it is now, read once from its beginning to its end."""

    lines: int
    bytes: int
    sha256: str


def measure(reading: Reading, of: File) -> Measured:
    """Lines, size and digest of a file; read again only if the file has grown."""
    known = reading.measured.get(of.name)
    if known is None or known[0] != of:
        lines, size, found = 0, 0, hashlib.sha256()
        for piece in content(reading, of.name):
            lines, size = lines + 1, size + len(piece)
            found.update(piece)
        known = of, Measured(lines, size, found.hexdigest())
        reading.measured[of.name] = known
    return known[1]


def compile_all(reading: Reading) -> int:
    """Compile every record that is out of date; how many there were."""
    with reading.journal.read() as work:
        stale = list(work.session.scalars(_STALE))
    for ocid in stale:
        compiled(reading.engine, ocid)
    return len(stale)


def _content(session: Session, name: str) -> Iterator[bytes]:
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound("file", name)
    year, month, of_year = found.groups()
    if of_year:
        start, end = datetime(int(of_year), 1, 1, tzinfo=UTC), _year_after(int(of_year))
    else:
        start = datetime(int(year), int(month), 1, tzinfo=UTC)
        end = _year_after(int(year)) if month == "12" else start.replace(month=start.month + 1)
    rows = session.execute(
        _COMPILED if of_year else _RELEASES,
        {"start": start, "end": end},
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    for row in rows:
        yield row[0]


def _year_after(year: int) -> datetime:
    return datetime(year + 1, 1, 1, tzinfo=UTC)
