"""Many plays at once under one clock that never goes back.

A script is a generator: it acts, and then yields the instant until which it has nothing to do. The
play that is due first goes on first, so tenders overlap as they did in life, and stopping at an
instant leaves each tender in the stage it had then.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Iterable
from datetime import datetime
from itertools import count

from kernel.clock import FixedClock

Script = Generator[datetime, None, None]


def perform(
    scripts: Iterable[tuple[datetime, Script]],
    clock: FixedClock,
    *,
    until: datetime | None = None,
    before_each: Callable[[], None] = lambda: None,
) -> int:
    """Play scripts, each from its own start, until all have ended or the clock would pass `until`.

    `before_each` runs after the clock moved and before a script goes on: what time alone demands.
    Returns how many scripts were left unfinished.
    """
    order = count()
    waiting = [(start, next(order), script) for start, script in scripts]
    heapq.heapify(waiting)
    while waiting and (until is None or waiting[0][0] <= until):
        at, _, script = heapq.heappop(waiting)
        clock.set(max(at, clock.now()))
        before_each()
        try:
            again = next(script)
        except StopIteration:
            continue
        heapq.heappush(waiting, (again, next(order), script))
    if until is not None:
        clock.set(max(until, clock.now()))
    return len(waiting)
