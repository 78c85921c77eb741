"""Challenge, answer, complaint, decision; and the signing that waits for them (GPL 52 to 57)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.cast import Firm, Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import LotStage, Role, TenderStage
from procurement.awards import queries as awards
from procurement.challenges import queries, services
from procurement.challenges.rules import About
from procurement.challenges.services import Answer, ChallengeItem, NewChallenge, Ruling
from procurement.contracts import services as contracts
from procurement.tenders.models import Lot
from tests.world import World

MICROSECOND = timedelta(microseconds=1)
WINDOW_ENDS = datetime(2026, 5, 12, 16, 0, tzinfo=UTC)
WORDS = Text("评审符合采购文件", "The evaluation followed the documents")
ITEMS = (ChallengeItem("评分错误", "Order 87 art. 64"), ChallengeItem("资格审查错误"))


def file(
    judging: Judging,
    player: Player,
    *,
    about: About = About.RESULT,
    items: tuple[ChallengeItem, ...] = ITEMS,
    firm: str = "",
) -> str:
    """A supplier challenges the lot, or the whole tender's documents."""
    lot = None if about is About.DOCUMENTS else judging.lot
    new = NewChallenge(judging.play.tender, firm or player.firm.id, about, items, lot)
    with judging.journal.write() as work:
        return services.file_challenge(work, player.actor, new)


def answer(judging: Judging, challenge: str, outcome: str = "rejected") -> None:
    """The officer answers."""
    with judging.journal.write() as work:
        services.answer_challenge(
            work, judging.play.staff.officer.actor, challenge, Answer(outcome, WORDS)
        )


def complain(judging: Judging, player: Player, challenge: str, items: tuple[int, ...]) -> None:
    """The supplier goes on to the reviewing body."""
    with judging.journal.write() as work:
        services.file_complaint(work, player.actor, challenge, items, "答复不实")


def rule(
    judging: Judging,
    challenge: str,
    *,
    ruling: str = "dismissed",
    remedy: str = "none",
    player: Player | None = None,
) -> None:
    """The reviewer decides."""
    reviewer = player or judging.play.staff.reviewer
    with judging.journal.write() as work:
        services.decide_complaint(
            work, reviewer.actor, challenge, Ruling(ruling, remedy, WORDS, "Order 94 art. 29")
        )


@pytest.fixture
def loser(awarded: Judging) -> Player:
    """A bidder who did not win."""
    return awarded.play.cast.players["supplier2"]


@pytest.fixture
def contracting(awarded: Judging) -> Contracting:
    """The contract of the award, drafted."""
    made = Contracting(awarded.play, awarded.lot)
    made.draft()
    return made


def test_window_is_half_open(awarded: Judging, loser: Player) -> None:
    clock = awarded.play.clock
    clock.set(WINDOW_ENDS)
    with pytest.raises(Refused, match="challenge_too_late"):
        file(awarded, loser)
    clock.set(WINDOW_ENDS - MICROSECOND)
    assert file(awarded, loser)


def test_standing(awarded: Judging) -> None:
    """Who did not bid challenges no result; nobody challenges for another firm."""
    cast, world_firms = awarded.play.cast, awarded.play.cast.firms
    stranger = cast.player(
        "supplier5", "旁人", world_firms["91610000MA6TXA005E"], _supplier(awarded, 5)
    )
    with pytest.raises(Refused, match="no_standing"):
        file(awarded, stranger)
    with pytest.raises(Refused, match="not_authorised"):
        file(awarded, stranger, firm=cast.players["supplier2"].firm.id)
    with pytest.raises(Refused, match="not_authorised"):
        file(awarded, awarded.play.staff.officer)


def test_challenge_says_what_it_challenges(awarded: Judging, loser: Player) -> None:
    for items in ((), (ChallengeItem(" "),)):
        with pytest.raises(Refused, match="challenge_empty"):
            file(awarded, loser, items=items)


def test_second_click_is_refused(awarded: Judging, loser: Player) -> None:
    file(awarded, loser)
    with pytest.raises(Refused, match="challenge_filed_already"):
        file(awarded, loser)


def test_result_needs_a_published_award(reported: Judging) -> None:
    with pytest.raises(NotFound):
        file(reported, reported.play.cast.players["supplier2"])


def test_documents_may_be_challenged_by_whoever_may_bid(world: World) -> None:
    """No bid is needed, and the window runs from the end of the notice period (94-11)."""
    play = world.tender(stage=TenderStage.OPEN)
    judging = Judging(play, play.lots[0])
    assert file(judging, world.supplier(5), about=About.DOCUMENTS)
    world.clock.advance(timedelta(days=40))
    with pytest.raises(Refused, match="challenge_too_late"):
        file(judging, world.supplier(4), about=About.DOCUMENTS)


def test_signing_waits_for_the_answer(
    awarded: Judging, loser: Player, contracting: Contracting
) -> None:
    """GPR 54: the challenge suspends at once; a rejecting answer ends it."""
    challenge = file(awarded, loser)
    with pytest.raises(Refused, match="suspended"):
        contracting.sign()
    answer(awarded, challenge)
    contracting.sign()
    assert awarded.stage is LotStage.CONTRACTED


def test_upheld_challenge_goes_on_suspending_until_its_longest_term(
    awarded: Judging, loser: Player, contracting: Contracting
) -> None:
    """GPL 57: thirty days, and the signing's own time stood still meanwhile."""
    challenge = file(awarded, loser)
    answer(awarded, challenge, "upheld")
    with awarded.journal.read() as work:
        (suspension,) = queries.suspensions_of_challenge(work.session, challenge)
        until = suspension.until_at
    clock = awarded.play.clock
    assert timedelta(days=30) <= until - clock.now() <= timedelta(days=31)
    clock.set(until - MICROSECOND)
    with pytest.raises(Refused, match="suspended"):
        contracting.sign()
    # Thirty days after the notice the time to sign would be over, but for the suspension.
    clock.set(until)
    contracting.sign()
    assert awarded.stage is LotStage.CONTRACTED


def test_answer_comes_once_and_from_the_officer(awarded: Judging, loser: Player) -> None:
    challenge = file(awarded, loser)
    with (
        pytest.raises(Refused, match="not_authorised"),
        awarded.journal.write() as work,
    ):
        services.answer_challenge(work, loser.actor, challenge, Answer("upheld", WORDS))
    answer(awarded, challenge)
    with pytest.raises(Refused, match="wrong_stage"):
        answer(awarded, challenge)


def test_complaint_follows_the_challenge(awarded: Judging, loser: Player) -> None:
    challenge = file(awarded, loser)
    with pytest.raises(Refused, match="complaint_too_early"):
        complain(awarded, loser, challenge, (1,))
    answer(awarded, challenge)
    with pytest.raises(Refused, match="complaint_beyond_challenge"):
        complain(awarded, loser, challenge, (1, 3))
    with pytest.raises(Refused, match="complaint_empty"):
        complain(awarded, loser, challenge, ())
    with pytest.raises(Refused, match="not_authorised"):
        complain(awarded, awarded.play.cast.players["supplier3"], challenge, (1,))
    complain(awarded, loser, challenge, (2,))
    with pytest.raises(Refused, match="wrong_stage"):
        complain(awarded, loser, challenge, (2,))


def test_complaint_is_late_at_its_instant(awarded: Judging, loser: Player) -> None:
    challenge = file(awarded, loser)
    answer(awarded, challenge)
    with awarded.journal.read() as work:
        due = queries.challenge(work.session, challenge).complaint_due_at
    assert due is not None
    clock = awarded.play.clock
    clock.set(due)
    with pytest.raises(Refused, match="complaint_too_late"):
        complain(awarded, loser, challenge, (1,))
    clock.set(due - MICROSECOND)
    complain(awarded, loser, challenge, (1,))


def test_silent_buyer_leaves_the_way_open(awarded: Judging, loser: Player) -> None:
    """GPL 55: once the time for the answer has run, nobody waits for it."""
    challenge = file(awarded, loser)
    with awarded.journal.read() as work:
        due = queries.challenge(work.session, challenge).answer_due_at
    awarded.play.clock.set(due)
    complain(awarded, loser, challenge, (1, 2))
    with pytest.raises(Refused, match="wrong_stage"):
        answer(awarded, challenge)


def test_complaint_suspends_anew_until_the_decision(
    awarded: Judging, loser: Player, contracting: Contracting
) -> None:
    challenge = file(awarded, loser)
    answer(awarded, challenge)
    complain(awarded, loser, challenge, (1,))
    with pytest.raises(Refused, match="suspended"):
        contracting.sign()
    rule(awarded, challenge)
    contracting.sign()


def test_reviewer_is_nobody_of_the_buyers(awarded: Judging, loser: Player) -> None:
    """GPL 60, requirement 105."""
    challenge = file(awarded, loser)
    answer(awarded, challenge)
    complain(awarded, loser, challenge, (1,))
    play = awarded.play
    insider = play.cast.player("insider", "内部人", play.staff.buyer, _reviewer(awarded))
    with pytest.raises(Refused, match="reviewer_took_part"):
        rule(awarded, challenge, player=insider)
    with pytest.raises(Refused, match="not_authorised"):
        rule(awarded, challenge, player=play.staff.officer)
    play.cast.grant(play.staff.officer, _reviewer(awarded))
    with pytest.raises(Refused, match="excluded_role"):
        rule(awarded, challenge, player=play.staff.officer)


def test_dismissed_complaint_has_no_remedy(awarded: Judging, loser: Player) -> None:
    challenge = file(awarded, loser)
    answer(awarded, challenge)
    complain(awarded, loser, challenge, (1,))
    with pytest.raises(Refused, match="remedy_without_ruling"):
        rule(awarded, challenge, remedy="lapse_award")


@pytest.mark.parametrize(
    ("remedy", "stage"),
    [("lapse_award", LotStage.REPORTED), ("fail_lot", LotStage.FAILED), ("none", LotStage.AWARDED)],
)
def test_decision_has_its_effect(
    awarded: Judging, loser: Player, remedy: str, stage: LotStage
) -> None:
    challenge = file(awarded, loser)
    answer(awarded, challenge)
    complain(awarded, loser, challenge, (1,))
    rule(awarded, challenge, ruling="upheld", remedy=remedy)
    assert awarded.stage is stage
    with pytest.raises(Refused, match="wrong_stage"):
        rule(awarded, challenge)


def test_contract_of_a_lapsed_award_is_not_signed(
    awarded: Judging, loser: Player, contracting: Contracting
) -> None:
    challenge = file(awarded, loser)
    answer(awarded, challenge)
    complain(awarded, loser, challenge, (1,))
    with awarded.journal.read() as work:
        award = awards.live_award(work.session, awarded.lot)
        assert award is not None
        firm = award.supplier_id
    winner = awarded.play.bidders[awarded.lot][firm]
    rule(awarded, challenge, ruling="upheld", remedy="lapse_award")
    with awarded.journal.read() as work:
        statement = contracts.prepare_contract_signature(work, contracting.contract)
    examined = awarded.play.cast.examined(winner, statement)
    with pytest.raises(Refused, match="wrong_stage"), awarded.journal.write() as work:
        contracts.sign_as_supplier(work, winner.actor, contracting.contract, examined)


def test_challenge_suspends_the_performance_too(awarded: Judging, loser: Player) -> None:
    """GPR 54: a contract already signed is not carried out meanwhile."""
    contracting = Contracting(awarded.play, awarded.lot)
    contracting.conclude()
    challenge = file(awarded, loser)
    delivering = Delivering(contracting)
    with pytest.raises(Refused, match="suspended"):
        delivering.accept()
    answer(awarded, challenge)
    delivering.accept()


def test_suspended_time_counts_overlaps_once(awarded: Judging, loser: Player) -> None:
    rival = awarded.play.cast.players["supplier3"]
    start = awarded.play.clock.now()
    first, second = file(awarded, loser), file(awarded, rival)
    awarded.play.clock.advance(timedelta(days=2))
    answer(awarded, first)
    answer(awarded, second)
    awarded.play.clock.advance(timedelta(days=1))
    with awarded.journal.read() as work:
        lot = work.session.get_one(Lot, awarded.lot)
        now = awarded.play.clock.now()
        waited = queries.time_suspended(work.session, lot, since=start, now=now)
        assert queries.suspending(work.session, lot, now) == []
    assert waited == timedelta(days=2)


def _supplier(judging: Judging, number: int) -> list[tuple[Role, Firm]]:
    firm = judging.play.cast.firms[f"91610000MA6TXA00{number}{'ABCDE'[number - 1]}"]
    return [(Role.SUPPLIER, firm)]


def _reviewer(judging: Judging) -> list[tuple[Role, Firm]]:
    return [(Role.REVIEWER, judging.play.staff.reviewer.firm)]
