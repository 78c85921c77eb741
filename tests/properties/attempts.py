"""Every verb that a person may try, as one act by one person, at whatever time and stage.

An attempt takes what there is at the moment, or a thing that does not exist; it signs with the key
of whoever tries. What becomes of it is for the rules: it is done, or it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import OCID_PREFIX, Play
from bidding.envelopes.models import BidAct
from bidding.envelopes.services import blinded_root, note_sealed_read
from bidding.evaluation import services as evaluation
from bidding.evaluation.models import PriceQuestion
from bidding.evaluation.services import Opinion, PanelPlan, Points, Qualification
from bidding.evaluation.stages import EVALUATION
from bidding.opening import services as opening
from bidding.opening.models import OpenedBid, OpeningRecord
from bidding.opening.stages import OPENING
from kernel.lifecycle import Lifecycle
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Part
from procurement.awards import services as awards
from procurement.awards.models import Award
from procurement.awards.notices import AwardNotice
from procurement.awards.stages import AWARD
from procurement.challenges import services as challenges
from procurement.challenges.models import Challenge
from procurement.challenges.rules import About
from procurement.challenges.services import Answer, ChallengeItem, NewChallenge, Ruling
from procurement.challenges.stages import CHALLENGE
from procurement.contracts import services as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import ContractTerms, Inspection, Result
from procurement.contracts.stages import CONTRACT, CONTRACTING
from procurement.payments import services as payments
from procurement.payments.models import Invoice, Payment
from procurement.payments.services import NewInvoice
from procurement.payments.stages import INVOICE
from procurement.plans import services as plans
from procurement.plans.commands import Allotment, NewNeed, NewPlan
from procurement.plans.models import BudgetLine, Need, Purchase
from procurement.plans.stages import NEED, PURCHASE
from procurement.profiles import load_profile
from procurement.profiles.timetable import local_date
from procurement.tenders import services as tenders
from procurement.tenders.commands import Amendment
from procurement.tenders.models import Criterion, Lot, Question, Tender
from procurement.tenders.stages import TENDER
from signatures.sealed import committee
from signatures.sealed.judging import Signed

# The id of a thing that is not there.
NOTHING = "none_at_all"
WORDS = Text("理由如下", "The reasons are as follows")


@dataclass
class Scene:
    """Where an attempt is made: a purchase, and the number that makes this attempt its own."""

    play: Play
    number: int = 0

    @property
    def journal(self) -> Any:
        """Where transactions come from."""
        return self.play.installation.journal

    @property
    def lot(self) -> str:
        """The lot of the tender, if there is one."""
        return self.last(Lot.id, Lot.number)

    @property
    def tender(self) -> str:
        """The tender, if there is one."""
        return self.last(Tender.id, Tender.drafted_at)

    @property
    def purchase(self) -> str:
        """The purchase, if there is one."""
        return self.last(Purchase.id, Purchase.created_at)

    def last(self, wanted: InstrumentedAttribute[str], by: Any, *where: ColumnElement[bool]) -> str:
        """The newest thing of its kind; the id of a thing that is not there if there is none."""
        query = select(wanted).where(*where).order_by(by.desc(), wanted).limit(1)
        with self.journal.read() as work:
            return work.session.scalar(query) or NOTHING

    def all(self, wanted: InstrumentedAttribute[str]) -> list[str]:
        """All ids of a kind, in a fixed order."""
        with self.journal.read() as work:
            return list(work.session.scalars(select(wanted).order_by(wanted)))

    def live(self) -> list[Action]:
        """The verbs that go on from the stages of things as they are, and do not end everything."""
        lot = self.last(Lot.stage, Lot.number)
        now: list[tuple[Lifecycle[Any], str]] = [
            (NEED, self.last(Need.stage, Need.written_at)),
            (PURCHASE, self.last(Purchase.stage, Purchase.created_at)),
            (TENDER, self.last(Tender.stage, Tender.drafted_at)),
            (CONTRACT, self.last(Contract.stage, Contract.drafted_at)),
            (INVOICE, self.last(Invoice.stage, Invoice.submitted_at)),
            (CHALLENGE, self.last(Challenge.stage, Challenge.filed_at)),
            *((table, lot) for table in (OPENING, EVALUATION, AWARD, CONTRACTING)),
        ]
        known = {
            action
            for table, stage in now
            for known_stage, action in table.moves
            if known_stage == stage
        }
        # A second need or plan would be another purchase; challenges and invoices come in numbers.
        begun = {
            action
            for table, stage in now
            if stage == NOTHING or table in (CHALLENGE, INVOICE)
            for action in table.begins_with
        }
        return [action for action in ATTEMPTS if action in (known | begun) - ENDS]

    def money(self, part: str = "1") -> Money:
        """The budget, or a part of it, or a cent more than it."""
        budget = self.play.plot.budget
        cent = Money.of_minor(1, budget.currency)
        shares = {0: budget, 1: budget + cent, 2: budget.share_rounded(Decimal("0.5"))}
        return shares[self.number % 3].share_rounded(Decimal(part))

    def does(
        self, use_case: Callable[..., object], person: Player, *given: Any, **more: Any
    ) -> None:
        """Run a use case in its transaction."""
        with self.journal.write() as work:
            use_case(work, person.actor, *given, **more)

    def signed(
        self,
        prepare: Callable[[Any], bytes],
        use_case: Callable[..., object],
        person: Player,
        *given: Any,
    ) -> None:
        """Prepare a statement, let the person sign it, and run the use case."""
        with self.journal.read() as work:
            statement = prepare(work)
        examined = self.play.cast.examined(person, statement)
        self.does(use_case, person, *given, examined)


# After these a walk has little left to do.
ENDS = frozenset({Action.CANCEL_TENDER, Action.FAIL_LOT, Action.LAPSE_AWARD})

Attempt = Callable[[Scene, Player], None]


def _need(scene: Scene) -> NewNeed:
    plot, staff = scene.play.plot, scene.play.staff
    return NewNeed(
        staff.unit.id,
        staff.buyer.id,
        plot.title,
        plot.specification,
        plot.category,
        plot.budget,
        survey_respondents=plot.survey_respondents,
    )


def _the_need(scene: Scene) -> str:
    return scene.last(Need.id, Need.written_at)


def _allot(scene: Scene, person: Player) -> None:
    buyer = scene.play.staff.buyer.id
    code = scene.all(BudgetLine.code)
    new = Allotment(
        buyer, code[0] if code else "2050204", scene.play.clock.now().year, scene.money()
    )
    scene.does(plans.allot_budget, person, new)


def _plan(scene: Scene, person: Player) -> None:
    plot, staff = scene.play.plot, scene.play.staff
    new = NewPlan(
        staff.buyer.id,
        (_the_need(scene),),
        scene.last(BudgetLine.id, BudgetLine.allotted_at),
        plot.profile,
        plot.title,
        plot.category,
        scene.money(),
        plot.planned_start_on,
    )
    scene.does(plans.make_plan, person, new, ocid_prefix=OCID_PREFIX)


def _draft(scene: Scene, person: Player) -> None:
    scene.does(tenders.draft_tender, person, scene.purchase, scene.play.tender_draft())


def _approve_tender(scene: Scene, person: Player) -> None:
    with scene.journal.read() as work:
        tender = work.session.get(Tender, scene.tender)
        version = tender.version if tender else 1
    scene.does(tenders.approve_tender, person, scene.tender, version)


def _holder_key(scene: Scene, person: Player) -> None:
    made = committee.holder_statement(
        origin=scene.journal.origin,
        tender=scene.tender,
        part=str(Part.PRICE),
        index=1 + scene.number % 3,
        identity=sealed.new_identity(),
        made_at=scene.play.clock.now(),
    )
    examined = scene.play.cast.examined(person, made)
    scene.does(tenders.register_holder_key, person, scene.tender, Part.PRICE, examined)


def _possession(scene: Scene, person: Player) -> None:
    shown = committee.possession_statement(
        origin=scene.journal.origin,
        tender=scene.tender,
        part=str(Part.PRICE),
        index=1 + scene.number % 3,
        identity=person.identities.get((scene.tender, "price")) or sealed.new_identity(),
        checkpoint="sha256:" + "0" * 64,
    )
    examined = scene.play.cast.examined(person, shown)
    scene.does(tenders.show_possession, person, scene.tender, Part.PRICE, examined)


def _committee(scene: Scene, person: Player) -> None:
    with scene.journal.read() as work:
        statement = tenders.prepare_committee(work.session, work.origin, scene.tender)
        known = tenders.committee_to_examine(work.session, work.origin, scene.tender)
    examined = tenders.examine_committee(
        statement,
        person.signs(statement),
        known,
        trust=scene.play.installation.trust,
        at=scene.play.clock.now(),
    )
    scene.does(tenders.set_committee, person, scene.tender, examined)


def _publish(scene: Scene, person: Player) -> None:
    tender, now = scene.tender, scene.play.clock.now()
    scene.signed(
        lambda work: tenders.prepare_notice(work.session, work.origin, tender, at=now),
        tenders.publish_tender,
        person,
        tender,
    )


def _amend(scene: Scene, person: Player) -> None:
    tender = scene.tender
    with scene.journal.read() as work:
        known = work.session.get(Tender, tender)
        closes_at = known.closes_at if known else scene.play.clock.now()
    moved = closes_at + timedelta(days=scene.number % 3 - 1)
    amendment = Amendment(moved, Text("截止时间变更", "The closing moves"))
    scene.signed(
        lambda work: tenders.prepare_amendment(work.session, work.origin, tender, amendment),
        tenders.amend_tender,
        person,
        tender,
        amendment,
    )


def _bid(scene: Scene, person: Player) -> None:
    price = scene.money("0.9") if scene.number % 5 else scene.money("0.3")
    made = sealed.seal_bid(scene.play.installation, person, scene.tender, scene.lot, price)
    sealed.submit(scene.play.installation, person, made.submission)


def _withdraw(scene: Scene, person: Player) -> None:
    sent = scene.last(BidAct.id, BidAct.accepted_at, BidAct.bidder == person.firm.identifier)
    if sent == NOTHING:
        raise NotFound("bid", sent)
    made = sealed.seal_withdrawal(scene.play.installation, person, scene.tender, scene.lot)
    sealed.submit(scene.play.installation, person, made)


def _release(scene: Scene, person: Player) -> None:
    """The boxes of one holder, released and signed by whoever tries."""
    holder = person if person in scene.play.staff.holders else scene.play.staff.holders[0]
    part = list(Part)[scene.number % 2]
    if (scene.tender, part) not in holder.identities:
        raise NotFound("holder", holder.person)
    tender, lot, installation = scene.tender, scene.lot, scene.play.installation
    made = sealed.make_release(installation, holder, tender, lot, part)
    signed = Signed(made.statement, person.signs(made.statement))
    sealed.send_release(installation, person, tender, lot, part, signed)


def _sign_record(scene: Scene, person: Player) -> None:
    lot = scene.lot
    with scene.journal.read() as work:
        record = work.session.get(OpeningRecord, lot)
        if record is None:
            raise NotFound("opening record", lot)
        statement = record.statement
    examined = scene.play.cast.examined(person, statement)
    scene.does(opening.sign_opening_record, person, lot, examined)


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


def _plain(use_case: Callable[..., object], of: Callable[[Scene], str], *more: Any) -> Attempt:
    def attempt(scene: Scene, person: Player) -> None:
        scene.does(use_case, person, of(scene), *more)

    return attempt


def _price_question(scene: Scene) -> str:
    return scene.last(PriceQuestion.id, PriceQuestion.asked_at)


def _tender(scene: Scene) -> str:
    return scene.tender


def _lot(scene: Scene) -> str:
    return scene.lot


def _purchase(scene: Scene) -> str:
    return scene.purchase


def _write_need(scene: Scene, person: Player) -> None:
    known = _the_need(scene)
    if known == NOTHING:
        scene.does(plans.write_need, person, _need(scene))
    else:
        scene.does(plans.rewrite_need, person, known, _need(scene))


def _intend(scene: Scene, person: Player) -> None:
    scene.does(plans.publish_intention, person, scene.purchase, WORDS)


def _cancel(scene: Scene, person: Player) -> None:
    scene.does(tenders.cancel_tender, person, scene.tender, WORDS, blinded_root=blinded_root)


def _last_question(scene: Scene) -> str:
    return scene.last(Question.id, Question.asked_at)


ATTEMPTS: Mapping[Action, Attempt] = {
    Action.WRITE_NEED: _write_need,
    Action.RETURN_NEED: _plain(plans.return_need, _the_need, "请补充"),
    Action.APPROVE_NEED: _plain(plans.approve_need, _the_need),
    Action.ALLOT_BUDGET: _allot,
    Action.MAKE_PLAN: _plan,
    Action.APPROVE_PLAN: _plain(plans.approve_plan, _purchase),
    Action.PUBLISH_INTENTION: _intend,
    Action.DRAFT_TENDER: _draft,
    Action.RETURN_TENDER: _plain(tenders.return_tender, _tender, "请细化"),
    Action.APPROVE_TENDER: _approve_tender,
    Action.REGISTER_HOLDER_KEY: _holder_key,
    Action.SHOW_POSSESSION: _possession,
    Action.SET_COMMITTEE: _committee,
    Action.PUBLISH_TENDER: _publish,
    Action.ASK_QUESTION: _plain(tenders.ask_question, _tender, "可否？"),
    Action.ANSWER_QUESTION: _plain(tenders.answer_question, _last_question, WORDS),
    Action.AMEND_TENDER: _amend,
    Action.CANCEL_TENDER: _cancel,
    Action.SUBMIT_BID: _bid,
    Action.WITHDRAW_BID: _withdraw,
    Action.READ_SEALED: _plain(note_sealed_read, _tender, "bids"),
    Action.OBJECT_AT_OPENING: _plain(opening.object_at_opening, _lot, "程序有误"),
    Action.RELEASE_SHARES: _release,
    Action.SIGN_OPENING_RECORD: _sign_record,
    Action.QUALIFY_BIDS: _qualify,
    Action.DRAW_PANEL: _plain(evaluation.draw_panel, _lot, PanelPlan(5)),
    Action.DECLARE_INTERESTS: _declare,
    Action.CHECK_COMPLIANCE: _comply,
    Action.QUESTION_PRICE: _question_price,
    Action.ANSWER_PRICE: _plain(evaluation.answer_price, _price_question, "成本表如下"),
    Action.JUDGE_PRICE: _plain(evaluation.judge_price, _price_question, True, WORDS),
    Action.SCORE_BIDS: _score,
    Action.RANK_BIDS: _plain(evaluation.rank_bids, _lot),
    Action.SIGN_REPORT: _sign_report,
    Action.FAIL_LOT: _plain(evaluation.fail_lot, _lot, WORDS, "GPL art. 36"),
    Action.DECIDE_AWARD: _decide,
    Action.PUBLISH_AWARD: _publish_award,
    Action.LAPSE_AWARD: _plain(awards.lapse_award, _the_award, "refused", "放弃", "GPR art. 49"),
    Action.FILE_CHALLENGE: _challenge,
    Action.ANSWER_CHALLENGE: _answer_challenge,
    Action.FILE_COMPLAINT: _plain(challenges.file_complaint, _the_challenge, (1,), "不服"),
    Action.DECIDE_COMPLAINT: _decide_complaint,
    Action.DRAFT_CONTRACT: _plain(contracts.draft_contract, _the_award, ContractTerms(30)),
    Action.SIGN_AS_SUPPLIER: _sign_contract(contracts.sign_as_supplier),
    Action.SIGN_AS_BUYER: _sign_contract(contracts.sign_as_buyer),
    Action.ACCEPT_DELIVERY: _inspect(contracts.accept_delivery, failing=False),
    Action.REJECT_DELIVERY: _inspect(contracts.reject_delivery, failing=True),
    Action.SUBMIT_INVOICE: _invoice,
    Action.MATCH_INVOICE: _plain(payments.match_invoice, _the_invoice),
    Action.RETURN_INVOICE: _plain(payments.return_invoice, _the_invoice, "tax", "税号有误"),
    Action.PREPARE_PAYMENT: _plain(payments.prepare_payment, _the_invoice),
    Action.RELEASE_PAYMENT: _release_payment,
    Action.SETTLE_PAYMENT: _settle,
    Action.CLOSE_PURCHASE: _plain(payments.close_purchase, _purchase),
}
