"""Time limits of decision and notice (P16, P17)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bidding.evaluation.deadlines import Deadline, Limit
from kernel.calendar import WorkCalendar
from kernel.vocabulary import LotStage
from procurement.awards import queries, rules
from procurement.profiles import Profile
from procurement.tenders.standing import calendar_of, pinned_profile


def decision_deadline(
    *,
    stage: LotStage,
    lot: str,
    tender: str,
    reported_at: datetime,
    profile: Profile,
    calendar: WorkCalendar,
) -> Deadline | None:
    """Until when the buyer decides; then silence has chosen the first candidate (87-68)."""
    if stage is not LotStage.REPORTED:
        return None
    due_at = rules.decision_by(profile=profile, calendar=calendar, reported_at=reported_at)
    return Deadline(Limit.DECISION, lot, tender, reported_at, due_at)


def notice_deadline(
    *,
    award: str,
    tender: str,
    decided_at: datetime,
    published_at: datetime | None,
    profile: Profile,
    calendar: WorkCalendar,
) -> Deadline | None:
    """Until when a decided award is announced (87-69)."""
    if published_at is not None:
        return None
    due_at = rules.notice_by(profile=profile, calendar=calendar, decided_at=decided_at)
    return Deadline(Limit.NOTICE, award, tender, decided_at, due_at)


def open_deadlines(session: Session) -> list[Deadline]:
    """The decisions and notices that are waited for, the most urgent first."""
    decisions = [
        decision_deadline(
            stage=LotStage(lot.stage),
            lot=lot.id,
            tender=tender.id,
            reported_at=reported_at,
            profile=pinned_profile(tender),
            calendar=calendar_of(pinned_profile(tender)),
        )
        for lot, tender, reported_at in queries.awaiting_decision(session)
    ]
    notices = [
        notice_deadline(
            award=award.id,
            tender=tender.id,
            decided_at=award.decided_at,
            published_at=award.published_at,
            profile=pinned_profile(tender),
            calendar=calendar_of(pinned_profile(tender)),
        )
        for award, tender in queries.awaiting_notice(session)
    ]
    found = [one for one in (*decisions, *notices) if one is not None]
    return sorted(found, key=lambda one: one.due_at)
