"""Lots go on by themselves once all is there, and no sooner."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from app.jobs import proceeding
from app.rehearsal.judging import Judging
from kernel.vocabulary import LotStage, TenderStage
from tests.world import World


def test_a_lot_opens_and_ranks_when_all_is_there(engine: Engine, tmp_path: Path) -> None:
    """One holder is not enough; with the second the lot opens, with the last sheet it ranks."""
    world = World(engine, tmp_path)
    play = world.tender(stage=TenderStage.CLOSED, bids=3)
    [lot] = play.lots
    judging = Judging(play, lot)
    world.clock.advance(timedelta(minutes=11))
    play.release(lot, holders=play.staff.holders[:1])
    assert proceeding.proceed(world.installation) == []
    assert judging.stage is LotStage.SEALED
    play.release(lot, holders=play.staff.holders[2:])
    assert proceeding.proceed(world.installation) == [lot]
    assert judging.stage is LotStage.OPENED
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    judging.answer_price_questions()
    assert proceeding.proceed(world.installation) == []
    judging.score()
    assert proceeding.proceed(world.installation) == [lot]
    assert judging.stage is LotStage.EVALUATED


def test_too_few_bids_stay_sealed_by_themselves(engine: Engine, tmp_path: Path) -> None:
    """Two bids under cn-gov: the lot fails, and nothing of it is opened (Order 87 art. 41)."""
    world = World(engine, tmp_path)
    play = world.tender(stage=TenderStage.CLOSED, bids=2)
    [lot] = play.lots
    assert proceeding.proceed(world.installation) == []  # a bidder may still object
    world.clock.advance(timedelta(minutes=11))
    assert proceeding.proceed(world.installation) == [lot]
    assert Judging(play, lot).stage is LotStage.FAILED
    assert proceeding.proceed(world.installation) == []
