"""The tender page: what it must say, and what it must never hint at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from app.portal.views import LotOpening, LotResult, OpenedBid, TenderPage
from app.web.shown import BidState, Proof, ProofState, Status
from kernel.money import Money
from kernel.text import Text
from tests.app.portal import samples
from tests.app.portal.memory import MemoryQueries, make_app
from tests.app.portal.reading import read


def test_deadline_names_weekday_zone_time_left_and_lateness(client: FlaskClient) -> None:
    chinese, english = read(client, "/tenders/open").text, read(client, "/en/tenders/open").text
    for words in (
        "4 天 19 小时 30 分",
        "2026年11月30日（周一）09:30",
        "北京时间（UTC+8），以本系统时钟为准。09:30:00整到达即为迟到。",
    ):
        assert words in chinese
    for words in (
        "4 days 19 h 30 min",
        "Monday 30 November 2026, 09:30",
        "Beijing time (UTC+8), by the system clock. A bid that arrives at 09:30:00 is late.",
    ):
        assert words in english


def test_budget_stands_with_currency_and_capitals(client: FlaskClient) -> None:
    assert "¥1,280,000.00 大写：壹佰贰拾捌万元整" in read(client, "/tenders/open").text
    english = read(client, "/en/tenders/open")
    assert "CNY 1,280,000.00" in english.text
    assert ("zh-Hans", "壹佰贰拾捌万元整") in english.texts


def test_each_act_leads_to_its_proof(client: FlaskClient) -> None:
    page = read(client, "/tenders/open")
    leads = {at["href"] for at in page.with_class("sl-proof")}
    assert {f"/verify?q={item.proof.number}" for item in samples.RECORD if item.proof} <= leads
    assert "内容未公开，摘要已入账" in page.text


def test_waiting_and_bad_proofs_say_so() -> None:
    waiting = Proof(ProofState.WAITING, entry="entry_" + "a" * 26)
    bad = Proof(ProofState.BAD, 7)
    page = replace(
        samples.OPEN,
        record=(
            replace(samples.RECORD[0], proof=waiting),
            replace(samples.RECORD[1], proof=bad),
        ),
    )
    client = make_app(MemoryQueries(tenders={"x": page})).test_client()
    found = read(client, "/tenders/x")
    assert "待入账" in found.text
    assert "核验不符" in found.text
    assert f"/verify?q={waiting.entry}" in {at["href"] for at in found.with_class("sl-proof")}


def test_the_last_day_looks_different(client: FlaskClient) -> None:
    assert not read(client, "/tenders/open").with_class("sl-clock--soon")
    soon = samples.later(samples.SITE, timedelta(days=4))
    queries = MemoryQueries(tenders={"x": samples.OPEN})
    assert read(make_app(queries, soon).test_client(), "/tenders/x").with_class("sl-clock--soon")


def test_at_the_instant_itself_nothing_is_left() -> None:
    at = replace(samples.SITE, now=samples.CLOSES_AT)
    before = replace(samples.SITE, now=samples.CLOSES_AT - timedelta(microseconds=1))
    queries = MemoryQueries(tenders={"x": samples.OPEN})
    assert "距离投标截止" in read(make_app(queries, before).test_client(), "/tenders/x").text
    assert "距离投标截止" not in read(make_app(queries, at).test_client(), "/tenders/x").text


# Nothing hints at the number of bids before closing


@pytest.mark.parametrize("status", [Status.PLANNED, Status.OPEN])
@pytest.mark.parametrize(
    "after_closing",
    [
        {"openings": (samples.SETTLED_OPENING,)},
        {"openings": (LotOpening(None, 0),)},
        {"results": (samples.RESULT,)},
        {"contracts": samples.PAID.contracts},
        {"payments": samples.PAID.payments},
        {"opening_url": "/openings/x"},
    ],
)
def test_what_follows_closing_is_refused_before_it(
    status: Status, after_closing: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="before closing"):
        replace(samples.OPEN, status=status, **after_closing)  # type: ignore[arg-type]


def test_an_open_tender_counts_nothing(client: FlaskClient) -> None:
    for address in ("/tenders/open", "/en/tenders/open"):
        page = read(client, address)
        for word in ("份投标在截止", "开标一览表", "bids were sealed", "Opening table"):
            assert word not in page.text
    assert "截止前，系统不向任何人显示收到几份投标" in read(client, "/tenders/open").text


# No price until every bid of the lot is open or has failed


def one_bid(state: BidState, price: str | None = None) -> OpenedBid:
    return OpenedBid(Text("甲"), state, price=Money(Decimal(price), "CNY") if price else None)


@pytest.mark.parametrize("other", [BidState.SEALED, BidState.OPENING])
def test_no_price_while_a_bid_is_closed(other: BidState) -> None:
    with pytest.raises(ValueError, match="still closed"):
        LotOpening(None, 2, bids=(one_bid(BidState.OPEN, "1.00"), one_bid(other)))


@pytest.mark.parametrize("state", [BidState.SEALED, BidState.OPENING, BidState.FAILED])
def test_no_price_of_a_bid_that_is_not_open(state: BidState) -> None:
    with pytest.raises(ValueError, match="only an opened bid"):
        one_bid(state, "1.00")


def test_prices_when_all_are_open_or_failed(client: FlaskClient) -> None:
    lot = LotOpening(None, 2, bids=(one_bid(BidState.OPEN, "1.00"), one_bid(BidState.FAILED)))
    assert lot.is_settled
    page = read(client, "/tenders/awarded").text
    assert "1,096,000.00" in page
    assert samples.CAUSE.zh in page
    opening = read(client, "/tenders/opening").text
    assert "全部开启后公布" in opening
    assert "1,096,000.00" not in opening


# The outcome


def test_the_answer_comes_first(client: FlaskClient) -> None:
    text = read(client, "/tenders/awarded").text
    places = [text.index(words) for words in ("中标人", "报价与得分", "开标一览表", "简要说明")]
    assert places == sorted(places)
    assert "壹佰壹拾陆万捌仟元整" in text


def test_a_lot_without_a_winner_gives_the_reason_in_the_same_place() -> None:
    nobody = LotResult(None, None, Text("符合要求的投标不足3家。", "Fewer than 3 valid bids."))
    page = replace(samples.AWARDED, results=(nobody,))
    client = make_app(MemoryQueries(tenders={"x": page})).test_client()
    text = read(client, "/tenders/x").text
    assert "没有中标人" in text
    assert nobody.reason.zh in text


def test_a_winner_needs_a_price_and_scores_need_their_columns() -> None:
    with pytest.raises(ValueError, match="a winner has a price"):
        replace(samples.RESULT, price=None)
    with pytest.raises(ValueError, match="one score for each column"):
        replace(samples.RESULT, columns=samples.COLUMNS[:2])


def test_late_payment_shows_in_the_same_size_with_its_reason(client: FlaskClient) -> None:
    page = read(client, "/tenders/paid")
    assert "已超时 财政国库年初未开账" in page.text
    assert len(page.with_class("sl-lamp--red")) == 1
    assert len(page.with_class("sl-lamp--green")) == 1


def test_a_stopped_tender_says_why_with_its_rule(client: FlaskClient) -> None:
    text = read(client, "/tenders/stopped").text
    assert "到截止时只有2份投标" in text
    assert "财政部令第87号第四十三条" in text


def test_stages_are_told_by_word_and_not_by_colour_alone(client: FlaskClient) -> None:
    text = read(client, "/tenders/open").text
    for words in ("：已完成", "：进行中", "：未开始"):
        assert words in text
    assert "：已终止" in read(client, "/tenders/stopped").text


def test_a_tender_is_a_frozen_page() -> None:
    assert TenderPage.__dataclass_params__.frozen  # type: ignore[attr-defined]
