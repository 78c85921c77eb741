"""Attempts from the opened bids on: evaluation, award, dispute, contract, payment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.rehearsal.cast import Player
from bidding.evaluation import services as evaluation
from bidding.evaluation.models import PriceCorrection, PriceQuestion
from bidding.evaluation.prices import PriceLine
from bidding.evaluation.services import Detail, Opinion, PanelPlan, Points, Qualification
from bidding.opening import services as opening
from bidding.opening.confirming import confirm_opening
from bidding.opening.models import OpenedBid, OpeningRecord
from kernel.money import Money, UnitPrice
from kernel.refusal import NotFound
from kernel.vocabulary import Action
from procurement.awards import services as awards
from procurement.awards.models import Award
from procurement.awards.notices import AwardNotice
from procurement.challenges import services as challenges
from procurement.challenges.models import Challenge
from procurement.challenges.rules import About
from procurement.challenges.services import Answer, ChallengeItem, NewChallenge, Ruling
from procurement.contracts import services as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import ContractTerms, Inspection, Result
from procurement.payments import services as payments
from procurement.payments.models import Invoice, Payment
from procurement.payments.services import NewInvoice
from procurement.profiles import load_profile
from procurement.profiles.timetable import local_date
from procurement.tenders.models import Criterion
from tests.properties.scene import (
    NOTHING,
    WORDS,
    Attempt,
    Scene,
    on,
    the_lot,
    the_purchase,
)


def _sign_record(scene: Scene, person: Player) -> None:
    lot = scene.lot
    with scene.journal.read() as work:
        record = work.session.get(OpeningRecord, lot)
        if record is None:
            raise NotFound("opening record", lot)
        statement = record.statement
    examined = scene.play.cast.examined(person, statement)
    scene.does(opening.sign_opening_record, person, lot, examined)


def _confirm(scene: Scene, person: Player) -> None:
    lot = scene.lot
    with scene.journal.read() as work:
        record = work.session.get(OpeningRecord, lot)
        if record is None:
            raise NotFound("opening record", lot)
        statement = record.statement
    examined = scene.play.cast.examined(person, statement)
    scene.does(confirm_opening, person, lot, examined)


def _qualify(scene: Scene, person: Player) -> None:
    decisions = [Qualification(bid, True) for bid in scene.all(OpenedBid.id)]
    if decisions and scene.number % 4 == 0:
        decisions[0] = replace(
            decisions[0], qualified=False, reason=WORDS, cites="Order 87 art. 44"
        )
    scene.does(evaluation.qualify_bids, person, scene.lot, decisions)


def _declare(scene: Scene, person: Player) -> None:
    lot = scene.lot
    scene.signed(
        lambda work: evaluation.prepare_declaration(work, person.actor, lot, ()),
        evaluation.declare_interests,
        person,
        lot,
        (),
    )


def _comply(scene: Scene, person: Player) -> None:
    opinions = [Opinion(bid, True) for bid in scene.all(OpenedBid.id)]
    scene.does(evaluation.check_compliance, person, scene.lot, opinions)


def _question_price(scene: Scene, person: Player) -> None:
    bid = scene.last(OpenedBid.id, OpenedBid.position)
    minutes = 29 + scene.number % 3
    scene.does(evaluation.question_price, person, bid, "请说明报价的成本构成。", minutes=minutes)


def _correct_price(scene: Scene, person: Player) -> None:
    """The bid's own thousand pieces cost what was read out, or something else."""
    bid = scene.last(OpenedBid.id, OpenedBid.position)
    detail = Detail(
        lines=(PriceLine(UnitPrice(Decimal(900 + scene.number), "CNY"), Decimal(1000)),)
    )
    minutes = 29 + scene.number % 3
    scene.does(evaluation.correct_price, person, bid, detail, minutes=minutes)


def _confirm_correction(scene: Scene, person: Player) -> None:
    correction = scene.last(PriceCorrection.id, PriceCorrection.noted_at)
    confirmed = bool(scene.number % 3)
    with scene.journal.read() as work:
        statement = evaluation.prepare_confirmation(work, correction, confirmed=confirmed)
    examined = scene.play.cast.examined(person, statement)
    scene.does(evaluation.confirm_correction, person, correction, examined, confirmed=confirmed)


def _score(scene: Scene, person: Player) -> None:
    lot = scene.lot
    with scene.journal.read() as work:
        scored = work.session.scalars(select(Criterion).where(Criterion.kind == "quality")).all()
    # One point in eleven is out of range.
    share = Decimal(scene.number % 11 + 1) / 10
    given = [
        Points(bid, criterion.id, (criterion.weight * share).quantize(Decimal("0.01")))
        for bid in scene.all(OpenedBid.id)
        for criterion in scored
    ]
    scene.signed(
        lambda work: evaluation.prepare_score_sheet(work, person.actor, lot, given),
        evaluation.score_bids,
        person,
        lot,
        given,
    )


def _sign_report(scene: Scene, person: Player) -> None:
    lot = scene.lot
    scene.signed(
        lambda work: evaluation.prepare_report_signature(work, lot),
        evaluation.sign_report,
        person,
        lot,
    )


def _decide(scene: Scene, person: Player) -> None:
    bids = scene.all(OpenedBid.id) or [NOTHING]
    bid = bids[scene.number % len(bids)]
    scene.does(awards.decide_award, person, scene.lot, bid)


def _the_award(scene: Scene) -> str:
    return scene.last(Award.id, Award.decided_at)


def _publish_award(scene: Scene, person: Player) -> None:
    award, notice = _the_award(scene), AwardNotice("陕西省")
    scene.signed(
        lambda work: awards.prepare_award_notice(work, award, notice),
        awards.publish_award,
        person,
        award,
        notice,
    )


def _challenge(scene: Scene, person: Player) -> None:
    about = list(About)[scene.number % 3]
    lot = None if about is About.DOCUMENTS else scene.lot
    new = NewChallenge(scene.tender, person.firm.id, about, (ChallengeItem("不公"),), lot)
    scene.does(challenges.file_challenge, person, new)


def _the_challenge(scene: Scene) -> str:
    return scene.last(Challenge.id, Challenge.filed_at)


def _answer_challenge(scene: Scene, person: Player) -> None:
    outcome = ("upheld", "partly", "rejected")[scene.number % 3]
    scene.does(challenges.answer_challenge, person, _the_challenge(scene), Answer(outcome, WORDS))


def _decide_complaint(scene: Scene, person: Player) -> None:
    ruling, remedy = (("dismissed", "none"), ("upheld", "lapse_award"), ("upheld", "fail_lot"))[
        scene.number % 3
    ]
    ruled = Ruling(ruling, remedy, WORDS, "Order 94 art. 32")
    scene.does(challenges.decide_complaint, person, _the_challenge(scene), ruled)


def _the_contract(scene: Scene) -> str:
    return scene.last(Contract.id, Contract.drafted_at)


def _sign_contract(use_case: Callable[..., object]) -> Attempt:
    def attempt(scene: Scene, person: Player) -> None:
        contract = _the_contract(scene)
        scene.signed(
            lambda work: contracts.prepare_contract_signature(work, contract),
            use_case,
            person,
            contract,
        )

    return attempt


def _inspect(use_case: Callable[..., object], *, failing: bool) -> Attempt:
    def attempt(scene: Scene, person: Player) -> None:
        contract = _the_contract(scene)
        with scene.journal.read() as work:
            known = work.session.get(Contract, contract)
            codes = [standard["code"] for standard in known.standards] if known else []
        results = tuple(Result(code, not (failing and code == codes[0])) for code in codes)
        inspection = Inspection(results, scene.play.clock.now() - timedelta(hours=scene.number % 3))
        scene.signed(
            lambda work: contracts.prepare_acceptance(work, contract, inspection),
            use_case,
            person,
            contract,
            inspection,
        )

    return attempt


def _invoice(scene: Scene, person: Player) -> None:
    contract = _the_contract(scene)
    with scene.journal.read() as work:
        known = work.session.get(Contract, contract)
        agreed = Money.of_minor(known.amount_minor, known.currency) if known else scene.money()
    cent = Money.of_minor(1, agreed.currency)
    amount = (agreed, agreed, agreed + cent, cent)[scene.number % 4]
    on = local_date(load_profile(scene.play.plot.profile), scene.play.clock.now())
    new = NewInvoice(contract, f"发票-{scene.number}", amount, on)
    scene.does(payments.submit_invoice, person, new)


def _the_invoice(scene: Scene) -> str:
    return scene.last(Invoice.id, Invoice.submitted_at)


def _the_payment(scene: Scene) -> str:
    return scene.last(Payment.id, Payment.prepared_at)


def _release_payment(scene: Scene, person: Player) -> None:
    payment = _the_payment(scene)
    scene.signed(
        lambda work: payments.prepare_release(work, payment),
        payments.release_payment,
        person,
        payment,
    )


def _settle(scene: Scene, person: Player) -> None:
    on = local_date(load_profile(scene.play.plot.profile), scene.play.clock.now())
    reference = f"GK-{scene.number}"
    scene.does(payments.settle_payment, person, _the_payment(scene), reference, on)


def _price_question(scene: Scene) -> str:
    return scene.last(PriceQuestion.id, PriceQuestion.asked_at)


AFTER_OPENING: Mapping[Action, Attempt] = {
    Action.SIGN_OPENING_RECORD: _sign_record,
    Action.CONFIRM_OPENING: _confirm,
    Action.QUALIFY_BIDS: _qualify,
    Action.DRAW_PANEL: on(evaluation.draw_panel, the_lot, PanelPlan(5)),
    Action.DECLARE_INTERESTS: _declare,
    Action.CHECK_COMPLIANCE: _comply,
    Action.QUESTION_PRICE: _question_price,
    Action.ANSWER_PRICE: on(evaluation.answer_price, _price_question, "成本表如下"),
    Action.JUDGE_PRICE: on(evaluation.judge_price, _price_question, True, WORDS),
    Action.CORRECT_PRICE: _correct_price,
    Action.CONFIRM_CORRECTION: _confirm_correction,
    Action.SCORE_BIDS: _score,
    Action.RANK_BIDS: on(evaluation.rank_bids, the_lot),
    Action.SIGN_REPORT: _sign_report,
    Action.CONCLUDE_REPORT: on(evaluation.conclude_report, the_lot),
    Action.FAIL_LOT: on(evaluation.fail_lot, the_lot, WORDS, "GPL art. 36"),
    Action.DECIDE_AWARD: _decide,
    Action.PUBLISH_AWARD: _publish_award,
    Action.LAPSE_AWARD: on(awards.lapse_award, _the_award, "refused", "放弃", "GPR art. 49"),
    Action.FILE_CHALLENGE: _challenge,
    Action.ANSWER_CHALLENGE: _answer_challenge,
    Action.FILE_COMPLAINT: on(challenges.file_complaint, _the_challenge, (1,), "不服"),
    Action.DECIDE_COMPLAINT: _decide_complaint,
    Action.DRAFT_CONTRACT: on(contracts.draft_contract, _the_award, ContractTerms(30)),
    Action.SIGN_AS_SUPPLIER: _sign_contract(contracts.sign_as_supplier),
    Action.SIGN_AS_BUYER: _sign_contract(contracts.sign_as_buyer),
    Action.ACCEPT_DELIVERY: _inspect(contracts.accept_delivery, failing=False),
    Action.REJECT_DELIVERY: _inspect(contracts.reject_delivery, failing=True),
    Action.SUBMIT_INVOICE: _invoice,
    Action.MATCH_INVOICE: on(payments.match_invoice, _the_invoice),
    Action.RETURN_INVOICE: on(payments.return_invoice, _the_invoice, "tax", "税号有误"),
    Action.PREPARE_PAYMENT: on(payments.prepare_payment, _the_invoice),
    Action.RELEASE_PAYMENT: _release_payment,
    Action.SETTLE_PAYMENT: _settle,
    Action.CLOSE_PURCHASE: on(payments.close_purchase, the_purchase),
}
