"""Rules of challenge, complaint and suspension: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from kernel.calendar import WorkCalendar
from kernel.refusal import Refusal, refuse
from procurement.profiles import timetable
from procurement.profiles.model import Profile


class About(StrEnum):
    """What is challenged; it says from when the window is counted (GPR art. 53)."""

    DOCUMENTS = "documents"
    PROCESS = "process"
    RESULT = "result"


def window_ends_at(
    *, profile: Profile, calendar: WorkCalendar, about: About, event_on: date
) -> datetime:
    """The instant from which a challenge is late.

    `event_on` is the day on which the documents were received or their notice period ended, on
    which the step of the process ended, or on which the result was announced; after the latter
    the notice period passes first (GPR art. 53).
    """
    if about is About.RESULT:
        ends = timetable.award_challenge_ends_on(profile, calendar, event_on)
    else:
        ends = timetable.period(profile, calendar, profile.challenge_workdays, event_on)
    return timetable.end_of(profile, ends.on)


def in_window(
    *, profile: Profile, calendar: WorkCalendar, about: About, event_on: date, now: datetime
) -> Refusal | None:
    """A challenge comes within its window; a letter within it is never refused (Order 94 art. 13).

    A challenge of the result before its notice period has ended is early and not late: taken.
    """
    ends_at = window_ends_at(profile=profile, calendar=calendar, about=about, event_on=event_on)
    if now >= ends_at:
        return profile.refuse(
            "challenge_too_late", profile.challenge_workdays, about=about, ended_at=ends_at, now=now
        )
    return None


def challenged_first(*, profile: Profile, challenged: bool) -> Refusal | None:
    """Who complains has challenged before (Order 94 art. 17)."""
    if profile.challenge_before_complaint.value and not challenged:
        return profile.refuse("complaint_without_challenge", profile.challenge_before_complaint)
    return None


def items_subset(
    *, profile: Profile, challenged: Collection[str], complained: Collection[str]
) -> Refusal | None:
    """A complaint takes up what was challenged and adds nothing (GPR art. 55; requirement 104)."""
    if not complained:
        return profile.refuse("complaint_empty", profile.complaint_within_challenge)
    added = sorted(set(complained) - set(challenged))
    if profile.complaint_within_challenge.value and added:
        return profile.refuse(
            "complaint_beyond_challenge", profile.complaint_within_challenge, added=added
        )
    return None


def answer_by(*, profile: Profile, calendar: WorkCalendar, filed_at: datetime) -> datetime:
    """The instant from which the buyer's answer is late (GPL art. 53)."""
    return timetable.due_at(profile, calendar, profile.challenge_answer_workdays, filed_at)


def complaint_by(*, profile: Profile, calendar: WorkCalendar, answer_due_at: datetime) -> datetime:
    """The instant from which a complaint is late (GPL art. 55).

    Counted from the end of the time for the answer, whenever the answer came: the article says
    within so many working days after that time has run out.
    """
    last_day = timetable.local_date(profile, answer_due_at - timedelta(microseconds=1))
    ends = timetable.period(profile, calendar, profile.complaint_workdays, last_day)
    return timetable.end_of(profile, ends.on)


def complaint_in_window(
    *,
    profile: Profile,
    calendar: WorkCalendar,
    answer_due_at: datetime,
    answered_at: datetime | None,
    now: datetime,
) -> Refusal | None:
    """A complaint follows the answer, or the time for it, and comes within its own time."""
    window = profile.complaint_workdays
    if answered_at is None and now < answer_due_at:
        return profile.refuse("complaint_too_early", window, answer_due_at=answer_due_at, now=now)
    ends_at = complaint_by(profile=profile, calendar=calendar, answer_due_at=answer_due_at)
    if now >= ends_at:
        return profile.refuse("complaint_too_late", window, ended_at=ends_at, now=now)
    return None


def decision_by(
    *, profile: Profile, calendar: WorkCalendar, complained_at: datetime, stopped_workdays: int = 0
) -> datetime:
    """The instant from which the reviewer's decision is late (GPL art. 56).

    `stopped_workdays` are those that tests, experts and corrections took (GPR art. 58).
    """
    length = profile.complaint_decision_workdays
    complained_on = timetable.local_date(profile, complained_at)
    whole = length.value + stopped_workdays
    ends = timetable.count(profile, calendar, whole, length.unit, complained_on)
    return timetable.end_of(profile, ends.on)


def suspends(*, profile: Profile, may_affect_result: bool) -> bool:
    """Whether the signing waits because of a challenge (GPR art. 54; requirement 100)."""
    return profile.challenge_suspends.value and may_affect_result


def suspended_until(
    *, profile: Profile, calendar: WorkCalendar, suspended_at: datetime
) -> datetime:
    """The instant at which a reviewer's suspension ends by itself (GPL art. 57)."""
    return timetable.due_at(profile, calendar, profile.suspension_days_max, suspended_at)


def not_suspended(*, profile: Profile, suspensions: Collection[str]) -> Refusal | None:
    """Nothing is signed or performed while a challenge suspends it; `suspensions` names them."""
    if suspensions:
        return profile.refuse(
            "suspended", profile.challenge_suspends, challenges=sorted(suspensions)
        )
    return None


def reviewer_apart(
    *, profile: Profile, reviewer: str, buyers_people: Collection[str]
) -> Refusal | None:
    """Who decides a complaint took no part in the purchase (GPL art. 60; requirement 105)."""
    if profile.reviewer_apart_from_buyer.value and reviewer in buyers_people:
        return profile.refuse("reviewer_took_part", profile.reviewer_apart_from_buyer)
    return None


def has_standing(*, profile: Profile, about: About, took_part: bool) -> Refusal | None:
    """Documents may be challenged by whoever may bid, process and result by bidders (94-11)."""
    if about is About.DOCUMENTS or took_part:
        return None
    return profile.refuse("no_standing", profile.challenge_workdays, about=about)


def items_stated(*, texts: Collection[str]) -> Refusal | None:
    """A challenge says what it challenges (Order 94 art. 12)."""
    if texts and all(text.strip() for text in texts):
        return None
    return refuse("challenge_empty", "Order 94 art. 12")


def remedy_follows(*, ruling: str, remedy: str) -> Refusal | None:
    """A complaint that is dismissed changes nothing (Order 94 art. 29, 32)."""
    if ruling == "dismissed" and remedy != "none":
        return refuse("remedy_without_ruling", "Order 94 art. 29", ruling=ruling, remedy=remedy)
    return None


def suspended_time(spans: Iterable[tuple[datetime, datetime]], *, since: datetime) -> timedelta:
    """How long the spans last after an instant, where they overlap only once."""
    total, reached = timedelta(0), since
    for start, end in sorted(spans):
        total += max(end - max(start, reached), timedelta(0))
        reached = max(reached, end)
    return total
