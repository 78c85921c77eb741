"""One purchase from its intention to its last payment, as a stranger sees it at each stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app.jobs.timekeeping import publish_record
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import TenderStage
from tests.app.portal.live.looking import key_of, tender_page
from tests.app.portal.reading import Page, read
from tests.world import CLOSES_AT, PUBLISHED_AT, START, World
from tests.worlds import played

PRICES = ("1092000.00", "1098000.00", "1135000.00", "1150000.00")
SHOWN = ("1,092,000.00", "1,098,000.00", "1,135,000.00", "1,150,000.00")


@pytest.fixture
def looked(world: World, reader: FlaskClient) -> Callable[[Play], tuple[Page, Page]]:
    """The page in both languages, with everything placed and signed."""

    def look(play: Play) -> tuple[Page, Page]:
        publish_record(world.installation)
        pages = tender_page(reader, play), tender_page(reader, play, "en")
        assert [page.status for page in pages] == [200, 200]
        assert all(page.is_closed for page in pages)
        return pages

    return look


def test_a_purchase_is_seen_at_every_stage(
    world: World, reader: FlaskClient, looked: Callable[[Play], tuple[Page, Page]]
) -> None:
    """What each stage adds comes with its proof; prices and scores not before their moment."""
    world.clock.set(START)
    play = world.play()
    play.plan()
    play.intend()
    zh, en = looked(play)
    assert "计划中" in zh.text
    assert "Planned" in en.text
    # The need is public with the intention, and no earlier.
    assert "提出采购需求" in zh.text
    assert "需求已批准" in zh.text
    world.clock.set(PUBLISHED_AT)
    play.draft()
    play.make_keys()
    play.set_committee()
    zh, _ = looked(play)
    assert "计划中" in zh.text
    assert "开标人" not in zh.text  # who holds keys is published with the notice
    play.publish()
    zh, en = looked(play)
    assert "正在接收投标" in zh.text
    assert "2026年4月28日（周二）09:30" in zh.text
    assert "¥1,200,000.00" in zh.text
    assert "招标公告已发布" in zh.text
    assert "The tender notice was published" in en.text
    [lot] = play.lots
    world.clock.advance(timedelta(days=1))
    asked = play.ask(world.supplier(1), "桌面高度可否采用无级升降？")
    zh, _ = looked(play)
    assert "无级升降" not in zh.text  # nor that anybody has asked
    play.answer(asked, Text("可以。", "Yes."))
    for number, price in enumerate(PRICES, 1):
        play.bid(world.supplier(number), lot, Money.parse(price, "CNY"))
    zh, en = looked(play)
    assert "无级升降" in zh.text
    assert world.supplier(1).firm.name.zh not in zh.text
    _nothing_of_bids(zh, en)
    world.clock.set(CLOSES_AT)
    zh, en = looked(play)
    assert "已截止，未开标" in zh.text
    _nothing_of_bids(zh, en)
    play.close()
    zh, en = looked(play)
    assert "4 份投标在截止时封存" in zh.text
    assert "4 bids were sealed at closing" in en.text
    _no_price(zh, en)
    world.clock.advance(timedelta(minutes=11))
    play.release(lot)
    zh, en = looked(play)
    assert "正在开标" in zh.text
    _no_price(zh, en)
    play.open(lot)
    zh, en = looked(play)
    assert "评审中" in zh.text
    assert all(price in page.text for price in SHOWN for page in (zh, en))
    judging = Judging(play, lot)
    judging.qualify(failed={world.supplier(4).firm.identifier: "GPL art. 22"})
    judging.evaluate()
    zh, _ = looked(play)
    assert "排名已得出" not in zh.text
    assert "GPL" not in zh.text
    award = judging.decide()
    zh, _ = looked(play)
    assert "中标人" not in zh.text
    judging.announce(award)
    zh, en = looked(play)
    assert "已公布结果" in zh.text
    assert "总分最高" in zh.text
    assert world.supplier(1).firm.name.en in en.text
    result = read(reader, f"/tenders/{key_of(play)}/awards/{award}")
    assert "资格审查不合格" in result.text
    assert "质疑" in result.text
    world.clock.advance(timedelta(days=10))
    contracting = Contracting(play, lot)
    contracting.draft()
    zh, _ = looked(play)
    assert contracting.contract not in zh.text
    contracting.sign()
    zh, en = looked(play)
    assert "已签合同" in zh.text
    assert contracting.contract in zh.text
    world.clock.advance(timedelta(days=20))
    delivering = Delivering(contracting)
    delivering.accept()
    invoice = delivering.invoice("25617000000012345678")
    zh, _ = looked(play)
    assert "应付日" not in zh.text  # an invoice that nobody has matched is no debt yet
    delivering.pay(invoice, "GK-2026-0731-0042")
    delivering.close()
    zh, en = looked(play)
    assert "应付日" in zh.text
    assert "已付" in zh.text
    assert "25617000000012345678" not in zh.html
    assert "采购已结束" in zh.text
    assert "已完成" in zh.text
    assert "Completed" in en.text
    assert "已签合同" not in zh.text
    assert "The purchase was closed" in en.text


def test_too_few_bids_stay_sealed_and_the_page_says_why(
    world: World, looked: Callable[[Play], tuple[Page, Page]]
) -> None:
    """The bad news stands in the same place as the good, with its rule."""
    play = played(world, stage=TenderStage.CLOSED, bids=2)
    world.clock.advance(timedelta(minutes=11))
    assert play.leave_sealed(play.lots[0])
    zh, en = looked(play)
    assert "截止时有2份投标，少于3份，全部保持密封。" in zh.text
    assert "2 bids at closing, fewer than 3: all stay sealed." in en.text
    assert "第41条" in zh.text
    assert world.supplier(1).firm.name.zh not in zh.text


@pytest.mark.parametrize("bids", [0, 2])
def test_a_cancelled_tender_says_why_and_not_how_many(
    world: World, looked: Callable[[Play], tuple[Page, Page]], bids: int
) -> None:
    """SEALED_BID 5: on cancellation only a blinded root is published."""
    play = played(world, bids=bids)
    play.cancel(Text("预算被收回", "The budget was withdrawn"))
    zh, en = looked(play)
    assert "预算被收回" in zh.text
    assert "The budget was withdrawn" in en.text
    _nothing_of_bids(zh, en)


def test_the_list_shows_finds_and_turns_pages(
    world: World, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By words and status, newest first, each once; drafts nowhere."""
    from app.portal.reading import listing

    first = played(world)
    second = played(world)
    draft = played(world, stage=TenderStage.APPROVED)
    keys = [key_of(second), key_of(first)]
    page = read(reader, "/tenders?status=open&q=课桌椅 教育局")
    found = [at["href"] for at in page.named("a") if "ocds-" in str(at.get("href"))]
    assert {f"/tenders/{key}" for key in keys} <= set(found)
    assert f"/tenders/{key_of(draft)}" not in found
    assert key_of(draft) in read(reader, "/tenders?status=planned").html
    assert key_of(first) in read(reader, f"/tenders?q={key_of(first)}").html
    assert "没有符合的项目" in read(reader, "/tenders?q=100%25_").text
    monkeypatch.setattr(listing, "PAGE_ROWS", 1)
    seen, address = [], "/tenders?status=open"
    while True:
        page = read(reader, address)
        seen += [at["href"] for at in page.named("a") if "/tenders/ocds-" in str(at.get("href"))]
        following = [at["href"] for at in page.named("a") if at.get("rel") == "next"]
        if not following:
            break
        address = str(following[0])
    assert len(seen) == len(set(seen)) >= 2


def test_home_names_what_closes_soon(world: World, reader: FlaskClient) -> None:
    """Both languages, from the database."""
    play = played(world)
    for prefix in ("", "/en"):
        page = read(reader, f"{prefix}/")
        assert page.status == 200
        assert f"{prefix}/tenders/{key_of(play)}" in page.html


def _nothing_of_bids(*pages: Page) -> None:
    for page in pages:
        assert "份投标在截止时封存" not in page.text
        assert "bids were sealed" not in page.text
        assert "bid was sealed" not in page.text
        _no_price(page)


def _no_price(*pages: Page) -> None:
    assert not any(price in page.html for price in SHOWN for page in pages)


def test_a_longer_list_asks_the_database_no_more_often(world: World, reader: FlaskClient) -> None:
    """Two statements for the rows, whatever their number; a page of a tender has its bound too."""
    asked: list[str] = []

    def count(*given: object) -> None:
        asked.append(str(given[2]))

    engine = world.installation.engine
    event.listen(engine, "before_cursor_execute", count)
    try:

        def statements(address: str) -> int:
            asked.clear()
            assert reader.get(address).status_code == 200
            return len(asked)

        few = {address: statements(address) for address in ("/", "/tenders")}
        plays = [played(world) for _ in range(3)]
        for address, number in few.items():
            assert statements(address) == number
        assert statements(f"/tenders/{key_of(plays[0])}") < 60
    finally:
        event.remove(engine, "before_cursor_execute", count)
