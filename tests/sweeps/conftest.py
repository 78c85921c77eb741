"""The web application of the demonstration."""

from __future__ import annotations

import pytest
from flask import Flask

from app.demo.building import Demo
from app.surfaces import application


@pytest.fixture(scope="session")
def web(demo: Demo) -> Flask:
    """Its web application."""
    return application(demo.installation)
