"""docs/data.md: its commands run against a served installation, its tags are those there are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine
from werkzeug.serving import make_server

from app.publication import routes
from app.surfaces import application
from reports.ocds.records import SCHEMA
from reports.ocds.tags import TAGS
from tests.reports.ocds.journey import Published, play
from tests.world import World
from tests.worlds import database_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@dataclass
class Reader:
    """Somebody with a terminal, and a served installation with one whole purchase."""

    published: Published
    home: Path
    site: str

    def runs(self, block: str) -> subprocess.CompletedProcess[str]:
        """Run a block as it stands on the page; its `python3` is the one with the packages."""
        (self.home / "bin").mkdir(exist_ok=True)
        python = self.home / "bin" / "python3"
        if not python.exists():
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            python.chmod(0o755)
        says = {
            "SITE": self.site,
            "OCID": self.published.ocid,
            "RELEASE": self.published.releases[2]["id"],
            "SCHEMA": str(SCHEMA),
        }
        return subprocess.run(
            ["bash", "-eu", "-c", block],
            cwd=self.home,
            env={
                **says,
                "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}",
                "LANG": "C.UTF-8",
                "no_proxy": "127.0.0.1",
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def reader(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """A reader of the data."""
    with database_of(template, postgres) as engine:
        published = play(World(engine, tmp_path_factory.mktemp("world")))
        installation = application(published.world.installation)
        server = make_server("127.0.0.1", 0, installation, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            home = tmp_path_factory.mktemp("reader")
            yield Reader(published, home, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def test_every_command_of_the_page_runs(reader: Reader) -> None:
    said = ""
    for block in BLOCKS:
        done = reader.runs(block)
        assert done.returncode == 0, block + done.stdout + done.stderr
        said += done.stdout
    for release in reader.published.releases:
        assert f"{release['date']} {release['tag'][0]} {release['ocid']}" in said
    assert "\n304\n" in said
    assert "CHANGED" not in said
    assert "DIFFERS" not in said
    assert "c2sp.org/tlog-proof@v1" in said


def test_every_tag_is_explained() -> None:
    told = {
        tag
        for row in re.findall(r"^\| [^|]+ \| ([^|]+) \|", PAGE, re.M)
        for tag in re.findall(r"`(\w+)`", row)
    }
    assert set(TAGS.values()) <= told


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"| {routes.RELEASES_AT_ONCE}, at most {routes.RELEASES_MAX} |" in PAGE
    assert f"| {routes.RECORDS_AT_ONCE}, at most {routes.RECORDS_MAX} |" in PAGE
