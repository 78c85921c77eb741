"""An installation with its people, and the web application on it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.surfaces import application
from tests.world import World


@pytest.fixture
def web(world: World) -> Flask:
    """The application with all its surfaces."""
    return application(world.installation)
