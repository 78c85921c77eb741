"""Positions: gapless, in causal order, under many writers and several sequencers at once."""

from __future__ import annotations

import threading
from collections import defaultdict

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from journal import logs
from journal.models import EntryPosition, EntryRow
from journal.sequencer import alarms, sequence
from journal.work import Journal
from kernel.clock import FixedClock, SystemClock
from tests.journal.conftest import OFFICER, ORIGIN, ROWS, BidCast, NoticePublished, QuestionAsked


def positions(engine: Engine) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    with Session(engine) as session:
        query = select(EntryPosition.log, EntryPosition.position).order_by(EntryPosition.position)
        for log, position in session.execute(query):
            found[log].append(position)
    return dict(found)


def test_each_log_counts_for_itself(journal: Journal) -> None:
    with journal.write() as work:
        work.record(OFFICER, NoticePublished(object="ten_1", title="公告"))
        work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"))
        work.record(OFFICER, BidCast(object="bid_2", tender="ten_1"))
        work.record(OFFICER, QuestionAsked(object="que_1", tender="ten_2"))
    assert sequence(journal.engine) == 4
    assert sequence(journal.engine) == 0
    assert positions(journal.engine) == {
        "public": [0],
        "acts:ten_1": [0, 1],
        "proceedings:ten_2": [0],
    }


def test_entries_of_a_transaction_stand_in_the_order_of_recording(journal: Journal) -> None:
    with journal.write() as work:
        ids = [
            work.record(OFFICER, NoticePublished(object=f"ten_{number}", title="公告"))
            for number in range(50)
        ]
    sequence(journal.engine)
    with journal.read() as work:
        assert logs.entry_ids(work.session, logs.PUBLIC) == ids


def test_an_entry_that_commits_late_is_placed_later_and_never_lost(journal: Journal) -> None:
    """The feed of Prozorro loses objects in this race (reference: performance, section b)."""
    slow = journal.engine.connect()
    with Session(slow) as session, session.begin():
        session.execute(text("SELECT 1"))
        with journal.write() as early:
            early_id = early.record(OFFICER, NoticePublished(object="ten_1", title="早"))
            # The identity of the early one is taken, its commit is still to come.
            early._finish()
            with journal.write() as late:
                late_id = late.record(OFFICER, NoticePublished(object="ten_2", title="晚"))
            assert sequence(journal.engine) == 1
    slow.close()
    assert sequence(journal.engine) == 1
    with journal.read() as work:
        assert logs.entry_ids(work.session, logs.PUBLIC) == [late_id, early_id]


def test_many_writers_leave_no_gap_and_keep_causal_order(engine: Engine) -> None:
    """Writers share counters under row locks: what one saw of another is placed after it."""
    journal = Journal(engine, SystemClock(), ORIGIN, ROWS)
    writers, rounds, things = 6, 25, 3
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id int PRIMARY KEY, step int NOT NULL)"))
        connection.execute(text("INSERT INTO thing SELECT generate_series(0, 2), 0"))
    done = threading.Event()
    problems: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for turn in range(rounds):
                thing = (writer + turn) % things
                with journal.write() as work:
                    step = work.session.execute(
                        text("UPDATE thing SET step = step + 1 WHERE id = :id RETURNING step"),
                        {"id": thing},
                    ).scalar_one()
                    entry = NoticePublished(object=f"thing_{thing}", title=str(step))
                    work.record(OFFICER, entry)
        except BaseException as problem:
            problems.append(problem)

    def place() -> None:
        try:
            while not done.is_set():
                sequence(engine)
        except BaseException as problem:
            problems.append(problem)

    sequencers = [threading.Thread(target=place) for _ in range(2)]
    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in [*sequencers, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    for thread in sequencers:
        thread.join()
    sequence(engine)
    assert problems == []
    assert positions(engine) == {"public": list(range(writers * rounds))}
    with Session(engine) as session:
        rows = session.execute(
            text(
                "SELECT e.object, f.value FROM entry_position p JOIN entry e ON e.id = p.entry"
                " JOIN entry_field f ON f.entry = e.id AND f.name = 'body.title'"
                " ORDER BY p.position"
            )
        ).all()
    steps: dict[str, list[int]] = defaultdict(list)
    for thing, step in rows:
        steps[thing].append(int(step.strip('"')))
    assert all(seen == list(range(1, len(seen) + 1)) for seen in steps.values())


def test_what_is_placed_raises_no_alarm(journal: Journal, clock: FixedClock) -> None:
    with journal.write() as work:
        work.record(OFFICER, NoticePublished(object="ten_1", title="公告"))
    sequence(journal.engine)
    with Session(journal.engine) as session:
        assert session.scalars(select(EntryRow.id)).one()
    assert alarms(journal.engine, SystemClock().now()) == []
