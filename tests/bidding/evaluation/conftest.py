"""Lots whose bids are opened, reached by real use cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from app.rehearsal.judging import Judging
from app.rehearsal.plot import Plot
from kernel.vocabulary import LotStage, TenderStage
from tests.world import World


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
def qualified(world: World) -> Judging:
    """A lot with three qualified bids and a panel of five who have declared their interests."""
    return cast(Judging, world.reached["qualified"])


@pytest.fixture
def complying(world: World) -> Judging:
    """The same lot once every bid was found to comply."""
    return cast(Judging, world.reached["complying"])
