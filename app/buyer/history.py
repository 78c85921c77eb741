"""What has happened to a need, a purchase or a tender, as its own office may see it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.buyer.views import Happened
from app.web.shown import Proof, ProofState
from journal import logs
from journal.disclose import show
from journal.models import CheckpointRow, EntryPosition, EntryRow
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Action, Audience
from procurement.awards.moments import Moments
from reports import labels

_HIDDEN = frozenset({Action.SEAL_HEADS})
ROWS_MAX = 60


def happened(work: Work, objects: Collection[str]) -> tuple[Happened, ...]:
    """The entries about these things in the public log, newest first, with reasons and proofs."""
    rows = work.session.execute(
        select(EntryRow.id, EntryRow.action, EntryRow.recorded_at, EntryPosition.position)
        .outerjoin(
            EntryPosition,
            (EntryPosition.entry == EntryRow.id) & (EntryPosition.log == logs.PUBLIC),
        )
        .where(
            EntryRow.log == logs.PUBLIC,
            EntryRow.object.in_(objects),
            EntryRow.action.not_in([str(action) for action in _HIDDEN]),
        )
        .order_by(EntryRow.seq.desc())
        .limit(ROWS_MAX)
    ).all()
    size = work.session.scalar(
        select(CheckpointRow.size).order_by(CheckpointRow.size.desc()).limit(1)
    )
    shown = show(
        work.session,
        [row.id for row in rows],
        disclosure=work.disclosure,
        audience=Audience.BUYER,
        reached=Moments(work.session).reached,
    )
    return tuple(
        Happened(
            at=row.recorded_at,
            what=labels.ACTIONS[Action(row.action)],
            proof=(
                Proof(ProofState.LOGGED, row.position, row.id)
                if row.position is not None and row.position < (size or 0)
                else Proof(ProofState.WAITING, entry=row.id)
            ),
            detail=_detail(entry.body),
        )
        for row, entry in zip(rows, shown, strict=True)
    )


def _detail(body: object) -> Text | None:
    """The reason that an entry gives, if it gives one."""
    if not isinstance(body, dict):
        return None
    for name in ("reason", "changes"):
        said = body.get(name)
        if isinstance(said, dict) and str(said.get("zh", "")).strip():
            return Text(str(said["zh"]), str(said.get("en", "")))
        if isinstance(said, str) and said.strip():
            return Text(said)
    return None
