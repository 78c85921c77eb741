"""What a surface tells the desk: the things that wait for a person, and where each is done.

Surfaces do not know each other; the desk (`app.desk`) is handed one `TaskSource` for each by
`app.surfaces`, and shows them as one list, the most pressing first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.web.shown import Lamp, Status
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Actor


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do now: a verb, the thing it is about, and the address where it is done."""

    title: Text
    """Verb first: `答复2条询问：县人民医院…`."""
    url: str
    note: Text | None = None
    due_at: datetime | None = None
    lamp: Lamp = Lamp.IDLE
    label: Text | None = None
    """What stands beside the lamp, as `今天17:30前`; the lamp's own word where it is None."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for somebody else."""

    title: Text
    url: str
    whom: Text
    lamp: Lamp = Lamp.IDLE
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class File:
    """One of the person's own purchases, tenders, bids or contracts, with what comes next."""

    title: Text
    number: str
    url: str
    state: Text
    status: Status | None = None
    """The stage as the public sees it, if there is one; else `state` is a quiet tag."""
    next: Text | None = None
    lamp: Lamp = Lamp.IDLE


@dataclass(frozen=True, slots=True)
class Start:
    """A way to begin something new, as `从需求新建采购`."""

    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What one surface has for a person."""

    tasks: Sequence[Task] = ()
    waiting: Sequence[Waiting] = ()
    files: Sequence[File] = ()
    starts: Sequence[Start] = ()
    notes: Sequence[Text] = ()
    """For instance which capacities the person can no longer take in a purchase."""


TaskSource = Callable[[Work, Actor], Desk]

_PRESSING = {Lamp.RED: 0, Lamp.AMBER: 1, Lamp.GREEN: 2, Lamp.IDLE: 3, Lamp.PAUSED: 4}


def most_pressing_first(tasks: Sequence[Task]) -> list[Task]:
    """Overdue first, then due soon, then by the instant at which each is due."""
    far = datetime.max.replace(tzinfo=UTC)
    return sorted(tasks, key=lambda task: (_PRESSING[task.lamp], task.due_at or far))
