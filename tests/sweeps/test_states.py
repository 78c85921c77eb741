"""Pages of an installation with its people in which nothing has begun yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine

from app.surfaces import application
from tests.browser.pages import chromium, served
from tests.sweeps.crawling import kind_of, walk
from tests.sweeps.looking import DESK, PHONE, log_in, looked_at
from tests.world import PASSWORD, World


def looked_at_everything(world: World, logins: tuple[str | None, ...]) -> list[str]:
    """What is wrong with a page of each kind that these people are led to."""
    app, faults = application(world.installation), []
    with served(app) as site, chromium() as fresh:
        for login in logins:
            found = walk(app, login, password=PASSWORD)
            faults += found.faults
            page: Page = fresh()
            log_in(page, site, login, PASSWORD)
            for path in {kind_of(path): path for path in reversed(found.pages)}.values():
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
def test_the_public_meets_no_barrier_where_nothing_has_begun(made: World) -> None:
    assert looked_at_everything(made, (None,)) == []
