"""A tender of many lots: some lots a page, each lot on one of them, nothing left out."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.demo.building import Demo
from app.jobs.proceeding import leave_lots_sealed
from app.jobs.timekeeping import publish_record
from app.portal.reading import lotwise
from app.portal.reading.lotwise import LOTS_A_PAGE
from app.surfaces import application
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.contracts.models import Contract
from procurement.plans.models import Purchase
from procurement.tenders.models import Tender
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


def test_what_a_lot_brought_stands_on_its_page(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finished tender of several lots, one a page: each contract, award and step on one page, and
    all of them on the pages together."""
    reader = application(demo.installation).test_client()
    with demo.installation.journal.read() as work:
        of_tender = Counter(work.session.scalars(select(Contract.tender_id)))
        tender, count = of_tender.most_common(1)[0]
        key = work.session.scalars(
            select(Purchase.ocid).join(Tender, Tender.purchase_id == Purchase.id)
            .where(Tender.id == tender)
        ).one()  # fmt: skip
        lots = len(work.session.get_one(Tender, tender).lots)
    assert count > 1
    whole = _links(read(reader, f"/tenders/{key}").html)
    assert len([link for link in whole if "/contracts/" in link]) == count
    monkeypatch.setattr(lotwise, "LOTS_A_PAGE", 1)
    pages = [
        _links(read(reader, f"/tenders/{key}?lots={number}").html)
        for number in range(1, lots + 1)
    ]  # fmt: skip
    assert set().union(*pages) == whole
    for link in whole:
        if "/contracts/" in link or "/awards/" in link:
            assert sum(link in page for page in pages) == 1


def _links(html: str) -> set[str]:
    """Awards, contracts and steps of the log that a page leads to."""
    return set(re.findall(r'href="([^"]*(?:/contracts/|/awards/|/verify\?q=)[^"]*)"', html))
