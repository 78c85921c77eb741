"""The commands as a person types them, each in a process of its own on a server of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import URL, Engine, text

from app.cli import main
from app.web.errors import EXIT_NOT_FOUND, EXIT_REFUSED

ROOT = Path(__file__).resolve().parents[3]
ANSWERS = "林一\nlin\ncorrect horse battery\ncorrect horse battery\n"
ANSWERS += ANSWERS.replace("林一", "王二").replace("lin", "wang")
OFFICE = ("--name", "青山县公共资源交易中心", "--identifier", "11330000000000000X")


@pytest.fixture
def environment(database: URL, engine: Engine, tmp_path: Path) -> dict[str, str]:
    """Settings for an installation on an empty database."""
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUNLIT_")}
    return kept | {
        "DATABASE_URL": database.render_as_string(hide_password=False),
        "SUNLIT_VAR": str(tmp_path / "var"),
    }


def run(environment: dict[str, str], *arguments: str, typed: str = ""):  # type: ignore[no-untyped-def]
    """Run `sunlit`; click asks on a terminal or, as here, on a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        input=typed,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_founding_asks_for_two_and_happens_once(environment: dict[str, str]) -> None:
    first = run(environment, "init", *OFFICE, typed=ANSWERS)
    assert first.returncode == 0, first.stderr
    printed = re.search(r"log key: (\S+)", first.stdout)
    assert printed
    assert run(environment, "journal", "key").stdout.splitlines()[0] == printed[1]
    second = run(environment, "init", *OFFICE, typed=ANSWERS)
    assert second.returncode == EXIT_REFUSED
    assert "已经创立" in second.stderr


def test_short_password_is_refused_before_anything_is_made(environment: dict[str, str]) -> None:
    done = run(environment, "init", *OFFICE, typed="林一\nlin\nshort\nshort\n")
    assert done.returncode == EXIT_REFUSED
    assert not Path(environment["SUNLIT_VAR"], "keys").exists()


def test_worker_does_what_is_due_and_account_password_is_set(environment: dict[str, str]) -> None:
    run(environment, "init", *OFFICE, typed=ANSWERS)
    worked = run(environment, "worker", "--once")
    assert worked.returncode == 0, worked.stderr
    assert (Path(environment["SUNLIT_VAR"]) / "log" / "checkpoint").exists()
    assert run(environment, "journal", "sequence").stdout == "placed: 0\n"
    new = "another password\nanother password\n"
    assert run(environment, "account", "password", "lin", typed=new).returncode == 0
    missing = run(environment, "account", "password", "nobody", typed=new)
    assert missing.returncode == EXIT_NOT_FOUND


def test_database_commands(environment: dict[str, str]) -> None:
    assert run(environment, "database", "upgrade").returncode == 0
    assert run(environment, "database", "upgrade").returncode == 0
    told = run(environment | {"DATABASE_URL": "postgresql://a:secret@h/n"}, "database", "address")
    assert "secret" not in told.stdout
    assert "h/n" in told.stdout


def test_profiles_are_good(environment: dict[str, str]) -> None:
    checked = run(environment, "profile", "check")
    assert checked.returncode == 0, checked.stdout


def test_mistyped_setting_stops_the_start(environment: dict[str, str]) -> None:
    done = run(environment | {"SUNLIT_DEM0": "1"}, "database", "address")
    assert done.returncode == 2
    assert "SUNLIT_DEM0" in done.stderr


def test_server_starts_answers_and_stops_cleanly(
    environment: dict[str, str], engine: Engine
) -> None:
    run(environment, "init", *OFFICE, typed=ANSWERS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"],
        env=environment | {"PORT": str(port)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert _answer(f"http://127.0.0.1:{port}/api/v1/nothing") == 404
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
    assert server.returncode == 0, said.decode()


def _answer(address: str) -> int:
    for _ in range(200):
        try:
            return httpx.get(address).status_code
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the server did not answer")


def test_every_group_says_what_is_in_it() -> None:
    assert {"init", "serve", "worker", "journal", "backup"} <= main.commands.keys()
