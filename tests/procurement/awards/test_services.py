"""Awards: the first-ranked or a reason, in time, within budget, published by signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.jobs import proceeding
from app.rehearsal.cast import Player
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import Judging
from bidding.evaluation import queries as evaluation
from bidding.evaluation import services as judging_services
from bidding.evaluation.services import Declared
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text
from kernel.vocabulary import Action, LotStage, TenderStage, system_actor
from procurement.awards import queries, services
from procurement.awards.models import AwardLetter
from procurement.awards.notices import AwardNotice
from procurement.challenges.rules import About
from procurement.challenges.services import ChallengeItem
from procurement.plans import queries as plans
from procurement.tenders.models import Lot
from tests.recorded import last_body
from tests.world import World

A, B, C = "91610000MA6TXA001A", "91610000MA6TXA002B", "91610000MA6TXA003C"
MICROSECOND = timedelta(microseconds=1)
WHY = Text("第一名放弃中标", "The first-ranked withdrew")
# Opened on 28 April 2026; the report of that day leaves five working days: 29 and 30 April,
# then 6 to 8 May, since 1 to 5 May is a holiday (P16, calendar of 2026).
DECISION_DUE = datetime(2026, 5, 8, 16, 0, tzinfo=UTC)


def _ranked(judging: Judging) -> list[str]:
    with judging.journal.read() as work:
        return [row.bid_id for row in evaluation.ranked_bids(work.session, judging.lot)]


def _decide(
    judging: Judging,
    bid: str,
    *,
    reason: Text | None = None,
    cites: str = "",
    player: Player | None = None,
) -> str:
    actor = (player or judging.play.staff.approver).actor
    with judging.journal.write() as work:
        return services.decide_award(work, actor, judging.lot, bid, reason=reason, cites=cites)


def _lapse(judging: Judging, award: str, cites: str = "Order 87 art. 70") -> None:
    officer = judging.play.staff.officer.actor
    with judging.journal.write() as work:
        services.lapse_award(work, officer, award, "winner_refused", "供应商放弃", cites)


def test_award_is_at_the_bids_own_price(reported: Judging) -> None:
    """Requirement 083: deductions change the evaluation and never the price."""
    award = reported.award()
    assert reported.stage is LotStage.AWARDED
    assert reported.awarded() == ("91610000MA6TXA001A", "980000.00")
    with reported.journal.read() as work:
        made = queries.award(work.session, award)
    assert (made.rank, made.standstill_until) == (1, None)
    # One day of notice, 29 April; then 30 April, 6 to 8 May, Saturday the 9th, 11 and 12 May.
    assert made.challenge_until == datetime(2026, 5, 12, 16, 0, tzinfo=UTC)


def test_passing_over_needs_a_legal_reason(reported: Judging) -> None:
    """GPR 43."""
    second = _ranked(reported)[1]
    for reason, cites in ((None, ""), (WHY, ""), (None, "GPR art. 43")):
        with pytest.raises(Refused, match="passed_over_without_reason"):
            _decide(reported, second, reason=reason, cites=cites)
    award = _decide(reported, second, reason=WHY, cites="GPR art. 43")
    with reported.journal.read() as work:
        assert queries.award(work.session, award).rank == 2


def test_only_the_approver_decides_and_once(reported: Judging) -> None:
    staff = reported.play.staff
    for player in (staff.officer, staff.reviewer, staff.panelists[0]):
        with pytest.raises(Refused, match="not_authorised"):
            _decide(reported, reported.first(), player=player)
    _decide(reported, reported.first())
    with pytest.raises(Refused, match="wrong_stage"):
        _decide(reported, reported.first())


def test_silence_has_decided_for_the_first(reported: Judging) -> None:
    """87-68: a microsecond before the time is out another may be chosen, then only the first."""
    clock = reported.play.clock
    first, second, *_ = _ranked(reported)
    clock.set(DECISION_DUE)
    with pytest.raises(Refused, match="decision_late"):
        _decide(reported, second, reason=WHY, cites="GPR art. 43")
    clock.set(DECISION_DUE - MICROSECOND)
    _lapse(reported, _decide(reported, second, reason=WHY, cites="GPR art. 43"))
    clock.set(DECISION_DUE)
    _decide(reported, first)
    assert reported.stage is LotStage.DECIDED


def test_the_system_says_what_silence_decided(reported: Judging) -> None:
    """Requirement 093: at the instant the time is out, for the first-ranked, with 87-68."""
    installation, clock = reported.play.installation, reported.play.clock
    first, second, *_ = _ranked(reported)
    clock.set(DECISION_DUE - MICROSECOND)
    assert proceeding.award_by_silence(installation) == []
    with pytest.raises(Refused, match="decision_time_runs"), reported.journal.write() as work:
        services.decide_award(work, system_actor("silence"), reported.lot, first)
    clock.set(DECISION_DUE)
    with pytest.raises(Refused, match="decision_late"), reported.journal.write() as work:
        services.decide_award(
            work, system_actor("silence"), reported.lot, second, reason=WHY, cites="GPR art. 43"
        )
    assert proceeding.award_by_silence(installation) == [reported.lot]
    assert reported.stage is LotStage.DECIDED
    kept = last_body(reported.journal, Action.DECIDE_AWARD)
    assert (kept["bid"], kept["by_silence"]) == (first, True)
    assert "Order 87 art. 68" in kept["cites"]
    assert "逾期" in kept["reason"]["zh"]
    assert proceeding.award_by_silence(installation) == []


def test_silence_says_nothing_after_a_lapse(reported: Judging) -> None:
    """GPR 49: whether the next-ranked wins or a new tender follows is the buyer's choice."""
    _lapse(reported, _decide(reported, reported.first()))
    reported.play.clock.set(DECISION_DUE)
    assert proceeding.award_by_silence(reported.play.installation) == []
    with pytest.raises(Refused, match="next_is_for_the_buyer"), reported.journal.write() as work:
        services.decide_award(work, system_actor("silence"), reported.lot, _ranked(reported)[1])
    _decide(reported, _ranked(reported)[1])
    assert last_body(reported.journal, Action.DECIDE_AWARD)["by_silence"] is False


def test_silence_does_not_decide_a_suspended_lot(reported: Judging) -> None:
    """GPL 57: while a challenge suspends the lot, its time does not speak."""
    supplier = next(iter(reported.play.bidders[reported.lot].values()))
    dispute = Disputing(reported.play, supplier, reported.lot)
    dispute.file(ChallengeItem("评审专家应当回避"), about=About.PROCESS)
    reported.play.clock.set(DECISION_DUE)
    assert proceeding.award_by_silence(reported.play.installation) == []
    dispute.answer("rejected")
    reported.play.clock.set(DECISION_DUE + timedelta(days=60))
    assert proceeding.award_by_silence(reported.play.installation) == [reported.lot]


def test_budget_must_still_cover_the_award(reported: Judging) -> None:
    """Requirement 003: what is reserved for the purchase and not awarded yet must suffice."""
    with reported.journal.write() as work:
        purchase = plans.purchase_for_change(work.session, reported.play.purchase)
        purchase.reserved_minor = 98_000_000 - 1
    with pytest.raises(Refused, match="award_above_budget"):
        _decide(reported, reported.first())
    with reported.journal.write() as work:
        plans.purchase_for_change(work.session, reported.play.purchase).reserved_minor += 1
    _decide(reported, reported.first())


def test_notice_needs_its_fields_and_signature(reported: Judging) -> None:
    award = reported.decide()
    with pytest.raises(Refused, match="award_notice_incomplete"):
        reported.announce(award, address="")
    officer = reported.play.staff.officer
    notice = AwardNotice("陕西省西安市")
    with reported.journal.read() as work:
        statement = services.prepare_award_notice(work, award, notice)
    examined = reported.play.cast.examined(officer, statement)
    with pytest.raises(StaleWrite), reported.journal.write() as work:
        services.publish_award(work, officer.actor, award, AwardNotice("别处"), examined)
    approver = reported.play.staff.approver
    foreign = reported.play.cast.examined(approver, statement)
    with pytest.raises(Refused, match="not_authorised"), reported.journal.write() as work:
        services.publish_award(work, approver.actor, award, notice, foreign)
    reported.announce(award)
    with pytest.raises(Refused, match="wrong_stage"):
        reported.announce(award)


def test_each_loser_reads_his_own_letter(awarded: Judging) -> None:
    """Requirement 096: own rank and points, or the reason; nobody else's."""
    firms = list(awarded.play.bidders[awarded.lot])
    with awarded.journal.read() as work:
        letters = {firm: queries.letters_to(work.session, firm) for firm in firms}
        names = queries.panel_names(work.session, awarded.lot)
        winner = queries.live_award(work.session, awarded.lot)
    assert winner is not None
    assert letters.pop(winner.supplier_id) == []
    assert sorted(letter.rank or 0 for ((letter, _),) in letters.values()) == [2, 3]
    assert all(letter.total_points for ((letter, _),) in letters.values())
    assert winner.rest is not None
    assert winner.rest["experts"] == names
    assert len(names) == 5


def _one_brand(world: World, *, composite: bool) -> Judging:
    """Four bids, the first two of one brand; who is cheaper is ranked before who is dearer."""
    play = world.tender(
        stage=TenderStage.CLOSED,
        bids=4,
        lot_stage=LotStage.OPENED,
        plot=world.plot(composite=composite),
    )
    judging = Judging(play, play.lots[0])
    judging.qualify(declared={A: Declared(brand="育新"), B: Declared(brand="育新")})
    judging.evaluate()
    return judging


def _letter(judging: Judging, identifier: str) -> AwardLetter:
    with judging.journal.read() as work:
        [(letter, _)] = queries.letters_to(work.session, judging.play.cast.firms[identifier].id)
    return letter


def test_second_of_a_brand_reads_place_points_and_reason(world: World) -> None:
    """87-31, 69: under points the best of a brand stands; the other keeps its own place."""
    judging = _one_brand(world, composite=True)
    award = judging.award()
    letter = _letter(judging, B)
    # 980/1050 × 40 + 42, and the bid before it is of its brand
    assert (letter.rank, letter.total_points) == (2, Decimal("79.333333"))
    assert "同品牌" in letter.reason_zh
    assert letter.reason_en
    assert letter.cites == "Order 87 art. 31"
    third = _letter(judging, C)
    assert (third.rank, third.reason_zh, third.cites) == (3, "", "")
    _lapse(judging, award)
    with pytest.raises(Refused, match="not_a_candidate"):
        _decide(judging, judging.play.opened(judging.lot)[B])
    assert judging.first() == judging.play.opened(judging.lot)[C]


def test_dearer_of_a_brand_is_told_that_another_takes_part(world: World) -> None:
    """87-31: under the lowest price the others of a brand are not ranked at all."""
    judging = _one_brand(world, composite=False)
    judging.award()
    letter = _letter(judging, B)
    assert (letter.rank, letter.total_points, letter.cites) == (None, None, "Order 87 art. 31")
    assert "报价最低" in letter.reason_zh


def test_lapsed_award_gives_way_to_the_next(awarded: Judging) -> None:
    with awarded.journal.read() as work:
        first = queries.live_award(work.session, awarded.lot)
    assert first is not None
    with pytest.raises(Refused, match="lapse_without_reason"):
        _lapse(awarded, first.id, cites=" ")
    _lapse(awarded, first.id)
    assert awarded.stage is LotStage.REPORTED
    with pytest.raises(Refused, match="wrong_stage"):
        _lapse(awarded, first.id)
    with pytest.raises(Refused, match="not_a_candidate"):
        _decide(awarded, first.bid_id)
    second = _decide(awarded, _ranked(awarded)[1])
    awarded.announce(second)
    with awarded.journal.read() as work:
        made = queries.award(work.session, second)
    assert "供应商放弃" in made.reason_zh
    assert made.cites == "Order 87 art. 70"


def test_lot_can_end_when_every_award_has_lapsed(awarded: Judging) -> None:
    with awarded.journal.read() as work:
        award = queries.live_award(work.session, awarded.lot)
    assert award is not None
    _lapse(awarded, award.id)
    with awarded.journal.write() as work:
        judging_services.fail_lot(
            work, awarded.play.staff.officer.actor, awarded.lot, WHY, "GPL art. 36"
        )
    assert awarded.stage is LotStage.FAILED
    with awarded.journal.read() as work:
        assert work.session.get_one(Lot, awarded.lot).failed_reason == WHY.zh
