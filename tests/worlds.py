"""Worlds that several tests share, each play in them begun at the same day."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import URL, Engine, text

from app.database import engine_for
from app.rehearsal.play import Play
from app.settings import Settings
from app.wiring import wire
from kernel.clock import Clock, FixedClock
from signatures.stampers import DevelopmentStamper
from tests.world import START, World


@contextmanager
def database_of(template: tuple[Engine, str], postgres: URL) -> Iterator[Engine]:
    """An engine on a database of its own, for longer than one test."""
    server, origin = template
    name = f"test_{os.getpid()}_{secrets.token_hex(4)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {origin}"))
    engine = engine_for(postgres.set(database=name))
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def played(world: World, **chosen: object) -> Play:
    """A new purchase in a world, begun in time whatever was played there before."""
    world.clock.set(START)
    return world.tender(**chosen)  # type: ignore[arg-type]


def with_outside_stamps(world: World, clock: Clock | None = None) -> FixedClock | None:
    """Let the world's time-stamping authority be somebody outside, on a clock of its own.

    The operator cannot move that clock: a test sets the server's clock and not this one.
    """
    outside = clock or FixedClock(world.clock.now())
    trust = replace(
        world.pki.trust(),
        outside_authorities=frozenset({world.pki.timestamp_signer.certificate.fingerprint}),
    )
    trust.to_directory(world.installation.settings.var / "trust")
    rewire(world, stamper=DevelopmentStamper(world.pki, outside))
    return outside if isinstance(outside, FixedClock) else None


def rewire(
    world: World,
    *,
    engine: Engine | None = None,
    clock: Clock | None = None,
    stamper: DevelopmentStamper | None = None,
    var: Path | None = None,
) -> None:
    """Start the installation anew, as after a restart with something changed."""
    settings: Settings = world.installation.settings
    world.installation = wire(
        replace(settings, var=var or settings.var),
        engine or world.installation.engine,
        clock or world.clock,
        stamper=stamper or world.stamper,
    )
    if stamper is not None:
        world.stamper = stamper
    world.cast.installation = world.installation
