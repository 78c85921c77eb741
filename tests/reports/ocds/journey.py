"""One purchase of two lots in which every verb that makes a release happens, but its cancellation.

A need for desks and for benches: a question, a corrigendum, five bids, two lots opened one after
the other; one award lapses, a complaint is dismissed, and one lot fails after it was opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.jobs import timekeeping
from app.publication.reading import Address, Reading
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from kernel.money import Money
from kernel.text import Text
from procurement.challenges.services import ChallengeItem
from procurement.plans import queries as plans
from procurement.tenders.commands import Amendment, DocumentChange, NewItem, NewLot, keep_document
from reports.ocds.models import OcdsRelease
from reports.ocds.records import read_release
from reports.ocds.values import Object
from tests.world import CLOSES_AT, PUBLISHED_AT, World

HERE = Address("https://sunlit.example", "/ocds/releases")
MOVED_TO = datetime(2026, 5, 8, 1, 30, tzinfo=UTC)
SPLIT = Text("两包由不同行业供货", "Two trades supply them")


@dataclass
class Published:
    """A world and what it has published of one purchase."""

    world: World
    play: Play
    ocid: str
    releases: list[Object]

    @property
    def reading(self) -> Reading:
        """What the public reads."""
        return reading_of(self.world)

    def tagged(self, tag: str) -> list[Object]:
        """The releases with a tag, in order."""
        return [release for release in self.releases if release["tag"] == [tag]]


def reading_of(world: World) -> Reading:
    """What the public reads of a world."""
    return Reading(world.installation.engine, world.installation.journal)


def releases_of(world: World, ocid: str | None = None) -> list[Object]:
    """The releases of a process, or of all, by their dates."""
    wanted = select(OcdsRelease.body).order_by(OcdsRelease.date)
    if ocid is not None:
        wanted = wanted.where(OcdsRelease.ocid == ocid)
    with world.installation.journal.read() as work:
        return [read_release(body) for body in work.session.scalars(wanted)]


def ocid_of(play: Play) -> str:
    """The ocid of a purchase."""
    with play.installation.journal.read() as work:
        return plans.purchase(work.session, play.purchase).ocid


def yuan(amount: str) -> Money:
    """An amount in the currency of the profile."""
    return Money.parse(amount, "CNY")


def two_lots(world: World) -> Play:
    """A purchase of desks and benches about which nobody has done anything yet."""
    plot = world.plot(composite=False)
    [item] = plot.lots[0].items
    half = yuan("600000.00")
    lots = (
        NewLot(
            Text("课桌椅", "Desks"),
            half,
            half,
            (replace(item, classification="A02", scheme="GPC"),),
        ),
        NewLot(
            Text("实验台", "Benches"),
            half,
            half,
            (NewItem(Text("实验台", "Bench"), item.quantity, "张"),),
        ),
    )
    terms = replace(plot.terms, split_reason=SPLIT.zh)
    return world.play(replace(plot, lots=lots, terms=terms))


def play(world: World) -> Published:
    """Play it from the need to the end."""
    made = two_lots(world)
    made.plan()
    made.intend()
    world.clock.set(PUBLISHED_AT)
    made.draft()
    made.make_keys()
    made.set_committee()
    made.publish()
    desks, benches = made.lots
    clarify(world, made)
    for number, price in enumerate(("520000.00", "540000.00", "560000.00", "580000.00"), 1):
        made.bid(world.supplier(number), desks, yuan(price))
    for supplier, price in ((3, "400000.00"), (4, "420000.00"), (5, "440000.00")):
        made.bid(world.supplier(supplier), benches, yuan(price))
    world.clock.set(MOVED_TO)
    made.close()
    world.clock.advance(timedelta(minutes=31))
    for lot in (desks, benches):
        made.release(lot)
        made.open(lot)
    judge(world, made, desks, benches)
    timekeeping.keep_time(world.installation)
    ocid = ocid_of(made)
    return Published(world, made, ocid, releases_of(world, ocid))


def clarify(world: World, made: Play) -> None:
    """A question is answered and a document corrected."""
    world.clock.advance(timedelta(days=4))
    asked = made.ask(world.supplier(2), "桌面高度可否无级升降？")
    made.answer(asked, Text("可以。", "Yes."))
    world.clock.set(CLOSES_AT - timedelta(days=8))
    corrected = keep_document(world.installation.blobs, "采购文件.txt", "text/plain", b"corrected")
    changes = Text("更正技术要求附件", "The annex of requirements is corrected")
    made.amend(Amendment(MOVED_TO, changes, documents=(DocumentChange(corrected, 1),)))


def judge(world: World, made: Play, desks: str, benches: str) -> None:
    """The benches fail; the desks are awarded, awarded anew, challenged, delivered and paid."""
    judging = Judging(made, desks)
    judging.qualify(failed={world.supplier(4).firm.identifier: "87-44"})
    judging.evaluate()
    judging.award()
    other = Judging(made, benches)
    everybody = {world.supplier(number).firm.identifier for number in (3, 4, 5)}
    other.qualify(failed=dict.fromkeys(everybody, "87-44"))
    judging.lapse("winner_refused", "中标人书面放弃中标资格", "GPR art. 49")
    judging.award()
    contracting = Contracting(made, desks)
    contracting.draft()
    world.clock.advance(timedelta(days=2))
    disputing = Disputing(made, world.supplier(3), desks)
    disputing.file(ChallengeItem("资格审查错误"))
    world.clock.advance(timedelta(days=3))
    disputing.answer("rejected")
    world.clock.advance(timedelta(days=10))
    disputing.complain((1,), "答复未说明依据")
    world.clock.advance(timedelta(days=12))
    disputing.decide("dismissed", "none", Text("投诉缺乏事实依据，驳回。", "Dismissed."))
    contracting.sign()
    world.clock.advance(timedelta(days=20))
    delivering = Delivering(contracting)
    delivering.accept()
    invoice = delivering.invoice("25617000000012345679")
    world.clock.advance(timedelta(days=5))
    delivering.pay(invoice, "GK-2026-0731-0042")
    delivering.close()
