"""After a backup was restored: the log goes on from what was signed, and what was lost is said.

The backup is older than the last checkpoint, so the rows end before the signed log does, or new
ones have grown there since. The published tiles still hold every leaf. Positions are given again
as they were signed: to the entry that has the leaf's commitment, if the backup has it, else to a
row that says that its body is lost. What grew since is placed behind (DESIGN 7, 'Restore').

The private trees have no tiles. Acts that the backup does not have are known to their bidders
alone, who hold the receipts: tenders that were open are named in the entry, and call for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from journal import logs
from journal.checkpoints import Checkpoint, Publication, remembered
from journal.entries import Entry, public
from journal.models import LOST
from journal.sequencer import hold_sequence
from journal.tiles import TileMissing
from journal.work import Journal
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.refusal import Refused, refuse
from kernel.vocabulary import Action, Actor, system_actor
from signatures import merkle
from signatures.merkle import leaf_hash

_SOURCE = "DESIGN 7"


@dataclass(frozen=True, kw_only=True)
class LogRestored(Entry):
    """A backup was restored: the rows ended at `kept`, the signed log at `signed`."""

    action: ClassVar[Action] = Action.RESTORE_LOG
    checkpoint: str = public()
    kept: int = public()
    signed: int = public()
    lost: int = public()
    last_kept_at: str | None = public()
    tenders: tuple[str, ...] = public()


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to."""

    entry: str
    kept: int
    signed: int
    lost: tuple[str, ...]
    placed_anew: int


def restore(
    journal: Journal,
    publication: Publication,
    *,
    tenders: Sequence[str] = (),
    actor: Actor | None = None,
) -> Restored | None:
    """Bring rows and signed log together again; None where they already agree.

    First `adopt` the newest checkpoint that anybody holds, and put the published tiles back. A
    `Refused` says what is missing: `memory_lost`, `tiles_lost`.
    """
    last = remembered(publication)
    if last is None:
        raise Refused(refuse("memory_lost", _SOURCE))
    leaves = _signed_leaves(publication, last)
    with journal.write() as work:
        hold_sequence(work.session)
        rows = logs.leaves(work.session, logs.PUBLIC)
        kept = _agreeing(rows, leaves)
        if kept == len(leaves):
            return None
        _take_back(work.session, kept)
        lost = _place_as_signed(work.session, leaves, kept, work.now())
        entry = work.record(
            actor or system_actor("restore"),
            LogRestored(
                object=publication.origin,
                checkpoint=last.digest,
                kept=kept,
                signed=last.size,
                lost=len(lost),
                last_kept_at=_last_kept_at(work.session, kept),
                tenders=tuple(tenders),
            ),
        )
    return Restored(entry, kept, last.size, tuple(lost), len(leaves) - kept - len(lost))


def _signed_leaves(publication: Publication, last: Checkpoint) -> list[bytes]:
    """Every leaf that was signed, read from the tiles and checked against the root."""
    try:
        leaves = list(publication.tiles.leaves(0, last.size))
    except TileMissing as missing:
        raise Refused(refuse("tiles_lost", _SOURCE, tile=str(missing))) from missing
    if merkle.Tree(map(leaf_hash, leaves)).root() != last.root:
        raise Refused(refuse("tiles_lost", _SOURCE, size=last.size, root=last.root.hex()))
    return leaves


def _agreeing(rows: Sequence[bytes], leaves: Sequence[bytes]) -> int:
    """How many leaves rows and signed log have in common from the start."""
    for position, (row, leaf) in enumerate(zip(rows, leaves, strict=False)):
        if row != leaf:
            return position
    return min(len(rows), len(leaves))


def _take_back(session: Session, kept: int) -> None:
    """Positions that were given after the restore go back to the queue; nobody signed them."""
    session.execute(text("SET LOCAL journal.restoring = 'on'"))
    session.execute(
        text(
            "WITH taken AS (DELETE FROM entry_position WHERE log = :log AND position >= :kept"
            " RETURNING entry) INSERT INTO entry_waiting (seq, entry, log)"
            " SELECT e.seq, e.id, e.log FROM entry e JOIN taken ON taken.entry = e.id"
        ),
        {"log": logs.PUBLIC, "kept": kept},
    )
    session.execute(text("SET LOCAL journal.restoring = 'off'"))


def _place_as_signed(
    session: Session, leaves: Sequence[bytes], kept: int, now: datetime
) -> list[str]:
    """Give the signed positions again; returns the ids of the rows that stand for lost bodies."""
    waiting = {
        bytes(row.commitment): row.id
        for row in session.execute(
            text(
                "SELECT e.id, e.commitment FROM entry e JOIN entry_waiting w ON w.entry = e.id"
                " WHERE e.log = :log"
            ),
            {"log": logs.PUBLIC},
        )
    }
    missing = leaves[kept:]
    placed = [waiting.get(leaf) or new_id("lost") for leaf in missing]
    lost = [(id, leaf) for id, leaf in zip(placed, missing, strict=True) if leaf not in waiting]
    _insert_lost(session, lost, now)
    session.execute(
        text(
            "INSERT INTO entry_position (log, position, entry) SELECT :log, position, entry"
            " FROM unnest(CAST(:positions AS bigint[]), CAST(:entries AS text[]))"
            " AS p (position, entry)"
        ),
        {"log": logs.PUBLIC, "positions": list(range(kept, len(leaves))), "entries": placed},
    )
    session.execute(
        text("DELETE FROM entry_waiting WHERE entry = ANY(CAST(:entries AS text[]))"),
        {"entries": placed},
    )
    return [id for id, _ in lost]


def _insert_lost(session: Session, lost: Iterable[tuple[str, bytes]], now: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": id,
            "log": logs.PUBLIC,
            "action": LOST,
            "at": now,
            "leaf": leaf,
            "leaf_hash": leaf_hash(leaf),
        }
        for id, leaf in lost
    ]
    if rows:
        session.execute(
            text(
                "INSERT INTO entry"
                " (id, log, action, object, recorded_at, commitment, leaf, leaf_hash)"
                " VALUES (:id, :log, :action, '', :at, :leaf, :leaf, :leaf_hash)"
            ),
            rows,
        )


def _last_kept_at(session: Session, kept: int) -> str | None:
    """Since when bodies may be lost."""
    found: datetime | None = session.execute(
        text(
            "SELECT e.recorded_at FROM entry e JOIN entry_position p ON p.entry = e.id"
            " WHERE p.log = :log AND p.position = :position"
        ),
        {"log": logs.PUBLIC, "position": kept - 1},
    ).scalar_one_or_none()
    return None if found is None else instant(found)
