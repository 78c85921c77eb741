"""Every page of the surface opens in both languages, in every state that a supplier meets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.challenges.services import ChallengeItem
from tests.app.visiting import Visit
from tests.world import World

PREPARED = ("declarations", "documents", "technical", "price", "check")


def walk(visit: Visit, paths: Iterator[str]) -> None:
    """Open each page in both languages: it has its heading, title and language."""
    for path in paths:
        for root, language in (("", "zh-Hans"), ("/en", "en")):
            page = visit.open(root + path)
            assert page.html.h1.get_text(strip=True), path
            assert page.html.find("html")["lang"].startswith(language[:2]), path
            assert page.html.title.get_text(strip=True), path


def bid_paths(play: Play) -> Iterator[str]:
    """The pages of a bid for the first lot."""
    base = f"/supply/bids/{play.tender}"
    lot = f"{base}/{play.lots[0]}"
    yield from (base, lot, f"{lot}/offline", f"{lot}/receipts")
    yield from (f"{lot}/prepare/{task}" for task in PREPARED)
    yield f"/supply/tenders/{play.tender}/questions"
    yield f"/supply/tenders/{play.tender}/challenge"
    yield f"/supply/lots/{play.lots[0]}/opening"


def always() -> Iterator[str]:
    """The pages that are there for every supplier."""
    yield from ("/desk", "/supply/company", "/supply/self-test")


def test_while_the_tender_is_open(world: World, web: Flask) -> None:
    play = world.tender(bids=1)
    visit = Visit(web, world.supplier(1))
    lot = f"/supply/bids/{play.tender}/{play.lots[0]}"
    walk(visit, always())
    walk(visit, bid_paths(play))
    walk(visit, iter([f"{lot}/withdrawal", f"/supply/results/{play.lots[0]}"]))
    walk(Visit(web, world.supplier(2)), bid_paths(play))


def test_after_the_closing_and_after_the_opening(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    visit = Visit(web, world.supplier(1))
    walk(visit, bid_paths(play))
    walk(visit, always())
    world.clock.advance(timedelta(minutes=11))
    play.release(play.lots[0])
    play.open(play.lots[0])
    walk(visit, bid_paths(play))
    walk(visit, iter([f"/supply/results/{play.lots[0]}", "/desk"]))


def test_from_the_award_to_the_last_payment(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    world.clock.advance(timedelta(minutes=11))
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    judging.qualify()
    judging.evaluate()
    judging.award()
    winner, loser = Visit(web, world.supplier(1)), Visit(web, world.supplier(2))
    result = [f"/supply/results/{lot}", "/desk", f"/supply/tenders/{play.tender}/challenge"]
    walk(winner, iter(result))
    walk(loser, iter(result))
    dispute = Disputing(play, world.supplier(2), lot)
    made = dispute.file(ChallengeItem("评分有误", "Order 87 art. 55"))
    walk(loser, iter([f"/supply/challenges/{made}", *result]))
    contracting = Contracting(play, lot)
    contract = contracting.draft()
    walk(winner, iter([f"/supply/contracts/{contract}", "/desk"]))
    dispute.answer("rejected")
    walk(loser, iter([f"/supply/challenges/{made}", "/desk"]))
    dispute.complain([1], "答复没有说明理由")
    walk(loser, iter([f"/supply/challenges/{made}", "/desk"]))
    dispute.decide("dismissed", "none", Text("驳回投诉", "Dismissed"))
    walk(loser, iter([f"/supply/challenges/{made}", "/desk"]))
    contracting.sign()
    walk(winner, iter([f"/supply/contracts/{contract}", "/desk"]))
    delivering = Delivering(contracting)
    world.clock.advance(timedelta(days=10))
    failed = delivering.contract.standards[0]["code"]
    delivering.reject(delivering.inspection(failed=[failed]))
    walk(winner, iter([f"/supply/contracts/{contract}"]))
    delivering.accept()
    walk(winner, iter([f"/supply/contracts/{contract}", "/desk"]))
    first = delivering.invoice()
    walk(winner, iter([f"/supply/contracts/{contract}", "/desk"]))
    delivering.send_back(first, "sum", "抬头有误")
    walk(winner, iter([f"/supply/contracts/{contract}", "/desk"]))
    delivering.pay(delivering.invoice("发票-002"))
    walk(winner, iter([f"/supply/contracts/{contract}", "/desk"]))


def test_after_a_withdrawal_and_after_a_cancellation(world: World, web: Flask) -> None:
    play = world.tender(bids=2)
    play.withdraw(world.supplier(1), play.lots[0])
    walk(Visit(web, world.supplier(1)), bid_paths(play))
    play.cancel(Text("需求变化", "The need has changed"))
    for number in (1, 2, 3):
        walk(Visit(web, world.supplier(number)), bid_paths(play))
    walk(Visit(web, world.supplier(2)), iter([f"/supply/results/{play.lots[0]}", "/desk"]))
