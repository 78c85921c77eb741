"""The badge beside an entry of the public log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.web.shown import Proof, ProofState
from journal import logs
from journal.models import CheckpointRow, EntryPosition, EntryRow
from kernel.vocabulary import Action


def proof_of_entry(session: Session, entry: str | None) -> Proof | None:
    """A number once a signed checkpoint holds the entry, until then a wait; None without one."""
    if not entry:
        return None
    size = session.scalar(select(func.max(CheckpointRow.size))) or 0
    position = session.scalar(
        select(EntryPosition.position).where(
            EntryPosition.log == logs.PUBLIC,
            EntryPosition.entry == entry,
            EntryPosition.position < size,
        )
    )
    if position is None:
        return Proof(ProofState.WAITING, entry=entry)
    return Proof(ProofState.LOGGED, position, entry)


def proof_of_act(session: Session, object_id: str, actions: Sequence[Action]) -> Proof | None:
    """The badge of the newest entry of these kinds about a thing."""
    entry = session.scalar(
        select(EntryRow.id)
        .where(
            EntryRow.log == logs.PUBLIC,
            EntryRow.object == object_id,
            EntryRow.action.in_([str(action) for action in actions]),
        )
        .order_by(EntryRow.seq.desc())
        .limit(1)
    )
    return proof_of_entry(session, entry)
