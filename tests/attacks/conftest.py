"""Worlds in which attacks are tried: one for each module, and one of its own for who breaks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Engine

from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from tests.attacks.operator import Operator
from tests.world import World
from tests.worlds import database_of, played


@pytest.fixture(scope="module")
def shared(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A world for all tests of a module: what they try is refused and leaves it as it was."""
    with database_of(template, postgres) as engine:
        yield World(engine, tmp_path_factory.mktemp("world"))


@pytest.fixture
def operator(world: World) -> Operator:
    """Whoever runs the machine of that world."""
    return Operator(world)


@pytest.fixture(scope="module")
def open_play(shared: World) -> Play:
    """A tender that takes bids and has one, from the first supplier."""
    return played(shared, bids=1)


@pytest.fixture(scope="module")
def rival(shared: World) -> Player:
    """Whose bid the tender has."""
    return shared.supplier(1)


@pytest.fixture(scope="module")
def attacker(shared: World) -> Player:
    """A supplier like any other."""
    return shared.supplier(2)
