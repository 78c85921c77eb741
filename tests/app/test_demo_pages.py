"""The demonstration's control moves its clock, and exists nowhere else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.demo.building import PASSWORD
from app.demo.clock import FILE_NAME, FileClock
from app.demo.pages import demo_pages
from app.surfaces import application
from kernel.vocabulary import TenderStage
from tests.world import CLOSES_AT, World
from tests.worlds import rewire


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An open tender with three bids, under a clock in a file as the demo's."""
    made = World(engine, tmp_path)
    made.tender(bids=3)
    path = made.installation.settings.var / FILE_NAME
    rewire(made, clock=FileClock(path, made.clock.now()))
    return made


def token_of(reader: FlaskClient) -> str:
    """The token that the demo's form carries."""
    html = reader.get("/demo/").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def test_the_page_names_people_and_what_is_due(world: World) -> None:
    """In both languages, and only people who are there to be played."""
    reader = application(world.installation).test_client()
    zh = reader.get("/demo/").get_data(as_text=True)
    en = reader.get("/en/demo/").get_data(as_text=True)
    assert "officer" in zh
    assert "采购经办人" in zh
    assert "2026年4月28日（周二）09:30" in zh
    assert "Bidding closes" in en
    assert "Procurement officer" in en


def test_going_on_closes_the_tender_at_its_instant(world: World) -> None:
    """The clock stands at the closing, and time has done its work."""
    reader = application(world.installation).test_client()
    sent = reader.post("/demo/go-on", data={"csrf_token": token_of(reader)})
    assert sent.status_code == 303
    assert world.installation.clock.now() == CLOSES_AT
    with world.installation.journal.read() as work:
        [stage] = work.session.connection().exec_driver_sql("SELECT stage FROM tender").scalars()
    assert stage == TenderStage.CLOSED
    assert "可以开标" in reader.get("/demo/").get_data(as_text=True)


def test_a_foreign_page_cannot_move_the_clock(world: World) -> None:
    """Without the form's token nothing happens; nor by a link."""
    reader = application(world.installation).test_client()
    before = world.installation.clock.now()
    assert reader.post("/demo/go-on").status_code == 400
    assert reader.get("/demo/go-on").status_code == 405
    assert world.installation.clock.now() == before


def test_in_production_there_is_no_such_page(world: World) -> None:
    """Neither the people's page nor the control, nor a word of them."""
    world.installation = replace(
        world.installation, settings=replace(world.installation.settings, demo=False)
    )
    with pytest.raises(ValueError, match="demonstration"):
        demo_pages(world.installation, ())
    reader = application(world.installation).test_client()
    before = world.installation.clock.now()
    assert reader.get("/demo/").status_code == 404
    assert reader.post("/demo/go-on").status_code in (400, 404)
    assert world.installation.clock.now() == before
    for address in ("/", "/account/log-in"):
        html = reader.get(address).get_data(as_text=True)
        assert f">{PASSWORD}<" not in html
        assert "/demo" not in html
        assert "演示" not in html
