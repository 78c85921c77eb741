"""Reads of what is published: pages of the two feeds, single releases and records.

The feeds go by the position in the public log. It is given after the commit and without gap, so a
reader who has come so far finds later whatever comes later, and nothing slips in before (DESIGN 8).
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journal.models import EntryRow
from journal.work import Journal
from kernel.refusal import NotFound
from kernel.vocabulary import Action
from procurement.parties.models import Organization
from reports.ocds import packages, records
from reports.ocds.models import OcdsProcess, OcdsRecord, OcdsRelease
from reports.ocds.packages import Frame, Publisher
from reports.ocds.publishing import written
from reports.ocds.records import read_member

_RELEASES = text(
    """
    SELECT p.position, r.date, r.body, r.digest
    FROM entry_position p JOIN ocds_release r ON r.id = p.entry
    WHERE p.log = 'public' AND p.position >= :since
    ORDER BY p.position LIMIT :limit
    """
)
# A process stands where its newest release stands: a reader sees it again whenever it grows.
_RECORDS = text(
    """
    SELECT p.position, r.date, r.ocid
    FROM entry_position p JOIN ocds_release r ON r.id = p.entry
    WHERE p.log = 'public' AND p.position >= :since AND NOT EXISTS (
      SELECT 1 FROM ocds_release n JOIN entry_position q ON q.entry = n.id
      WHERE n.ocid = r.ocid AND n.date > r.date
    )
    ORDER BY p.position LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Address:
    """How this reader reached us, so that what is linked can be reached as well."""

    root: str
    """`https://host`, without a slash at its end."""
    path: str
    """Of what was asked for, with its query."""

    @property
    def uri(self) -> str:
        """The address of what was asked for."""
        return self.root + self.path


@dataclass(frozen=True, slots=True)
class Made:
    """A package and where the next one is."""

    content: bytes
    next_url: str | None = None


class Reading:
    """The published data of an installation."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self.engine = engine
        self.journal = journal
        # Of each file what was last measured, and of which state of it.
        self.measured: dict[str, tuple[Any, Any]] = {}

    def releases(self, since: int, limit: int, address: Address) -> Made:
        """The releases from a position on, in the order in which they became public."""
        with self.journal.read() as work:
            found = work.session.execute(_RELEASES, {"since": since, "limit": limit + 1}).all()
            shown = found[:limit]
            frame = self._frame(work.session, shown, address, "releases", limit, len(found))
            lines = [read_member(row.body) for row in shown]
        return Made(packages.release_package(frame, lines), frame.next_url)

    def records(self, since: int, limit: int, address: Address) -> Made:
        """The records of the processes whose newest release stands from a position on."""
        with self.journal.read() as work:
            found = work.session.execute(_RECORDS, {"since": since, "limit": limit + 1}).all()
            shown = found[:limit]
            frame = self._frame(work.session, shown, address, "records", limit, len(found))
        lines = [self._record(row.ocid) for row in shown]
        return Made(packages.record_package(frame, lines), frame.next_url)

    def release(self, ocid: str, id: str, address: Address) -> Made:
        """One release; NotFound if there is none."""
        with self.journal.read() as work:
            row = work.session.scalars(
                select(OcdsRelease).where(OcdsRelease.id == id, OcdsRelease.ocid == ocid)
            ).one_or_none()
            if row is None:
                raise NotFound("release", id)
            frame = Frame(publisher(work.session, address.root), address.uri, row.date)
            return Made(packages.release_package(frame, [read_member(row.body)]))

    def record(self, ocid: str, address: Address) -> Made:
        """The record of a process; NotFound if nothing of it is published."""
        line = self._record(ocid)
        with self.journal.read() as work:
            last_at = work.session.get_one(OcdsProcess, ocid).last_at
            frame = Frame(publisher(work.session, address.root), address.uri, last_at)
        return Made(packages.record_package(frame, [line]))

    def _record(self, ocid: str) -> bytes:
        kept = compiled(self.engine, ocid)
        with self.journal.read() as work:
            bodies = _bodies(work.session, ocid)[: kept.releases]
        return packages.record(
            ocid,
            [read_member(body) for body in bodies],
            read_member(kept.compiled),
            read_member(kept.versioned),
        )

    def _frame(
        self,
        session: Session,
        shown: Sequence[Row[tuple[int, datetime]]],
        address: Address,
        feed: str,
        limit: int,
        found: int,
    ) -> Frame:
        further = (
            f"{address.root}/ocds/{feed}?since={shown[-1].position + 1}&limit={limit}"
            if found > limit
            else None
        )
        newest = max((row.date for row in shown), default=self.journal.clock.now())
        return Frame(publisher(session, address.root), address.uri, newest, further)


def compiled(engine: Engine, ocid: str) -> OcdsRecord:
    """The record of a process, compiled anew if a release has come; NotFound without any.

    Two who compile at once both write the same, and the one who knew fewer releases writes nothing.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        count = session.scalar(
            select(func.count()).select_from(OcdsRelease).where(OcdsRelease.ocid == ocid)
        )
        if not count:
            raise NotFound("record", ocid)
        kept = session.get(OcdsRecord, ocid)
        if kept is not None and kept.releases >= count:
            return kept
        releases = [records.read_release(body) for body in _bodies(session, ocid)]
        made = records.merge(releases)
        values = {
            "releases": len(releases),
            "compiled": gzip.compress(written(made.now), mtime=0),
            "versioned": gzip.compress(written(made.history), mtime=0),
        }
        adding = insert(OcdsRecord).values(ocid=ocid, **values)
        session.execute(
            adding.on_conflict_do_update(
                index_elements=[OcdsRecord.ocid],
                set_=values,
                where=OcdsRecord.releases < adding.excluded.releases,
            )
        )
        return OcdsRecord(ocid=ocid, **values)


def publisher(session: Session, root: str) -> Publisher:
    """Who answers for the installation: named in the first entry of the journal."""
    office = session.scalars(
        select(Organization)
        .join(EntryRow, EntryRow.object == Organization.id)
        .where(EntryRow.action == str(Action.FOUND_INSTALLATION))
        .limit(1)
    ).one_or_none()
    if office is None:
        raise NotFound("installation", "publisher")
    return Publisher(office.name_zh, office.scheme, office.identifier, root)


def is_published(session: Session, ocid: str) -> bool:
    """Whether anything of a process is published as data."""
    return session.get(OcdsProcess, ocid) is not None


def _bodies(session: Session, ocid: str) -> list[bytes]:
    return list(
        session.scalars(
            select(OcdsRelease.body).where(OcdsRelease.ocid == ocid).order_by(OcdsRelease.date)
        )
    )
