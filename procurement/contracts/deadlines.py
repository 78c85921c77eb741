"""The time limit of the signing (P23), which stands still while a challenge suspends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.evaluation.deadlines import Deadline, Limit
from kernel.calendar import WorkCalendar
from kernel.vocabulary import LotStage
from procurement.awards.models import Award
from procurement.challenges import queries as challenges
from procurement.contracts import rules
from procurement.profiles import Profile
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import calendar_of, pinned_profile


def signing_deadline(
    *,
    stage: LotStage,
    award: str,
    tender: str,
    published_at: datetime,
    suspended: timedelta,
    profile: Profile,
    calendar: WorkCalendar,
) -> Deadline | None:
    """Until when both parties must have signed, while they have not (GPL 46)."""
    if stage is not LotStage.AWARDED:
        return None
    due_at = rules.sign_by(profile=profile, calendar=calendar, award_notice_at=published_at)
    due_at = rules.signing_due(sign_until=due_at, suspended=suspended)
    return Deadline(Limit.SIGNING, award, tender, published_at, due_at)


def open_deadlines(session: Session, now: datetime) -> list[Deadline]:
    """The contracts that are waited for, the most urgent first."""
    rows = session.execute(
        select(Lot, Tender, Award)
        .join(Tender, Tender.id == Lot.tender_id)
        .join(Award, (Award.lot_id == Lot.id) & Award.lapsed_at.is_(None))
        .where(Lot.stage == str(LotStage.AWARDED), Award.published_at.is_not(None))
    ).all()
    found = [
        signing_deadline(
            stage=LotStage(lot.stage),
            award=award.id,
            tender=tender.id,
            published_at=award.published_at,
            suspended=challenges.time_suspended(session, lot, since=award.published_at, now=now),
            profile=pinned_profile(tender),
            calendar=calendar_of(pinned_profile(tender)),
        )
        for lot, tender, award in rows
        if award.published_at is not None
    ]
    return sorted((one for one in found if one is not None), key=lambda one: one.due_at)
