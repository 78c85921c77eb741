"""Who does the work that was queued: one worker for each kind of job."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from app.container import Container
from app.mail import letters
from journal.outbox import Worker, work_all


def workers(app: Flask, container: Container) -> Mapping[str, Worker]:
    """Every kind of job that may be queued, and who does it."""
    return {letters.JOB: letters.mail_worker(app, container)}


def empty_outbox(app: Flask, container: Container) -> int:
    """Do all that is due; how many jobs were tried."""
    return work_all(container.engine, workers(app, container), container.clock.now())
