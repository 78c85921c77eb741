"""Reaches any state by real use cases under a fixed clock. No rows by hand.

`world.tender(stage=TenderStage.CLOSED, bids=3)` plays a purchase that far and returns the play,
whose people, keys and ids a test goes on with.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from app.accounts.passwords import hash_password
from app.container import Container
from app.rehearsal.cast import Cast, Player
from app.rehearsal.play import Play
from app.rehearsal.plot import Plot, Staff
from app.rehearsal.plots import (
    ADMINISTRATORS,
    OPERATOR,
    county_staff,
    county_suppliers,
    school_goods,
)
from app.settings import Settings
from app.wiring import wire
from kernel.clock import FixedClock
from kernel.money import Money
from kernel.vocabulary import LotStage, Role, TenderStage
from signatures.development import DevelopmentPki
from signatures.stampers import DevelopmentStamper

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PLANNED_START_ON = date(2026, 4, 2)
PUBLISHED_AT = datetime(2026, 4, 2, 2, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 4, 28, 1, 30, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

# argon2 is slow on purpose; one hash serves all the people of a run.
_HASH = hash_password(PASSWORD)


class World:
    """An installation with its people, in one database and one folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.clock = FixedClock(START)
        self.pki = DevelopmentPki.create(folder / "pki", self.clock)
        self.pki.trust().to_directory(_made(folder / "var" / "trust"))
        settings = replace(Settings(), var=folder / "var", demo=True)
        self.stamper = DevelopmentStamper(self.pki, self.clock)
        self.installation: Container = wire(settings, engine, self.clock, stamper=self.stamper)
        self.cast = Cast(self.installation, self.pki, password_hash=_HASH, keep_keys=False)
        self.cast.found(OPERATOR, ADMINISTRATORS)
        self.staff: Staff = county_staff(self.cast)
        self._firms = county_suppliers(self.cast)
        # What was played before a test began, by the name of the beginning (`tests.snapshots`).
        self.reached: dict[str, object] = {}

    def supplier(self, number: int) -> Player:
        """The supplier's person with this number, from 1."""
        firm = self._firms[number - 1]
        return self.cast.player(
            f"supplier{number}", f"供应商{number}", firm, [(Role.SUPPLIER, firm)]
        )

    def plot(self, **chosen: object) -> Plot:
        """The usual purchase: desks and chairs under cn-gov."""
        usual: dict[str, object] = {"closes_at": CLOSES_AT, "planned_start_on": PLANNED_START_ON}
        return school_goods(self.installation.blobs, **usual | chosen)  # type: ignore[arg-type]

    def play(self, plot: Plot | None = None) -> Play:
        """A purchase about which nobody has done anything yet."""
        return Play(self.cast, self.staff, plot or self.plot())

    def tender(
        self,
        *,
        stage: TenderStage = TenderStage.OPEN,
        bids: int = 0,
        lot_stage: LotStage | None = None,
        plot: Plot | None = None,
        prices: tuple[str, ...] = ("980000.00", "1050000.00", "1100000.00", "1150000.00"),
    ) -> Play:
        """Play until the tender, and its first lot where one is asked for, is in that stage."""
        play = self.play(plot)
        play.plan()
        play.intend()
        self.clock.set(PUBLISHED_AT)
        play.draft()
        play.make_keys()
        play.set_committee()
        if stage is TenderStage.APPROVED:
            return play
        play.publish()
        lot = play.lots[0]
        self.clock.advance(timedelta(days=1))
        for number in range(1, bids + 1):
            play.bid(self.supplier(number), lot, Money.parse(prices[number - 1], "CNY"))
        if stage is TenderStage.OPEN:
            return play
        self.clock.set(CLOSES_AT)
        play.close()
        if lot_stage is None:
            return play
        self.clock.advance(timedelta(minutes=11))
        play.release(lot)
        play.open(lot)
        return play


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
