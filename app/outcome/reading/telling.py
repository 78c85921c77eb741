"""Names, time limits with their lamps, and the record: how pages tell what rows hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.outcome import words
from app.outcome.views import Done, Due
from app.web.shown import Lamp, Proof, ProofState
from bidding.evaluation.deadlines import Deadline
from journal import logs
from journal.models import CheckpointRow, EntryPosition, EntryRow
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Action, Role
from procurement.parties.models import Organization, Person
from procurement.profiles import Profile
from reports import labels

_HUNDREDTH = Decimal("0.01")


def firms(session: Session, ids: Collection[str]) -> dict[str, Text]:
    """The names of organizations, by id."""
    rows = session.execute(
        select(Organization.id, Organization.name_zh, Organization.name_en).where(
            Organization.id.in_(ids)
        )
    )
    return {row.id: Text(row.name_zh, row.name_en) for row in rows}


def people(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The names of persons, by id."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def person_named(session: Session, id: str | None) -> str:
    """Who it was; where nobody did it the clock did."""
    if id is None:
        return "—"
    return people(session, [id]).get(id, labels.ROLES[Role.SYSTEM].zh)


def due_of(
    deadline: Deadline | None, work: Work, profile: Profile, *, paused: bool = False
) -> Due | None:
    """A deadline as a page shows it, with its lamp."""
    if deadline is None:
        return None
    lamp = Lamp.PAUSED if paused else Lamp(str(deadline.light(profile, work.clock.now())))
    return Due(words.LIMITS[deadline.limit], deadline.due_at, lamp)


def record_of(session: Session, objects: Iterable[str], actions: Collection[Action]) -> list[Done]:
    """What has happened to these things, newest first, each with its proof."""
    rows = session.execute(
        select(EntryRow.id, EntryRow.action, EntryRow.recorded_at)
        .where(
            EntryRow.object.in_(tuple(objects)),
            EntryRow.action.in_([str(action) for action in actions]),
        )
        .order_by(EntryRow.seq.desc())
    ).all()
    proofs = _proofs(session, [row.id for row in rows])
    return [
        Done(row.recorded_at, labels.ACTIONS[Action(row.action)], proofs[row.id]) for row in rows
    ]


def shown_points(points: Decimal | None) -> Decimal | None:
    """Points to two places for the eye; the arithmetic keeps them all (requirement 081)."""
    return None if points is None else points.quantize(_HUNDREDTH)


def _proofs(session: Session, entries: Collection[str]) -> dict[str, Proof]:
    """The badge of each entry: a number once a signed checkpoint holds it, until then a wait."""
    size = session.scalar(select(func.max(CheckpointRow.size))) or 0
    placed = session.execute(
        select(EntryPosition.entry, EntryPosition.position).where(
            EntryPosition.log == logs.PUBLIC,
            EntryPosition.entry.in_(entries),
            EntryPosition.position < size,
        )
    )
    numbers = {row.entry: row.position for row in placed}
    return {
        entry: Proof(ProofState.LOGGED, numbers[entry], entry)
        if entry in numbers
        else Proof(ProofState.WAITING, entry=entry)
        for entry in entries
    }
