"""The sequencer: gives every committed entry its position in its log, gapless, in causal order.

No business transaction waits for another because of the log. An entry that was committed with a
smaller identity after one with a larger was placed is simply placed later: the two could not have
known of each other, since an identity is taken after all locks (DESIGN 10, 'Sequence').
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
# The first eight bytes of SHA-256("sunlit/journal/sequencer"), as PostgreSQL's signed bigint.
SEQUENCER_LOCK = int.from_bytes(bytes.fromhex("d1caa625cdc1f8ce"), "big", signed=True)

# DESIGN 7: an entry that waits longer raises an alarm.
UNPLACED_SECONDS_MAX = 60

_PLACE = text(
    """
    WITH taken AS (DELETE FROM entry_waiting RETURNING seq, entry, log)
    INSERT INTO entry_position (log, position, entry)
    SELECT t.log,
           coalesce((SELECT p.position + 1 FROM entry_position p WHERE p.log = t.log
                     ORDER BY p.position DESC LIMIT 1), 0)
             + row_number() OVER (PARTITION BY t.log ORDER BY t.seq) - 1,
           t.entry
    FROM taken t
    """
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something in the journal that a person must look at."""

    code: str
    entry: str | None
    since: datetime | None


def sequence(engine: Engine) -> int:
    """Place all committed entries that wait, in one statement; how many were placed."""
    with Session(engine) as session, session.begin():
        session.connection(execution_options={"isolation_level": "READ COMMITTED"})
        return place(session)


def place(session: Session) -> int:
    """Place what waits, in the caller's READ COMMITTED transaction."""
    # The lock is a statement of its own: the placing statement must see what the holder before
    # it committed, and READ COMMITTED takes a new snapshot for each statement.
    hold_sequence(session)
    return session.execute(_PLACE).rowcount  # type: ignore[attr-defined, no-any-return]


def hold_sequence(session: Session) -> None:
    """Keep everybody else from placing until the transaction ends."""
    session.execute(_LOCK, {"key": SEQUENCER_LOCK})


def alarms(engine: Engine, now: datetime) -> list[Alarm]:
    """Entries without a position for longer than `UNPLACED_SECONDS_MAX`.

    The position table is asked and not the queue, so that an entry whose queue row was taken away
    is found as well.
    """
    with Session(engine) as session:
        rows = session.execute(
            text(
                "SELECT e.id, e.recorded_at FROM entry e WHERE e.recorded_at < :since AND NOT"
                " EXISTS (SELECT 1 FROM entry_position p WHERE p.entry = e.id) ORDER BY e.seq"
            ),
            {"since": now - timedelta(seconds=UNPLACED_SECONDS_MAX)},
        )
        return [Alarm("entry_unplaced", row.id, row.recorded_at) for row in rows]
