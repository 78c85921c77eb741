"""The one page of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from app.container import Container
from app.web.access import actor
from app.web.audience import open_to
from app.web.pages import page
from app.web.tasks import Desk, File, Start, Task, TaskSource, Waiting, most_pressing_first
from kernel.text import Text
from kernel.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What waits for one person."""

    now: datetime
    tasks: Sequence[Task]
    waiting: Sequence[Waiting]
    files: Sequence[File]
    starts: Sequence[Start]
    notes: Sequence[Text]


def desk_pages(container: Container, sources: Sequence[TaskSource]) -> Blueprint:
    """The desk over what each surface tells it."""
    pages = Blueprint("desk", __name__)

    @pages.get("/desk")
    @open_to(Audience.SIGNED_IN)
    def index() -> Response:
        with container.journal.read() as work:
            told: list[Desk] = [source(work, actor()) for source in sources]
        return page(
            "desk/index.html",
            DeskPage(
                now=container.clock.now(),
                tasks=most_pressing_first([task for desk in told for task in desk.tasks]),
                waiting=[one for desk in told for one in desk.waiting],
                files=[one for desk in told for one in desk.files],
                starts=[one for desk in told for one in desk.starts],
                notes=[note for desk in told for note in desk.notes],
            ),
        )

    return pages
