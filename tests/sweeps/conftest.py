"""The web application of the demonstration, and everybody's walk through it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask

from app.demo.building import Demo
from app.surfaces import application
from tests.sweeps.crawling import Walk, walk


@pytest.fixture(scope="session")
def web(demo: Demo) -> Flask:
    """Its web application."""
    return application(demo.installation)


Walks = Callable[[str | None], Walk]


@pytest.fixture(scope="session")
def walks(demo: Demo, web: Flask) -> Walks:
    """What somebody (or None: the public) meets from the start pages: each walked once."""

    @cache
    def walked(login: str | None) -> Walk:
        return walk(web, login, known=() if login is None else walked(None).kinds)

    return walked
