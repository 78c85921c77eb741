"""The outbox: what must follow a commit, written in it, and done once by its key.

A worker takes a job in a transaction that it holds while it works. If it dies the lock goes with
it and another worker takes the job; so what a job does must bear being begun twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from journal.models import Job

# The wait before a job is tried again doubles with each attempt, from a minute up to a day.
RETRY_FIRST = timedelta(minutes=1)
RETRY_LAST = timedelta(days=1)

Worker = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits, for the health page: due now, failed at least once, oldest due instant."""

    due: int
    failing: int
    oldest: datetime | None


class NoWorker(Exception):
    """A job was queued that nobody does."""


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts."""
    # The cap on the exponent only keeps the number small; the wait is capped a day before it.
    return min(RETRY_FIRST * (1 << min(attempts - 1, 20)), RETRY_LAST)


def work_once(engine: Engine, workers: Mapping[str, Worker], now: datetime) -> bool:
    """Do the oldest job that is due and that no other worker holds; whether there was one.

    A job that fails stays, with its problem, and is due again later.
    """
    with Session(engine) as session, session.begin():
        job = session.scalars(
            select(Job)
            .where(Job.finished_at.is_(None), Job.due_at <= now)
            .order_by(Job.due_at, Job.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if job is None:
            return False
        job.attempts += 1
        try:
            if job.job not in workers:
                raise NoWorker(job.job)
            workers[job.job](job.payload)
        except Exception as problem:
            job.problem = f"{type(problem).__name__}: {problem}"
            job.due_at = now + retry_after(job.attempts)
        else:
            job.problem = None
            job.finished_at = now
    return True


def work_all(engine: Engine, workers: Mapping[str, Worker], now: datetime) -> int:
    """Do all that is due; how many jobs were tried."""
    tried = 0
    while work_once(engine, workers, now):
        tried += 1
    return tried


def backlog(session: Session, now: datetime) -> Backlog:
    """How much waits."""
    due, failing, oldest = session.execute(
        select(
            func.count().filter(Job.due_at <= now),
            func.count().filter(Job.attempts > 0),
            func.min(Job.due_at).filter(Job.due_at <= now),
        ).where(Job.finished_at.is_(None))
    ).one()
    return Backlog(due, failing, oldest)


def try_again(session: Session, key: str, now: datetime) -> bool:
    """Make a waiting job due at once, by hand; whether there was one."""
    done = session.execute(
        update(Job).where(Job.key == key, Job.finished_at.is_(None)).values(due_at=now)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
