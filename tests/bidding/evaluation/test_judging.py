"""Compliance by majority; low prices questioned, answered, judged (Order 87 art. 50, 60, 61)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from bidding.evaluation import conditions, queries, services
from bidding.evaluation.services import Opinion
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import LotStage

WHY = Text("交货期超过30日", "Delivery takes longer than 30 days")
LOW = ("400000.00", "1050000.00", "1100000.00", "1150000.00")
MICROSECOND = timedelta(microseconds=1)


def _bids(judging: Judging) -> list[str]:
    return list(judging.play.opened(judging.lot).values())


def _vote(judging: Judging, against: int, bid: str, *, members: int = 5) -> None:
    """So many members say no to one bid; everybody says yes to all others."""
    for number, member in enumerate(judging.members()[:members]):
        given = [
            Opinion(one, False, WHY) if one == bid and number < against else Opinion(one, True)
            for one in _bids(judging)
        ]
        with judging.journal.write() as work:
            services.check_compliance(work, member.actor, judging.lot, given)


@pytest.mark.parametrize(
    ("opinions", "rejected"),
    [
        ([True, True, False], False),
        ([True, False, False], True),
        ([True, False], False),
        ([False], True),
        ([], False),
    ],
)
def test_majority(opinions: list[bool], rejected: bool) -> None:
    assert conditions.rejected_by_majority(opinions) is rejected


def test_minority_turns_nobody_away(qualified: Judging) -> None:
    bid = _bids(qualified)[0]
    _vote(qualified, 2, bid)
    with qualified.journal.read() as work:
        assert queries.standings(work.session, qualified.lot)[bid].compliant is True
    assert qualified.stage is LotStage.QUALIFIED


def test_majority_turns_away_and_too_few_end_the_lot(qualified: Judging) -> None:
    """GPL 36(1): of three bids two comply, which is fewer than the law asks for."""
    bid = _bids(qualified)[0]
    _vote(qualified, 3, bid)
    with qualified.journal.read() as work:
        standing = queries.standings(work.session, qualified.lot)[bid]
    assert (standing.compliant, standing.reason_zh) == (False, WHY.zh)
    assert qualified.stage is LotStage.FAILED


def test_nothing_is_settled_before_the_last_opinion(qualified: Judging) -> None:
    bid = _bids(qualified)[0]
    _vote(qualified, 4, bid, members=4)
    with qualified.journal.read() as work:
        assert queries.standings(work.session, qualified.lot)[bid].compliant is None


def test_price_above_the_ceiling_is_void(opened: Callable[..., Judging]) -> None:
    """87-63, whatever the panel thinks: the ceiling is 1 200 000.00."""
    prices = ("1000000.00", "1100000.00", "1200000.00", "1200000.01")
    judging = opened(bids=4, prices=prices)
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    with judging.journal.read() as work:
        found = queries.standings(work.session, judging.lot)
    assert sorted(bool(row.compliant) for row in found.values()) == [False, True, True, True]
    assert judging.stage is LotStage.QUALIFIED


def test_one_opinion_a_member_about_every_bid(qualified: Judging) -> None:
    member = qualified.members()[0]
    bids = _bids(qualified)
    with pytest.raises(Refused, match="bids_not_all_judged"), qualified.journal.write() as work:
        services.check_compliance(work, member.actor, qualified.lot, [Opinion(bids[0], True)])
    silent = [Opinion(bid, False) for bid in bids]
    with pytest.raises(Refused, match="reason_missing"), qualified.journal.write() as work:
        services.check_compliance(work, member.actor, qualified.lot, silent)
    given = [Opinion(bid, True) for bid in bids]
    with qualified.journal.write() as work:
        services.check_compliance(work, member.actor, qualified.lot, given)
    with pytest.raises(Refused, match="opinion_given_already"), qualified.journal.write() as work:
        services.check_compliance(work, member.actor, qualified.lot, given)


def test_officer_gives_no_opinion(qualified: Judging) -> None:
    """87-44, 50: qualification is the buyer's, compliance the panel's (requirement 073)."""
    officer = qualified.play.staff.officer.actor
    given = [Opinion(bid, True) for bid in _bids(qualified)]
    with pytest.raises(Refused, match="not_authorised"), qualified.journal.write() as work:
        services.check_compliance(work, officer, qualified.lot, given)


class Question:
    """A lot with one price that fell below the triggers, and the question about it."""

    def __init__(self, judging: Judging) -> None:
        self.judging = judging
        judging.qualify()
        judging.seat_panel()
        judging.check_compliance()
        self.bid = judging.play.opened(judging.lot)["91610000MA6TXA001A"]
        self.member = judging.members()[0]
        self.supplier: Player = judging.play.cast.players["supplier1"]
        with judging.journal.write() as work:
            self.id = services.question_price(
                work, self.member.actor, self.bid, "请说明成本。", minutes=30
            )
        self.asked_at = judging.play.clock.now()

    def answer(self, player: Player | None = None) -> None:
        """The bidder explains."""
        with self.judging.journal.write() as work:
            services.answer_price(work, (player or self.supplier).actor, self.id, "成本表如下。")

    def judge(self, accepted: bool) -> None:
        """A member writes the judgement down."""
        words = Text("成本不合理", "The costs are not plausible")
        with self.judging.journal.write() as work:
            services.judge_price(work, self.member.actor, self.id, accepted, words)


@pytest.fixture
def question(opened: Callable[..., Judging]) -> Question:
    """A question about a price of 400 000 among four."""
    return Question(opened(bids=4, prices=LOW))


def test_low_price_is_never_rejected_by_itself(question: Question) -> None:
    judging = question.judging
    with judging.journal.read() as work:
        asked = queries.price_question(work.session, question.id)
        standing = queries.standings(work.session, judging.lot)[question.bid]
    assert asked.triggers == ["below_mean", "below_second_lowest", "below_ceiling"]
    assert standing.in_the_race


def test_ranking_waits_for_questions_and_judgements(question: Question) -> None:
    question.judging.score()
    with pytest.raises(Refused, match="prices_not_judged"):
        question.judging.rank()
    question.answer()
    question.judge(True)
    question.judging.rank()
    assert question.judging.stage is LotStage.EVALUATED


def test_low_price_must_be_questioned(opened: Callable[..., Judging]) -> None:
    """Requirement 086: a trigger opens a review, and the ranking waits for it."""
    judging = opened(bids=4, prices=LOW)
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    judging.score()
    with pytest.raises(Refused, match="abnormal_price_unquestioned"):
        judging.rank()


def test_reply_window_has_its_least_length(opened: Callable[..., Judging]) -> None:
    judging = opened(bids=4, prices=LOW)
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    member = judging.members()[0]
    with pytest.raises(Refused, match="reply_window_too_short"), judging.journal.write() as work:
        services.question_price(work, member.actor, _bids(judging)[0], "?", minutes=29)


def test_answer_is_late_at_its_instant(question: Question) -> None:
    clock = question.judging.play.clock
    clock.set(question.asked_at + timedelta(minutes=30))
    with pytest.raises(Refused, match="late"):
        question.answer()
    clock.set(question.asked_at + timedelta(minutes=30) - MICROSECOND)
    question.answer()
    with pytest.raises(Refused, match="price_answered_already"):
        question.answer()


def test_only_the_bidder_answers(question: Question) -> None:
    rival = question.judging.play.cast.players["supplier2"]
    with pytest.raises(Refused, match="not_authorised"):
        question.answer(rival)


def test_bidder_is_heard_before_the_judgement(question: Question) -> None:
    clock = question.judging.play.clock
    clock.set(question.asked_at + timedelta(minutes=30) - MICROSECOND)
    with pytest.raises(Refused, match="reply_window_runs"):
        question.judge(False)
    clock.advance(MICROSECOND)
    question.judge(False)


def test_rejected_price_takes_the_bid_out(question: Question) -> None:
    question.answer()
    question.judge(False)
    judging = question.judging
    with judging.journal.read() as work:
        standing = queries.standings(work.session, judging.lot)[question.bid]
        assert question.bid not in queries.racing(work.session, judging.lot)
    assert standing.cites == "Order 87 art. 60"
    assert judging.stage is LotStage.QUALIFIED
    with pytest.raises(Refused, match="price_judged_already"):
        question.judge(True)


def test_a_price_is_questioned_once(question: Question) -> None:
    with (
        pytest.raises(Refused, match="price_questioned_already"),
        question.judging.journal.write() as work,
    ):
        services.question_price(work, question.member.actor, question.bid, "?", minutes=30)
