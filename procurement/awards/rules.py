"""Rules of decision, notice and standstill: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from kernel.calendar import WorkCalendar
from kernel.money import Money
from kernel.refusal import Refusal, refuse
from procurement.profiles import timetable
from procurement.profiles.model import Profile


def first_ranked_or_reason(
    *, profile: Profile, chosen: str, candidates: Iterable[str], reason: str = "", cites: str = ""
) -> Refusal | None:
    """The first candidate wins unless a legal reason is written down (GPR art. 43).

    `candidates` are those still in the running, first-ranked first; nobody else can be chosen.
    """
    order = list(candidates)
    rule = profile.candidates_in_order
    if chosen not in order:
        return profile.refuse("not_a_candidate", rule, chosen=chosen)
    rank = order.index(chosen) + 1
    if rule.value and rank > 1 and not (reason.strip() and cites.strip()):
        return profile.refuse("passed_over_without_reason", rule, chosen=chosen, rank=rank)
    return None


def within_budget(*, profile: Profile, amount: Money, budget: Money) -> Refusal | None:
    """An award stays within what was reserved for it (GPL art. 36; requirement 003)."""
    if profile.award_within_budget.value and amount > budget:
        return profile.refuse(
            "award_above_budget", profile.award_within_budget, amount=amount, budget=budget
        )
    return None


def decision_by(*, profile: Profile, calendar: WorkCalendar, reported_at: datetime) -> datetime:
    """The instant from which the buyer's decision is late (P16)."""
    return timetable.due_at(profile, calendar, profile.decision_workdays_max, reported_at)


def silence_has_decided(
    *, profile: Profile, calendar: WorkCalendar, reported_at: datetime, now: datetime
) -> bool:
    """Whether the buyer's silence has made the first candidate the winner (Order 87 art. 68)."""
    due = decision_by(profile=profile, calendar=calendar, reported_at=reported_at)
    return profile.candidates_in_order.value and now >= due


def notice_by(*, profile: Profile, calendar: WorkCalendar, decided_at: datetime) -> datetime:
    """The instant from which notice and announcement of the award are late (P17)."""
    return timetable.due_at(profile, calendar, profile.award_notice_workdays_max, decided_at)


def notice_complete(*, profile: Profile, present: Collection[str]) -> Refusal | None:
    """The announcement says all that the profile asks for (Order 87 art. 69; requirement 095)."""
    fields = profile.award_notice_fields
    missing = [name for name in fields.value if name not in present]
    return profile.refuse("award_notice_incomplete", fields, missing=missing) if missing else None


def standstill_until(
    *, profile: Profile, calendar: WorkCalendar, published_at: datetime
) -> datetime | None:
    """The instant before which no contract is signed; None where the profile has no standstill."""
    if not profile.standstill_days.value:
        return None
    published_on = timetable.local_date(profile, published_at)
    return timetable.end_of(
        profile, timetable.standstill_ends_on(profile, calendar, published_on).on
    )


def standstill_over(
    *, profile: Profile, calendar: WorkCalendar, published_at: datetime, now: datetime
) -> Refusal | None:
    """The contract waits until the standstill has ended (P18; requirement 098)."""
    until = standstill_until(profile=profile, calendar=calendar, published_at=published_at)
    if until is not None and now < until:
        return profile.refuse("standstill_runs", profile.standstill_days, until=until, now=now)
    return None


def challenge_until(
    *, profile: Profile, calendar: WorkCalendar, published_at: datetime
) -> datetime:
    """The instant from which a challenge of the result is late (GPL 52, GPR 53; D6)."""
    published_on = timetable.local_date(profile, published_at)
    ends = timetable.award_challenge_ends_on(profile, calendar, published_on)
    return timetable.end_of(profile, ends.on)


def late_decision_confirms_first(
    *, profile: Profile, calendar: WorkCalendar, reported_at: datetime, first: bool, now: datetime
) -> Refusal | None:
    """Once silence has decided, the decision can only say what it decided (Order 87 art. 68)."""
    late = silence_has_decided(profile=profile, calendar=calendar, reported_at=reported_at, now=now)
    if late and not first:
        return profile.refuse("decision_late", profile.decision_workdays_max, now=now)
    return None


def clock_decides_by_silence_alone(
    *,
    profile: Profile,
    calendar: WorkCalendar,
    reported_at: datetime,
    lapsed: bool,
    now: datetime,
) -> Refusal | None:
    """The clock may say what silence has decided, and nothing else (Order 87 art. 68).

    Where an award has lapsed the buyer chooses between the next-ranked and a new tender (GPR 49),
    so that silence says nothing any more.
    """
    if not silence_has_decided(
        profile=profile, calendar=calendar, reported_at=reported_at, now=now
    ):
        due = decision_by(profile=profile, calendar=calendar, reported_at=reported_at)
        return profile.refuse("decision_time_runs", profile.decision_workdays_max, until=due)
    return refuse("next_is_for_the_buyer", "GPR art. 49") if lapsed else None


def lapse_reasoned(*, reason: str, cites: str) -> Refusal | None:
    """An award does not come to nothing without a reason and its rule (Order 87 art. 70)."""
    if reason.strip() and cites.strip():
        return None
    return refuse("lapse_without_reason", "Order 87 art. 70")
