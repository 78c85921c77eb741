"""The web application over a purchase that is published as data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, Engine

from app.surfaces import application
from tests.reports.ocds.journey import Published, play
from tests.world import World
from tests.worlds import database_of


@pytest.fixture(scope="module")
def published(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Published]:
    """A whole purchase, played once for the tests of a file."""
    with database_of(template, postgres) as engine:
        yield play(World(engine, tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
def web(published: Published) -> Flask:
    """The application with all its surfaces."""
    return application(published.world.installation)


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    """Somebody who is not logged in."""
    return web.test_client()


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people, about which nothing has happened yet."""
    return World(engine, tmp_path)
