"""Time limits that run, as the supervisor's desk and the jobs ask for them (requirement 128).

Each stage says which of its limits are open: somebody is reminded, and the delay shows. Two of them
the law has end by silence (87-61, 68); the worker asks those use cases, and decides nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.evaluation import rules
from bidding.evaluation.models import Ranking
from kernel.calendar import WorkCalendar
from kernel.vocabulary import LotStage
from procurement.profiles import Profile
from procurement.profiles.timetable import Light, light
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import calendar_of, pinned_profile


class Limit(StrEnum):
    """What is waited for after the opening."""

    REPORT = "report"
    DECISION = "decision"
    NOTICE = "notice"
    ANSWER = "answer"
    RULING = "ruling"
    SIGNING = "signing"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One open time limit: what is waited for, on which thing, since when and until when."""

    limit: Limit
    object: str
    tender: str
    started_at: datetime
    due_at: datetime

    def late(self, now: datetime) -> bool:
        """Whether the time has run out (half-open)."""
        return now >= self.due_at

    def light(self, profile: Profile, now: datetime) -> Light:
        """Green, amber or red by the profile's share."""
        return light(profile, self.started_at, self.due_at, now)


def report_deadline(
    *,
    stage: LotStage,
    lot: str,
    tender: str,
    ranked_at: datetime,
    profile: Profile,
    calendar: WorkCalendar,
) -> Deadline | None:
    """Until when all members must have signed the report, while they have not (87-68, P16)."""
    if stage is not LotStage.EVALUATED:
        return None
    due_at = rules.report_by(profile=profile, calendar=calendar, evaluated_at=ranked_at)
    return Deadline(Limit.REPORT, lot, tender, ranked_at, due_at)


def open_deadlines(session: Session) -> list[Deadline]:
    """The reports that are waited for, the most urgent first."""
    rows = session.execute(
        select(Lot, Tender, Ranking.ranked_at)
        .join(Tender, Tender.id == Lot.tender_id)
        .join(Ranking, Ranking.lot_id == Lot.id)
        .where(Lot.stage == str(LotStage.EVALUATED))
    )
    found = [
        report_deadline(
            stage=LotStage(lot.stage),
            lot=lot.id,
            tender=tender.id,
            ranked_at=ranked_at,
            profile=pinned_profile(tender),
            calendar=calendar_of(pinned_profile(tender)),
        )
        for lot, tender, ranked_at in rows
    ]
    return sorted((one for one in found if one is not None), key=lambda one: one.due_at)
