"""Questions, of which nobody learns who asked, and objections at the opening."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from flask import Flask

from kernel.text import Text
from kernel.vocabulary import TenderStage
from signatures.serverkeys import ServerKeys
from tests.app.visiting import Visit, said
from tests.world import CLOSES_AT, World

WORDS = "技术要求第3条的“可升降”是否包括手摇式？"


def test_a_question_is_asked_and_its_asker_is_told_to_nobody(world: World, web: Flask) -> None:
    play = world.tender()
    path = f"/supply/tenders/{play.tender}/questions"
    visit, other = Visit(web, world.supplier(1)), Visit(web, world.supplier(2))
    empty = visit.send(visit.open(path), words=" ", status=422)
    assert "请写下您的问题" in said(empty)
    page = visit.send(empty, words=WORDS)
    assert WORDS in said(page)
    assert WORDS not in other.open(path)
    assert "没有等待答复的询问" in other.open(path)
    with world.installation.journal.read() as work:
        from procurement.tenders import queries

        [question] = queries.questions(work.session, play.tender, answered_only=False)
        asked = question.id
    play.answer(asked, Text("包括。", "It does."))
    answered = other.open(path)
    assert WORDS in said(answered)
    assert world.supplier(1).firm.name.zh not in said(answered)


def test_after_the_closing_nothing_is_asked(world: World, web: Flask) -> None:
    play = world.tender()
    path = f"/supply/tenders/{play.tender}/questions"
    visit = Visit(web, world.supplier(1))
    page = visit.open(path)
    world.clock.set(CLOSES_AT)
    assert visit.send(page, words=WORDS, status=422).html.select_one(".govuk-error-summary")
    assert not visit.open(path).html.select("main form")


def test_an_objection_is_taken_and_shown_to_its_own_firm(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    path = f"/supply/lots/{lot}/opening"
    visit = Visit(web, world.supplier(1))
    page = visit.send(visit.open(path), text="唱标遗漏交货期")
    assert "唱标遗漏交货期" in said(page)
    assert "唱标遗漏交货期" not in Visit(web, world.supplier(2)).open(path)


def test_a_receipt_that_is_in_the_set_stops_nothing(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    visit = Visit(web, world.supplier(1))
    file = visit.browser.get(f"/supply/bids/{play.tender}/{lot}/receipts/1.json").body
    page = visit.send(
        visit.open(f"/supply/lots/{lot}/opening"), text="请核对", receipt=("receipt.json", file)
    )
    assert "附回执，清单里有它。" in page


def test_a_receipt_of_ones_own_making_is_refused(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    path = f"/supply/lots/{play.lots[0]}/opening"
    visit = Visit(web, world.supplier(4))
    assert "封存清单里没有贵单位的投标" in visit.open(path)
    for made in (b"{}", b"no json", json.dumps({"receipt": "e30=", "note": "x"}).encode()):
        page = visit.send(
            visit.open(path), text="我的投标不见了", receipt=("receipt.json", made), status=422
        )
        assert page.html.select_one("#receipt-error")
        assert page.forms[0]["text"].value == "我的投标不见了"


def test_a_receipt_that_the_set_lacks_stops_the_lot(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    visit = Visit(web, world.supplier(1))
    held = visit.browser.get(f"/supply/bids/{play.tender}/{lot}/receipts/1.json").json
    dropped = held["receipt"].replace('"seq":1', '"seq":1')
    other = _signed_anew(world.installation.keys, dropped)
    page = visit.send(
        visit.open(f"/supply/lots/{lot}/opening"),
        text="我的投标不见了", receipt=("receipt.json", other),
    )  # fmt: skip
    assert "回执不在清单里，本包停止开标" in page


def _signed_anew(keys: ServerKeys, receipt: str) -> bytes:
    """A receipt under this server's own key for a leaf that no tree has: a bid that was dropped."""
    from app.receipts import ReceiptKeys
    from signatures.sealed.receipts import note_text

    said_here = json.loads(receipt)
    blind = "0" * 63 + "1"
    raw = receipt.replace(said_here["blind"], blind).encode()
    note = ReceiptKeys(keys).note(note_text(raw))
    return json.dumps({"receipt": base64.b64encode(raw).decode(), "note": note.decode()}).encode()


def test_the_opening_shows_the_own_read_out(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    path = f"/supply/lots/{lot}/opening"
    visit = Visit(web, world.supplier(1))
    assert visit.open(path).html.h1.text == "等待开标"
    world.clock.advance(timedelta(minutes=11))
    play.release(lot)
    play.open(lot)
    page = visit.open(path)
    assert page.html.h1.text == "开标：您的投标已开启"
    assert "¥980,000.00" in page
    assert "玖拾捌万元整" in page
    assert "¥1,050,000.00" not in page


def test_a_bidder_signs_the_opening_record_once(world: World, web: Flask) -> None:
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    world.clock.set(CLOSES_AT + timedelta(minutes=10))
    path = f"/supply/lots/{lot}/opening"
    bidder, onlooker = Visit(web, world.supplier(1)), Visit(web, world.supplier(4))
    assert not bidder.open(path).html.select("[data-sign]")
    play.release(lot)
    play.open(lot)
    assert "核对并确认开标记录" in bidder.open("/desk")
    looking = onlooker.open(path)
    assert not looking.html.select("[data-sign]")
    token = looking.html.select_one("[name=csrf_token]")["value"]
    onlooker.browser.post(f"/supply/lots/{lot}/confirmation", {"csrf_token": token}, status=404)
    page = bidder.open(path)
    done = bidder.sign(page)
    assert "签名确认开标记录。" in done
    assert not done.html.select("[data-sign]")
    assert "核对并确认开标记录" not in bidder.open("/desk")
    again = bidder.sign(page, status=422)
    assert "已确认过这份开标记录" in said(again)
    officer = Visit(web, world.staff.officer).open(f"/buying/lots/{lot}")
    signatures = officer.html.find("h3", string="开标记录上的签名").find_next("ul")
    assert world.supplier(1).name in signatures.text
