"""A world for all tests of a module, and bids in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Engine

from tests.world import World
from tests.worlds import database_of


@pytest.fixture(scope="module")
def shared(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A world in which each test plays a purchase of its own."""
    with database_of(template, postgres) as engine:
        yield World(engine, tmp_path_factory.mktemp("world"))
