"""The outbox: done once, tried again after a failure, held by one worker at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journal.models import Job
from journal.outbox import backlog, retry_after, try_again, work_all, work_once
from journal.work import Journal
from kernel.clock import FixedClock


def queue(journal: Journal, *keys: str) -> None:
    with journal.write() as work:
        for key in keys:
            work.enqueue("mail", {"key": key}, key=key)


def test_what_is_due_is_done_once_in_order(journal: Journal, clock: FixedClock) -> None:
    queue(journal, "a")
    queue(journal, "b")
    with journal.write() as work:
        work.enqueue("mail", {"key": "later"}, key="c", due_at=clock.now() + timedelta(hours=1))
    done: list[str] = []
    workers = {"mail": lambda payload: done.append(payload["key"])}
    assert work_all(journal.engine, workers, clock.now()) == 2
    assert done == ["a", "b"]
    queue(journal, "a")
    assert work_all(journal.engine, workers, clock.now()) == 0
    clock.advance(timedelta(hours=1))
    assert work_all(journal.engine, workers, clock.now()) == 1
    assert done == ["a", "b", "later"]


def test_a_job_that_fails_waits_longer_each_time_and_says_why(
    journal: Journal, clock: FixedClock
) -> None:
    queue(journal, "a")

    def fail(payload: Mapping[str, Any]) -> None:
        raise OSError("no route to the mail server")

    assert work_all(journal.engine, {"mail": fail}, clock.now()) == 1
    assert work_all(journal.engine, {"mail": fail}, clock.now()) == 0
    with Session(journal.engine) as session:
        assert backlog(session, clock.now()).failing == 1
        job = session.scalars(select(Job)).one()
        assert job.problem == "OSError: no route to the mail server"
        assert job.due_at == clock.now() + timedelta(minutes=1)
        assert try_again(session, "a", clock.now())
        assert not try_again(session, "b", clock.now())
        session.commit()
    assert work_all(journal.engine, {}, clock.now()) == 1
    done: list[str] = []
    clock.advance(timedelta(minutes=2))
    assert work_all(journal.engine, {"mail": lambda p: done.append(p["key"])}, clock.now()) == 1
    with Session(journal.engine) as session:
        assert backlog(session, clock.now()).due == 0
    assert done == ["a"]


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [(1, timedelta(minutes=1)), (2, timedelta(minutes=2)), (60, timedelta(days=1))],
)
def test_the_wait_doubles_up_to_a_day(attempts: int, wait: timedelta) -> None:
    assert retry_after(attempts) == wait


def test_two_workers_do_not_do_the_same(journal: Journal, clock: FixedClock) -> None:
    queue(journal, "a", "b")
    both = threading.Barrier(2, timeout=10)
    done: list[str] = []

    def work(payload: Mapping[str, Any]) -> None:
        both.wait()
        done.append(payload["key"])

    threads = [
        threading.Thread(target=work_once, args=(journal.engine, {"mail": work}, clock.now()))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a", "b"]
