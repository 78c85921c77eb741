"""An installation of its own for each journey: what is verified at its end is one whole log."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.world import World


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people, about which nothing has happened yet."""
    return World(engine, tmp_path)
