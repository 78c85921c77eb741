"""Every page of the surface opens in both languages, for its people and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.rehearsal.cast import Player
from app.rehearsal.disputing import Disputing
from procurement.challenges.services import ChallengeItem
from tests.app.outcome import lots
from tests.app.outcome.conftest import Lot
from tests.app.visiting import Visit
from tests.world import World

HAN = re.compile(r"[\u4e00-\u9fff]")


def walk(web: Flask, player: Player, *paths: str) -> dict[str, str]:
    """Open each page in both languages; its headings in English, by path."""
    visit, found = Visit(web, player), {}
    for path in paths:
        zh, en = visit.open(path), visit.open(f"/en{path}")
        for page, language in ((zh, "zh-Hans"), (en, "en")):
            assert page.html.html["lang"] == language
            assert len(page.html.select("h1")) == 1, path
            assert page.html.h1.get_text(strip=True), path
            assert page.html.title.text, path
            assert "Undefined" not in page.text
            ids = [one["id"] for one in page.html.select("[id]")]
            assert len(ids) == len(set(ids)), (path, ids)
        found[path] = en.html.h1.get_text(strip=True)
    return found


def test_before_the_closing_nothing_of_the_bids_is_there(world: World, web: Flask) -> None:
    lot = Lot(world, world.tender(bids=3))
    page = Visit(web, world.staff.officer).open(lot.url)
    assert "系统不向任何人显示收到几份投标" in page
    for name in ("供应商", "份投标在", "封存的投标", world.staff.holders[0].name):
        assert name not in page.html.main.text
    assert page.html.select("main form") == []
    heads = walk(web, world.staff.officer, lot.url, "/buying/lots", "/desk")
    assert heads[lot.url] == "Bidding is still open"


def test_the_opening(world: World, web: Flask) -> None:
    lot = lots.closed(world)
    visit = Visit(web, world.staff.officer)
    page = visit.open(lot.url)
    assert "至少还要2位开标人交出份额" in page
    world.clock.advance(lots.DAY)
    lot.play.release(lot.id, holders=world.staff.holders[:1])
    page = visit.open(lot.url)
    assert "至少还要1位开标人交出份额" in page
    assert page.html.select_one("#opening").text.count("已交齐份额") == 1
    assert "已开启" not in page
    walk(web, world.staff.officer, lot.url, "/desk")


STAGES: list[tuple[Callable[[World], Lot], list[str]]] = [
    (lots.opened, ["", "/qualification", "/panel", "/failure", "/opening-record"]),
    (lots.qualified, ["", "/panel", "/failure"]),
    (lots.reported, ["", "/award", "/failure"]),
    (lots.awarded, ["", "/contract", "/lapse"]),
]


@pytest.mark.parametrize(("reach", "tails"), STAGES, ids=lambda v: getattr(v, "__name__", ""))
def test_each_stage_of_a_lot(
    world: World, web: Flask, reach: Callable[[World], Lot], tails: list[str]
) -> None:
    lot = reach(world)
    paths = [f"{lot.url}{tail}" for tail in tails]
    for player in (world.staff.officer, world.staff.approver):
        walk(web, player, *paths, "/desk", "/buying/lots", "/buying/challenges")
    for player in (world.staff.acceptor, world.staff.author):
        Visit(web, player).open(lot.url, status=404)
    for player in (world.staff.finance, world.staff.reviewer, world.supplier(1)):
        Visit(web, player).open(lot.url, status=403)
    assert Visit(web).open(lot.url).request.path == "/account/log-in"


def test_the_pages_of_another_stage_lead_back_to_the_lot(world: World, web: Flask) -> None:
    lot = lots.closed(world)
    visit = Visit(web, world.staff.officer)
    for tail in ("qualification", "panel", "award", "award-notice", "contract", "lapse", "failure"):
        assert visit.open(f"{lot.url}/{tail}").request.path == lot.url


def test_the_decided_and_the_contracted(world: World, web: Flask) -> None:
    lot = lots.reported(world)
    lot.judging.decide()
    walk(web, world.staff.officer, lot.url, f"{lot.url}/award-notice", f"{lot.url}/lapse", "/desk")
    lot.judging.announce(_live_award(lot))
    world.clock.advance(14 * lots.DAY)
    lot.contracting.draft()
    contract = f"/buying/contracts/{lot.contracting.contract}"
    people = (world.staff.officer, world.staff.approver, world.staff.acceptor, world.staff.author)
    for player in (*people, world.staff.finance):
        walk(web, player, contract, "/buying/contracts", "/desk")
    Visit(web, world.supplier(1)).open(contract, status=403)
    Visit(web, world.staff.reviewer).open(contract, status=403)
    lot.contracting.sign()
    walk(web, world.staff.acceptor, contract, f"{contract}/inspection")
    lot.delivering.accept()
    invoice = lot.delivering.invoice()
    for player in (world.staff.finance, world.staff.treasurer):
        walk(web, player, "/payments", f"/invoices/{invoice}", contract, "/desk")
    Visit(web, world.staff.officer).open("/payments", status=403)
    Visit(web, world.staff.officer).open(f"/invoices/{invoice}", status=403)
    lot.delivering.pay(invoice)
    walk(web, world.staff.finance, "/payments", f"/invoices/{invoice}", contract)
    walk(web, world.staff.officer, lot.url, f"{lot.url}/end-of-purchase", contract)


def test_challenge_and_complaint(world: World, web: Flask) -> None:
    lot = lots.awarded(world)
    dispute = Disputing(lot.play, world.supplier(3), lot.id)
    challenge = dispute.file(ChallengeItem("评分有误", "Order 87 art. 55"))
    paths = (f"/buying/challenges/{challenge}", "/buying/challenges", lot.url, "/desk")
    walk(web, world.staff.officer, *paths)
    walk(web, world.staff.approver, *paths)
    Visit(web, world.staff.acceptor).open(paths[0], status=404)
    Visit(web, world.staff.reviewer).open(f"/complaints/{challenge}", status=404)
    dispute.answer("rejected")
    dispute.complain([1], "答复没有说明理由")
    walk(web, world.staff.reviewer, "/complaints", f"/complaints/{challenge}", "/desk")
    Visit(web, world.staff.officer).open("/complaints", status=403)
    walk(web, world.staff.officer, *paths)


def test_empty_lists_say_what_will_come(world: World, web: Flask) -> None:
    walk(web, world.staff.officer, "/buying/lots", "/buying/contracts", "/buying/challenges")
    walk(web, world.staff.finance, "/payments", "/buying/contracts")
    walk(web, world.staff.reviewer, "/complaints")
    for path in ("/buying/lots/lot_none", "/buying/contracts/con_none"):
        Visit(web, world.staff.officer).open(path, status=404)
    Visit(web, world.staff.finance).open("/invoices/inv_none", status=404)


def _live_award(lot: Lot) -> str:
    from procurement.awards import queries

    with lot.judging.journal.read() as work:
        award = queries.live_award(work.session, lot.id)
        assert award is not None
        return award.id
