"""A challenge taken to the reviewing body: the complaint, its decision and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from bidding.evaluation.qualifying import end_lot
from journal.work import Work
from kernel.clock import instant
from kernel.refusal import StaleWrite, enforce, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Actor, ChallengeStage, LotStage
from procurement.awards import queries as awards
from procurement.awards.services import end_award
from procurement.awards.stages import AWARD
from procurement.challenges import queries, rules
from procurement.challenges.entries import (
    ComplaintDecided,
    ComplaintFiled,
)
from procurement.challenges.models import Challenge
from procurement.challenges.stages import CHALLENGE
from procurement.challenges.suspending import end_suspensions, suspend
from procurement.parties.capacities import act
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import calendar_of, pinned_profile, subject_of


@dataclass(frozen=True, slots=True)
class Ruling:
    """The reviewer's decision, and what follows: nothing, the award lapses, or the lot fails."""

    ruling: str
    remedy: str
    decision: Text
    cites: str


def file_complaint(
    work: Work, actor: Actor, challenge_id: str, items: Sequence[int], text: str
) -> None:
    """Take a challenge to the reviewing body, by some of its items and no others (GPR 55)."""
    known = queries.challenge(work.session, challenge_id)
    # The lots first, as everywhere: a signature under way is then before or after, never beside.
    queries.lots_for_change(work.session, known.tender_id, known.lot_id)
    challenge = queries.challenge_for_change(work.session, challenge_id)
    tender = tenders.tender(work.session, challenge.tender_id)
    profile = pinned_profile(tender)
    calendar = calendar_of(profile)
    act(
        work,
        actor,
        Action.FILE_COMPLAINT,
        subject_of(work, tender, organization=challenge.supplier_id),
        purchase=tender.purchase_id,
    )
    stage = CHALLENGE.after(ChallengeStage(challenge.stage), Action.FILE_COMPLAINT)
    now = work.clock.now()
    enforce(rules.challenged_first(profile=profile, challenged=True))
    enforce(
        rules.complaint_in_window(
            profile=profile,
            calendar=calendar,
            answer_due_at=challenge.answer_due_at,
            answered_at=challenge.answered_at,
            now=now,
        )
    )
    enforce(
        rules.items_subset(
            profile=profile,
            challenged=[str(item["number"]) for item in challenge.items],
            complained=[str(number) for number in items],
        )
    )
    challenge.stage = str(stage)
    challenge.complaint_items, challenge.complaint_text = sorted(items), text
    challenge.complained_at = now
    challenge.decision_due_at = rules.decision_by(
        profile=profile, calendar=calendar, complained_at=now
    )
    end_suspensions(work, challenge)
    suspension = suspend(work, profile, challenge)
    try:
        work.session.flush()
    except IntegrityError as lost:
        raise StaleWrite("challenge", challenge.id) from lost
    work.record(
        actor,
        ComplaintFiled(
            object=challenge.id,
            tender=tender.id,
            lot=challenge.lot_id,
            decision_due_at=instant(challenge.decision_due_at),
            suspended_until=instant(suspension.until_at) if suspension else None,
            supplier=challenge.supplier_id,
            items=sorted(items),
            text=text,
        ),
    )


def decide_complaint(work: Work, actor: Actor, challenge_id: str, ruling: Ruling) -> None:
    """Decide a complaint as the reviewing body, with its effect on award or lot (94-29 to 32)."""
    known = queries.challenge(work.session, challenge_id)
    lots = queries.lots_for_change(work.session, known.tender_id, known.lot_id)
    challenge = queries.challenge_for_change(work.session, challenge_id)
    tender = tenders.tender(work.session, challenge.tender_id)
    profile = pinned_profile(tender)
    people = queries.buyers_people(work.session, tender.purchase_id, tender.buyer_id)
    act(
        work,
        actor,
        Action.DECIDE_COMPLAINT,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    enforce(rules.reviewer_apart(profile=profile, reviewer=actor.person, buyers_people=people))
    stage = CHALLENGE.after(ChallengeStage(challenge.stage), Action.DECIDE_COMPLAINT)
    enforce(rules.remedy_follows(ruling=ruling.ruling, remedy=ruling.remedy))
    challenge.stage = str(stage)
    challenge.ruling, challenge.remedy = ruling.ruling, ruling.remedy
    challenge.decision_zh, challenge.decision_en = ruling.decision.zh, ruling.decision.en
    challenge.decision_cites = ruling.cites
    challenge.decided_by, challenge.decided_at = actor.person, work.clock.now()
    end_suspensions(work, challenge)
    work.session.flush()
    work.record(
        actor,
        ComplaintDecided(
            object=challenge.id,
            tender=tender.id,
            lot=challenge.lot_id,
            supplier=challenge.supplier_id,
            items=list(challenge.complaint_items or ()),
            ruling=ruling.ruling,
            remedy=ruling.remedy,
            decision=ruling.decision.as_record(),
            cites=ruling.cites,
        ),
    )
    for lot in lots:
        _REMEDIES[ruling.remedy](work, actor, lot, ruling)


def complaint_late_from(tender: Tender, challenge: Challenge) -> datetime:
    """The instant from which a complaint about the challenge is late, for pages."""
    profile = pinned_profile(tender)
    return rules.complaint_by(
        profile=profile,
        calendar=calendar_of(profile),
        answer_due_at=challenge.answer_due_at,
    )


def _nothing(work: Work, actor: Actor, lot: Lot, ruling: Ruling) -> None:
    """The procedure goes on as it stood."""


def _lapse(work: Work, actor: Actor, lot: Lot, ruling: Ruling) -> None:
    """The award falls and the next-ranked can be decided (Order 94 art. 32)."""
    award = awards.live_award(work.session, lot.id)
    if award is None:
        enforce(refuse("no_award_to_lapse", "Order 94 art. 32", lot=lot.id))
        return
    end_award(work, actor, lot, award, "complaint_upheld", ruling.decision.zh, ruling.cites)


def _fail(work: Work, actor: Actor, lot: Lot, ruling: Ruling) -> None:
    """The lot ends without a result, whatever stage it has reached before a contract."""
    stage = LotStage(lot.stage)
    if AWARD.allows(stage, Action.LAPSE_AWARD):
        _lapse(work, actor, lot, ruling)
    end_lot(work, actor, lot, refuse("complaint_upheld", ruling.cites), ruling.decision)


_REMEDIES = {"none": _nothing, "lapse_award": _lapse, "fail_lot": _fail}
