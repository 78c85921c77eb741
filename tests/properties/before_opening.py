"""Attempts up to the opening: need, plan, tender, keys, bids, shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.planning import OCID_PREFIX
from bidding.envelopes.models import BidAct
from bidding.envelopes.services import note_sealed_read
from bidding.opening import own_keys
from bidding.opening import services as opening
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Part
from procurement.plans import services as plans
from procurement.plans.commands import Allotment, NewNeed, NewPlan
from procurement.plans.models import BudgetLine, Need
from procurement.tenders import services as tenders
from procurement.tenders.commands import Amendment
from procurement.tenders.models import Question, Tender
from signatures.sealed import committee, points
from signatures.sealed.judging import Signed
from tests.properties.scene import (
    NOTHING,
    WORDS,
    Attempt,
    Scene,
    on,
    the_lot,
    the_purchase,
    the_tender,
)


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
    scene.play.keep_keys(person, scene.lot, made)


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


def _own_key(scene: Scene, person: Player) -> None:
    """The key that the person's firm kept, or another's, or one that nobody has."""
    lot, part = scene.lot, str(list(Part)[scene.number % 2])
    kept = scene.play.own_keys
    own = kept.get((lot, person.firm.identifier, part))
    others = sorted(kept.values()) or [points.write_identity(sealed.new_identity())]
    identity = own if own and scene.number % 5 else others[scene.number % len(others)]
    installation = scene.play.installation
    with scene.journal.read() as work:
        examined = own_keys.examine_own_key(
            work.session, installation.examiner, person.actor, scene.tender, lot, part, identity
        )
    scene.does(own_keys.give_own_key, person, examined)


def _write_need(scene: Scene, person: Player) -> None:
    known = _the_need(scene)
    if known == NOTHING:
        scene.does(plans.write_need, person, _need(scene))
    else:
        scene.does(plans.rewrite_need, person, known, _need(scene))


def _intend(scene: Scene, person: Player) -> None:
    scene.does(plans.publish_intention, person, scene.purchase, WORDS)


def _cancel(scene: Scene, person: Player) -> None:
    scene.does(tenders.cancel_tender, person, scene.tender, WORDS)


def _last_question(scene: Scene) -> str:
    return scene.last(Question.id, Question.asked_at)


BEFORE_OPENING: Mapping[Action, Attempt] = {
    Action.WRITE_NEED: _write_need,
    Action.RETURN_NEED: on(plans.return_need, _the_need, "请补充"),
    Action.APPROVE_NEED: on(plans.approve_need, _the_need),
    Action.ALLOT_BUDGET: _allot,
    Action.MAKE_PLAN: _plan,
    Action.APPROVE_PLAN: on(plans.approve_plan, the_purchase),
    Action.PUBLISH_INTENTION: _intend,
    Action.DRAFT_TENDER: _draft,
    Action.RETURN_TENDER: on(tenders.return_tender, the_tender, "请细化"),
    Action.APPROVE_TENDER: _approve_tender,
    Action.REGISTER_HOLDER_KEY: _holder_key,
    Action.SHOW_POSSESSION: _possession,
    Action.SET_COMMITTEE: _committee,
    Action.PUBLISH_TENDER: _publish,
    Action.ASK_QUESTION: on(tenders.ask_question, the_tender, "可否？"),
    Action.ANSWER_QUESTION: on(tenders.answer_question, _last_question, WORDS),
    Action.AMEND_TENDER: _amend,
    Action.CANCEL_TENDER: _cancel,
    Action.SUBMIT_BID: _bid,
    Action.WITHDRAW_BID: _withdraw,
    Action.READ_SEALED: on(note_sealed_read, the_tender, "bids"),
    Action.OBJECT_AT_OPENING: on(opening.object_at_opening, the_lot, "程序有误"),
    Action.RELEASE_SHARES: _release,
    Action.GIVE_OWN_KEY: _own_key,
}
