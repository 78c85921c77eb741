"""The letter, the challenge, the contract and the invoices: for their own firm, by real forms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.documents.models import SigningRequest
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import Judging
from bidding.opening.services import leave_sealed
from kernel.vocabulary import TenderStage
from procurement.challenges.services import ChallengeItem
from tests.app.visiting import Visit, said
from tests.world import World


@pytest.fixture
def judging(world: World) -> Judging:
    """A published award of the first supplier."""
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    world.clock.advance(timedelta(minutes=11))
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    judging.qualify()
    judging.evaluate()
    judging.award()
    return judging


def test_the_letter_tells_each_its_own(world: World, web: Flask, judging: Judging) -> None:
    path = f"/supply/results/{judging.lot}"
    winner, loser = Visit(web, world.supplier(1)), Visit(web, world.supplier(2))
    assert winner.open(path).html.h1.text == "您中标了"
    page = loser.open(path)
    assert page.html.h1.text.endswith("列第2")
    assert "技术响应" in said(page)
    assert world.supplier(1).firm.name.zh in said(page)
    assert world.supplier(3).firm.name.zh not in said(page)
    paper = loser.browser.get(f"{path}/letter.pdf")
    assert paper.body.startswith(b"%PDF-")
    winner.open(f"{path}/letter.pdf", status=404)
    Visit(web, world.supplier(4)).open(path, status=404)
    Visit(web, world.staff.officer).open(path, status=403)


def test_a_challenge_and_its_complaint(world: World, web: Flask, judging: Judging) -> None:
    loser = Visit(web, world.supplier(2))
    path = f"/supply/tenders/{judging.play.tender}/challenge"
    page = loser.open(f"{path}?lot={judging.lot}&about=result")
    missing = loser.send(page, cites_1="87号令第五十五条", status=422)
    assert "请写明至少一项质疑事项" in said(missing)
    assert missing.forms[0]["cites_1"].value == "87号令第五十五条"
    fields = {"about": "result", "lot": judging.lot, "item_1": "技术响应评分有误", "true": True}
    filed = loser.send(missing, **fields)
    assert filed.html.h1.text == "质疑已提出，等待答复"
    assert "合同签订已暂停" in said(filed)
    twice = loser.send(page, **fields, status=422)
    assert twice.html.select_one(".govuk-error-summary")
    address = filed.request.path
    Visit(web, world.supplier(3)).open(address, status=404)
    dispute = Disputing(judging.play, world.supplier(2), judging.lot)
    dispute.challenge = address.rsplit("/", 1)[-1]
    dispute.answer("rejected")
    answered = loser.open(address)
    assert answered.html.h1.text == "采购人已答复"
    nothing = loser.send(answered, text="答复没有说明理由", status=422)
    assert "请至少选一项" in said(nothing)
    done = loser.send(nothing, numbers=["1"], text="答复没有说明理由")
    assert done.html.h1.text == "投诉已受理，等待决定"
    assert not done.html.select("main form")


def test_who_did_not_bid_cannot_challenge_the_result(
    world: World, web: Flask, judging: Judging
) -> None:
    other = Visit(web, world.supplier(4))
    page = other.open(f"/supply/tenders/{judging.play.tender}/challenge?lot={judging.lot}")
    assert "只有投标人可以提" in said(page)


def test_a_contract_is_signed_with_its_paper(world: World, web: Flask, judging: Judging) -> None:
    contracting = Contracting(judging.play, judging.lot)
    path = f"/supply/contracts/{contracting.draft()}"
    winner = Visit(web, world.supplier(1))
    assert "签订合同" in winner.open("/desk")
    page = winner.open(path)
    assert page.html.h1.text == "请签订合同"
    assert page.html.find("a", href=lambda to: to and to.endswith("/receipts"))
    assert "请先勾选这一项" in said(winner.sign(page, status=422))
    signed = winner.sign(winner.open(path), read=True)
    assert signed.html.h1.text == "您已签名，等待采购人签名"
    assert winner.browser.get(f"{path}/contract.pdf").body.startswith(b"%PDF-")
    again = winner.sign(page, read=True, status=422)
    assert again.html.select_one(".govuk-error-summary")
    for other in (world.supplier(2), world.supplier(4)):
        Visit(web, other).open(path, status=404)
        Visit(web, other).open(f"{path}/contract.pdf", status=404)


def test_looking_at_a_contract_again_lays_out_no_further_paper(
    world: World, web: Flask, judging: Judging
) -> None:
    contracting = Contracting(judging.play, judging.lot)
    path = f"/supply/contracts/{contracting.draft()}"
    winner = Visit(web, world.supplier(1))

    def laid_out() -> tuple[list[str], int]:
        with world.installation.journal.read() as work:
            return (
                list(work.session.scalars(select(SigningRequest.id).order_by(SigningRequest.id))),
                len(list(world.installation.blobs)),  # type: ignore[call-overload],
            )

    def offered() -> str:
        found = winner.open(path).html.select_one("[name=sign-pdf-request]")
        assert found is not None
        return str(found["value"])

    first = offered()
    rows, files = laid_out()
    assert offered() == first
    assert laid_out() == (rows, files)
    # What waits too long is laid out anew: the time that it claims would be a stale one.
    world.clock.advance(timedelta(hours=1) - timedelta(microseconds=1))
    assert offered() == first
    world.clock.advance(timedelta(microseconds=1))
    second = offered()
    assert second != first
    signed = winner.sign(winner.open(path), read=True)
    assert signed.html.h1.text == "您已签名，等待采购人签名"


def test_a_challenge_holds_the_contract_up(world: World, web: Flask, judging: Judging) -> None:
    contracting = Contracting(judging.play, judging.lot)
    path = f"/supply/contracts/{contracting.draft()}"
    Disputing(judging.play, world.supplier(2), judging.lot).file(ChallengeItem("评分有误"))
    page = Visit(web, world.supplier(1)).open(path)
    assert "现在还不能签" in said(page)
    assert not page.html.select("[data-sign]")


def test_invoices_are_compared_before_they_are_sent(
    world: World, web: Flask, judging: Judging
) -> None:
    contracting = Contracting(judging.play, judging.lot)
    path = f"/supply/contracts/{contracting.conclude()}"
    winner = Visit(web, world.supplier(1))
    assert not winner.open(path).html.select("main form")
    delivering = Delivering(contracting)
    world.clock.advance(timedelta(days=10))
    delivering.accept()
    assert "开具发票" in winner.open("/desk")
    page = winner.open(path)
    assert page.forms[0]["amount"].value == "980000.00"
    wrong = winner.send(page, number="256170001", amount="970000.00", status=422)
    assert wrong.html.select_one("#amount-error")
    assert wrong.forms[0]["number"].value == "256170001"
    part = {"line_1": "100", "amount": "98000.00"}
    half = winner.send(wrong, number="256170001", **part, file=("发票.pdf", b"%PDF"))
    assert "已收到，等待核对" in said(half)
    assert half.forms[0]["amount"].value == "882000.00"
    known = winner.send(half, number="256170001", status=422)
    assert known.html.select_one("#number-error")
    future = winner.send(half, number="256170002", issued_on="2031-01-01", status=422)
    assert future.html.select_one("#issued_on-error")
    Visit(web, world.supplier(2)).open(path, status=404)


def test_while_a_result_can_be_challenged_the_desk_says_so(
    world: World, web: Flask, judging: Judging
) -> None:
    loser, winner = Visit(web, world.supplier(2)), Visit(web, world.supplier(1))
    assert "看结果；" in loser.open("/desk")
    assert "challenge by" in loser.open("/en/desk")
    assert "看结果；" not in winner.open("/desk")
    world.clock.advance(timedelta(days=30))
    assert "看结果；" not in loser.open("/desk")


def test_a_lot_that_ended_without_a_result_says_why_in_words(world: World, web: Flask) -> None:
    play = world.tender(bids=2, stage=TenderStage.CLOSED)
    [lot] = play.lots
    world.clock.advance(timedelta(minutes=11))
    with world.installation.journal.write() as work:
        leave_sealed(work, lot)
    page = Visit(web, world.supplier(1)).open(f"/supply/results/{lot}")
    assert "截止时投标不足法定数量" in said(page)
    assert "too_few_bids" not in page
