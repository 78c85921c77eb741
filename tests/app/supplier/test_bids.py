"""The pages of a bid: what they show, what they refuse, and what they never send."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from flask import Flask

from app.rehearsal.play import Play
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.parties.services import ban_supplier
from procurement.tenders.commands import Amendment
from tests.app.visiting import Visit, said
from tests.world import CLOSES_AT, World

PREPARED = ("declarations", "documents", "technical", "price", "check")


def place(play: Play) -> str:
    """The address of the bid for the first lot."""
    return f"/supply/bids/{play.tender}/{play.lots[0]}"


def test_nothing_of_a_bid_has_a_name_by_which_a_browser_would_send_it(
    world: World, web: Flask
) -> None:
    play = world.tender()
    visit = Visit(web, world.supplier(1))
    for path in ("", *(f"/prepare/{task}" for task in PREPARED)):
        page = visit.open(place(play) + path)
        within = page.html.select_one("[data-bid]")
        named = [e["name"] for e in within.select("input,select,textarea") if e.get("name")]
        # The radios of the size need one to be a group; their form is never sent.
        assert set(named) <= {"size"}, path
        assert not within.select("form[method]"), path
    page = visit.open(f"{place(play)}/prepare/declarations")
    assert page.html.select_one("form[data-bid]").get("action") is None


def test_a_bid_is_for_suppliers_and_for_published_tenders(world: World, web: Flask) -> None:
    play = world.tender(stage=TenderStage.APPROVED)
    visit = Visit(web, world.supplier(1))
    for path in ("", "/receipts", "/offline", "/withdrawal", "/prepare/price"):
        visit.open(place(play) + path, status=404)
        Visit(web, world.staff.officer).open(place(play) + path, status=403)
    visit.open(f"/supply/bids/{play.tender}", status=404)
    play.publish()
    visit.open(f"{place(play)}/prepare/nothing", status=404)
    visit.open(f"/supply/bids/{play.tender}/lot_unknown", status=404)
    assert Visit(web).open(place(play)).request.path == "/account/log-in"


def test_one_lot_is_gone_to_at_once(world: World, web: Flask) -> None:
    play = world.tender()
    visit = Visit(web, world.supplier(1))
    assert visit.open(f"/supply/bids/{play.tender}").request.path == place(play)


def test_several_lots_are_listed(world: World, web: Flask) -> None:
    plot, half = world.plot(), Money.parse("600000.00", "CNY")
    lots = tuple(replace(lot, budget=half, ceiling=half) for lot in plot.lots * 2)
    terms = replace(plot.terms, split_reason="分两处交货")
    play = world.tender(plot=replace(plot, lots=lots, terms=terms))
    visit = Visit(web, world.supplier(1))
    page = visit.open(f"/supply/bids/{play.tender}")
    assert len(page.html.select(".sl-tasks li")) == 2
    for lot in play.lots:
        visit.open(f"/supply/bids/{play.tender}/{lot}")
    challenge = visit.open(f"/supply/tenders/{play.tender}/challenge")
    assert len(challenge.html.select("#lot option")) == 4


def test_ticks_say_which_tasks_are_done_and_lead_to_the_desk(world: World, web: Flask) -> None:
    play = world.tender()
    visit = Visit(web, world.supplier(1))
    page = visit.open(place(play))
    root = page.html.select_one("[data-bid]")
    fields = [("csrf_token", root["data-token"]), ("done", "price"), ("done", "technical")]
    visit.browser.post(root["data-ticks"], fields)
    assert "已完成2项，共4项。" in visit.open(place(play))
    assert "完成投标" in visit.open("/desk")
    other = Visit(web, world.supplier(2))
    assert "已完成0项，共4项。" in other.open(place(play))
    assert "完成投标" not in other.open("/desk")


def test_a_receipt_is_shown_and_verifies_offline(world: World, web: Flask) -> None:
    play = world.tender(bids=3)
    visit = Visit(web, world.supplier(1))
    page = visit.open(f"{place(play)}/receipts")
    assert page.html.h1.text == "已收到并密封"
    held = visit.browser.get(f"{place(play)}/receipts/1.json").json
    assert json.loads(held["receipt"])["bidder"] == world.supplier(1).firm.identifier
    assert "proof" not in held
    world.clock.set(CLOSES_AT)
    play.close()
    closed = visit.browser.get(f"{place(play)}/receipts/1.json")
    assert closed.json["receipt"] == held["receipt"]
    assert closed.json["proof"]
    assert "第" in visit.open(f"{place(play)}/receipts").html.main.text
    paper = visit.browser.get(f"{place(play)}/receipts/1.pdf")
    assert paper.body.startswith(b"%PDF-")
    visit.open(f"{place(play)}/receipts/2.json", status=404)
    visit.open(f"{place(play)}/receipts/2.pdf", status=404)


def test_others_see_nothing_of_a_bid(world: World, web: Flask) -> None:
    play = world.tender(bids=1)
    other = Visit(web, world.supplier(2))
    page = other.open(f"{place(play)}/receipts")
    assert page.html.h1.text == "还没有收到您的投标"
    other.open(f"{place(play)}/receipts/1.json", status=404)
    other.open(f"{place(play)}/receipts/1.pdf", status=404)
    assert other.open(f"{place(play)}/withdrawal").request.path.endswith("/receipts")


def test_a_bid_is_withdrawn_by_signature(world: World, web: Flask) -> None:
    play = world.tender(bids=1)
    visit = Visit(web, world.supplier(1))
    page = visit.open(f"{place(play)}/withdrawal")
    refused = visit.sign(page, status=422)
    assert "请先勾选这一项" in said(refused)
    unsigned = visit.send(refused, understood=True, status=422)
    assert unsigned.html.select_one(".govuk-error-summary")
    done = visit.sign(unsigned, understood=True)
    assert done.html.h1.text == "投标已撤回"
    # A second press of the same button gets the same receipt and changes nothing.
    again = visit.sign(page, understood=True)
    assert len(again.html.select("main .sl-section")) == len(done.html.select("main .sl-section"))
    assert visit.open(f"{place(play)}/withdrawal").request.path.endswith("/receipts")
    assert "您在" in visit.open(place(play)).html.main.text


def test_another_persons_signature_withdraws_nothing(world: World, web: Flask) -> None:
    play = world.tender(bids=2)
    visit = Visit(web, world.supplier(1))
    page = visit.open(f"{place(play)}/withdrawal")
    refused = visit.sign(page, signer=world.supplier(2).signer, understood=True, status=422)
    assert refused.html.select_one(".govuk-error-summary")
    assert visit.open(f"{place(play)}/receipts").html.h1.text == "已收到并密封"


def test_after_the_closing_nothing_can_be_withdrawn(world: World, web: Flask) -> None:
    play = world.tender(bids=1)
    visit = Visit(web, world.supplier(1))
    page = visit.open(f"{place(play)}/withdrawal")
    world.clock.set(CLOSES_AT)
    late = visit.sign(page, understood=True, status=422)
    assert "截止" in said(late)
    assert "签名并密封" not in said(visit.open(place(play)))


def test_a_corrigendum_asks_for_a_new_bid(world: World, web: Flask) -> None:
    play = world.tender(bids=1)
    visit = Visit(web, world.supplier(1))
    facts = Text("补充：送货到校门口。", "Delivered to the school gate.")
    closes_at = CLOSES_AT + timedelta(days=30)
    play.amend(Amendment(closes_at, Text("补充送货地点", "The place of delivery"), facts=facts))
    assert "您投标以后公告有更正" in visit.open(place(play))
    assert "公告有更正，请重新密封提交" in visit.open("/desk")


def test_the_offline_commands_are_filled_in(world: World, web: Flask) -> None:
    play = world.tender(bids=1)
    page = Visit(web, world.supplier(1)).open(f"{place(play)}/offline")
    said_here = "\n".join(each.text for each in page.html.select("pre"))
    for word in (play.tender, play.lots[0], world.supplier(1).firm.identifier, "--after previous"):
        assert word in said_here


def test_a_banned_firm_is_told_before_it_works_for_nothing(world: World, web: Flask) -> None:
    play = world.tender()
    firm, day, month = world.supplier(1).firm.id, CLOSES_AT.date(), timedelta(days=30)
    reviewer = world.staff.reviewer.actor
    with world.installation.journal.write() as work:
        ban_supplier(work, reviewer, firm, day - month, day + month, "GPL art. 77")
    visit = Visit(web, world.supplier(1))
    assert "投标不会被接收" in visit.open(place(play))
    assert "被禁止参加政府采购" in visit.open("/supply/company")
