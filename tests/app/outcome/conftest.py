"""An installation with its pages, and one lot taken to any stage by its people."""

from __future__ import annotations

import pytest
from flask import Flask

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from app.surfaces import application
from tests.world import World


@pytest.fixture
def web(world: World) -> Flask:
    return application(world.installation)


class Lot:
    """The one lot of a play, with its scenes at hand."""

    def __init__(self, world: World, play: Play) -> None:
        self.world, self.play = world, play
        [self.id] = play.lots
        self.staff = play.staff
        self.judging = Judging(play, self.id)
        self.contracting = Contracting(play, self.id)

    @property
    def url(self) -> str:
        """Its control page."""
        return f"/buying/lots/{self.id}"

    @property
    def delivering(self) -> Delivering:
        """The scenes of its contract in force."""
        return Delivering(self.contracting)
