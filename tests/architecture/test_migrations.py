"""The schema after all migrations is the schema of the models, up, down and up again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text

import app.migrations
from app.database import downgrade, engine_for, upgrade
from app.schema import everything

VERSIONS = Path(app.migrations.__path__[0]) / "versions"


@pytest.fixture
def empty(template: tuple[Engine, str], postgres: URL) -> Iterator[Engine]:
    """An engine on a database without any table."""
    server, _ = template
    name = f"test_0_{secrets.token_hex(4)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = engine_for(postgres.set(database=name))
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _schema(engine: Engine) -> frozenset[str]:
    with engine.connect() as connection:
        return everything(connection)


def test_migrations_make_what_the_models_say(empty: Engine, engine: Engine) -> None:
    upgrade(empty)
    migrated, modelled = _schema(empty), _schema(engine)
    told = "; run scripts/new_migration.py"
    assert not modelled - migrated, f"missing in the migrations: {modelled - migrated}{told}"
    assert not migrated - modelled, f"not in the models: {migrated - modelled}{told}"


def test_down_leaves_nothing_and_up_again_is_the_same(empty: Engine) -> None:
    upgrade(empty)
    first = _schema(empty)
    downgrade(empty, "base")
    assert _schema(empty) == frozenset()
    upgrade(empty)
    assert _schema(empty) == first


def test_migrations_are_numbered_without_gap_and_named() -> None:
    names = sorted(path.stem for path in VERSIONS.glob("*.py") if path.stem != "__init__")
    for number, name in enumerate(names, 1):
        assert re.fullmatch(rf"{number:04d}_[a-z0-9_]+", name)
