"""Use cases of challenge and complaint: filed, answered, taken further, decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from bidding.evaluation.qualifying import end_lot
from journal.work import Work
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refusal, StaleWrite, enforce, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Actor, ChallengeStage, LotStage, Role
from procurement.awards import queries as awards
from procurement.awards.models import Award
from procurement.awards.services import end_award
from procurement.awards.stages import AWARD
from procurement.challenges import queries, rules
from procurement.challenges.entries import (
    ChallengeAnswered,
    ChallengeFiled,
    ComplaintDecided,
    ComplaintFiled,
)
from procurement.challenges.models import Challenge, Suspension
from procurement.challenges.rules import About
from procurement.challenges.stages import CHALLENGE
from procurement.parties.capacities import act
from procurement.profiles import Profile
from procurement.profiles.timetable import local_date, period
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import calendar_of, pinned_profile, subject_of


@dataclass(frozen=True, slots=True)
class ChallengeItem:
    """One matter that is challenged, with the rule that it is said to break."""

    text: str
    cites: str = ""


@dataclass(frozen=True, slots=True)
class NewChallenge:
    """A challenge as a supplier files it; without a lot it concerns the whole tender."""

    tender: str
    supplier: str
    about: About
    items: tuple[ChallengeItem, ...]
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The buyer's answer: `upheld`, `partly` or `rejected`, with the reasons."""

    outcome: str
    text: Text


@dataclass(frozen=True, slots=True)
class Ruling:
    """The reviewer's decision, and what follows: nothing, the award lapses, or the lot fails."""

    ruling: str
    remedy: str
    decision: Text
    cites: str


def file_challenge(work: Work, actor: Actor, new: NewChallenge) -> str:
    """File a challenge; within its window it is refused to nobody who has standing (94-10, 13).

    It suspends the signing at once (GPR 54). The lots are held, so that a signature and a
    challenge cannot cross: one of them comes first and the other sees it.
    """
    tender = tenders.tender(work.session, new.tender)
    profile = pinned_profile(tender)
    calendar = calendar_of(profile)
    lots = queries.lots_for_change(work.session, tender.id, new.lot)
    act(
        work,
        actor,
        Action.FILE_CHALLENGE,
        subject_of(work, tender, organization=new.supplier),
        purchase=tender.purchase_id,
    )
    enforce(_own_firm(actor, new.supplier))
    part = queries.took_part(work.session, tender.id, new.lot, new.supplier)
    enforce(rules.has_standing(profile=profile, about=new.about, took_part=part))
    enforce(rules.items_stated(texts=[item.text for item in new.items]))
    award = _published_award(work, lots, new) if new.about is About.RESULT else None
    now = work.clock.now()
    enforce(
        rules.in_window(
            profile=profile,
            calendar=calendar,
            about=new.about,
            event_on=_event_on(work, profile, tender, new, award),
            now=now,
        )
    )
    if queries.running(work.session, tender.id, new.lot, new.supplier, new.about) is not None:
        enforce(refuse("challenge_filed_already", "Order 94 art. 10"))
    challenge = Challenge(
        id=new_id("chl"),
        purchase_id=tender.purchase_id,
        tender_id=tender.id,
        lot_id=new.lot,
        award_id=award.id if award else None,
        supplier_id=new.supplier,
        about=str(new.about),
        stage=str(CHALLENGE.start),
        items=[
            {"number": number, "text": item.text, "cites": item.cites}
            for number, item in enumerate(new.items, start=1)
        ],
        filed_by=actor.person,
        filed_at=now,
        answer_due_at=rules.answer_by(profile=profile, calendar=calendar, filed_at=now),
    )
    work.session.add(challenge)
    try:
        work.session.flush()
    except IntegrityError as lost:
        raise StaleWrite("challenge", tender.id) from lost
    suspension = _suspend(work, profile, challenge)
    work.record(
        actor,
        ChallengeFiled(
            object=challenge.id,
            tender=tender.id,
            lot=new.lot,
            about=challenge.about,
            answer_due_at=instant(challenge.answer_due_at),
            suspended_until=instant(suspension.until_at) if suspension else None,
            supplier=new.supplier,
            items=challenge.items,
        ),
    )
    return challenge.id


def answer_challenge(work: Work, actor: Actor, challenge_id: str, answer: Answer) -> None:
    """Answer a challenge (GPL 53); one that is rejected no longer suspends the signing."""
    challenge = queries.challenge_for_change(work.session, challenge_id)
    tender = tenders.tender(work.session, challenge.tender_id)
    profile = pinned_profile(tender)
    act(
        work,
        actor,
        Action.ANSWER_CHALLENGE,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    stage = CHALLENGE.after(ChallengeStage(challenge.stage), Action.ANSWER_CHALLENGE)
    challenge.stage, challenge.outcome = str(stage), answer.outcome
    challenge.answer_zh, challenge.answer_en = answer.text.zh, answer.text.en
    challenge.answered_by, challenge.answered_at = actor.person, work.clock.now()
    challenge.complaint_due_at = rules.complaint_by(
        profile=profile,
        calendar=calendar_of(profile),
        answer_due_at=challenge.answer_due_at,
    )
    if answer.outcome == "rejected":
        _end_suspensions(work, challenge)
    work.session.flush()
    work.record(
        actor,
        ChallengeAnswered(
            object=challenge.id,
            tender=tender.id,
            outcome=answer.outcome,
            complaint_due_at=instant(challenge.complaint_due_at),
            supplier=challenge.supplier_id,
            answer=answer.text.as_record(),
        ),
    )


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
    _end_suspensions(work, challenge)
    suspension = _suspend(work, profile, challenge)
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
    _end_suspensions(work, challenge)
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


def late_from(work: Work, new: NewChallenge) -> datetime:
    """The instant from which such a challenge would be late, for pages; NotFound without a result.

    Refused with `calendar_unknown` where the working days cannot be counted yet.
    """
    tender = tenders.tender(work.session, new.tender)
    profile = pinned_profile(tender)
    award = None
    if new.about is About.RESULT:
        award = awards.live_award(work.session, new.lot) if new.lot else None
        if award is None or award.published_at is None:
            raise NotFound("award", new.lot or new.tender)
    return rules.window_ends_at(
        profile=profile,
        calendar=calendar_of(profile),
        about=new.about,
        event_on=_event_on(work, profile, tender, new, award),
    )


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


def _own_firm(actor: Actor, supplier: str) -> Refusal | None:
    """A person challenges for a firm that they act for."""
    if supplier in actor.organizations(Role.SUPPLIER):
        return None
    return refuse("not_authorised", "GPL art. 52", supplier=supplier)


def _event_on(
    work: Work, profile: Profile, tender: Tender, new: NewChallenge, award: Award | None
) -> date:
    """The day from which the window is counted (GPR 53)."""
    if new.about is About.DOCUMENTS:
        notice_on = local_date(profile, queries.last_notice_at(work.session, tender))
        return period(profile, calendar_of(profile), profile.notice_workdays_min, notice_on).on
    if award is not None and award.published_at is not None:
        return local_date(profile, award.published_at)
    return local_date(profile, queries.last_step_at(work.session, tender, new.lot))


def _published_award(work: Work, lots: Sequence[Lot], new: NewChallenge) -> Award:
    """The published award that is challenged; NotFound where the lot has none."""
    award = awards.live_award(work.session, lots[0].id) if new.lot else None
    if award is None or award.published_at is None:
        raise NotFound("award", new.lot or new.tender)
    return award


def _suspend(work: Work, profile: Profile, challenge: Challenge) -> Suspension | None:
    """Suspend the signing, for the longest term at most (GPR 54, GPL 57).

    Whether a matter could change the result is what the procedure is there to find out; until it
    has, each of them may.
    """
    if not rules.suspends(profile=profile, may_affect_result=True):
        return None
    now = work.clock.now()
    suspension = Suspension(
        id=new_id("sus"),
        challenge_id=challenge.id,
        tender_id=challenge.tender_id,
        lot_id=challenge.lot_id,
        from_at=now,
        until_at=rules.suspended_until(
            profile=profile, calendar=calendar_of(profile), suspended_at=now
        ),
    )
    work.session.add(suspension)
    work.session.flush()
    return suspension


def _end_suspensions(work: Work, challenge: Challenge) -> None:
    now = work.clock.now()
    for suspension in queries.suspensions_of_challenge(work.session, challenge.id):
        suspension.ended_at = min(now, suspension.until_at)
