"""The unit of work: one transaction in which a use case changes rows, records entries, queues jobs.

Entries are held back and inserted last, after every lock that the use case takes. So the identity
column gives the order in which they could know of each other: whoever waited for a lock comes
later (DESIGN 7, 'Position').
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from journal.entries import DisclosureRow, Draft, Entry, draft
from journal.logs import log_name
from kernel.clock import Clock
from kernel.vocabulary import Action, Actor, Log
from signatures.merkle import leaf_hash

Handler: TypeAlias = "Callable[[Work, Actor, Any, str], None]"


class ReadOnlyWork(Exception):
    """A use case that was given a reading transaction tried to write."""


class Journal:
    """Where use cases get their transactions; wired once, at start."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        origin: str,
        disclosure: Mapping[Action, DisclosureRow],
        handlers: Mapping[type[Entry], Sequence[Handler]] | None = None,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.origin = origin
        self.disclosure = disclosure
        self.handlers = dict(handlers or {})

    @contextmanager
    def write(self) -> Iterator[Work]:
        """One READ COMMITTED transaction: committed on leaving, rolled back on an exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection(execution_options={"isolation_level": "READ COMMITTED"})
            work = Work(session, self)
            yield work
            work._finish()

    @contextmanager
    def read(self) -> Iterator[Work]:
        """One read-only transaction in which every statement sees the same state."""
        with Session(self.engine) as session:
            session.connection(
                execution_options={
                    "isolation_level": "REPEATABLE READ",
                    "postgresql_readonly": True,
                }
            )
            # Closing rolls back and leaves what was loaded readable, which a rollback would not.
            yield Work(session, self, writable=False)


class Work:
    """What a use case holds: session, clock, and the means to record and to queue."""

    def __init__(self, session: Session, journal: Journal, *, writable: bool = True) -> None:
        self.session = session
        self.clock: Clock = journal.clock
        self.origin: str = journal.origin
        self.disclosure: Mapping[Action, DisclosureRow] = journal.disclosure
        self._journal = journal
        self._writable = writable
        self._drafts: list[Draft] = []
        self._jobs: dict[str, tuple[str, str, datetime]] = {}
        self._last: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The time, by the clock that was handed in."""
        return self.clock.now()

    def record(
        self, actor: Actor, entry: Entry, *, result: str = "done", leaf: bytes | None = None
    ) -> str:
        """Record a fact and return the entry's id; its handlers run at once, in this transaction.

        The row is inserted when the transaction ends, so a foreign key to it must be deferred.
        `leaf` is the receipt, for entries of the tree `acts` alone (SEALED_BID 4).
        """
        self._require_writable()
        log = self.disclosure[entry.action].log
        if leaf is not None and log is not Log.ACTS:
            raise ValueError(f"{type(entry).__name__} is not an act and has no receipt as leaf")
        made = draft(
            entry,
            origin=self.origin,
            log=log_name(log, entry.tender),
            actor=actor,
            at=self.now(),
            result=result,
            leaf=leaf,
        )
        self._drafts.append(made)
        for handle in self._journal.handlers.get(type(entry), ()):
            handle(self, actor, entry, made.id)
        return made.id

    def enqueue(
        self, job: str, payload: Mapping[str, Any], *, key: str, due_at: datetime | None = None
    ) -> None:
        """Queue work for after the commit; a key that is known already queues nothing."""
        self._require_writable()
        self._jobs.setdefault(key, (job, json.dumps(dict(payload)), due_at or self.now()))

    def at_the_end(self, step: Callable[[], None]) -> None:
        """Do this when the use case has changed and locked all that it will, before the entries.

        For a handler that reads the rows as they will be committed, or that takes a lock itself.
        """
        self._require_writable()
        self._last.append(step)

    def insert_drafts(self) -> None:
        """Insert what was recorded so far: for what needs its position in this transaction.

        A use case leaves it to the end of the transaction; locks taken after it would break the
        order in which entries could know of each other.
        """
        self.session.flush()
        if self._drafts:
            self.session.execute(_INSERT_ENTRIES, _columns(self._drafts))
        self._drafts = []

    def _require_writable(self) -> None:
        if not self._writable:
            raise ReadOnlyWork

    def _finish(self) -> None:
        self.session.flush()
        for step in self._last:
            step()
        self.session.flush()
        # By key, so that two transactions that queue the same jobs cannot wait for each other.
        for key, (job, payload, due_at) in sorted(self._jobs.items()):
            self.session.execute(
                _INSERT_JOB, {"job": job, "key": key, "payload": payload, "due_at": due_at}
            )
        self.insert_drafts()
        self._jobs, self._last, self._writable = {}, [], False


_INSERT_JOB = text(
    "INSERT INTO job (job, key, payload, due_at)"
    " VALUES (:job, :key, CAST(:payload AS jsonb), :due_at) ON CONFLICT (key) DO NOTHING"
)

# One statement and one round trip for all entries of a transaction and all their fields; the
# identity column follows the order of recording (ORDER BY place).
_INSERT_ENTRIES = text(
    """
    WITH fresh AS (
      INSERT INTO entry
        (id, log, action, object, tender, recorded_at, commitment, leaf, leaf_hash)
      SELECT id, log, action, object, tender, recorded_at, commitment, leaf, leaf_hash
      FROM unnest(
        CAST(:ids AS text[]), CAST(:logs AS text[]), CAST(:actions AS text[]),
        CAST(:objects AS text[]), CAST(:tenders AS text[]), CAST(:recorded AS timestamptz[]),
        CAST(:commitments AS bytea[]), CAST(:leaves AS bytea[]), CAST(:leaf_hashes AS bytea[])
      ) WITH ORDINALITY AS e
        (id, log, action, object, tender, recorded_at, commitment, leaf, leaf_hash, place)
      ORDER BY place
    )
    INSERT INTO entry_field (entry, name, visibility, salt, value, digest)
    SELECT * FROM unnest(
      CAST(:owners AS text[]), CAST(:names AS text[]), CAST(:visibilities AS text[]),
      CAST(:salts AS bytea[]), CAST(:values AS text[]), CAST(:digests AS text[])
    )
    """
)


def _columns(drafts: Sequence[Draft]) -> dict[str, list[Any]]:
    fields = [(made.id, field) for made in drafts for field in made.fields]
    return {
        "ids": [made.id for made in drafts],
        "logs": [made.log for made in drafts],
        "actions": [str(made.action) for made in drafts],
        "objects": [made.object for made in drafts],
        "tenders": [made.tender for made in drafts],
        "recorded": [made.recorded_at for made in drafts],
        "commitments": [made.commitment for made in drafts],
        "leaves": [made.leaf for made in drafts],
        "leaf_hashes": [leaf_hash(made.leaf) for made in drafts],
        "owners": [owner for owner, _ in fields],
        "names": [field.name for _, field in fields],
        "visibilities": [str(field.visibility) for _, field in fields],
        "salts": [field.salt for _, field in fields],
        "values": [field.value.decode() for _, field in fields],
        "digests": [field.digest for _, field in fields],
    }
