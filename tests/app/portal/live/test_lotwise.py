"""A tender of many lots: some lots a page, each lot on one of them, nothing left out."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from app.jobs.proceeding import leave_lots_sealed
from app.jobs.timekeeping import publish_record
from app.portal.reading.lotwise import LOTS_A_PAGE
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import TenderStage
from tests.app.portal.live.looking import key_of
from tests.app.portal.reading import read
from tests.world import World
from tests.worlds import played

HTML_BYTES_MAX = 10 * 1024  # what a page may weigh compressed


def test_each_lot_stands_on_one_page_with_its_end(world: World, reader: FlaskClient) -> None:
    usual, count = world.plot(), 2 * LOTS_A_PAGE + 1
    share = Money.of_minor(usual.budget.minor // count, "CNY")
    lots = tuple(
        replace(usual.lots[0], title=Text(f"课桌椅甲{n}号"), budget=share, ceiling=share)
        for n in range(1, count + 1)
    )
    terms = replace(usual.terms, split_reason="各校分别供货")
    play = played(world, plot=replace(usual, lots=lots, terms=terms), stage=TenderStage.CLOSED)
    world.clock.advance(timedelta(minutes=11))
    leave_lots_sealed(world.installation)
    publish_record(world.installation)
    path = f"/tenders/{key_of(play)}"
    said = []
    for number in (1, 2, 3):
        page = read(reader, f"{path}?lots={number}")
        assert f"本项目共{count}包，分3页" in page.text
        said.append(set(re.findall(r"甲(\d+)号", page.text)))
        packed = reader.get(f"/en{path}?lots={number}", headers={"Accept-Encoding": "gzip"})
        assert len(packed.data) <= HTML_BYTES_MAX
        assert b"Lots 1" in gzip.decompress(packed.data)
    whole = {str(n) for n in range(1, count + 1)}
    assert set().union(*said) == whole
    assert sum(len(one) for one in said) == count
    assert f"{path}?lots=2" in read(reader, path).html
    for wrong in ("0", "4", "-1", "x", "99999999"):
        assert read(reader, f"{path}?lots={wrong}").status == 404


def test_few_lots_stand_on_one_page(world: World, reader: FlaskClient) -> None:
    play = played(world)
    page = read(reader, f"/tenders/{key_of(play)}")
    assert "?lots=" not in page.html
    assert read(reader, f"/tenders/{key_of(play)}?lots=2").status == 404
