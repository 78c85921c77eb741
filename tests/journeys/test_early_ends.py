"""The ways a purchase ends without a contract; each gives the whole budget back and verifies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.jobs import timekeeping
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from bidding.evaluation import services as evaluation
from bidding.evaluation.services import Opinion
from bidding.opening.models import OpenedBid
from kernel.money import Money
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Action, LotStage, NeedStage, PurchaseStage, TenderStage
from procurement.challenges.services import ChallengeItem
from procurement.payments import services as payments
from procurement.plans import queries as plans
from procurement.plans.models import BudgetLine, Need, Purchase
from tests.journeys.evidence import holds, nothing_reached, recorded
from tests.journeys.verbs import CANCELLED, FAILED, LEFT_SEALED
from tests.world import CLOSES_AT, World

NOTHING = Money.parse("0.00", "CNY")
REASON = Text("采购任务取消", "The need is gone")


def lot_stage(play: Play) -> LotStage:
    """The stage of the one lot."""
    return Judging(play, play.lots[0]).stage


def gave_everything_back(play: Play) -> bool:
    """Whether line and purchase hold nothing any more, to the cent."""
    with play.installation.journal.read() as work:
        purchase = plans.purchase(work.session, play.purchase)
        line = work.session.get_one(BudgetLine, purchase.budget_line_id)
        return (line.reserved_minor, purchase.reserved_minor) == (0, 0)


def purchase_stage(play: Play) -> PurchaseStage:
    """The stage of the purchase."""
    with play.installation.journal.read() as work:
        return PurchaseStage(work.session.get_one(Purchase, play.purchase).stage)


def opened(play: Play) -> int:
    """How many bids were ever opened."""
    with play.installation.journal.read() as work:
        return work.session.scalar(select(func.count()).select_from(OpenedBid)) or 0


def close_purchase(play: Play) -> None:
    """The officer ends the purchase."""
    with play.installation.journal.write() as work:
        payments.close_purchase(work, play.staff.officer.actor, play.purchase)


@pytest.mark.parametrize("stage", [TenderStage.APPROVED, TenderStage.OPEN, TenderStage.CLOSED])
def test_cancelled(world: World, tmp_path: Path, stage: TenderStage) -> None:
    """Order 87 art. 29: before and after the closing; what was sealed stays sealed for ever."""
    play = world.tender(stage=stage, bids=0 if stage is TenderStage.APPROVED else 3)
    play.cancel(REASON)
    assert play.stage is TenderStage.CANCELLED
    assert purchase_stage(play) is PurchaseStage.ENDED
    assert lot_stage(play) is LotStage.CANCELLED
    assert gave_everything_back(play)
    with play.installation.journal.read() as work:
        [need] = work.session.scalars(select(Need))
        assert (need.stage, need.purchase_id) == (NeedStage.APPROVED, None)
    world.clock.set(CLOSES_AT + timedelta(hours=2))
    timekeeping.keep_time(world.installation)
    with pytest.raises(Refused):
        play.release(play.lots[0])
    assert opened(play) == 0
    assert recorded(world).keys() >= CANCELLED
    holds(world, tmp_path, reached=nothing_reached)


@pytest.mark.parametrize("bids", [0, 2])
def test_fewer_than_three_bids_stay_sealed(world: World, tmp_path: Path, bids: int) -> None:
    """Order 87 art. 41: two bids are as good as none, and nobody reads them."""
    play = world.tender(stage=TenderStage.CLOSED, bids=bids)
    [lot] = play.lots
    world.clock.advance(timedelta(minutes=31))
    if bids:
        with pytest.raises(Refused, match="bids_too_few"):
            play.release(lot)
    assert play.leave_sealed(lot)
    assert lot_stage(play) is LotStage.FAILED
    assert opened(play) == 0
    close_purchase(play)
    assert purchase_stage(play) is PurchaseStage.CLOSED
    assert gave_everything_back(play)
    assert recorded(world).keys() >= LEFT_SEALED
    holds(world, tmp_path)


@pytest.mark.parametrize("turned_away", [1, 3])
def test_too_few_qualified(world: World, tmp_path: Path, turned_away: int) -> None:
    """Order 87 art. 44: with one of three turned away the lot has failed, and so with all."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    out = list(play.opened(judging.lot))[:turned_away]
    judging.qualify(failed=dict.fromkeys(out, "Order 87 art. 44"))
    assert judging.stage is LotStage.FAILED
    with pytest.raises(Refused, match="wrong_stage"):
        judging.seat_panel()
    ended(world, play)
    holds(world, tmp_path)


def test_nobody_complies(world: World, tmp_path: Path) -> None:
    """Order 87 art. 63: the panel's majority turns every bid away."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.seat_panel()
    no = Text("交货期超过30日", "Delivery takes longer than 30 days")
    opinions = [Opinion(bid, False, no) for bid in play.opened(judging.lot).values()]
    for member in judging.members():
        with judging.journal.write() as work:
            evaluation.check_compliance(work, member.actor, judging.lot, opinions)
    assert judging.stage is LotStage.FAILED
    ended(world, play)
    holds(world, tmp_path)


def test_the_buyer_cannot_pay(world: World, tmp_path: Path) -> None:
    """GPL art. 36(3): every price is above the budget, and the buyer cannot pay it."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    judging.fail(Text("报价均超过预算", "All prices are above the budget"), "GPL art. 36(3)")
    assert judging.stage is LotStage.FAILED
    ended(world, play)
    holds(world, tmp_path)


def test_a_complaint_ends_it(world: World, tmp_path: Path) -> None:
    """Order 94 art. 32: an upheld complaint undoes the award, and the lot with it."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.evaluate()
    judging.award()
    disputing = Disputing(play, world.supplier(3), judging.lot)
    disputing.file(ChallengeItem("评分错误", "Order 87 art. 64"))
    disputing.answer("rejected")
    world.clock.advance(timedelta(days=15))
    disputing.complain((1,), "答复未说明评分依据")
    with pytest.raises(Refused, match="lots_not_over"):
        close_purchase(play)
    disputing.decide("upheld", "fail_lot", Text("评审程序违法，责令重新采购。"))
    assert judging.stage is LotStage.FAILED
    assert recorded(world)[Action.LAPSE_AWARD] == 1
    ended(world, play)
    holds(world, tmp_path)


def ended(world: World, play: Play) -> None:
    """The lot has failed: nothing more happens to it, and the budget line has everything back."""
    assert recorded(world)[Action.FAIL_LOT] == 1
    close_purchase(play)
    assert recorded(world).keys() >= FAILED
    assert purchase_stage(play) is PurchaseStage.CLOSED
    assert gave_everything_back(play)
