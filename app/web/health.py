"""Whether the installation is well, for a monitor: a few numbers, none of them about a tender."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.container import Container
from app.web.audience import open_to
from journal import outbox, sequencer
from kernel.vocabulary import Audience


def health_pages(container: Container) -> Blueprint:
    """`/health`: 200 while all is well, 503 with the reason while it is not."""
    pages = Blueprint("health", __name__)

    @pages.get("/health")
    @open_to(Audience.PUBLIC)
    def health() -> tuple[Response, int]:
        try:
            with container.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError:
            return jsonify({"well": False, "database": False}), 503
        now = container.clock.now()
        waiting = len(sequencer.alarms(container.engine, now))
        with container.journal.read() as work:
            failing = outbox.backlog(work.session, now).failing
        well = not waiting
        told = {
            "well": well,
            "database": True,
            "entries_waiting_too_long": waiting,
            "jobs_failing": failing,
        }
        return jsonify(told), 200 if well else 503

    return pages
