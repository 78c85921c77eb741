"""What a monitor is told: well or not, and nothing about any tender."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.container import Container
from app.settings import Settings
from app.web.factory import create_app
from app.web.site import Site
from app.wiring import wire
from journal.sequencer import UNPLACED_SECONDS_MAX, sequence
from kernel.clock import FixedClock
from kernel.text import Text


def test_all_is_well_once_entries_are_placed(
    client: FlaskClient, container: Container, clock: FixedClock
) -> None:
    sequence(container.engine)
    clock.advance(timedelta(seconds=UNPLACED_SECONDS_MAX + 1))
    told = client.get("/health")
    assert told.status_code == 200
    assert told.json["well"] is True
    assert "ten_" not in told.text


def test_entry_that_waits_too_long_is_an_alarm(client: FlaskClient, clock: FixedClock) -> None:
    clock.advance(timedelta(seconds=UNPLACED_SECONDS_MAX + 1))
    told = client.get("/health")
    assert told.status_code == 503
    assert told.json["entries_waiting_too_long"] == 1


def test_in_production_the_cookie_travels_over_https_only(
    engine: Engine, tmp_path: Path, clock: FixedClock
) -> None:
    made = wire(replace(Settings(), var=tmp_path / "var"), engine, clock)
    zone = ZoneInfo("Asia/Shanghai")
    web = create_app(made, lambda: Site(Text("青山县"), clock.now(), zone), [])
    assert web.config["SESSION_COOKIE_SECURE"]
    assert web.config["SESSION_COOKIE_NAME"].startswith("__Host-")
