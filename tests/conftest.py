"""What every test may ask for: an empty database of its own, a fixed clock, a folder of blobs."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from sqlalchemy import URL, Connection, Engine, MetaData, create_mock_engine, make_url, text
from sqlalchemy.dialects import postgresql

from app.database import engine_for
from app.postgres import EmbeddedPostgres, find_programs, installed_programs
from kernel.blobs import FileBlobs
from kernel.clock import FixedClock

if TYPE_CHECKING:
    from app.demo.building import Demo
    from tests.snapshots import Snapshots
    from tests.world import World

_ROOT = Path(__file__).resolve().parent.parent

# No deadline: a shared machine is slow now and then, which says nothing about the code.
settings.register_profile("usual", deadline=None)
# For what computes alone: some minutes for all of them. What plays with a database sets its own
# number, and the random walks have a time.
settings.register_profile("long", deadline=None, max_examples=1000)
settings.load_profile("usual")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say of each test what kind it is, for the report that scripts/measurements.py reads.

    Whoever needs the demonstration runs in one worker, since building it takes a minute, and so do
    those who share what is made once for their module.
    """
    for item in items:
        if group := _group_of(item):
            item.add_marker(pytest.mark.xdist_group(group))
        if item.get_closest_marker("hypothesis"):
            item.user_properties.append(("kind", "property"))
        elif "test_random_walk" in item.nodeid:
            item.user_properties.append(("kind", "walk"))
        elif item.get_closest_marker("slow"):
            item.user_properties.append(("kind", "slow"))


def _group_of(item: pytest.Item) -> str | None:
    """With whom a test has to share a worker, lest something dear is made twice."""
    if not isinstance(item, pytest.Function):
        return None
    if "demo" in item.fixturenames:
        return "demo"
    known = item._fixtureinfo.name2fixturedefs.values()  # no public way leads to their scopes
    if any(found.scope == "module" for fixtures in known for found in fixtures):
        return item.path.relative_to(_ROOT).as_posix()
    return None


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """The address of a server's maintenance database: one server for all workers of this checkout.

    `TEST_DATABASE_URL` names another one, whose user may create databases;
    `TEST_POSTGRES=installed` takes the system's programs instead of the wheel's.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield make_url(given)
        return
    programs = find_programs()
    if os.environ.get("TEST_POSTGRES") == "installed":
        programs = installed_programs() or pytest.fail("no PostgreSQL is installed")
    mark = hashlib.sha256(os.fsencode(_ROOT) + os.fsencode(programs.bin)).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"sunlit-tests-{os.geteuid()}-{mark}"
    with EmbeddedPostgres(folder, programs=programs, durable=False).running() as server:
        yield make_url(server.url())


@pytest.fixture(scope="session")
def template(postgres: URL) -> Iterator[tuple[Engine, str]]:
    """The server and the name of a database that holds all tables and no row.

    It is named after what is in it, so that it is built once and never out of date.
    """
    server = engine_for(postgres, isolation_level="AUTOCOMMIT")
    name = "template_" + hashlib.sha256(_ddl().encode()).hexdigest()[:16]
    try:
        with server.connect() as holder:
            # Locks of a session: a run that is killed lets go of them.
            holder.execute(text("SELECT pg_advisory_lock(hashtext('sunlit templates'))"))
            holder.execute(text("SELECT pg_advisory_lock_shared(hashtext(:name))"), {"name": name})
            known = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if holder.execute(known, {"name": name}).first() is None:
                _sweep(holder)
                _build(holder, postgres, name)
            holder.execute(text("SELECT pg_advisory_unlock(hashtext('sunlit templates'))"))
            yield server, name
    finally:
        server.dispose()


@pytest.fixture(scope="session")
def demo(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The demonstration with one real tender for each stage beside the invented ones.

    It is built once for a worker: purchases at every stage and everybody in them.
    """
    # Imported late, as the tables are.
    from app.demo.building import build
    from app.settings import Settings
    from tests.worlds import database_of

    folder = tmp_path_factory.mktemp("demo")
    (folder / "var").mkdir()
    with database_of(template, postgres) as engine:
        settings = replace(Settings(), var=folder / "var", demo=True)
        yield build(settings, engine, real_per_stage=1)


@pytest.fixture
def database(template: tuple[Engine, str], postgres: URL) -> Iterator[URL]:
    """The address of a fresh database with all tables; it is dropped after the test."""
    server, origin = template
    name = f"test_{os.getpid()}_{secrets.token_hex(4)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {origin}"))
    yield postgres.set(database=name)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def engine(database: URL) -> Iterator[Engine]:
    """An engine on a fresh database with all tables."""
    engine = engine_for(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def snapshots(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshots]:
    """Worlds at the usual beginnings, played once for this worker."""
    from tests.snapshots import Snapshots  # late, as the tables below

    found = Snapshots(template, postgres, tmp_path_factory.mktemp("snapshots"))
    yield found
    found.close()


@pytest.fixture
def world(request: pytest.FixtureRequest, snapshots: Snapshots, tmp_path: Path) -> Iterator[World]:
    """An installation with its people, at the latest beginning that the test asks for."""
    from tests.snapshots import FOUNDED, STEPS

    asked = [name for name in STEPS if name in request.fixturenames]
    with snapshots.at(asked[-1] if asked else FOUNDED, tmp_path) as made:
        yield made


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at nine in the morning of a working day in Beijing."""
    return FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    """An empty folder of blobs."""
    return FileBlobs(tmp_path / "blobs")


def _metadata() -> MetaData:
    # Imported late: a rule's test needs no table, and must not fail for a broken one.
    from app.models import metadata

    return metadata


def _ddl() -> str:
    """Every statement that makes the schema, triggers included."""
    said: list[str] = []
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    mock = create_mock_engine(
        "postgresql+psycopg://",
        lambda statement, *_, **__: said.append(str(statement.compile(dialect=dialect))),
    )
    mock.exec_driver_sql = said.append  # type: ignore[attr-defined]  # triggers are plain SQL
    _metadata().create_all(mock, checkfirst=False)
    return ";\n".join(said)


def _build(connection: Connection, postgres: URL, name: str) -> None:
    """Build under another name first: a database of the right name is then always whole."""
    part = f"{name}_part"
    connection.execute(text(f"DROP DATABASE IF EXISTS {part} WITH (FORCE)"))
    connection.execute(text(f"CREATE DATABASE {part}"))
    builder = engine_for(postgres.set(database=part))
    try:
        _metadata().create_all(builder)
    finally:
        builder.dispose()
    connection.execute(text(f"ALTER DATABASE {part} RENAME TO {name}"))


def _sweep(connection: Connection) -> None:
    """Drop what killed runs left behind, and the templates that no run holds."""
    rows = connection.execute(
        text("SELECT datname FROM pg_database WHERE datname ~ '^(test|template)_[0-9a-f]+'")
    )
    for (name,) in rows.all():
        kind, rest = name.split("_", 1)
        if kind == "test":
            idle = not _runs(int(rest.split("_")[0]))
        else:
            lock = text("SELECT pg_try_advisory_lock(hashtext(:name))")
            idle = connection.execute(lock, {"name": name}).scalar_one()
        if idle:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            if kind == "template":
                unlock = text("SELECT pg_advisory_unlock(hashtext(:name))")
                connection.execute(unlock, {"name": name})


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
