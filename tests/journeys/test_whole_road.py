"""One purchase from need to its last payment under Order 87, and what it leaves behind.

Each road ends with what an outsider can check: the log is downloaded, each bidder brings the
receipts, and the stand-alone verifier judges them in a process of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.jobs import timekeeping
from app.reception import receive
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import IMPLAUSIBLE, Judging
from app.rehearsal.play import Play
from bidding.envelopes.services import note_sealed_read
from bidding.evaluation import queries as evaluation
from bidding.evaluation.services import Declared
from bidding.opening import queries as openings
from bidding.opening import services as opening
from journal.checkpoints import latest_checkpoint
from kernel.money import Money
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import LotStage, PurchaseStage, TenderStage
from procurement.awards import queries as awards
from procurement.challenges.services import ChallengeItem
from procurement.payments import queries as payments
from procurement.plans import queries as plans
from procurement.plans.models import BudgetLine
from procurement.tenders.commands import Amendment, DocumentChange, keep_document
from tests.journeys.evidence import holds, nothing_reached, recorded, spoil_and_see
from tests.journeys.verbs import LOWEST_PRICE, WHOLE_ROAD
from tests.world import CLOSES_AT, PUBLISHED_AT, World

MOVED_TO = datetime(2026, 5, 8, 1, 30, tzinfo=UTC)
SMALL_MAKER = Declared(small=True, manufacturer_declared=True)


def yuan(amount: str) -> Money:
    """An amount in the currency of the profile."""
    return Money.parse(amount, "CNY")


def bidders(world: World, count: int) -> list[Player]:
    """That many suppliers' people, from the first."""
    return [world.supplier(number) for number in range(1, count + 1)]


def budget_of(play: Play) -> tuple[Money, Money, PurchaseStage]:
    """What the line holds reserved, what the purchase holds of it, and the purchase's stage."""
    with play.installation.journal.read() as work:
        purchase = plans.purchase(work.session, play.purchase)
        line = work.session.get_one(BudgetLine, purchase.budget_line_id)
        return (
            Money.of_minor(line.reserved_minor, line.currency),
            Money.of_minor(purchase.reserved_minor, purchase.currency),
            PurchaseStage(purchase.stage),
        )


def ranked(judging: Judging) -> list[str]:
    """Identifiers of the ranked bidders, the first first."""
    firms = {bid: bidder for bidder, bid in judging.play.opened(judging.lot).items()}
    with judging.journal.read() as work:
        return [firms[row.bid_id] for row in evaluation.ranked_bids(work.session, judging.lot)]


def at(clock_play: Play, moment: datetime) -> None:
    """Go on to an instant, with all that time alone demands on the way."""
    clock_play.clock.set(moment)
    timekeeping.keep_time(clock_play.installation)


def test_from_need_to_the_last_payment(world: World, tmp_path: Path) -> None:
    """Composite scoring, five bidders, and everything that may go otherwise on the way."""
    first, second, third, fourth, fifth = bidders(world, 5)
    play = world.play()
    play.plan(returned="请补充验收标准")
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft(returned="评分标准请细化")
    play.make_keys()
    play.set_committee()
    play.publish()
    [lot] = play.lots
    with world.installation.journal.read() as work:
        early = latest_checkpoint(work.session)
    assert early is not None

    clarify_and_bid(world, play, [first, second, third, fourth, fifth])
    close_with_a_late_arrival(world, play, fifth)
    open_without_one_holder(play, lot, third)
    judging = judge(play, lot, first, fourth)
    contracting = dispute(play, judging, loser=second, winner=first)
    deliver_and_pay(play, contracting)

    evidence = holds(world, tmp_path)
    assert len(evidence.receipts) == 7
    assert recorded(world).keys() >= WHOLE_ROAD
    # A checkpoint that somebody kept from the first day still fits the log of the last.
    kept = tmp_path / "kept-by-a-newspaper"
    kept.write_text(early.note, encoding="utf-8")
    assert evidence.judged("--checkpoint", kept).returncode == 0
    spoil_and_see(evidence.log / "entries" / "000.jsonl", evidence)
    spoil_and_see(evidence.receipts[0], evidence)


def clarify_and_bid(world: World, play: Play, suppliers: list[Player]) -> None:
    """Question, answer, a corrigendum that moves the closing; bids before and after it."""
    first, second, third, fourth, fifth = suppliers
    [lot] = play.lots
    at(play, PUBLISHED_AT + timedelta(days=2))
    play.bid(first, lot, yuan("1020000.00"))
    asked = play.ask(second, "桌面高度可否无级升降？")
    at(play, PUBLISHED_AT + timedelta(days=4))
    play.answer(asked, Text("可以。", "Yes."))
    at(play, CLOSES_AT - timedelta(days=8))
    changes = Text("更正技术要求附件", "The annex of requirements is corrected")
    corrected = keep_document(
        world.installation.blobs, "采购文件.txt", "text/plain", "更正后的采购文件".encode()
    )
    change = (DocumentChange(corrected, 1),)
    with pytest.raises(Refused, match="closing_must_move"):
        # Order 87 art. 27: fewer than fifteen days are left.
        play.amend(Amendment(CLOSES_AT, changes, documents=change))
    play.amend(Amendment(MOVED_TO, changes, documents=change))
    play.bid(first, lot, yuan("990000.00"), delivery="合同签订后30日内")
    play.bid(second, lot, yuan("1050000.00"))
    play.bid(third, lot, yuan("1100000.00"))
    play.bid(fourth, lot, yuan("460000.00"))
    play.bid(fifth, lot, yuan("1190000.00"))
    at(play, CLOSES_AT + timedelta(hours=1))
    assert play.stage is TenderStage.OPEN
    play.withdraw(fifth, lot)
    with world.installation.journal.write() as work:
        seen = note_sealed_read(work, play.staff.officer.actor, play.tender, "bids")
    assert seen.code == "sealed"


def close_with_a_late_arrival(world: World, play: Play, late: Player) -> None:
    """The closing instant itself is late; nothing can be opened before it."""
    [lot] = play.lots
    world.clock.set(MOVED_TO - timedelta(microseconds=1))
    timekeeping.keep_time(world.installation)
    assert play.stage is TenderStage.OPEN
    made = sealed.seal_bid(world.installation, late, play.tender, lot, yuan("900000.00"))
    world.clock.set(MOVED_TO)
    with pytest.raises(Refused, match="late"):
        receive(world.installation, late.actor, made.submission)
    timekeeping.keep_time(world.installation)
    assert play.stage is TenderStage.CLOSED


def open_without_one_holder(play: Play, lot: str, onlooker: Player) -> None:
    """One holder of three is absent: one share opens nothing, two open everything."""
    there, absent, comes_later = play.staff.holders
    assert absent.identities
    with pytest.raises(Refused):
        play.release(lot, holders=[there])
    with play.installation.journal.write() as work:
        opening.object_at_opening(work, onlooker.actor, lot, "开标时间比公告晚一分钟")
    play.clock.advance(timedelta(minutes=31))
    play.release(lot, holders=[there])
    with pytest.raises(Refused):
        play.open(lot)
    assert play.opened(lot) == {}
    play.release(lot, holders=[comes_later])
    record = play.open(lot)
    play.confirm_opening(onlooker, lot, record)
    with play.installation.journal.read() as work:
        prices = [bid.price_minor for bid in openings.opened_bids(work.session, lot)]
    assert prices == [99000000, 105000000, 110000000, 46000000]


def judge(play: Play, lot: str, winner: Player, cheap: Player) -> Judging:
    """A price of 46 for 100 is asked about; its explanation does not convince."""
    judging = Judging(play, lot)
    judging.qualify()
    judging.evaluate(not_believed={cheap.firm.identifier})
    assert judging.stage is LotStage.REPORTED
    order = ranked(judging)
    assert (len(order), order[0]) == (3, winner.firm.identifier)
    award = judging.decide()
    judging.announce(award)
    assert judging.awarded() == (winner.firm.identifier, "990000.00")
    with play.installation.journal.read() as work:
        [(letter, _)] = awards.letters_to(work.session, cheap.firm.id)
    assert (letter.rank, letter.reason_zh) == (None, IMPLAUSIBLE.zh)
    return judging


def dispute(play: Play, judging: Judging, *, loser: Player, winner: Player) -> Contracting:
    """A challenge suspends the signing, its answer frees it, a complaint suspends it again."""
    contracting = Contracting(play, judging.lot)
    contracting.draft()
    play.clock.advance(timedelta(days=2))
    disputing = Disputing(play, loser, judging.lot)
    disputing.file(ChallengeItem("评分错误", "Order 87 art. 64"), ChallengeItem("资格审查错误"))
    with pytest.raises(Refused, match="suspended"):
        contracting.sign()
    play.clock.advance(timedelta(days=3))
    disputing.answer("rejected")
    play.clock.advance(timedelta(days=10))
    disputing.complain((1,), "答复未说明评分依据")
    with pytest.raises(Refused, match="suspended"):
        contracting.sign()
    play.clock.advance(timedelta(days=12))
    disputing.decide("dismissed", "none", Text("投诉缺乏事实依据，驳回。", "Dismissed."))
    contracting.sign()
    assert contracting.supplier is winner
    assert contracting.amount() == "990000.00"
    return contracting


def deliver_and_pay(play: Play, contracting: Contracting) -> None:
    """A delivery that fails, one that passes; an invoice sent back, one that is paid."""
    play.clock.advance(timedelta(days=20))
    delivering = Delivering(contracting)
    delivering.reject(delivering.inspection(failed=["item-1"]))
    with pytest.raises(Refused, match="wrong_stage"):
        delivering.invoice("25617000000012345678")
    play.clock.advance(timedelta(days=7))
    delivering.accept()
    wrong = delivering.invoice("25617000000012345678")
    delivering.send_back(wrong, "tax_number", "税号有误")
    right = delivering.invoice("25617000000012345679")
    play.clock.advance(timedelta(days=5))
    delivering.pay(right, "GK-2026-0731-0042")
    with play.installation.journal.read() as work:
        [payment] = payments.payments_of_contract(work.session, contracting.contract)
    assert payment.prepared_by == play.staff.finance.person
    assert payment.released_by == play.staff.treasurer.person
    delivering.close()
    assert budget_of(play) == (yuan("990000.00"), yuan("990000.00"), PurchaseStage.CLOSED)


def test_lowest_price_and_a_winner_who_goes(world: World, tmp_path: Path) -> None:
    """N4: 540000 less 10 per cent beats 500000; when that firm goes, the next one gets it."""
    large, small, dear = world.supplier(3), world.supplier(1), world.supplier(4)
    play = world.play(world.plot(composite=False, budget="700000.00"))
    play.plan()
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    play.make_keys()
    play.set_committee()
    play.publish()
    [lot] = play.lots
    for bidder, price in ((dear, "600000.00"), (small, "540000.00"), (large, "500000.00")):
        at(play, world.clock.now() + timedelta(days=1))
        play.bid(bidder, lot, yuan(price))
    at(play, CLOSES_AT)
    world.clock.advance(timedelta(minutes=31))
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    judging.qualify(declared={small.firm.identifier: SMALL_MAKER})
    judging.evaluate()
    assert ranked(judging) == [one.firm.identifier for one in (small, large, dear)]
    with play.installation.journal.read() as work:
        compared = [row.evaluation_price for row in evaluation.ranked_bids(work.session, lot)]
    assert compared == [Decimal("486000"), Decimal("500000"), Decimal("600000")]
    judging.award()
    # The deduction is for the comparison; the price of the award is what was bid (083).
    assert judging.awarded() == (small.firm.identifier, "540000.00")
    world.clock.advance(timedelta(days=3))
    judging.lapse("winner_refused", "中标人书面放弃中标资格", "GPR art. 49")
    judging.award()
    assert judging.awarded() == (large.firm.identifier, "500000.00")
    contracting = Contracting(play, lot)
    contracting.conclude()
    world.clock.advance(timedelta(days=20))
    delivering = Delivering(contracting)
    delivering.accept()
    delivering.pay(delivering.invoice("25617000000012345680"), "GK-2026-0801-0001")
    delivering.close()
    assert budget_of(play) == (yuan("500000.00"), yuan("500000.00"), PurchaseStage.CLOSED)
    assert recorded(world).keys() >= LOWEST_PRICE
    # What is shown to somebody for whom no moment has come fits as well.
    holds(world, tmp_path, reached=nothing_reached)
