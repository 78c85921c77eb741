"""An installation with people who have keys, and a page to sign."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from weasyprint import HTML

from tests.world import World


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people."""
    return World(engine, tmp_path)


@pytest.fixture(scope="session")
def one_page() -> bytes:
    """A document of one page."""
    pdf: bytes = HTML(string="<html lang=en><title>Notice</title><p>Ten desks").write_pdf()
    return pdf
