"""Entries: facts in the past tense with a typed body, and what is kept and committed of each.

A stage declares its entries as frozen dataclasses below `Entry`. Every part of a body says to whom
it belongs: `public()`, `restricted()` or `personal()`. What is logged is not the entry but a
commitment to it, made so that single fields can be shown, or erased with their salts, while the
proof stands (DESIGN 7).
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Protocol

from kernel import canonical
from kernel.canonical import JsonValue
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.vocabulary import Action, Actor, Audience, Log, Visibility

ENTRY_TYPE = "sunlit/entry/v1"
SALT_BYTES = 32
BODY_PREFIX = "body."

_VISIBILITY = "visibility"
_BASE_FIELDS = frozenset({"object", "tender"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A fact in the past tense. Subclasses add their body and name their `action`."""

    action: ClassVar[Action]
    object: str
    tender: str | None = None


class DisclosureRow(Protocol):
    """What the journal needs of a row of the disclosure table."""

    @property
    def log(self) -> Log:
        """The log that the entries of this action go to."""
        ...

    @property
    def moment(self) -> str:
        """When the public fields are shown to everybody."""
        ...

    @property
    def before(self) -> AbstractSet[Audience]:
        """Who sees them before that."""
        ...


def public(default: Any = MISSING, *, default_factory: Any = MISSING) -> Any:
    """A part of a body that everybody sees from the entry's moment on."""
    return _part(Visibility.PUBLIC, default, default_factory)


def restricted(default: Any = MISSING, *, default_factory: Any = MISSING) -> Any:
    """A part of a body that only the audiences of its disclosure row see."""
    return _part(Visibility.RESTRICTED, default, default_factory)


def personal(default: Any = MISSING, *, default_factory: Any = MISSING) -> Any:
    """A part of a body that tells of a person and can be erased without breaking the proof."""
    return _part(Visibility.PERSONAL, default, default_factory)


def _part(visibility: Visibility, default: Any, default_factory: Any) -> Any:
    if default_factory is not MISSING:
        return dataclasses.field(
            default_factory=default_factory, metadata={_VISIBILITY: visibility}
        )
    return dataclasses.field(default=default, metadata={_VISIBILITY: visibility})


@cache
def body_parts(kind: type[Entry]) -> tuple[tuple[str, Visibility], ...]:
    """Name and visibility of each part of a body; a part that says no visibility is a TypeError.

    Nothing is public because somebody forgot to say so.
    """
    found = []
    for field in dataclasses.fields(kind):
        if field.name in _BASE_FIELDS:
            continue
        if _VISIBILITY not in field.metadata:
            raise TypeError(f"{kind.__name__}.{field.name} does not say who may see it")
        found.append((field.name, field.metadata[_VISIBILITY]))
    return tuple(found)


def entry_kinds(root: type[Entry] = Entry) -> Iterator[type[Entry]]:
    """Every kind of entry that has been imported: the documentation and a test walk them."""
    for kind in root.__subclasses__():
        yield kind
        yield from entry_kinds(kind)


def as_json(value: object) -> JsonValue:
    """The value in the subset that canonical JSON holds; TypeError for what has no single form."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if callable(record := getattr(value, "as_record", None)):
        return as_json(record())
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((as_json(item) for item in value), key=canonical.encode)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [as_json(item) for item in value]
    raise TypeError(f"an entry cannot hold a {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it is kept: its value's canonical bytes and the salt that hides them."""

    name: str
    visibility: Visibility
    salt: bytes
    value: bytes

    @property
    def digest(self) -> str:
        """`sha256:` of salt and value: all that the commitment takes of the field."""
        return field_digest(self.salt, self.value)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry ready to be inserted at the end of its transaction."""

    id: str
    log: str
    action: Action
    object: str
    tender: str | None
    recorded_at: datetime
    commitment: bytes
    leaf: bytes
    fields: tuple[Field, ...]


def field_digest(salt: bytes, value: bytes) -> str:
    """The digest of one field; without the salt a short value could be guessed from it."""
    return canonical.digest(salt + value)


def commitment(origin: str, id: str, digests: Mapping[str, str]) -> bytes:
    """The 32 bytes that the log holds of an entry (DESIGN 7)."""
    statement: JsonValue = {"type": ENTRY_TYPE, "origin": origin, "id": id, "fields": dict(digests)}
    return hashlib.sha256(canonical.encode(statement)).digest()


def draft(
    entry: Entry,
    *,
    origin: str,
    log: str,
    actor: Actor,
    at: datetime,
    result: str = "done",
    leaf: bytes | None = None,
    salts: Callable[[], bytes] = lambda: secrets.token_bytes(SALT_BYTES),
) -> Draft:
    """Write an entry down: a random id, a salt for each field, the commitment and the leaf."""
    id = new_id("ent")
    fields = tuple(
        Field(name, visibility, salts(), canonical.encode(as_json(value)))
        for name, visibility, value in _values(entry, actor, at, result)
    )
    committed = commitment(origin, id, {field.name: field.digest for field in fields})
    return Draft(
        id=id,
        log=log,
        action=entry.action,
        object=entry.object,
        tender=entry.tender,
        recorded_at=at,
        commitment=committed,
        leaf=committed if leaf is None else leaf,
        fields=fields,
    )


def _values(
    entry: Entry, actor: Actor, at: datetime, result: str
) -> Iterator[tuple[str, Visibility, object]]:
    yield "act", Visibility.PUBLIC, entry.action
    yield "actor", Visibility.PERSONAL, actor.person
    yield "address", Visibility.PERSONAL, actor.address
    yield "instant", Visibility.PUBLIC, at
    yield "object", Visibility.PUBLIC, entry.object
    yield "result", Visibility.PUBLIC, result
    if entry.tender is not None:
        yield "tender", Visibility.PUBLIC, entry.tender
    # A type is hashable, whatever mypy thinks of frozen dataclasses.
    for name, visibility in body_parts(type(entry)):  # type: ignore[arg-type]
        yield BODY_PREFIX + name, visibility, getattr(entry, name)
