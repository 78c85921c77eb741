"""How a tender stands to people and to law: its subject, its profile, its calendar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from journal.work import Work
from kernel.calendar import WorkCalendar
from procurement.authority import Subject
from procurement.parties import capacities
from procurement.profiles import Profile, load_profile
from procurement.tenders.models import Tender


def pinned_profile(tender: Tender) -> Profile:
    """The edition that the tender pinned at publication; the newest while it is a draft."""
    return load_profile(tender.profile, tender.profile_edition)


def subject_of(
    work: Work,
    tender: Tender,
    *,
    organization: str | None = None,
    named: Iterable[str] = (),
) -> Subject:
    """What authority needs to know of a tender.

    The business is the buyer's unless another organization is given, such as a bidder's own.
    """
    return capacities.subject(
        work,
        "tender",
        tender.id,
        organization=organization or tender.buyer_id,
        named=named,
        purchase=tender.purchase_id,
        profile=tender.profile,
    )


def calendar_of(profile: Profile) -> WorkCalendar:
    """The work calendar by which the profile counts, as it ships with the product."""
    return _calendar(profile.calendar.value)


@cache
def _calendar(country: str) -> WorkCalendar:
    return WorkCalendar.for_country(country)
