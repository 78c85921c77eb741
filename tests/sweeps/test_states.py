"""States in which nobody looks by chance: nothing has begun yet, and every name is long."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine, inspect, text

from app.surfaces import application
from tests.browser.pages import chromium, served
from tests.snapshots import Snapshots
from tests.sweeps.crawling import walk
from tests.sweeps.looking import DESK, LONG_EN, LONG_ZH, PHONE, log_in, looked_at
from tests.world import PASSWORD, World


def looked_at_everything(world: World, logins: tuple[str | None, ...]) -> list[str]:
    """What is wrong with the pages that these people are led to, each where it shows news."""
    app, faults = application(world.installation), []
    met: set[tuple[str, str]] = set()
    with served(app) as site, chromium() as fresh:
        for login in logins:
            found = walk(app, login, password=PASSWORD)
            faults += found.faults
            page: Page = fresh()
            log_in(page, site, login, PASSWORD)
            for path in list(found.new_pages(met)):
                faults += looked_at(page, site + path, PHONE)
                faults += looked_at(page, f"{site}/en{path}", DESK)
    return faults


def everybody(world: World) -> tuple[str | None, ...]:
    """The public, one person of each role, and an administrator."""
    staff = world.staff
    of_roles = (
        staff.author, staff.unit_approver, staff.finance, staff.treasurer, staff.officer,
        staff.approver, staff.acceptor, staff.reviewer, staff.supervisor, staff.holders[0],
        staff.panelists[0], world.supplier(1),
    )  # fmt: skip
    return (None, *(player.login for player in of_roles), "admin1")


def lengthen(engine: Engine) -> int:
    """Let every name, title and reason be longer than any screen is wide; how many are."""
    changed = 0
    with engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            for column in inspect(connection).get_columns(table):
                name = column["name"]
                if name.endswith("_zh") or (table, name) == ("person", "name"):
                    words = LONG_ZH
                elif name.endswith("_en"):
                    words = LONG_EN
                else:
                    continue
                # The names are those of our own tables.
                changing = f"UPDATE {table} SET {name} = :words WHERE {name} <> ''"
                changed += connection.execute(text(changing), {"words": words}).rowcount
    return changed


@pytest.fixture
def made(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people, and nothing begun."""
    return World(engine, tmp_path)


@pytest.mark.slow
def test_every_link_leads_somewhere_where_nothing_has_begun(made: World) -> None:
    app = application(made.installation)
    faults = [
        fault for who in everybody(made) for fault in walk(app, who, password=PASSWORD).faults
    ]
    assert faults == []


@pytest.mark.slow
def test_nobody_meets_a_barrier_where_nothing_has_begun(made: World) -> None:
    assert looked_at_everything(made, everybody(made)) == []


@pytest.mark.slow
@pytest.mark.parametrize("beginning", ["drawn_panel", "accepted"])
def test_long_names_push_nothing_aside(
    snapshots: Snapshots, tmp_path: Path, beginning: str
) -> None:
    with snapshots.at(beginning, tmp_path) as world:
        assert lengthen(world.installation.engine) > 50
        assert looked_at_everything(world, everybody(world)) == []
