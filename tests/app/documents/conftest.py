"""An installation with people who have keys, a page to sign, and a purchase with all its papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import URL, Engine
from weasyprint import HTML

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from kernel.money import Money
from kernel.text import Text
from procurement.tenders.commands import Amendment
from tests.world import CLOSES_AT, PUBLISHED_AT, World
from tests.worlds import database_of


@pytest.fixture(scope="session")
def one_page() -> bytes:
    """A document of one page."""
    pdf: bytes = HTML(string="<html lang=en><title>Notice</title><p>Ten desks").write_pdf()
    return pdf


@dataclass(frozen=True)
class Papered:
    """A purchase from notice to payment, every paper signed by its people."""

    world: World
    play: Play
    judging: Judging
    contracting: Contracting
    delivering: Delivering
    award: str
    rejected: str
    acceptance: str
    payment: str

    @property
    def lot(self) -> str:
        """The one lot."""
        return self.play.lots[0]


@pytest.fixture(scope="module")
def papered(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Papered]:
    """A purchase of three bids, amended once, delivered twice, and paid, with all its papers."""
    with database_of(template, postgres) as engine:
        world = World(engine, tmp_path_factory.mktemp("world"))
        yield play_with_papers(world)


def play_with_papers(world: World, *, papered: bool = True) -> Papered:
    """Play it, with papers or with the statements alone."""
    play = world.play()
    play.papered = papered
    play.plan()
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    play.make_keys()
    play.set_committee()
    play.publish()
    world.clock.advance(timedelta(days=1))
    closes_at = CLOSES_AT + timedelta(days=7)
    play.amend(
        Amendment(
            closes_at,
            Text(
                "投标截止时间延后七日，其余不变。",
                "Bidding closes seven days later; all else stays.",
            ),
        )
    )
    lot = play.lots[0]
    for number, price in enumerate(("980000.00", "1050000.00", "1100000.00"), start=1):
        play.bid(world.supplier(number), lot, Money.parse(price, "CNY"), delivery="30日内")
    world.clock.set(closes_at)
    play.close()
    world.clock.advance(timedelta(minutes=11))
    play.release(lot)
    record = play.open(lot)
    play.sign_record(play.staff.holders[0], lot, record)
    judging = Judging(play, lot)
    judging.qualify()
    judging.evaluate()
    award = judging.award()
    contracting = Contracting(play, lot)
    contracting.conclude()
    delivering = Delivering(contracting)
    world.clock.advance(timedelta(days=20))
    inspection = delivering.inspection(failed=["item-1"])
    rejected = delivering.reject(inspection)
    world.clock.advance(timedelta(days=3))
    acceptance = delivering.accept()
    invoice = delivering.invoice()
    delivering.match(invoice)
    payment = delivering.prepare(invoice)
    delivering.release(payment)
    return Papered(
        world, play, judging, contracting, delivering, award, rejected, acceptance, payment
    )
