"""A world for the tests of a module, and a reader in front of its portal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import URL, Engine

from app.surfaces import application
from tests.world import World
from tests.worlds import database_of


@pytest.fixture(scope="module")
def world(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A world in which the tests of a module play their purchases."""
    with database_of(template, postgres) as engine:
        yield World(engine, tmp_path_factory.mktemp("world"))


@pytest.fixture
def reader(world: World) -> FlaskClient:
    """Somebody without cookies."""
    return application(world.installation).test_client()
