"""How a command gets the installation it works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.container import Container
from app.database import engine_for, reached
from app.settings import Settings
from app.wiring import clock_of, wire
from kernel.clock import Clock


@contextmanager
def installation(settings: Settings, clock: Clock | None = None) -> Iterator[Container]:
    """The installation that the settings name, with its database running for so long."""
    with reached(settings) as url:
        engine = engine_for(url)
        try:
            yield wire(settings, engine, clock or clock_of(settings))
        finally:
            engine.dispose()
