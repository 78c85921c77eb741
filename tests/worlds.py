"""Worlds that several tests share, each play in them begun at the same day."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import URL, Engine, text

from app.database import engine_for
from app.rehearsal.play import Play
from app.wiring import wire
from kernel.clock import Clock, FixedClock
from signatures.stampers import DevelopmentStamper
from signatures.trust import Trust
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


def believes(world: World, play: Play | None, trust: Trust) -> None:
    """Let the installation believe this from now on."""
    trust.to_directory(world.installation.settings.var / "trust")
    rewire(world)
    if play is not None:
        play.installation = world.installation


def with_outside_stamps(world: World) -> FixedClock:
    """Let the world's time-stamping authority be somebody outside, on a clock of its own.

    The operator cannot move that clock: a test sets the server's clock apart from it.
    """
    outside = FixedClock(world.clock.now())
    world.stamper = DevelopmentStamper(world.pki, outside)
    authority = world.pki.timestamp_signer.certificate.fingerprint
    trust = replace(world.pki.trust(), outside_authorities=frozenset({authority}))
    believes(world, None, trust)
    return outside


def rewire(world: World, *, engine: Engine | None = None, clock: Clock | None = None) -> None:
    """Start the installation anew, as after a restart with something changed."""
    before = world.installation
    world.installation = wire(
        before.settings, engine or before.engine, clock or world.clock, stamper=world.stamper
    )
    world.cast.installation = world.installation
