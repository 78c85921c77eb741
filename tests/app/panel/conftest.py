"""An opened lot whose panel is drawn and has said nothing yet, and the pages over it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from app.surfaces import application
from bidding.evaluation import services as evaluation
from kernel.vocabulary import LotStage, TenderStage
from tests.app.visiting import Visit
from tests.world import World


@dataclass(frozen=True)
class Room:
    """A lot in the hands of its panel."""

    world: World
    judging: Judging
    web: Flask

    @property
    def lot(self) -> str:
        """The lot's id."""
        return self.judging.lot

    @property
    def members(self) -> list[Player]:
        """Who sits now."""
        return self.judging.members()

    def visit(self, member: Player) -> Visit:
        """A member at the pages."""
        return Visit(self.web, member)

    def at(self, step: str = "") -> str:
        """The address of a step."""
        return f"/panel/lots/{self.lot}{'/' + step if step else ''}"


def declare(judging: Judging, *members: Player) -> None:
    """These members declare that there are no ties."""
    for member in members:
        with judging.journal.read() as work:
            statement = evaluation.prepare_declaration(work, member.actor, judging.lot, ())
        examined = judging.play.cast.examined(member, statement)
        with judging.journal.write() as work:
            evaluation.declare_interests(work, member.actor, judging.lot, (), examined)


def opened(
    world: World, prices: tuple[str, ...] = ("980000.00", "1050000.00", "1100000.00")
) -> Judging:
    """A lot with three opened bids."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED, prices=prices)
    return Judging(play, play.lots[0])


@pytest.fixture
def drawn_panel(world: World) -> Judging:
    """Three qualified bids, and a panel that has been drawn."""
    judging = world.reached["drawn_panel"]
    assert isinstance(judging, Judging)
    return judging


@pytest.fixture
def room(world: World, drawn_panel: Judging) -> Room:
    """The pages over a panel that has been drawn."""
    return Room(world, drawn_panel, application(world.installation))
