"""An installation with its people, and the application over it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.surfaces import application
from tests.world import World


@pytest.fixture
def web(world: World) -> Flask:
    """The application."""
    return application(world.installation)
