"""Blinded heads: due by the clock alone, hiding size and root, and provable after the closing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from journal import logs
from journal.heads import (
    HeadState,
    due,
    head_commitment,
    head_proofs,
    heads_of,
    last_sealed_at,
    seal_heads,
)
from journal.logs import EMPTY_HEAD, TreeHead
from journal.sequencer import sequence
from journal.work import Journal, Work
from kernel import canonical
from kernel.clock import FixedClock
from kernel.vocabulary import Log
from signatures.merkle import verify_consistency
from tests.journal.conftest import OFFICER, ORIGIN, BidCast, QuestionAsked

CLOSES = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}+00:00")


@pytest.mark.parametrize(
    ("sealed", "now", "expected"),
    [
        (None, "03:00:00", True),
        ("03:00:00", "03:59:59.999999", False),
        ("03:00:00", "04:00:00", True),
        ("03:59:59", "04:00:00", True),
        ("04:00:07", "04:59:59", False),
        ("08:00:00", "08:29:59.999999", False),
        ("08:00:00", "08:30:00", True),
        ("08:30:00", "08:30:59.999999", False),
        ("08:30:00", "08:31:00", True),
        ("09:28:00", "09:29:59.999999", True),
        ("09:29:00", "09:29:59.999999", False),
        ("09:29:00", "09:30:00", False),
        (None, "09:30:00", False),
        ("03:00:00", "11:00:00", False),
    ],
)
def test_heads_are_due_hourly_and_in_the_last_hour_each_minute(
    sealed: str | None, now: str, expected: bool
) -> None:
    """SEALED_BID 4."""
    state = HeadState(CLOSES, None if sealed is None else at(sealed))
    assert due(state, at(now)) is expected


def test_a_head_is_the_digest_of_the_statement_it_hides() -> None:
    blind = bytes(range(32))
    written = (
        b'{"blind":"' + blind.hex().encode() + b'","origin":"o","root":"sha256:'
        b'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0,'
        b'"tender":"ten_1","type":"sunlit/head/v1"}'
    )
    expected = "sha256:" + hashlib.sha256(written).hexdigest()
    assert head_commitment("o", "ten_1", EMPTY_HEAD, blind) == expected


def test_heads_hide_the_trees_and_are_shown_to_grow(journal: Journal, clock: FixedClock) -> None:
    for bids in range(4):
        with journal.write() as work:
            if bids:
                work.record(OFFICER, BidCast(object=f"bid_{bids}", tender="ten_1"))
        sequence(journal.engine)
        clock.advance(timedelta(hours=1))
        with journal.write() as work:
            seal_heads(work, ["ten_1", "ten_2"])
    with journal.read() as work:
        heads = heads_of(work, "ten_1")
        now = logs.head(work.session, logs.acts_of("ten_1"))
        for head, proof in zip(heads, head_proofs(work, "ten_1"), strict=True):
            hidden = TreeHead(head.size, head.root)
            assert head_commitment(ORIGIN, "ten_1", hidden, head.blind) == head.commitment
            assert verify_consistency(head.size, now.size, head.root, now.root, proof)
        assert last_sealed_at(work, "ten_1") == clock.now()
        assert last_sealed_at(work, "ten_3") is None
    assert [head.size for head in heads] == [0, 1, 2, 3]


def fields_of(work: Work, entry: str) -> dict[str, str]:
    query = text("SELECT name, value FROM entry_field WHERE entry = :entry")
    return {row.name: row.value for row in work.session.execute(query, {"entry": entry})}


def test_a_head_says_nothing_of_what_it_hides(journal: Journal) -> None:
    """Same tree, other commitment; other tree, same shape: size and number cannot be told."""
    shapes = []
    for bids in (0, 5):
        with journal.write() as work:
            for number in range(bids):
                work.record(OFFICER, BidCast(object=f"bid_{number}", tender="ten_1"))
                work.record(OFFICER, QuestionAsked(object=f"que_{number}", tender="ten_1"))
        sequence(journal.engine)
        with journal.write() as work:
            first, second = seal_heads(work, ["ten_1", "ten_1"])
        with journal.read() as work:
            shown = [fields_of(work, id) for id in (first, second)]
        assert shown[0]["body.acts"] != shown[1]["body.acts"]
        assert shown[0]["body.acts"] != shown[0]["body.proceedings"]
        shapes.append([{name: len(value) for name, value in each.items()} for each in shown])
    assert shapes[0] == shapes[1]


def test_the_head_of_each_tree_has_a_blind_of_its_own(journal: Journal) -> None:
    with journal.write() as work:
        seal_heads(work, ["ten_1"])
    with journal.read() as work:
        (acts,) = heads_of(work, "ten_1", Log.ACTS)
        (proceedings,) = heads_of(work, "ten_1", Log.PROCEEDINGS)
    assert acts.blind != proceedings.blind
    assert canonical.digest_of({"size": 0}) != acts.commitment != proceedings.commitment


def test_an_act_that_waits_for_its_position_is_in_the_next_head(
    journal: Journal, publish_notices: Callable[[int], list[str]]
) -> None:
    with journal.write() as work:
        work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"))
        seal_heads(work, ["ten_1"])
    sequence(journal.engine)
    with journal.write() as work:
        seal_heads(work, ["ten_1"])
    with journal.read() as work:
        assert [head.size for head in heads_of(work, "ten_1")] == [0, 1]
