"""Contract and acceptance: nothing but tender and bid, both signatures, every standard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.cast import Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import Judging
from kernel.refusal import Refused, StaleWrite
from kernel.vocabulary import Action, ContractStage, LotStage, Role
from procurement.awards import queries as awards
from procurement.awards import services as award_services
from procurement.challenges.services import ChallengeItem
from procurement.contracts import deadlines, drafting, queries, services
from procurement.contracts.services import ContractTerms
from procurement.plans.models import Need
from procurement.profiles import load_profile
from procurement.profiles.timetable import Light
from procurement.tenders.models import Lot
from tests.recorded import last_body

MICROSECOND = timedelta(microseconds=1)
# Published on 28 April 2026: thirty days end with 28 May where the office is (P23).
SIGN_UNTIL = datetime(2026, 5, 28, 16, 0, tzinfo=UTC)


def _award(judging: Judging) -> str:
    with judging.journal.read() as work:
        award = awards.live_award(work.session, judging.lot)
        assert award is not None
        return award.id


def _draft(judging: Judging, terms: ContractTerms, player: Player | None = None) -> str:
    actor = (player or judging.play.staff.officer).actor
    with judging.journal.write() as work:
        return services.draft_contract(work, actor, _award(judging), terms)


@pytest.fixture
def drafted(awarded: Judging) -> Contracting:
    """A contract that nobody has signed."""
    made = Contracting(awarded.play, awarded.lot)
    made.draft()
    return made


def _sign(contracting: Contracting, player: Player, as_buyer: bool) -> None:
    sign = services.sign_as_buyer if as_buyer else services.sign_as_supplier
    with contracting.journal.read() as work:
        statement = services.prepare_contract_signature(work, contracting.contract)
    examined = contracting.play.cast.examined(player, statement)
    with contracting.journal.write() as work:
        sign(work, player.actor, contracting.contract, examined)


def test_contract_says_what_tender_and_bid_said(awarded: Judging) -> None:
    contract = _draft(awarded, ContractTerms(30))
    with awarded.journal.read() as work:
        made = queries.contract(work.session, contract)
        assert made.amount_minor == 98_000_000
        (line,) = made.lines
        assert (line.quantity, line.unit_price, line.amount_minor) == (1000, 980, 98_000_000)
        assert [standard["code"] for standard in made.standards] == ["item-1", "criterion-2"]
        assert made.sign_until == SIGN_UNTIL


@pytest.mark.parametrize("name", ["supplier", "amount", "currency", "delivery", "item_1"])
def test_any_difference_is_blocked(awarded: Judging, name: str) -> None:
    """87-71, requirement 108: price, quantity, term and party stay as they were."""
    with awarded.journal.read() as work:
        award = awards.award(work.session, _award(awarded))
        terms = drafting.awarded_terms(work, award, work.session.get_one(Lot, awarded.lot))
    wrong: Mapping[str, object] = terms | {name: "980000.01"}
    less = {known: value for known, value in terms.items() if known != name}
    for proposed in (wrong, less, terms | {"bonus": "1"}):
        with pytest.raises(Refused, match="contract_differs"):
            _draft(awarded, ContractTerms(30, proposed=proposed))
    assert _draft(awarded, ContractTerms(30, proposed=terms))


def test_payment_days_have_their_limit(awarded: Judging) -> None:
    for days in (-1, 61):
        with pytest.raises(Refused, match="payment_days_too_many"):
            _draft(awarded, ContractTerms(days))
    assert _draft(awarded, ContractTerms(60))


def test_drafted_once_by_the_officer(awarded: Judging) -> None:
    with pytest.raises(Refused, match="not_authorised"):
        _draft(awarded, ContractTerms(30), awarded.play.staff.approver)
    _draft(awarded, ContractTerms(30))
    with pytest.raises(Refused, match="contract_drafted_already"):
        _draft(awarded, ContractTerms(30))


def test_no_contract_before_the_notice(reported: Judging) -> None:
    reported.decide()
    with pytest.raises(Refused, match="wrong_stage"):
        _draft(reported, ContractTerms(30))


def test_supplier_signs_first_and_both_must(drafted: Contracting) -> None:
    approver = drafted.play.staff.approver
    with pytest.raises(Refused, match="wrong_stage"):
        _sign(drafted, approver, as_buyer=True)
    rival = drafted.play.cast.players["supplier3"]
    with pytest.raises(Refused, match="not_authorised"):
        _sign(drafted, rival, as_buyer=False)
    _sign(drafted, drafted.supplier, as_buyer=False)
    with pytest.raises(Refused, match="wrong_stage"):
        _sign(drafted, drafted.supplier, as_buyer=False)
    with pytest.raises(Refused, match="not_authorised"):
        _sign(drafted, drafted.play.staff.officer, as_buyer=True)
    _sign(drafted, approver, as_buyer=True)
    with drafted.journal.read() as work:
        made = queries.contract(work.session, drafted.contract)
        assert made.stage == ContractStage.IN_FORCE
        assert work.session.get_one(Lot, drafted.lot).stage == LotStage.CONTRACTED
    with pytest.raises(Refused, match="wrong_stage"):
        _sign(drafted, approver, as_buyer=True)


def test_late_signature_holds_and_is_recorded_as_late(drafted: Contracting) -> None:
    """GPL 46 sets a duty and voids nothing; late by nothing is late (half-open)."""
    play = drafted.play
    play.clock.set(SIGN_UNTIL - MICROSECOND)
    _sign(drafted, drafted.supplier, as_buyer=False)
    offered = last_body(drafted.journal, Action.SIGN_AS_SUPPLIER)
    assert (offered["late"], offered["due_at"]) == (False, "2026-05-28T16:00:00.000Z")
    play.clock.set(SIGN_UNTIL)
    with drafted.journal.read() as work:
        [waiting] = deadlines.open_deadlines(work.session, play.clock.now())
    assert waiting.light(load_profile(play.plot.profile), play.clock.now()) is Light.RED
    _sign(drafted, play.staff.approver, as_buyer=True)
    assert last_body(drafted.journal, Action.SIGN_AS_BUYER)["late"] is True
    with drafted.journal.read() as work:
        assert queries.contract(work.session, drafted.contract).stage == ContractStage.IN_FORCE


def test_suspended_time_makes_no_signature_late(drafted: Contracting) -> None:
    """GPL 57: what a challenge suspended is not counted."""
    rival = drafted.play.cast.players["supplier2"]
    dispute = Disputing(drafted.play, rival, drafted.lot)
    dispute.file(ChallengeItem("评分有误"))
    drafted.play.clock.advance(timedelta(days=2))
    dispute.answer("rejected")
    drafted.play.clock.set(SIGN_UNTIL + timedelta(days=2) - MICROSECOND)
    _sign(drafted, drafted.supplier, as_buyer=False)
    assert last_body(drafted.journal, Action.SIGN_AS_SUPPLIER)["late"] is False
    drafted.play.clock.advance(MICROSECOND)
    _sign(drafted, drafted.play.staff.approver, as_buyer=True)
    kept = last_body(drafted.journal, Action.SIGN_AS_BUYER)
    assert (kept["late"], kept["due_at"]) == (True, "2026-05-30T16:00:00.000Z")


def test_signature_of_other_bytes_is_refused(drafted: Contracting) -> None:
    supplier = drafted.supplier
    with drafted.journal.read() as work:
        statement = services.prepare_contract_signature(work, drafted.contract)
    altered = statement.replace(b'"980000.00"', b'"980000.01"')
    assert altered != statement
    examined = drafted.play.cast.examined(supplier, altered)
    with pytest.raises(StaleWrite), drafted.journal.write() as work:
        services.sign_as_supplier(work, supplier.actor, drafted.contract, examined)


def test_lapsed_award_takes_its_draft_with_it(awarded: Judging, drafted: Contracting) -> None:
    """The next-ranked gets a contract of its own; the old draft can no longer be signed."""
    supplier = drafted.supplier
    officer = awarded.play.staff.officer.actor
    with awarded.journal.write() as work:
        award_services.lapse_award(
            work, officer, _award(awarded), "winner_refused", "放弃", "Order 87 art. 70"
        )
    with awarded.journal.read() as work:
        second = awards.candidates(work.session, awarded.lot)[0].bid_id
    awarded.announce(awarded.decide(second))
    with pytest.raises(Refused, match="award_lapsed"):
        _sign(drafted, supplier, as_buyer=False)
    fresh = Contracting(awarded.play, awarded.lot)
    fresh.conclude()
    assert fresh.amount() == "1050000.00"


def test_every_standard_is_judged_once(in_force: Contracting) -> None:
    """GPR 45, requirement 113."""
    delivering = Delivering(in_force)
    whole = delivering.inspection()
    for results, code in (
        (whole.results[1:], "standards_unjudged"),
        ((*whole.results, services.Result("item-9", True)), "standards_unjudged"),
        ((*whole.results, whole.results[0]), "standard_judged_twice"),
    ):
        wrong = services.Inspection(results, whole.delivered_at)
        with pytest.raises(Refused, match=code):
            delivering.accept(wrong)
    delivering.accept(whole)
    assert delivering.contract.stage == ContractStage.ACCEPTED


def test_what_failed_is_rejected_and_delivered_again(in_force: Contracting) -> None:
    delivering = Delivering(in_force)
    failing = delivering.inspection(failed=["item-1"])
    with pytest.raises(Refused, match="accepted_though_failed"):
        delivering.accept(failing)
    with pytest.raises(Refused, match="rejected_though_passed"):
        delivering.reject(delivering.inspection())
    delivering.reject(failing)
    assert delivering.contract.stage == ContractStage.IN_FORCE
    delivering.accept()
    with delivering.journal.read() as work:
        made = queries.acceptances(work.session, delivering.id)
    assert [(row.number, row.accepted) for row in made] == [(1, False), (2, True)]
    with pytest.raises(Refused, match="wrong_stage"):
        delivering.accept()


def test_officer_and_signer_do_not_accept(in_force: Contracting) -> None:
    """GPL 61: who bought, and who signed, is excluded whatever role is granted later."""
    delivering = Delivering(in_force)
    staff, cast = in_force.play.staff, in_force.play.cast
    for player in (staff.officer, staff.approver):
        with pytest.raises(Refused, match="not_authorised"):
            delivering.accept(player=player)
        cast.grant(player, [(Role.ACCEPTOR, staff.buyer)])
        with pytest.raises(Refused, match="excluded_role"):
            delivering.accept(player=player)
    delivering.accept()


def test_using_unit_may_accept_for_itself(in_force: Contracting) -> None:
    staff, cast = in_force.play.staff, in_force.play.cast
    own = cast.player("unit2", "校方", staff.unit, [(Role.ACCEPTOR, staff.unit)])
    Delivering(in_force).accept(player=own)


def test_acceptor_of_elsewhere_does_not(in_force: Contracting) -> None:
    staff, cast = in_force.play.staff, in_force.play.cast
    other = cast.player(
        "elsewhere", "别处", staff.reviewer.firm, [(Role.ACCEPTOR, staff.reviewer.firm)]
    )
    with pytest.raises(Refused, match="not_authorised"):
        Delivering(in_force).accept(player=other)


def test_delivery_lies_between_contract_and_inspection(in_force: Contracting) -> None:
    delivering = Delivering(in_force)
    now = in_force.play.clock.now()
    for moment in (now + MICROSECOND, now - timedelta(days=30)):
        with pytest.raises(Refused, match="delivery_out_of_order"):
            delivering.accept(delivering.inspection(delivered_at=moment))


def test_users_of_a_public_service_are_heard(in_force: Contracting) -> None:
    """GPR 45, requirement 114."""
    with in_force.journal.write() as work:
        for need in queries.needs(work.session, in_force.play.purchase):
            work.session.get_one(Need, need.id).public_service = True
    delivering = Delivering(in_force)
    silent = delivering.inspection()
    with pytest.raises(Refused, match="users_unheard"):
        delivering.accept(silent)
    heard = services.Inspection(silent.results, silent.delivered_at, ("课桌稳固",))
    delivering.accept(heard)
