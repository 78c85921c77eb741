"""Rules of notice, documents and clarification: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from kernel.calendar import WorkCalendar
from kernel.money import Money
from kernel.refusal import Refusal
from procurement.profiles import timetable
from procurement.profiles.model import (
    Category,
    Effect,
    ForbiddenCriterion,
    Method,
    Profile,
)


def closing_late_enough(
    *, profile: Profile, calendar: WorkCalendar, issued_on: date, closes_at: datetime
) -> Refusal | None:
    """A tender stays open its least period, counted from the issue of its documents (GPL 35)."""
    earliest = timetable.earliest_closing_on(profile, calendar, issued_on)
    if timetable.local_date(profile, closes_at) < earliest.on:
        return profile.refuse(
            "closing_too_early",
            profile.bid_period_days_min,
            issued_on=issued_on,
            closes_at=closes_at,
            earliest=earliest.on,
            calendar=earliest.edition,
        )
    return None


def documents_available_long_enough(
    *, profile: Profile, calendar: WorkCalendar, published_on: date, available_until: date
) -> Refusal | None:
    """The documents can be had for their least period from the notice on (Order 87 art. 18)."""
    least = profile.documents_workdays_min
    earliest = timetable.period(profile, calendar, least, published_on)
    if available_until < earliest.on:
        return profile.refuse(
            "documents_too_short", least, until=available_until, earliest=earliest.on
        )
    return None


def notice_complete(*, profile: Profile, present: Collection[str]) -> Refusal | None:
    """The notice says all that the profile asks for (Order 87 art. 13; requirement 015)."""
    fields = profile.mandatory_notice_fields
    missing = [name for name in fields.value if name not in present]
    return profile.refuse("notice_incomplete", fields, missing=missing) if missing else None


def method_allowed(
    *, profile: Profile, method: Method, standard_goods: bool = False
) -> Refusal | None:
    """The profile knows the method; what follows one standard goes to the lowest price (87-54)."""
    if method not in profile.methods.value:
        return profile.refuse("method_unknown", profile.methods, method=method)
    lowest = profile.lowest_price_for_standard
    if lowest.value and standard_goods and method is not Method.LOWEST_PRICE:
        return profile.refuse("lowest_price_required", lowest, method=method)
    return None


def weights_sum_to_100(*, profile: Profile, weights: Iterable[Decimal]) -> Refusal | None:
    """The weights of all scored criteria, price included, make the whole exactly (87-55)."""
    total = sum(weights, Decimal(0))
    if total != profile.weights_total.value:
        return profile.refuse("weights_wrong", profile.weights_total, sum=total)
    return None


def price_weight_allowed(
    *, profile: Profile, category: Category, price_weight: Decimal
) -> Refusal | None:
    """The price weighs as much as the profile wants for this kind of purchase (P11)."""
    least, most = profile.price_weight_min, profile.price_weight_max
    if category not in least.value:
        return profile.refuse("category_not_in_profile", least, category=category)
    if price_weight < least.value[category]:
        return profile.refuse("price_weight_too_low", least, price_weight=price_weight)
    if price_weight > most.value[category]:
        return profile.refuse("price_weight_too_high", most, price_weight=price_weight)
    return None


def qualification_not_scored(
    *, profile: Profile, qualifications: Iterable[str], scored: Iterable[str]
) -> Refusal | None:
    """What a bidder must have is not scored as well (Order 87 art. 55; requirement 021)."""
    if profile.qualification_may_be_scored.value:
        return None
    scored_too = sorted(
        {_plain(text) for text in qualifications} & {_plain(text) for text in scored}
    )
    if scored_too:
        return profile.refuse(
            "qualification_scored", profile.qualification_may_be_scored, criteria=scored_too
        )
    return None


def suspicious_words(profile: Profile, text: str) -> tuple[ForbiddenCriterion, ...]:
    """The rows of the profile whose words a criterion holds: what an officer is shown."""
    plain = _plain(text)
    return tuple(
        row
        for row in profile.forbidden_criteria
        if any(_plain(word) in plain for word in row.words)
    )


def forbidden_criteria(
    *, profile: Profile, criteria: Mapping[str, str], justified: Collection[str] = ()
) -> Refusal | None:
    """No criterion holds what the law forbids; what needs a reason has one (requirement 020).

    `criteria` maps a name to the criterion's words; `justified` names those with a written reason.
    """
    hits = [
        (name, row) for name, text in criteria.items() for row in suspicious_words(profile, text)
    ]
    barred = [(name, row) for name, row in hits if row.effect is Effect.FORBID]
    open_ = [(name, row) for name, row in hits if name not in justified]
    for code, rows in (("criterion_forbidden", barred), ("criterion_unjustified", open_)):
        if rows:
            return _refuse_criteria(profile, code, rows)
    return None


def max_price_within_budget(*, profile: Profile, ceiling: Money, budget: Money) -> Refusal | None:
    """A ceiling lies within the budget; a floor does not exist (Order 87 art. 12)."""
    if profile.ceiling_within_budget.value and ceiling > budget:
        return profile.refuse(
            "ceiling_above_budget", profile.ceiling_within_budget, ceiling=ceiling, budget=budget
        )
    return None


def security_within_cap(*, profile: Profile, security: Money, budget: Money) -> Refusal | None:
    """A bid security stays under its share of the budget (GPR art. 33; requirement 046)."""
    share = profile.bid_security_share_max
    if security.amount > budget.amount * share.value:
        return profile.refuse("security_too_high", share, security=security, budget=budget)
    return None


def security_not_cash(*, profile: Profile, form: str) -> Refusal | None:
    """A security is given in a form that is not cash (GPR art. 33)."""
    if form == "cash" and not profile.bid_security_cash.value:
        return profile.refuse("security_in_cash", profile.bid_security_cash)
    return None


def deduction_rates_allowed(
    *, profile: Profile, small_rate: Decimal, joint_rate: Decimal
) -> Refusal | None:
    """The deduction rates fixed in the documents lie within the law's bounds (P13)."""
    bounds = (
        (small_rate, profile.small_rate_min, profile.small_rate_max),
        (joint_rate, profile.joint_rate_min, profile.joint_rate_max),
    )
    for rate, least, most in bounds:
        if not least.value <= rate <= most.value:
            return profile.refuse("deduction_rate_out_of_bounds", least, most, rate=rate)
    return None


def abnormal_share_allowed(*, profile: Profile, share: Decimal) -> Refusal | None:
    """The documents may raise the share of the ceiling that opens a price review, to a point."""
    least, most = profile.abnormal_share_of_ceiling, profile.abnormal_share_of_ceiling_max
    if not least.value <= share <= most.value:
        return profile.refuse("abnormal_share_out_of_bounds", least, most, share=share)
    return None


def committee_shape(
    *, profile: Profile, holders: int, threshold: int, outside: int
) -> Refusal | None:
    """The key holders are enough, no single one opens a bid, and one is from outside (P34)."""
    facts = {"holders": holders, "threshold": threshold, "outside": outside}
    if not profile.holders_min.value <= holders <= profile.holders_max.value:
        return profile.refuse("holders_wrong", profile.holders_min, profile.holders_max, **facts)
    if not profile.threshold_min.value <= threshold <= holders:
        return profile.refuse("threshold_wrong", profile.threshold_min, **facts)
    if outside < profile.holders_outside_min.value:
        return profile.refuse("no_outside_holder", profile.holders_outside_min, **facts)
    return None


def amendment_leaves_subject_alone(*, profile: Profile, changed: Collection[str]) -> Refusal | None:
    """An amendment changes neither subject nor qualification (Order 87 art. 27)."""
    barred = sorted(set(profile.unamendable_fields.value) & set(changed))
    if barred:
        return profile.refuse(
            "amendment_changes_subject", profile.unamendable_fields, changed=barred
        )
    return None


def amendment_moves_closing(
    *, profile: Profile, calendar: WorkCalendar, now: datetime, closes_at: datetime
) -> datetime | None:
    """The new earliest closing if an amendment now comes too late for the old one, else None.

    Order 87 art. 27: with less than the lead time left, the closing moves. It keeps its hour.
    """
    earliest = timetable.period(
        profile, calendar, profile.amendment_lead_days, timetable.local_date(profile, now)
    )
    if timetable.local_date(profile, closes_at) >= earliest.on:
        return None
    return timetable.at_same_hour(profile, earliest.on, closes_at)


def amendment_closing_late_enough(
    *,
    profile: Profile,
    calendar: WorkCalendar,
    now: datetime,
    closes_at: datetime,
    wanted: datetime,
    affects_bids: bool = True,
) -> Refusal | None:
    """An amendment that touches how bids are made leaves its lead time (requirement 031)."""
    moved = amendment_moves_closing(
        profile=profile, calendar=calendar, now=now, closes_at=closes_at
    )
    if affects_bids and moved is not None:
        earliest = timetable.local_date(profile, moved)
        if timetable.local_date(profile, wanted) < earliest:
            return profile.refuse(
                "closing_must_move", profile.amendment_lead_days, wanted=wanted, earliest=moved
            )
    return None


def closing_never_earlier(
    *, profile: Profile, closes_at: datetime, wanted: datetime
) -> Refusal | None:
    """A closing only ever moves later (requirement 034)."""
    if profile.closing_never_earlier.value and wanted < closes_at:
        return profile.refuse(
            "closing_moved_earlier",
            profile.closing_never_earlier,
            closes_at=closes_at,
            wanted=wanted,
        )
    return None


def outage_moves_closing(
    *, profile: Profile, began_at: datetime, ended_at: datetime, closes_at: datetime
) -> datetime | None:
    """The closing for all after an outage in the last hours: later by its length (requirement 036).

    No bidder alone is given grace.
    """
    last_hours_from = closes_at - timedelta(hours=profile.outage_extension_from_hours.value)
    if ended_at <= last_hours_from or began_at >= closes_at:
        return None
    return max(closes_at, ended_at) + (min(ended_at, closes_at) - max(began_at, last_hours_from))


def cancellation_reasoned(*, profile: Profile, reason: str) -> Refusal | None:
    """A tender is not ended at will: the reason is written down (Order 87 art. 29)."""
    if profile.termination_reasoned.value and not reason.strip():
        return profile.refuse("cancellation_without_reason", profile.termination_reasoned)
    return None


def question_due_at(*, profile: Profile, calendar: WorkCalendar, asked_at: datetime) -> datetime:
    """The instant from which the answer to a question is late (GPR art. 52)."""
    return timetable.due_at(profile, calendar, profile.enquiry_answer_workdays, asked_at)


def security_return_due_at(
    *, profile: Profile, calendar: WorkCalendar, event_at: datetime
) -> datetime:
    """The instant from which the return of a security is late: after each of four events (P08)."""
    return timetable.due_at(profile, calendar, profile.security_return_workdays, event_at)


def _refuse_criteria(
    profile: Profile, code: str, rows: Iterable[tuple[str, ForbiddenCriterion]]
) -> Refusal:
    hits = list(rows)
    cites = dict.fromkeys(row.cites for _, row in hits)
    facts = {"profile": profile.edition, "criteria": [f"{name}: {row.kind}" for name, row in hits]}
    return Refusal(code, tuple(cites), facts)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
