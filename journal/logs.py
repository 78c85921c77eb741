"""Logs as they stand in the database: names, sizes, leaves, roots and proofs.

There is one public log, and for each tender two private trees, `acts` and `proceedings`. Where an
entry stands in a private tree is told only to those who hold it (SEALED_BID 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from journal.models import EntryPosition, EntryRow
from kernel.canonical import JsonValue
from kernel.refusal import NotFound
from kernel.vocabulary import Log
from signatures.merkle import EMPTY_ROOT, Tree, consistency_proof, inclusion_proof

_T = TypeVar("_T")

PUBLIC = str(Log.PUBLIC)


@dataclass(frozen=True, slots=True)
class TreeHead:
    """Size and root of a log at some moment."""

    size: int
    root: bytes

    @property
    def root_digest(self) -> str:
        """The root as statements write it."""
        return "sha256:" + self.root.hex()


EMPTY_HEAD = TreeHead(0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands."""

    log: str
    position: int


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """What leads from a leaf to the root of a log of a named size."""

    position: int
    size: int
    hashes: tuple[bytes, ...]

    def as_record(self) -> dict[str, JsonValue]:
        """As JSON, for receipts and downloads."""
        return {
            "position": self.position,
            "size": self.size,
            "hashes": [step.hex() for step in self.hashes],
        }


def log_name(log: Log, tender: str | None) -> str:
    """The name of a log; a private tree needs its tender."""
    if log is Log.PUBLIC:
        return PUBLIC
    if tender is None:
        raise ValueError(f"the tree {log} belongs to a tender")
    return f"{log}:{tender}"


def acts_of(tender: str) -> str:
    """The tree of a tender's bids, replacements and withdrawals."""
    return log_name(Log.ACTS, tender)


def proceedings_of(tender: str) -> str:
    """The tree of a tender's questions, downloads, uploads and refused early reads."""
    return log_name(Log.PROCEEDINGS, tender)


def size(session: Session, log: str) -> int:
    """How many entries of the log have their position."""
    last = session.scalar(select(func.max(EntryPosition.position)).where(EntryPosition.log == log))
    return 0 if last is None else last + 1


def leaf_hashes(session: Session, log: str, start: int = 0, end: int | None = None) -> list[bytes]:
    """Hashes of the leaves from `start` to before `end`, in order."""
    return list(session.scalars(_placed(EntryRow.leaf_hash, log, start, end)))


def leaves(session: Session, log: str, start: int = 0, end: int | None = None) -> list[bytes]:
    """The leaves from `start` to before `end`: of a tree of acts, the receipts."""
    return list(session.scalars(_placed(EntryRow.leaf, log, start, end)))


def entry_ids(session: Session, log: str, start: int = 0, end: int | None = None) -> list[str]:
    """Ids of the entries from `start` to before `end`, in order."""
    return list(session.scalars(_placed(EntryRow.id, log, start, end)))


def tree(session: Session, log: str, end: int | None = None) -> Tree:
    """The log's tree in memory: meant for private trees and for checks of the whole."""
    return Tree(leaf_hashes(session, log, 0, end))


def head(session: Session, log: str) -> TreeHead:
    """Size and root of a log as it is placed now."""
    made = tree(session, log)
    return TreeHead(len(made), made.root())


def place_of(session: Session, entry: str) -> Place | None:
    """Where an entry stands, or None while it is being logged."""
    row = session.execute(
        select(EntryPosition.log, EntryPosition.position).where(EntryPosition.entry == entry)
    ).one_or_none()
    return None if row is None else Place(row.log, row.position)


def inclusion(session: Session, entry: str, at: int | None = None) -> InclusionProof:
    """The proof that an entry is in its log, in the tree of `at` leaves or of all."""
    place = place_of(session, entry)
    if place is None:
        raise NotFound("position", entry)
    made = tree(session, place.log, at)
    hashes = inclusion_proof(made.node, place.position, len(made))
    return InclusionProof(place.position, len(made), tuple(hashes))


def consistency(session: Session, log: str, old: int, new: int) -> list[bytes]:
    """The proof that the log of `old` leaves begins the log of `new` leaves."""
    return consistency_proof(tree(session, log, new).node, old, new)


def ready_to_close(session: Session, tender: str) -> bool:
    """Whether every act committed for the tender has its position (SEALED_BID 5, step 2).

    To be asked when the tender is *closing*: its set of acts is final then.
    """
    log = acts_of(tender)
    written = session.scalar(select(func.count()).select_from(EntryRow).where(EntryRow.log == log))
    placed = session.scalar(
        select(func.count()).select_from(EntryPosition).where(EntryPosition.log == log)
    )
    return written == placed == size(session, log)


def _placed(column: InstrumentedAttribute[_T], log: str, start: int, end: int | None) -> Select[_T]:
    query = (
        select(column)
        .join(EntryPosition, EntryPosition.entry == EntryRow.id)
        .where(EntryPosition.log == log, EntryPosition.position >= start)
        .order_by(EntryPosition.position)
    )
    return query if end is None else query.where(EntryPosition.position < end)
