"""Worlds at the usual beginnings of a test, each played once for a worker and then copied.

A copy has a database, a folder, a clock and people of its own, so tests cannot meet in it. To add a
beginning, write its step below and name it in `STEPS`; a test takes it by asking for a fixture of
that name that reads `world.reached`.
"""

from __future__ import annotations

import copy
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import URL, Engine, text

from app.database import engine_for
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from app.wiring import wire
from bidding.evaluation import services as evaluation
from bidding.evaluation.services import PanelPlan
from kernel.vocabulary import LotStage, TenderStage
from signatures.development import DevelopmentPki
from signatures.stampers import DevelopmentStamper
from tests.world import World
from tests.worlds import database_of

Step = Callable[[World], object]


def published(world: World) -> Play:
    """A tender that takes bids and has none."""
    return world.tender()


def opened(world: World) -> Judging:
    """A lot of three bids, all opened."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    return Judging(play, play.lots[0])


def qualified(world: World) -> Judging:
    """The same lot with three qualified bids and a panel of five without ties."""
    judging = _judging(world, "opened_lot")
    judging.qualify()
    judging.seat_panel()
    return judging


def drawn_panel(world: World) -> Judging:
    """The same lot with three qualified bids, whose panel was drawn and has declared nothing."""
    judging = _judging(world, "opened_lot")
    judging.qualify()
    draw_panel(judging)
    return judging


def draw_panel(judging: Judging) -> None:
    """Seat a panel of five who have declared nothing yet."""
    with judging.journal.write() as work:
        evaluation.draw_panel(
            work, judging.play.staff.officer.actor, judging.lot, PanelPlan(5), randomness="ab" * 32
        )


def complying(world: World) -> Judging:
    """The same lot once every bid was found to comply."""
    judging = _judging(world, "qualified")
    judging.check_compliance()
    return judging


def reported(world: World) -> Judging:
    """The same lot, whose report all members have signed."""
    judging = _judging(world, "complying")
    judging.answer_price_questions()
    judging.score()
    judging.rank()
    judging.sign_report()
    return judging


def awarded(world: World) -> Judging:
    """The same lot with its award published."""
    judging = _judging(world, "reported")
    judging.award()
    return judging


def in_force(world: World) -> Contracting:
    """The same lot with a contract that both parties have signed."""
    judging = _judging(world, "awarded")
    contracting = Contracting(judging.play, judging.lot)
    contracting.conclude()
    return contracting


def accepted(world: World) -> Delivering:
    """The same lot with everything delivered and accepted."""
    contracting = world.reached["in_force"]
    assert isinstance(contracting, Contracting)
    delivering = Delivering(contracting)
    delivering.accept()
    return delivering


def _judging(world: World, name: str) -> Judging:
    judging = world.reached[name]
    assert isinstance(judging, Judging)
    return judging


FOUNDED = "founded"
# Each beginning with the one that it goes on from.
STEPS: Mapping[str, tuple[str, Step]] = {
    "published": (FOUNDED, published),
    "opened_lot": (FOUNDED, opened),
    "drawn_panel": ("opened_lot", drawn_panel),
    "qualified": ("opened_lot", qualified),
    "complying": ("qualified", complying),
    "reported": ("complying", reported),
    "awarded": ("reported", awarded),
    "in_force": ("awarded", in_force),
    "accepted": ("in_force", accepted),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world that nobody plays in any more, its database and its folder."""

    world: World
    database: str
    folder: Path


class Snapshots:
    """The beginnings that a worker has played so far."""

    def __init__(self, template: tuple[Engine, str], postgres: URL, folder: Path) -> None:
        self._server, self._empty = template
        self._postgres = postgres
        self._folder = folder
        self._taken: dict[str, Snapshot] = {}

    @contextmanager
    def at(self, name: str, folder: Path) -> Iterator[World]:
        """A world of one's own at a beginning, in a new folder and database."""
        taken = self._take(name)
        with database_of((self._server, taken.database), self._postgres) as engine:
            yield _copied(taken, engine, folder)

    def close(self) -> None:
        """Drop the databases."""
        with self._server.connect() as connection:
            for taken in self._taken.values():
                connection.execute(text(f"DROP DATABASE {taken.database} WITH (FORCE)"))

    def _take(self, name: str) -> Snapshot:
        if name not in self._taken:
            self._taken[name] = self._founded() if name == FOUNDED else self._played(name)
        return self._taken[name]

    def _founded(self) -> Snapshot:
        folder = self._folder / FOUNDED
        database, engine = self._database(self._empty)
        world = World(engine, folder)
        engine.dispose()
        return Snapshot(world, database, folder)

    def _played(self, name: str) -> Snapshot:
        before, step = STEPS[name]
        taken, folder = self._take(before), self._folder / name
        database, engine = self._database(taken.database)
        world = _copied(taken, engine, folder)
        world.reached[name] = step(world)
        # A database is copied only while nobody is connected to it.
        engine.dispose()
        return Snapshot(world, database, folder)

    def _database(self, origin: str) -> tuple[str, Engine]:
        name = f"snapshot_{os.getpid()}_{secrets.token_hex(4)}"
        with self._server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {origin}"))
        return name, engine_for(self._postgres.set(database=name))


def _copied(taken: Snapshot, engine: Engine, folder: Path) -> World:
    """The world and all that its people hold, on another database and folder."""
    for part in ("pki", "var"):
        shutil.copytree(taken.folder / part, folder / part)
    before = taken.world
    clock = copy.deepcopy(before.clock)
    pki = DevelopmentPki.load(folder / "pki")
    stamper = DevelopmentStamper(pki, clock)
    installation = wire(
        replace(before.installation.settings, var=folder / "var"), engine, clock, stamper=stamper
    )
    known = (
        (before.clock, clock),
        (before.pki, pki),
        (before.stamper, stamper),
        (before.installation, installation),
        (before.installation.journal, installation.journal),
    )
    return copy.deepcopy(before, {id(old): new for old, new in known})
