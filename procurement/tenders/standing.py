"""How a tender stands to people and to law: its subject, its profile."""

from __future__ import annotations

from collections.abc import Iterable

from journal.work import Work
from procurement.authority import Subject
from procurement.parties import capacities
from procurement.plans.standing import calendar_of
from procurement.profiles import Profile, load_profile
from procurement.tenders.models import Tender

__all__ = ["calendar_of", "pinned_profile", "subject_of"]


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
