"""Qualification and the end of a lot without a result (Order 87 art. 44, GPL 36)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.rehearsal.judging import Judging
from bidding.evaluation import queries, services
from bidding.evaluation.services import Declared, Qualification
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Actor, LotStage
from procurement.tenders.models import Lot

REASON = Text("没有提供资格证明", "No proof of qualification")


def _decide(judging: Judging, actor: Actor, decisions: list[Qualification]) -> None:
    with judging.journal.write() as work:
        services.qualify_bids(work, actor, judging.lot, decisions)


def _all(judging: Judging) -> list[Qualification]:
    return [Qualification(bid, True) for bid in judging.play.opened(judging.lot).values()]


def test_officer_qualifies_every_opened_bid(opened: Callable[..., Judging]) -> None:
    judging = opened()
    judging.qualify()
    assert judging.stage is LotStage.QUALIFIED
    with judging.journal.read() as work:
        standings = queries.standings(work.session, judging.lot)
    assert len(standings) == 3
    assert all(row.in_the_race for row in standings.values())


def test_fewer_than_three_qualified_end_the_lot(opened: Callable[..., Judging]) -> None:
    """87-44: the purchase is void, and the reason is on record."""
    judging = opened()
    judging.qualify(failed={judging.play.cast.firms["91610000MA6TXA001A"].identifier: "GPL 22"})
    assert judging.stage is LotStage.FAILED
    with judging.journal.read() as work:
        assert "2" in (work.session.get_one(Lot, judging.lot).failed_reason or "")


def test_no_qualified_bid_ends_the_lot(opened: Callable[..., Judging]) -> None:
    judging = opened()
    judging.qualify(failed=dict.fromkeys(judging.play.opened(judging.lot), "GPL 22"))
    assert judging.stage is LotStage.FAILED


def test_four_bids_survive_one_failure(opened: Callable[..., Judging]) -> None:
    judging = opened(bids=4)
    judging.qualify(failed={"91610000MA6TXA002B": "GPL 22"})
    assert judging.stage is LotStage.QUALIFIED
    with judging.journal.read() as work:
        assert len(queries.racing(work.session, judging.lot)) == 3


def test_bids_of_one_brand_count_once(opened: Callable[..., Judging]) -> None:
    """87-31: three bids of two brands are two bidders."""
    judging = opened()
    same = Declared(brand="Chenguang")
    judging.qualify(declared={"91610000MA6TXA001A": same, "91610000MA6TXA002B": same})
    assert judging.stage is LotStage.FAILED


def test_wrong_role_is_refused(opened: Callable[..., Judging]) -> None:
    judging = opened()
    for player in (judging.play.staff.approver, judging.play.staff.reviewer):
        with pytest.raises(Refused, match="not_authorised"):
            _decide(judging, player.actor, _all(judging))
    assert judging.stage is LotStage.OPENED


def test_each_bid_is_decided_once(opened: Callable[..., Judging]) -> None:
    judging = opened()
    officer, decisions = judging.play.staff.officer.actor, _all(judging)
    for wrong in (
        decisions[:2],
        [*decisions, decisions[0]],
        [*decisions[:2], Qualification("bid_stranger", True)],
    ):
        with pytest.raises(Refused, match="bids_not_all_judged"):
            _decide(judging, officer, wrong)


@pytest.mark.parametrize(("reason", "cites"), [(None, "GPL art. 22"), (REASON, " ")])
def test_a_no_needs_reason_and_rule(
    opened: Callable[..., Judging], reason: Text | None, cites: str
) -> None:
    judging = opened()
    first, *others = _all(judging)
    bad = Qualification(first.bid, False, reason, cites)
    with pytest.raises(Refused, match="reason_missing"):
        _decide(judging, judging.play.staff.officer.actor, [bad, *others])


def test_second_click_is_refused(opened: Callable[..., Judging]) -> None:
    judging = opened()
    judging.qualify()
    with pytest.raises(Refused, match="wrong_stage"):
        judging.qualify()


def test_officer_ends_a_lot_with_reason_and_rule(opened: Callable[..., Judging]) -> None:
    judging = opened()
    officer = judging.play.staff.officer.actor
    with pytest.raises(Refused, match="reason_missing"), judging.journal.write() as work:
        services.fail_lot(work, officer, judging.lot, REASON, "")
    with judging.journal.write() as work:
        services.fail_lot(work, officer, judging.lot, REASON, "GPL art. 36")
    assert judging.stage is LotStage.FAILED
    with pytest.raises(Refused, match="wrong_stage"), judging.journal.write() as work:
        services.fail_lot(work, officer, judging.lot, REASON, "GPL art. 36")
