"""A whole purchase with all that can happen on its way, played once for the tests of its data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from tests.reports.ocds.journey import Published, play
from tests.world import World
from tests.worlds import database_of


@pytest.fixture(scope="module")
def published(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Published]:
    """The purchase, and its releases in the order in which they were published."""
    with database_of(template, postgres) as engine:
        yield play(World(engine, tmp_path_factory.mktemp("world")))


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people, about which nothing has happened yet."""
    return World(engine, tmp_path)
