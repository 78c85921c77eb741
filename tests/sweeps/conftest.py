"""The demonstration, built once for a worker: purchases at every stage and everybody in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import URL, Engine

from app.demo.building import Demo, build
from app.settings import Settings
from app.surfaces import application
from tests.sweeps.crawling import Walk, walk
from tests.worlds import database_of


@pytest.fixture(scope="session")
def demo(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The demonstration with one real tender for each stage beside the invented ones."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "var").mkdir()
    with database_of(template, postgres) as engine:
        settings = replace(Settings(), var=folder / "var", demo=True)
        yield build(settings, engine, real_per_stage=1)


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
