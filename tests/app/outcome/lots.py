"""One lot taken by its people to the stage that a test of a page begins at."""

from __future__ import annotations

from datetime import timedelta

from kernel.vocabulary import LotStage, TenderStage
from tests.app.outcome.conftest import Lot
from tests.world import World

DAY = timedelta(days=1)


def closed(world: World, *, bids: int = 3) -> Lot:
    """Closed, and nobody has released a share."""
    return Lot(world, world.tender(stage=TenderStage.CLOSED, bids=bids))


def opened(world: World, *, bids: int = 3) -> Lot:
    """Opened, with the officer's signature under the record."""
    play = world.tender(stage=TenderStage.CLOSED, bids=bids, lot_stage=LotStage.OPENED)
    return Lot(world, play)


def qualified(world: World) -> Lot:
    """Every bidder qualified, and no panel yet."""
    lot = opened(world)
    lot.judging.qualify()
    return lot


def reported(world: World) -> Lot:
    """The report is signed by all."""
    lot = qualified(world)
    lot.judging.evaluate()
    return lot


def awarded(world: World) -> Lot:
    """The award notice is published."""
    lot = reported(world)
    lot.judging.award()
    return lot


def in_force(world: World) -> Lot:
    """Both parties have signed."""
    lot = awarded(world)
    world.clock.advance(14 * DAY)
    lot.contracting.conclude()
    return lot
