"""The unit of work: what is recorded is kept and committed with the change, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, InternalError
from sqlalchemy.orm import Session

from journal import logs
from journal.entries import Entry, body_parts, commitment, field_digest, public
from journal.models import EntryField, EntryRow, Job
from journal.sequencer import alarms, sequence
from journal.work import Journal, ReadOnlyWork, Work
from kernel.clock import FixedClock
from kernel.vocabulary import Action, Actor
from tests.journal.conftest import OFFICER, ORIGIN, ROWS, BidCast, NoticePublished


def test_an_entry_is_kept_with_a_commitment_to_each_field(journal: Journal) -> None:
    with journal.write() as work:
        id = work.record(OFFICER, NoticePublished(object="ten_1", tender="ten_1", title="公告"))
    with Session(journal.engine) as session:
        row = session.get_one(EntryRow, id)
        fields = session.scalars(select(EntryField).where(EntryField.entry == id)).all()
    kept = {field.name: (field.visibility, json.loads(field.value or "")) for field in fields}
    assert kept == {
        "act": ("public", "tender.publish"),
        "actor": ("personal", "per_officer"),
        "address": ("personal", "192.0.2.7"),
        "instant": ("public", "2026-03-02T01:00:00.000Z"),
        "object": ("public", "ten_1"),
        "result": ("public", "done"),
        "tender": ("public", "ten_1"),
        "body.title": ("public", "公告"),
        "body.estimate": ("restricted", "1168000.00"),
        "body.contact": ("personal", "王芳"),
    }
    assert len({field.salt for field in fields}) == len(fields)
    digests = {f.name: field_digest(f.salt or b"", (f.value or "").encode()) for f in fields}
    assert row.commitment == row.leaf == commitment(ORIGIN, id, digests)


def test_nothing_is_kept_of_a_transaction_that_fails(journal: Journal) -> None:
    def fail() -> None:
        with journal.write() as work:
            work.record(OFFICER, NoticePublished(object="ten_1", title="公告"))
            work.enqueue("mail", {"to": "x"}, key="mail/1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with Session(journal.engine) as session:
        assert session.scalars(select(EntryRow)).all() == []
        assert session.scalars(select(Job)).all() == []


def test_a_reading_transaction_neither_records_nor_writes(journal: Journal) -> None:
    with journal.read() as work:
        with pytest.raises(ReadOnlyWork):
            work.record(OFFICER, NoticePublished(object="ten_1", title="公告"))
        with pytest.raises(ReadOnlyWork):
            work.enqueue("mail", {}, key="mail/1")
        with pytest.raises(InternalError, match="read-only"):
            work.session.execute(text("INSERT INTO entry_waiting VALUES (1, 'x', 'public')"))


def test_handlers_run_in_the_transaction_with_the_id(engine: Engine, clock: FixedClock) -> None:
    seen: list[tuple[str, str]] = []

    def release(work: Work, actor: Actor, entry: NoticePublished, id: str) -> None:
        seen.append((entry.title, id))
        work.enqueue("compile", {"entry": id}, key=f"compile/{id}")

    journal = Journal(engine, clock, ORIGIN, ROWS, {NoticePublished: [release]})
    with journal.write() as work:
        id = work.record(OFFICER, NoticePublished(object="ten_1", title="公告"))
        assert seen == [("公告", id)]
    with Session(engine) as session:
        assert session.scalars(select(Job.key)).all() == [f"compile/{id}"]


def test_what_is_put_off_sees_all_changes_and_none_of_the_entries(journal: Journal) -> None:
    """It runs once, after the use case, before the entries; what fails in it takes all with it."""
    seen: list[tuple[str, int]] = []

    def look() -> None:
        there = work.session.scalar(text("SELECT count(*) FROM entry"))
        jobs = work.session.scalar(text("SELECT count(*) FROM job"))
        seen.append(("row" if jobs else "no row", there or 0))

    with journal.write() as work:
        work.at_the_end(look)
        work.record(OFFICER, NoticePublished(object="ten_1", title="公告"))
        work.session.add(Job(job="x", key="x", payload={}, due_at=work.now()))
    assert seen == [("row", 0)]

    def fail() -> None:
        with journal.write() as work:
            work.at_the_end(lambda: 1 / 0)
            work.record(OFFICER, NoticePublished(object="ten_2", title="公告"))

    with pytest.raises(ZeroDivisionError):
        fail()
    with Session(journal.engine) as session:
        assert [row.object for row in session.scalars(select(EntryRow))] == ["ten_1"]
    with journal.read() as work, pytest.raises(ReadOnlyWork):
        work.at_the_end(look)


def test_a_job_is_queued_once_by_its_key(journal: Journal) -> None:
    for _ in range(2):
        with journal.write() as work:
            work.enqueue("mail", {"to": "a"}, key="mail/1")
            work.enqueue("mail", {"to": "b"}, key="mail/1")
    with Session(journal.engine) as session:
        assert session.scalars(select(Job.payload)).all() == [{"to": "a"}]


def test_a_receipt_is_the_leaf_of_an_act_and_of_nothing_else(journal: Journal) -> None:
    with journal.write() as work:
        work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"), leaf=b"receipt")
        with pytest.raises(ValueError, match="not an act"):
            work.record(OFFICER, NoticePublished(object="ten_1", title="公告"), leaf=b"receipt")
        with pytest.raises(ValueError, match="belongs to a tender"):
            work.record(OFFICER, BidCast(object="bid_1"))
    sequence(journal.engine)
    with Session(journal.engine) as session:
        assert logs.leaves(session, logs.acts_of("ten_1")) == [b"receipt"]


def test_a_part_that_does_not_say_who_sees_it_is_refused(journal: Journal) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Careless(Entry):
        action: ClassVar[Action] = Action.MAKE_PLAN
        said: str = public()
        forgot: str

    with pytest.raises(TypeError, match=r"Careless\.forgot"):
        body_parts(Careless)
    with pytest.raises(TypeError, match=r"Careless\.forgot"), journal.write() as work:
        work.record(OFFICER, Careless(object="pla_1", said="", forgot=""))


def test_ready_to_close_only_when_every_act_has_its_position(journal: Journal) -> None:
    with journal.read() as work:
        assert logs.ready_to_close(work.session, "ten_1")
    with journal.write() as work:
        work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"))
    with journal.read() as work:
        assert not logs.ready_to_close(work.session, "ten_1")
        assert logs.ready_to_close(work.session, "ten_2")
    sequence(journal.engine)
    with journal.read() as work:
        assert logs.ready_to_close(work.session, "ten_1")


def test_an_entry_that_stays_unplaced_for_a_minute_raises_an_alarm(
    journal: Journal, clock: FixedClock, publish_notices: Callable[[int], list[str]]
) -> None:
    (id,) = publish_notices(1)
    clock.advance(timedelta(seconds=60))
    assert alarms(journal.engine, clock.now()) == []
    clock.advance(timedelta(microseconds=1))
    assert [alarm.entry for alarm in alarms(journal.engine, clock.now())] == [id]
    with journal.engine.begin() as connection:
        connection.execute(text("DELETE FROM entry_waiting"))
    assert [alarm.entry for alarm in alarms(journal.engine, clock.now())] == [id]


@pytest.mark.parametrize("leaf", [b"x" * 65536])
def test_a_leaf_fits_the_bundles_of_the_log(journal: Journal, leaf: bytes) -> None:
    with pytest.raises(DBAPIError, match="leaf_fits_a_bundle"), journal.write() as work:
        work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"), leaf=leaf)
