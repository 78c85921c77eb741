"""Lots whose bids are opened, reached by real use cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.rehearsal.judging import Judging
from app.rehearsal.plot import Plot
from kernel.vocabulary import LotStage, TenderStage
from tests.world import World


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people."""
    return World(engine, tmp_path)


@pytest.fixture
def opened(world: World) -> Callable[..., Judging]:
    """Play a purchase until its first lot is open: `opened(bids=3, prices=…)`."""

    def play(
        *, bids: int = 3, plot: Plot | None = None, prices: tuple[str, ...] | None = None
    ) -> Judging:
        chosen = {} if prices is None else {"prices": prices}
        made = world.tender(
            stage=TenderStage.CLOSED, bids=bids, lot_stage=LotStage.OPENED, plot=plot, **chosen
        )
        return Judging(made, made.lots[0])

    return play


@pytest.fixture
def qualified(opened: Callable[..., Judging]) -> Judging:
    """A lot with three qualified bids and a panel of five who have declared their interests."""
    judging = opened()
    judging.qualify()
    judging.seat_panel()
    return judging


@pytest.fixture
def complying(qualified: Judging) -> Judging:
    """The same lot once every bid was found to comply."""
    qualified.check_compliance()
    return qualified
