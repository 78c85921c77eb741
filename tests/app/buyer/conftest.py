"""An installation with its people, and the application over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from app.surfaces import application
from tests.world import World


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people."""
    return World(engine, tmp_path)


@pytest.fixture
def web(world: World) -> Flask:
    """The application."""
    return application(world.installation)
