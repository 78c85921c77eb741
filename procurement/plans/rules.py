"""Rules of need, budget and plan: facts in; None or a Refusal out."""

from __future__ import annotations

from datetime import date

from kernel.calendar import WorkCalendar
from kernel.money import Money
from kernel.refusal import Refusal
from procurement.profiles import timetable
from procurement.profiles.model import Category, Profile


def author_is_not_approver(*, profile: Profile, author: str, approver: str) -> Refusal | None:
    """Who wrote a need or a plan does not approve it (GPL art. 61; requirement 001)."""
    if profile.author_apart_from_approver.value and author == approver:
        return profile.refuse("author_approves", profile.author_apart_from_approver)
    return None


def budget_suffices(*, profile: Profile, available: Money, wanted: Money) -> Refusal | None:
    """What a purchase reserves is covered by its budget line, to the cent (requirement 002)."""
    if profile.budget_first.value and wanted > available:
        return profile.refuse(
            "budget_exceeded", profile.budget_first, available=available, wanted=wanted
        )
    return None


def intention_led(
    *,
    profile: Profile,
    calendar: WorkCalendar,
    intended_on: date | None,
    starts_on: date,
    reason: str = "",
) -> Refusal | None:
    """The intention was public its lead time before the start, or a reason is on record (P01)."""
    lead = profile.intention_lead_days
    if not lead.value or reason.strip():
        return None
    if intended_on is None:
        return profile.refuse("intention_missing", lead, starts_on=starts_on)
    earliest = timetable.period(profile, calendar, lead, intended_on)
    if starts_on < earliest.on:
        return profile.refuse(
            "intention_too_late",
            lead,
            intended_on=intended_on,
            starts_on=starts_on,
            earliest=earliest.on,
            calendar=earliest.edition,
        )
    return None


def survey_needed(
    *,
    profile: Profile,
    estimate: Money,
    category: Category,
    complex_or_imported: bool = False,
    public_interest: bool = False,
) -> bool:
    """Whether a market survey must come before the need (财库〔2021〕22号; requirement 007)."""
    if not profile.survey_respondents_min.value:
        return False
    works = category is Category.WORKS
    threshold = profile.survey_from_works if works else profile.survey_from
    return estimate >= threshold.value or complex_or_imported or public_interest


def survey_suffices(
    *, profile: Profile, needed: bool, respondents: int, surveyed_on: date | None, on: date
) -> Refusal | None:
    """A survey that is needed has enough respondents and is not too old to be used again."""
    if not needed:
        return None
    least, age = profile.survey_respondents_min, profile.survey_age_days_max
    if respondents < least.value:
        return profile.refuse("survey_too_small", least, respondents=respondents)
    if surveyed_on is not None and (on - surveyed_on).days > age.value:
        return profile.refuse("survey_too_old", age, surveyed_on=surveyed_on)
    return None


def public_comment_held(
    *, profile: Profile, public_service: bool, comment_opened: bool
) -> Refusal | None:
    """For a service to the public, the public was asked about the need (GPR art. 15)."""
    if profile.public_comment_needed.value and public_service and not comment_opened:
        return profile.refuse("public_comment_missing", profile.public_comment_needed)
    return None


def split_reasoned(*, profile: Profile, lots: int, reason: str) -> Refusal | None:
    """More than one lot needs a reason, lest a purchase be split to evade (requirement 014)."""
    if profile.split_reason_needed.value and lots > 1 and not reason.strip():
        return profile.refuse("split_without_reason", profile.split_reason_needed, lots=lots)
    return None


def splitting_suspected(
    *, profile: Profile, earlier_non_open: Money, wanted: Money
) -> Refusal | None:
    """Same budget item, same category, other methods: the year's sum stays under the threshold.

    GPR art. 28 lets a budget adjustment or an approval explain it; the caller asks for those.
    """
    total = earlier_non_open + wanted
    if profile.split_reason_needed.value and total > profile.open_tender_from.value:
        return profile.refuse(
            "splitting_suspected", profile.open_tender_from, profile.split_reason_needed, sum=total
        )
    return None


def method_approved(
    *, profile: Profile, open_tender: bool, budget: Money, approval: str
) -> Refusal | None:
    """Another method than open tender above the threshold needs its approval (requirement 010)."""
    needed = profile.approval_for_other_methods
    if open_tender or not needed.value or budget < profile.open_tender_from.value:
        return None
    if not approval.strip():
        return profile.refuse("method_not_approved", needed, profile.open_tender_from)
    return None


def reserved_for_small(*, profile: Profile, budget: Money) -> bool:
    """Whether a purchase of this size is reserved for small firms as a whole (P13)."""
    return budget <= profile.reserve_up_to.value
