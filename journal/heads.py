"""Blinded heads: the public log fixes the private trees as they grow and tells nothing of them.

An hour's head and, in a tender's last hour, a minute's are written changed or not, so that neither
their number nor their time says how many bids there are (SEALED_BID 4).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sqlalchemy import select

from journal import logs
from journal.entries import Entry, public
from journal.models import SealedHeadRow
from journal.work import Work
from kernel import canonical
from kernel.vocabulary import Action, Actor, Log, system_actor
from signatures.merkle import consistency_proof

HEAD_TYPE = "sunlit/head/v1"
BLIND_BYTES = 32

# SEALED_BID 4: hourly, and each minute in a tender's last hour.
INTERVAL = timedelta(hours=1)
LAST_HOUR = timedelta(hours=1)
INTERVAL_LAST_HOUR = timedelta(minutes=1)

TREES = (Log.ACTS, Log.PROCEEDINGS)


@dataclass(frozen=True, kw_only=True)
class SealedHead(Entry):
    """The private trees of an open tender stood so, under blinds that are shown later."""

    action: ClassVar[Action] = Action.SEAL_HEADS
    acts: str = public()
    proceedings: str = public()


@dataclass(frozen=True, slots=True)
class HeadState:
    """What decides whether a head is due: the closing, and the last head that was written."""

    closes_at: datetime
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Head:
    """What a blinded head hides: for bidders, holders and auditors after the closing."""

    entry: str
    tree: Log
    tender: str
    size: int
    root: bytes
    blind: bytes
    commitment: str
    sealed_at: datetime

    def as_record(self) -> dict[str, object]:
        """As JSON, with which anybody can recompute the commitment."""
        return {
            "entry": self.entry,
            "tree": str(self.tree),
            "tender": self.tender,
            "size": self.size,
            "root": "sha256:" + self.root.hex(),
            "blind": self.blind.hex(),
            "commitment": self.commitment,
        }


def due(state: HeadState, now: datetime) -> bool:
    """Whether a head is due: once in each hour, and in the last hour once in each minute.

    From the closing instant on none is: the set is final and `TenderClosed` says its root.
    """
    if now >= state.closes_at:
        return False
    if state.sealed_at is None:
        return True
    last_hour = state.closes_at - now <= LAST_HOUR
    interval = INTERVAL_LAST_HOUR if last_hour else INTERVAL
    return _turn(now, interval) > _turn(state.sealed_at, interval)


def head_commitment(origin: str, tender: str, head: logs.TreeHead, blind: bytes) -> str:
    """The digest of {`sunlit/head/v1`, origin, tender, size, root, blind} (SEALED_BID 4)."""
    return canonical.digest_of(
        {
            "type": HEAD_TYPE,
            "origin": origin,
            "tender": tender,
            "size": head.size,
            "root": head.root_digest,
            "blind": blind.hex(),
        }
    )


def seal_heads(
    work: Work,
    tenders: Iterable[str],
    actor: Actor | None = None,
    blinds: Callable[[], bytes] = lambda: secrets.token_bytes(BLIND_BYTES),
) -> list[str]:
    """Write a head for each of the tenders; returns the entries' ids."""
    actor = actor or system_actor("heads")
    return [_seal(work, tender, actor, blinds) for tender in tenders]


def last_sealed_at(work: Work, tender: str) -> datetime | None:
    """When the tender's last head was written."""
    return work.session.scalar(
        select(SealedHeadRow.sealed_at)
        .where(SealedHeadRow.tender == tender, SealedHeadRow.tree == str(Log.ACTS))
        .order_by(SealedHeadRow.sealed_at.desc())
        .limit(1)
    )


def heads_of(work: Work, tender: str, tree: Log = Log.ACTS) -> list[Head]:
    """All heads of a tree with their blinds, oldest first; to be shown after the closing only."""
    rows = work.session.scalars(
        select(SealedHeadRow)
        .where(SealedHeadRow.tender == tender, SealedHeadRow.tree == str(tree))
        .order_by(SealedHeadRow.sealed_at, SealedHeadRow.size)
    )
    return [
        Head(
            row.entry,
            tree,
            row.tender,
            row.size,
            row.root,
            row.blind,
            row.commitment,
            row.sealed_at,
        )
        for row in rows
    ]


def head_proofs(work: Work, tender: str, tree: Log = Log.ACTS) -> list[list[bytes]]:
    """For each head the proof that the tree as it stands now continues it."""
    made = logs.tree(work.session, logs.log_name(tree, tender))
    return [
        consistency_proof(made.node, head.size, len(made)) for head in heads_of(work, tender, tree)
    ]


def _seal(work: Work, tender: str, actor: Actor, blinds: Callable[[], bytes]) -> str:
    heads = {tree: logs.head(work.session, logs.log_name(tree, tender)) for tree in TREES}
    hidden = {tree: blinds() for tree in TREES}
    written = {
        tree: head_commitment(work.origin, tender, heads[tree], hidden[tree]) for tree in TREES
    }
    entry = work.record(
        actor,
        SealedHead(
            object=tender,
            tender=tender,
            acts=written[Log.ACTS],
            proceedings=written[Log.PROCEEDINGS],
        ),
    )
    work.session.add_all(
        SealedHeadRow(
            entry=entry,
            tree=str(tree),
            tender=tender,
            size=heads[tree].size,
            root=heads[tree].root,
            blind=hidden[tree],
            commitment=written[tree],
            sealed_at=work.now(),
        )
        for tree in TREES
    )
    return entry


def _turn(at: datetime, interval: timedelta) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // interval
