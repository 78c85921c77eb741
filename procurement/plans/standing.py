"""How a purchase stands to people and to law: its subject, its profile, its calendar."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from journal.work import Work
from kernel.calendar import WorkCalendar
from procurement.authority import Subject
from procurement.parties import capacities
from procurement.plans.models import Purchase
from procurement.profiles import Profile, load_profile, profile_on
from procurement.profiles.timetable import local_date


def profile_at(name: str, at: datetime) -> Profile:
    """The edition of a profile that is in force where the office is: what a tender will pin."""
    return profile_on(name, local_date(load_profile(name), at))


def purchase_subject(work: Work, purchase: Purchase) -> Subject:
    """What authority needs to know of a purchase."""
    return capacities.subject(
        work,
        "purchase",
        purchase.id,
        organization=purchase.buyer_id,
        purchase=purchase.id,
        profile=purchase.profile,
    )


def calendar_of(profile: Profile) -> WorkCalendar:
    """The work calendar by which the profile counts, as it ships with the product."""
    return _calendar(profile.calendar.value)


@cache
def _calendar(country: str) -> WorkCalendar:
    return WorkCalendar.for_country(country)
