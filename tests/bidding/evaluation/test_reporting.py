"""Sheets filled in alone, and the ranking that follows by arithmetic (87-55 to 57)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from bidding.evaluation import queries, services
from bidding.evaluation.models import Score, ScoreSheet
from bidding.evaluation.services import Points
from kernel import canonical
from kernel.refusal import Refused, StaleWrite
from kernel.vocabulary import LotStage, TenderStage, system_actor
from procurement.tenders.models import Criterion
from tests.world import World

A, B, C = "91610000MA6TXA001A", "91610000MA6TXA002B", "91610000MA6TXA003C"


def _sheet(judging: Judging, points: Decimal | None = None) -> list[Points]:
    """Full points, or so many, for every bid and criterion."""
    with judging.journal.read() as work:
        criteria = queries.scored_criteria(work.session, judging.play.tender)
        racing = queries.racing(work.session, judging.lot)
        return [
            Points(bid, id, criterion.weight if points is None else points)
            for bid in racing
            for id, criterion in criteria.items()
        ]


def _hand_in(judging: Judging, member: Player, given: list[Points]) -> None:
    with judging.journal.read() as work:
        statement = services.prepare_score_sheet(work, member.actor, judging.lot, given)
    examined = judging.play.cast.examined(member, statement)
    with judging.journal.write() as work:
        services.score_bids(work, member.actor, judging.lot, given, examined)


def test_points_stay_in_range(complying: Judging) -> None:
    """Requirement 079: nothing below zero, nothing above the criterion's weight."""
    member = complying.members()[0]
    for points in (Decimal("-0.0001"), Decimal("35.0001")):
        with pytest.raises(Refused, match="score_out_of_range"):
            _hand_in(complying, member, _sheet(complying, points))
    _hand_in(complying, member, _sheet(complying, Decimal(0)))


def test_sheet_is_whole(complying: Judging) -> None:
    member = complying.members()[0]
    given = _sheet(complying)
    for wrong in (given[1:], [*given, given[0]], [*given, Points("bid_x", "cri_x", Decimal(1))]):
        with pytest.raises(Refused, match="bids_not_all_judged"):
            _hand_in(complying, member, wrong)


def test_sheet_is_final(complying: Judging) -> None:
    member = complying.members()[0]
    _hand_in(complying, member, _sheet(complying))
    with pytest.raises(Refused, match="sheet_submitted_already"):
        _hand_in(complying, member, _sheet(complying, Decimal(1)))


def test_what_is_signed_is_what_is_kept(complying: Judging) -> None:
    member = complying.members()[0]
    given = _sheet(complying)
    with complying.journal.read() as work:
        statement = services.prepare_score_sheet(work, member.actor, complying.lot, given)
    examined = complying.play.cast.examined(member, statement)
    other = _sheet(complying, Decimal(1))
    with pytest.raises(StaleWrite), complying.journal.write() as work:
        services.score_bids(work, member.actor, complying.lot, other, examined)


def test_others_sheets_stay_unseen_until_all_are_in(complying: Judging) -> None:
    """Requirement 078."""
    members = complying.members()
    for number, member in enumerate(members, start=1):
        _hand_in(complying, member, _sheet(complying))
        with complying.journal.read() as work:
            seen = queries.visible_sheets(work.session, complying.lot, members[0].person)
        assert len(seen) == (5 if number == 5 else 1)


def test_ranking_waits_for_the_last_sheet(complying: Judging) -> None:
    for member in complying.members()[:4]:
        _hand_in(complying, member, _sheet(complying))
    with pytest.raises(Refused, match="sheets_missing"):
        complying.rank()


def test_nobody_but_the_system_ranks(complying: Judging) -> None:
    complying.score()
    with pytest.raises(Refused, match="not_authorised"), complying.journal.write() as work:
        services.rank_bids(work, complying.play.staff.officer.actor, complying.lot)


def test_objective_points_must_be_equal_and_may_be_mended(complying: Judging) -> None:
    """Requirement 080; unequal objective points are one of the four mistakes of 87-64."""
    with complying.journal.write() as work:
        for criterion in queries.scored_criteria(work.session, complying.play.tender).values():
            criterion.objective = True
    members = complying.members()
    for member in members[:4]:
        _hand_in(complying, member, _sheet(complying, Decimal(20)))
    _hand_in(complying, members[4], _sheet(complying, Decimal(19)))
    with pytest.raises(Refused, match="objective_scores_differ"):
        complying.rank()
    with pytest.raises(Refused, match="sheet_submitted_already"):
        _hand_in(complying, members[4], _sheet(complying, Decimal(19)))
    _hand_in(complying, members[4], _sheet(complying, Decimal(20)))
    with complying.journal.read() as work:
        assert work.session.query(ScoreSheet).count() == 5
        assert work.session.query(Score).count() == 5 * 3 * 2
    complying.rank()
    assert complying.stage is LotStage.EVALUATED


def test_points_and_price_make_the_ranking(complying: Judging) -> None:
    """Prices 980 000, 1 050 000, 1 100 000 at 40 points; quality of 60 as given here."""
    quality = {A: Decimal("0.50"), B: Decimal("0.80"), C: Decimal("0.79")}

    def scoring(_member: Player, bidder: str, criterion: Criterion) -> Decimal:
        return criterion.weight * quality[bidder]

    complying.score(scoring)
    complying.rank()
    bidders = {bid: bidder for bidder, bid in complying.play.opened(complying.lot).items()}
    with complying.journal.read() as work:
        ranked = queries.ranked_bids(work.session, complying.lot)
        ranking = queries.ranking(work.session, complying.lot)
    assert [bidders[row.bid_id] for row in ranked] == [B, C, A]
    # 980/1050 × 40 + 48, 980/1100 × 40 + 47.4, 40 + 30, to six places
    totals = [Decimal("85.333333"), Decimal("83.036364"), Decimal("70.000000")]
    assert [row.total_points for row in ranked] == totals
    assert ranking.digest == canonical.digest(ranking.report)
    report = canonical.decode(ranking.report)
    assert isinstance(report, dict)
    assert len(report["sheets"]) == 5


def test_equal_bids_are_ordered_by_a_draw_with_evidence(world: World) -> None:
    """87-56, 68: equal prices under the lowest price go to a draw that anybody can repeat."""
    plot = world.plot(composite=False)
    play = world.tender(
        stage=TenderStage.CLOSED,
        bids=3,
        lot_stage=LotStage.OPENED,
        plot=plot,
        prices=("1000000.00", "1000000.00", "1000000.01"),
    )
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.evaluate()
    with judging.journal.read() as work:
        ranked = queries.ranked_bids(work.session, judging.lot)
        steps = queries.ranking(work.session, judging.lot).steps
    assert [row.rank for row in ranked] == [1, 2, 3]
    (draw,) = steps["draws"]
    assert [row.bid_id for row in ranked[:2]] == draw["order"]
    assert ranked[0].total_points is None


def test_lowest_price_has_nothing_to_score(opened: Callable[..., Judging], world: World) -> None:
    plot = world.plot(composite=False)
    judging = opened(plot=plot)
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    with pytest.raises(Refused, match="nothing_to_score"):
        _hand_in(judging, judging.members()[0], [])


def test_scores_are_closed_after_the_ranking(complying: Judging) -> None:
    """Requirement 091: nothing is scored once the bids are ranked."""
    complying.score()
    complying.rank()
    with pytest.raises(Refused, match="wrong_stage"):
        _hand_in(complying, complying.members()[0], _sheet(complying))
    with pytest.raises(Refused, match="wrong_stage"), complying.journal.write() as work:
        services.rank_bids(work, system_actor("ranking"), complying.lot)
