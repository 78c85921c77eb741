"""Checks the whole journal where it lies: rows against commitments, trees against what was signed.

What `journal.verify` does for the public from outside, this does from inside, for the private
trees too, before their moment. Run it after a restore, before a closing, and at night.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from journal import logs
from journal.checkpoints import checkpoints
from journal.entries import commitment, field_digest
from journal.heads import TREES, head_commitment
from journal.logs import TreeHead
from journal.models import LOST, EntryField, EntryRow, SealedHeadRow
from kernel.vocabulary import Action, Log
from signatures.merkle import Tree

BATCH = 500

# Columns that repeat a public field for look-ups, and the field that is under the commitment.
_REPEATED = {"action": "act", "object": "object", "tender": "tender"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the journal that does not fit: a stable code, where, and what."""

    code: str
    where: str
    what: str = ""


def audit(session: Session, origin: str) -> list[Fault]:
    """All faults, those of single entries first, in the order of their recording."""
    trees: dict[str, Tree] = {}
    return [
        *_entry_faults(session, origin),
        *_position_faults(session, trees),
        *_checkpoint_faults(session, trees),
        *_head_faults(session, origin, trees),
        *_missing_heads(session),
    ]


def entry_faults(row: EntryRow, fields: Iterable[EntryField], origin: str) -> Iterator[Fault]:
    """What does not fit in one entry and its fields."""
    if row.action == LOST:
        yield Fault("body_lost", row.id)
        return
    found = {field.name: field for field in fields}
    for name, field in found.items():
        if field.salt is None or field.value is None:
            if field.erased_by is None:
                yield Fault("field_lost", row.id, name)
        elif field_digest(field.salt, field.value.encode()) != field.digest:
            yield Fault("field_wrong", row.id, name)
    digests = {name: field.digest for name, field in found.items()}
    if commitment(origin, row.id, digests) != row.commitment:
        yield Fault("commitment_wrong", row.id)
    # An act's leaf is its receipt, which names the signed act itself.
    if not row.log.startswith(f"{Log.ACTS}:") and row.leaf != row.commitment:
        yield Fault("leaf_wrong", row.id)
    for column, name in _REPEATED.items():
        kept = found[name].value if name in found else None
        if (None if kept is None else json.loads(kept)) != getattr(row, column):
            yield Fault("column_wrong", row.id, column)


def _missing_heads(session: Session) -> Iterator[Fault]:
    """Every head that the log names is kept, for each tree: else nobody could show what it hid."""
    named = session.execute(
        text(
            "SELECT e.id, t.tree, e.tender FROM entry e CROSS JOIN unnest(CAST(:trees AS text[]))"
            " AS t(tree) LEFT JOIN sealed_head h ON h.entry = e.id AND h.tree = t.tree"
            " WHERE e.action = :action AND h.entry IS NULL ORDER BY e.seq, t.tree"
        ),
        {"trees": [str(tree) for tree in TREES], "action": str(Action.SEAL_HEADS)},
    )
    for entry, tree, tender in named:
        yield Fault("head_missing", f"{tree}:{tender}", entry)


def _entry_faults(session: Session, origin: str) -> Iterator[Fault]:
    seq = 0
    while rows := session.scalars(
        select(EntryRow).where(EntryRow.seq > seq).order_by(EntryRow.seq).limit(BATCH)
    ).all():
        fields: dict[str, list[EntryField]] = {row.id: [] for row in rows}
        for field in session.scalars(select(EntryField).where(EntryField.entry.in_(fields))):
            fields[field.entry].append(field)
        for row in rows:
            yield from entry_faults(row, fields[row.id], origin)
        seq = rows[-1].seq
        session.expunge_all()


def _position_faults(session: Session, trees: dict[str, Tree]) -> Iterator[Fault]:
    """Positions must count from zero without a gap, each with the entry that it names."""
    rows = session.execute(
        text(
            "SELECT p.log, p.position, p.entry, e.leaf_hash, row_number() OVER"
            " (PARTITION BY p.log ORDER BY p.position) - 1 AS expected"
            " FROM entry_position p LEFT JOIN entry e ON e.id = p.entry AND e.log = p.log"
            " ORDER BY p.log, p.position"
        )
    )
    broken: set[str] = set()
    for row in rows:
        if row.log in broken:
            continue
        if row.position != row.expected:
            broken.add(row.log)
            yield Fault("position_missing", f"{row.log} {row.expected}")
        elif row.leaf_hash is None:
            broken.add(row.log)
            yield Fault("entry_missing", f"{row.log} {row.position}", row.entry)
        else:
            trees.setdefault(row.log, Tree()).append(bytes(row.leaf_hash))


def _checkpoint_faults(session: Session, trees: dict[str, Tree]) -> Iterator[Fault]:
    tree = trees.get(logs.PUBLIC, Tree())
    fits_up_to = 0
    for checkpoint in sorted(checkpoints(session), key=lambda each: each.size):
        if checkpoint.size > len(tree):
            yield Fault("log_shrank", logs.PUBLIC, f"{len(tree)} of {checkpoint.size}")
            return
        if tree.root(checkpoint.size) != checkpoint.root:
            positions = f"{fits_up_to} to {checkpoint.size - 1}"
            yield Fault("root_wrong", logs.PUBLIC, f"an entry at positions {positions}")
            return
        fits_up_to = checkpoint.size


def _head_faults(session: Session, origin: str, trees: dict[str, Tree]) -> Iterator[Fault]:
    """Private trees must continue each head that was sealed, and heads what was logged."""
    query = (
        select(SealedHeadRow, EntryField.value)
        .outerjoin(
            EntryField,
            (EntryField.entry == SealedHeadRow.entry)
            & (EntryField.name == "body." + SealedHeadRow.tree),
        )
        .order_by(SealedHeadRow.sealed_at, SealedHeadRow.entry, SealedHeadRow.tree)
    )
    for head, logged in session.execute(query):
        where = f"{head.tree}:{head.tender}"
        hidden = TreeHead(head.size, head.root)
        expected = head_commitment(origin, head.tender, hidden, head.blind)
        if logged is None or expected != json.loads(logged) or expected != head.commitment:
            yield Fault("head_wrong", where, head.entry)
        tree = trees.get(where, Tree())
        if head.size > len(tree) or tree.root(head.size) != head.root:
            yield Fault("tree_rewritten", where, f"below {head.size}, see {head.entry}")
