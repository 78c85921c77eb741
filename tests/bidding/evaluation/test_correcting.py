"""Prices that contradict themselves: corrected, and confirmed by signature or void (87-59)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from app.jobs import proceeding
from app.rehearsal.cast import Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.judging import Judging
from bidding.evaluation import binding, queries, services
from bidding.evaluation.models import BidStanding
from bidding.evaluation.prices import PriceLine
from bidding.evaluation.services import Detail
from kernel import canonical
from kernel.money import Money, UnitPrice
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text
from kernel.vocabulary import Action, LotStage, system_actor
from procurement.awards import services as awards
from procurement.profiles import load_profile
from tests.recorded import last_body

A, B, C = "91610000MA6TXA001A", "91610000MA6TXA002B", "91610000MA6TXA003C"
MINUTES = load_profile("cn-gov").abnormal_reply_minutes_min.value
MICROSECOND = timedelta(microseconds=1)
# Read out: 980 000; the bid's own thousand desks cost 1 090 together with their unit price.
UNIT_SUM = Detail(lines=(PriceLine(UnitPrice(Decimal(1090), "CNY"), Decimal(1000)),))


def _correct(
    judging: Judging, bidder: str, detail: Detail = UNIT_SUM, *, player: Player | None = None
) -> str:
    bid = judging.play.opened(judging.lot)[bidder]
    actor = (player or judging.members()[0]).actor
    with judging.journal.write() as work:
        return services.correct_price(work, actor, bid, detail, minutes=MINUTES)


def _supplier(judging: Judging, identifier: str) -> Player:
    players = judging.play.bidders[judging.lot].values()
    return next(player for player in players if player.firm.identifier == identifier)


def _confirm(
    judging: Judging, correction: str, player: Player, *, confirmed: bool = True, says: bool = True
) -> None:
    with judging.journal.read() as work:
        statement = services.prepare_confirmation(work, correction, confirmed=says)
    examined = judging.play.cast.examined(player, statement)
    with judging.journal.write() as work:
        services.confirm_correction(work, player.actor, correction, examined, confirmed=confirmed)


def _standing(judging: Judging, bidder: str) -> BidStanding:
    bid = judging.play.opened(judging.lot)[bidder]
    with judging.journal.read() as work:
        return queries.standings(work.session, judging.lot)[bid]


def test_confirmed_price_is_compared_and_contracted(complying: Judging) -> None:
    """Requirement 085: the correction decides the ranking, the award and the contract."""
    correction = _correct(complying, A)
    noted = last_body(complying.journal, Action.CORRECT_PRICE)
    assert noted["price"] == {"amount": "1090000.00", "currency": "CNY"}
    assert noted["steps"] == [
        {"rule": "unit_sum_over_total", "before": "980000.00", "after": "1090000.00"}
    ]
    assert noted["stated"]["lines"] == [
        {"unit_price": "1090", "quantity": "1000", "misplaced": "no"}
    ]
    complying.score()
    with pytest.raises(Refused, match="corrections_unanswered"):
        complying.rank()
    _confirm(complying, correction, _supplier(complying, A))
    answered = last_body(complying.journal, Action.CONFIRM_CORRECTION)
    assert (answered["confirmed"], answered["in_the_race"]) == (True, True)
    assert answered["document"]
    complying.rank()
    complying.sign_report()
    with complying.journal.read() as work:
        report = canonical.decode(queries.ranking(work.session, complying.lot).report)
    assert isinstance(report, dict)
    # B at 1 050 000 is now the lowest; 1050/1090 × 40 + 42 puts A second
    lines = [(place["price"], place["total_points"]) for place in report["ranking"]]
    assert lines == [("1050000.00", "82.00"), ("1090000.00", "80.53"), ("1100000.00", "80.18")]
    assert [made["confirmed"] for made in report["prices_corrected"]] == [True]
    opened = complying.play.opened(complying.lot)
    with complying.journal.write() as work:
        award = awards.decide_award(
            work,
            complying.play.staff.approver.actor,
            complying.lot,
            opened[A],
            reason=Text("第一名放弃"),
            cites="GPR art. 43",
        )
    assert complying.awarded() == (A, "1090000.00")
    complying.announce(award)
    contracting = Contracting(complying.play, complying.lot)
    contracting.conclude()
    assert contracting.amount() == "1090000.00"


def test_sheet_prevails_and_is_still_confirmed(complying: Judging) -> None:
    """The first rule of the order leaves the price as read out; the bidder says so himself."""
    correction = _correct(complying, A, Detail(total=Money.parse("981000.00", "CNY")))
    _confirm(complying, correction, _supplier(complying, A))
    with complying.journal.read() as work:
        bound = binding.binding_prices(work.session, complying.lot)
    assert str(bound[complying.play.opened(complying.lot)[A]]) == "980000.00"


def test_what_does_not_contradict_itself_is_not_corrected(complying: Judging) -> None:
    same = PriceLine(UnitPrice(Decimal(980), "CNY"), Decimal(1000))
    for detail in (Detail(), Detail(total=Money.parse("980000.00", "CNY"), lines=(same,))):
        with pytest.raises(Refused, match="nothing_to_correct"):
            _correct(complying, A, detail)
    _correct(complying, A)
    with pytest.raises(Refused, match="price_corrected_already"):
        _correct(complying, A)


def test_only_the_panel_corrects_and_only_the_bidder_confirms(complying: Judging) -> None:
    for player in (complying.play.staff.officer, _supplier(complying, A)):
        with pytest.raises(Refused, match="not_authorised"):
            _correct(complying, A, player=player)
    correction = _correct(complying, A)
    with pytest.raises(Refused, match="not_authorised"):
        _confirm(complying, correction, _supplier(complying, B))
    with pytest.raises(StaleWrite):  # a signed no is not a yes
        _confirm(complying, correction, _supplier(complying, A), says=False)
    _confirm(complying, correction, _supplier(complying, A))
    with pytest.raises(Refused, match="correction_answered_already"):
        _confirm(complying, correction, _supplier(complying, A), confirmed=False, says=False)


@pytest.fixture
def four(opened: Callable[..., Judging]) -> Judging:
    """Four bids that comply, so that the lot survives without one."""
    judging = opened(bids=4)
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    return judging


def test_who_does_not_confirm_is_out(four: Judging) -> None:
    correction = _correct(four, A)
    _confirm(four, correction, _supplier(four, A), confirmed=False, says=False)
    standing = _standing(four, A)
    assert (standing.in_the_race, standing.price_confirmed) == (False, False)
    assert "Order 87 art. 59" in standing.cites
    four.score()
    four.rank()
    assert four.stage is LotStage.EVALUATED
    with four.journal.read() as work:
        ranked = {row.bid_id for row in queries.ranked_bids(work.session, four.lot)}
    assert four.play.opened(four.lot)[A] not in ranked


def test_silence_voids_at_the_instant_the_time_is_out(four: Judging) -> None:
    """Late by nothing is late; the clock voids and the bidder can no longer confirm."""
    installation, clock = four.play.installation, four.play.clock
    correction = _correct(four, A)
    due_at = clock.now() + timedelta(minutes=MINUTES)
    clock.set(due_at - MICROSECOND)
    assert proceeding.void_unconfirmed_bids(installation) == []
    with pytest.raises(Refused, match="confirmation_time_runs"), four.journal.write() as work:
        services.void_unconfirmed(work, system_actor("silence"), correction)
    clock.set(due_at)
    with pytest.raises(Refused, match="late"):
        _confirm(four, correction, _supplier(four, A))
    assert proceeding.void_unconfirmed_bids(installation) == [four.lot]
    kept = last_body(four.journal, Action.CONFIRM_CORRECTION)
    assert (kept["confirmed"], kept["document"], kept["in_the_race"]) == (False, None, False)
    assert proceeding.void_unconfirmed_bids(installation) == []


def test_too_few_are_left_and_the_lot_ends(complying: Judging) -> None:
    correction = _correct(complying, A)
    _confirm(complying, correction, _supplier(complying, A), confirmed=False, says=False)
    assert complying.stage is LotStage.FAILED


def test_corrected_above_the_ceiling_is_void(four: Judging) -> None:
    """Order 87 art. 63: as it would be had it been read out so."""
    above = Detail(lines=(PriceLine(UnitPrice(Decimal("1200.00001"), "CNY"), Decimal(1000)),))
    correction = _correct(four, A, above)
    _confirm(four, correction, _supplier(four, A))
    standing = _standing(four, A)
    assert (standing.price_confirmed, standing.compliant) == (True, False)
    assert not standing.in_the_race
    assert "Order 87 art. 63" in standing.cites
