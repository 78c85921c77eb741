"""Lots in the later stages of a purchase, reached by real use cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from kernel.vocabulary import LotStage, TenderStage
from tests.world import World


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people."""
    return World(engine, tmp_path)


@pytest.fixture
def reported(world: World) -> Judging:
    """A lot of three bids whose report all members have signed."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.evaluate()
    return judging


@pytest.fixture
def awarded(reported: Judging) -> Judging:
    """The same lot with its award published."""
    reported.award()
    return reported


@pytest.fixture
def in_force(awarded: Judging) -> Contracting:
    """The same lot with a contract that both parties have signed."""
    contracting = Contracting(awarded.play, awarded.lot)
    contracting.conclude()
    return contracting


@pytest.fixture
def accepted(in_force: Contracting) -> Delivering:
    """The same lot with everything delivered and accepted."""
    delivering = Delivering(in_force)
    delivering.accept()
    return delivering
