"""Challenges: filed and answered. What is taken further is in `complaints.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from journal.work import Work
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refusal, StaleWrite, enforce, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Actor, ChallengeStage, Role
from procurement.awards import queries as awards
from procurement.awards.models import Award
from procurement.challenges import queries, rules
from procurement.challenges.complaints import (
    Ruling,
    complaint_late_from,
    decide_complaint,
    file_complaint,
)
from procurement.challenges.entries import (
    ChallengeAnswered,
    ChallengeFiled,
)
from procurement.challenges.models import Challenge
from procurement.challenges.rules import About
from procurement.challenges.stages import CHALLENGE
from procurement.challenges.suspending import end_suspensions, suspend
from procurement.parties.capacities import act
from procurement.profiles import Profile
from procurement.profiles.timetable import local_date, period
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import calendar_of, pinned_profile, subject_of

__all__ = [
    "Answer",
    "ChallengeItem",
    "NewChallenge",
    "Ruling",
    "answer_challenge",
    "complaint_late_from",
    "decide_complaint",
    "file_challenge",
    "file_complaint",
    "late_from",
]


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
    suspension = suspend(work, profile, challenge)
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
        end_suspensions(work, challenge)
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
