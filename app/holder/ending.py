"""What a holder's page needs of the closing and of the end: its evidence, the keys' last day."""

from __future__ import annotations

from datetime import date, timedelta

from bidding.envelopes.models import Closing
from journal.work import Work
from procurement.awards import queries as awards
from procurement.profiles.timetable import award_challenge_ends_on, local_date
from procurement.tenders.models import Tender
from procurement.tenders.standing import calendar_of, pinned_profile


def evidence_of(closing: Closing | None) -> str:
    """What shows when the acts were closed: `none`, our `own` time stamp, or an `outside` one."""
    if closing is None or closing.token is None:
        return "none"
    return "outside" if closing.token_outside else "own"


def destroy_from(work: Work, tender: Tender) -> date | None:
    """The day from which the keys may be destroyed; None while a lot has no result yet."""
    profile = pinned_profile(tender)
    ends: list[date] = []
    for lot in tender.lots:
        award = awards.live_award(work.session, lot.id)
        if award is None or award.published_at is None:
            return None
        published_on = local_date(profile, award.published_at)
        ends.append(award_challenge_ends_on(profile, calendar_of(profile), published_on).on)
    return max(ends) + timedelta(days=1) if ends else None
