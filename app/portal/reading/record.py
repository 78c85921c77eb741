"""What the journal shows the public of one purchase: the entries whose moment has come.

A page shows a step only if its entry is shown, and its proof only if a signed checkpoint holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.portal.views import RecordItem
from app.web.shown import Proof, ProofState
from journal import logs
from journal.disclose import show
from journal.models import CheckpointRow, EntryPosition, EntryRow
from journal.work import Work
from kernel.canonical import JsonValue
from kernel.text import Text
from kernel.vocabulary import Action, Audience
from procurement.awards.moments import Moments
from reports import labels

# Many people do these one after the other; on a page they are one line a day and lot.
_FOLDED = frozenset(
    {
        Action.REGISTER_HOLDER_KEY,
        Action.SHOW_POSSESSION,
        Action.RELEASE_SHARES,
        Action.DECLARE_INTERESTS,
        Action.CHECK_COMPLIANCE,
        Action.SCORE_BIDS,
        Action.SIGN_REPORT,
        Action.SIGN_OPENING_RECORD,
        Action.CONFIRM_OPENING,
    }
)
_HEADS = Text("每小时密封一次，有没有投标都写一条", "Once an hour, whether or not any bid has come")


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as everybody may see it now."""

    id: str
    action: Action
    object: str
    at: datetime
    body: Mapping[str, JsonValue]
    proof: Proof

    def text(self, name: str) -> Text | None:
        """A part of the body that holds words in both languages."""
        found = self.body.get(name)
        if not isinstance(found, dict) or not str(found.get("zh", "")).strip():
            return None
        return Text(str(found["zh"]), str(found.get("en", "")))


@dataclass(frozen=True, slots=True)
class Story:
    """The public entries of one purchase, oldest first."""

    entries: tuple[Seen, ...]

    def last(self, action: Action, *objects: str) -> Seen | None:
        """The newest entry of a kind, of these objects if any are named."""
        for entry in reversed(self.entries):
            if entry.action is action and (not objects or entry.object in objects):
                return entry
        return None

    def proof(self, action: Action, *objects: str) -> Proof | None:
        """The proof of that entry; None where there is none to show."""
        found = self.last(action, *objects)
        return found.proof if found else None

    def proof_of(self, entry: str | None) -> Proof | None:
        """The proof of an entry by its id."""
        return next((seen.proof for seen in self.entries if seen.id == entry), None)


def story_of(work: Work, tender: str | None, objects: Collection[str]) -> Story:
    """The entries of a tender and of what came before it, each as the public may see it.

    Only of the public log: where an act stands in a private tree is told to its bidder alone.
    """
    belongs: ColumnElement[bool] = EntryRow.object.in_(objects)
    if tender is not None:
        newest_head = (
            select(func.max(EntryRow.seq))
            .where(EntryRow.tender == tender, EntryRow.action == str(Action.SEAL_HEADS))
            .scalar_subquery()
        )
        of_tender = EntryRow.tender == tender
        # Hundreds of heads say nothing more than the newest one.
        is_news = (EntryRow.action != str(Action.SEAL_HEADS)) | (EntryRow.seq == newest_head)
        belongs = or_(belongs, of_tender & is_news)
    rows = work.session.execute(
        select(EntryRow.id, EntryRow.action, EntryRow.object, EntryRow.recorded_at)
        .where(EntryRow.log == logs.PUBLIC, belongs)
        .order_by(EntryRow.seq)
    ).all()
    ids = [row.id for row in rows]
    shown = show(
        work.session,
        ids,
        disclosure=work.disclosure,
        audience=Audience.PUBLIC,
        reached=Moments(work.session).reached,
    )
    proofs = proofs_of(work.session, ids)
    return Story(
        tuple(
            Seen(
                row.id, Action(row.action), row.object, row.recorded_at, entry.body, proofs[row.id]
            )
            for row, entry in zip(rows, shown, strict=True)
            if entry.value("act") is not None
        )
    )


def proofs_of(session: Session, entries: Sequence[str]) -> dict[str, Proof]:
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


def record_items(
    story: Story,
    lots: Mapping[str, Text],
    zone: tzinfo,
    links: Mapping[str, tuple[str, Text]] = MappingProxyType({}),
) -> tuple[RecordItem, ...]:
    """The dated record, newest first; `lots` names the lots where a tender has several.

    `links` leads from an entry, by its id, to the page where more of it stands.
    """
    folded: dict[object, list[Seen]] = {}
    for entry in story.entries:
        day = entry.at.astimezone(zone).date()
        key = (entry.action, entry.body.get("lot"), day) if entry.action in _FOLDED else entry.id
        folded.setdefault(key, []).append(entry)
    groups = sorted(folded.values(), key=lambda group: group[-1].at)
    return tuple(_item(group, lots, links) for group in reversed(groups))


def _item(
    group: Sequence[Seen], lots: Mapping[str, Text], links: Mapping[str, tuple[str, Text]]
) -> RecordItem:
    last = group[-1]
    url, words = links.get(last.id, (None, None))
    return RecordItem(
        at=last.at,
        what=labels.ACTIONS[last.action],
        proof=last.proof,
        detail=joined(_details(group, lots)),
        url=url,
        url_words=words,
    )


def _details(group: Sequence[Seen], lots: Mapping[str, Text]) -> Iterable[Text]:
    last = group[-1]
    lot = lots.get(str(last.body.get("lot")))
    if lot is not None:
        yield lot
    if len(group) > 1:
        yield Text(f"共{len(group)}条，这是最后一条", f"{len(group)} entries; this is the last")
    if last.action is Action.SEAL_HEADS:
        yield _HEADS
    for name in ("changes", "reason", "decision"):
        if (words := last.text(name)) is not None:
            yield words


def joined(parts: Iterable[Text]) -> Text | None:
    """Several remarks as one line; None for none."""
    found = list(parts)
    if not found:
        return None
    return Text("；".join(one.zh for one in found), "; ".join(one.en or one.zh for one in found))
