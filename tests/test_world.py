"""The world that tests are played in reaches its states by use cases alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Engine

from bidding.opening import queries
from journal.audit import audit
from kernel.vocabulary import LotStage, TenderStage
from procurement.tenders import queries as tenders
from tests.world import CLOSES_AT, World
from tests.worlds import database_of, played


@pytest.fixture(scope="module")
def world(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for this module."""
    with database_of(template, postgres) as engine:
        yield World(engine, tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("stage", [TenderStage.APPROVED, TenderStage.OPEN, TenderStage.CLOSED])
def test_a_tender_is_in_the_stage_asked_for(world: World, stage: TenderStage) -> None:
    assert played(world, stage=stage).stage is stage


def test_an_opened_lot_has_its_bids_in_the_order_of_their_coming(world: World) -> None:
    play = played(world, stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    with world.installation.journal.read() as work:
        opened = queries.opened_bids(work.session, play.lots[0])
        assert tenders.lot(work.session, play.lots[0]).stage == LotStage.OPENED
    assert [bid.price_minor for bid in opened] == [98000000, 105000000, 110000000]
    assert [bid.bidder_id for bid in opened] == [world.supplier(n).firm.id for n in (1, 2, 3)]
    assert world.clock.now() > CLOSES_AT


def test_whatever_was_played_the_record_holds(world: World) -> None:
    with world.installation.journal.read() as work:
        assert audit(work.session, work.origin) == []
