"""What is shown of an entry, when and to whom; showing one field more; erasing a personal field.

A field that is shown comes with its salt, so that whoever gets it can check it against the log.
A field that is withheld or erased leaves its digest, and the proof of the others stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journal.entries import BODY_PREFIX, DisclosureRow, Entry, public
from journal.models import LOST, EntryField, EntryRow, FieldDisclosure
from journal.work import Work
from kernel.canonical import JsonValue
from kernel.refusal import NotFound, Refusal, enforce, refuse
from kernel.vocabulary import Action, Actor, Audience, Log, Visibility

AT_ONCE, NEVER = "at_once", "never"

# Who may see personal fields without a disclosure of the single field (DESIGN 12).
PERSONAL_FOR = frozenset({Audience.SUPERVISOR})

Reached = Callable[[str | None, str], bool]
"""Whether a moment has come: asked with the tender's id and the row's moment.

For an entry of the time before there is a tender it is asked with the id of what it is about.
"""


class State(StrEnum):
    """What a reader gets of a field."""

    SHOWN = "shown"
    WITHHELD = "withheld"
    ERASED = "erased"


@dataclass(frozen=True, kw_only=True)
class FieldsDisclosed(Entry):
    """Single fields of an entry were shown to an audience beyond what their row says."""

    action: ClassVar[Action] = Action.DISCLOSE
    names: tuple[str, ...] = public()
    audience: str = public()
    reason: str = public()


@dataclass(frozen=True, kw_only=True)
class FieldsErased(Entry):
    """Personal fields of an entry were erased with their salts; their digests stay."""

    action: ClassVar[Action] = Action.ERASE_FIELD
    names: tuple[str, ...] = public()
    reason: str = public()


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as a reader gets it: value and salt, or the digest alone."""

    name: str
    visibility: Visibility
    state: State
    digest: str
    value: JsonValue = None
    salt: bytes | None = None

    def as_record(self) -> dict[str, JsonValue]:
        """As JSON, with which anybody can recompute the digest if the field is shown."""
        if self.state is State.SHOWN and self.salt is not None:
            return {"digest": self.digest, "salt": self.salt.hex(), "value": self.value}
        return {"digest": self.digest, "state": str(self.state)}


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as a reader gets it; `fields` is empty where not even their names are shown."""

    id: str
    log: str
    commitment: bytes
    fields: Mapping[str, ShownField]

    def value(self, name: str) -> JsonValue:
        """The value of a field that is shown, else None."""
        return self.fields[name].value if name in self.fields else None

    @property
    def body(self) -> dict[str, JsonValue]:
        """The parts of the body that are shown, by their names."""
        return {
            name.removeprefix(BODY_PREFIX): field.value
            for name, field in self.fields.items()
            if name.startswith(BODY_PREFIX) and field.state is State.SHOWN
        }


def field_shown(
    visibility: Visibility,
    *,
    audience: Audience,
    reached: bool,
    before: AbstractSet[Audience],
) -> bool:
    """Whether a field of that visibility is shown to an audience.

    Public ones to everybody from the moment on and to the row's audiences before it; restricted
    ones to the row's audiences; personal ones to the supervisor, from the moment on or where the
    row names him. That a reader belongs to the audience for this very thing, a supplier for his own
    bid, is the caller's to know.
    """
    named = audience in before
    if visibility is Visibility.PUBLIC:
        return reached or named
    if visibility is Visibility.RESTRICTED:
        return named
    return audience in PERSONAL_FOR and (reached or named)


def moment_reached(row: DisclosureRow, about: str | None, reached: Reached) -> bool:
    """Whether the row's moment has come; two moments need no tender."""
    moment = str(row.moment)
    return moment == AT_ONCE or (moment != NEVER and reached(about, moment))


def show(
    session: Session,
    entries: Iterable[str],
    *,
    disclosure: Mapping[Action, DisclosureRow],
    audience: Audience,
    reached: Reached,
) -> list[ShownEntry]:
    """The entries, in the order asked for, with what the audience may see of each now.

    Of an entry that shows no field not even names are told: they would tell the kind of entry.
    """
    ids = list(entries)
    rows = {
        row.id: row for row in session.scalars(select(EntryRow).where(EntryRow.id.in_(set(ids))))
    }
    fields = _fields(session, ids)
    extra = _disclosed(session, ids, audience)
    made = []
    for id in ids:
        if id not in rows:
            raise NotFound("entry", id)
        entry = rows[id]
        if entry.action == LOST:
            made.append(ShownEntry(id, entry.log, entry.commitment, {}))
            continue
        row = disclosure[Action(entry.action)]
        come = moment_reached(row, entry.tender or entry.object, reached)
        seen = {
            field.name: _seen(
                field,
                shown=(id, field.name) in extra
                or field_shown(
                    Visibility(field.visibility), audience=audience, reached=come, before=row.before
                ),
            )
            for field in fields[id]
        }
        # An erased field alone would be no reason to tell the names of the others.
        anything = any(field.state is State.SHOWN for field in seen.values())
        made.append(ShownEntry(id, entry.log, entry.commitment, seen if anything else {}))
    return made


def disclose_fields(
    work: Work,
    actor: Actor,
    entry: str,
    names: Sequence[str],
    *,
    audience: Audience,
    reason: str,
    reached: Reached,
) -> str:
    """Show single fields of an entry to an audience; the disclosure is an entry itself."""
    target, fields = _named_fields(work, entry, names)
    enforce(_out_of_its_seal(work, target, reached))
    for field in fields:
        enforce(not_erased(name=field.name, erased=field.erased_by is not None))
    id = work.record(
        actor,
        FieldsDisclosed(
            object=entry,
            tender=target.tender,
            names=tuple(names),
            audience=str(audience),
            reason=reason,
        ),
    )
    known = _disclosed(work.session, [entry], audience)
    work.session.add_all(
        FieldDisclosure(entry=entry, name=name, audience=str(audience), disclosed_by=id)
        for name in dict.fromkeys(names)
        if (entry, name) not in known
    )
    return id


def erase_fields(
    work: Work, actor: Actor, entry: str, names: Sequence[str], *, reason: str, reached: Reached
) -> str:
    """Erase personal fields with their salts; the erasure is an entry and the proof stands.

    The digest that stays tells nothing: without its 256-bit salt no guess can be tried.
    """
    target, fields = _named_fields(work, entry, names)
    enforce(_out_of_its_seal(work, target, reached))
    for field in fields:
        enforce(erasable(name=field.name, visibility=Visibility(field.visibility)))
        enforce(not_erased(name=field.name, erased=field.erased_by is not None))
    id = work.record(
        actor,
        FieldsErased(object=entry, tender=target.tender, names=tuple(names), reason=reason),
    )
    work.session.execute(
        update(EntryField)
        .where(EntryField.entry == entry, EntryField.name.in_(set(names)))
        .values(value=None, salt=None, erased_by=id)
        .execution_options(synchronize_session=False)
    )
    return id


def erasable(*, name: str, visibility: Visibility) -> Refusal | None:
    """Only what tells of a person is erased; the record itself is kept (GPL art. 42)."""
    if visibility is Visibility.PERSONAL:
        return None
    return refuse("field_is_kept", "GPL art. 42", "PIPL art. 47", name=name)


def not_erased(*, name: str, erased: bool) -> Refusal | None:
    """What is erased can neither be shown nor erased again."""
    return refuse("field_erased", "PIPL art. 47", name=name) if erased else None


def out_of_its_seal(*, log: Log, reached: bool) -> Refusal | None:
    """An entry of a private tree is not named in the public log before its moment.

    Otherwise the number of disclosures would hint at the number of bids (SEALED_BID 4).
    """
    if log is Log.PUBLIC or reached:
        return None
    return refuse("entry_sealed", "SEALED_BID 4")


def _out_of_its_seal(work: Work, target: EntryRow, reached: Reached) -> Refusal | None:
    row = work.disclosure[Action(target.action)]
    return out_of_its_seal(
        log=row.log, reached=moment_reached(row, target.tender or target.object, reached)
    )


def _named_fields(
    work: Work, entry: str, names: Sequence[str]
) -> tuple[EntryRow, list[EntryField]]:
    target = work.session.get(EntryRow, entry)
    if target is None:
        raise NotFound("entry", entry)
    # Locked, so that a field is not shown while it is being erased.
    query = (
        select(EntryField)
        .where(EntryField.entry == entry, EntryField.name.in_(set(names)))
        .order_by(EntryField.name)
        .with_for_update()
    )
    fields = list(work.session.scalars(query))
    for name in sorted(set(names) - {field.name for field in fields}):
        raise NotFound("field", f"{entry} {name}")
    return target, fields


def _fields(session: Session, ids: Sequence[str]) -> dict[str, list[EntryField]]:
    found: dict[str, list[EntryField]] = {id: [] for id in ids}
    query = (
        select(EntryField)
        .where(EntryField.entry.in_(found))
        .order_by(EntryField.entry, EntryField.name)
    )
    for field in session.scalars(query):
        found[field.entry].append(field)
    return found


def _disclosed(
    session: Session, ids: Sequence[str], audience: Audience
) -> frozenset[tuple[str, str]]:
    """What was disclosed to the audience; what was to the public, was to all."""
    rows = session.execute(
        select(FieldDisclosure.entry, FieldDisclosure.name).where(
            FieldDisclosure.entry.in_(set(ids)),
            FieldDisclosure.audience.in_({str(audience), str(Audience.PUBLIC)}),
        )
    )
    return frozenset((row.entry, row.name) for row in rows)


def _seen(field: EntryField, *, shown: bool) -> ShownField:
    visibility = Visibility(field.visibility)
    if field.value is None:
        return ShownField(field.name, visibility, State.ERASED, field.digest)
    if not shown:
        return ShownField(field.name, visibility, State.WITHHELD, field.digest)
    value: JsonValue = json.loads(field.value)
    return ShownField(field.name, visibility, State.SHOWN, field.digest, value, field.salt)
