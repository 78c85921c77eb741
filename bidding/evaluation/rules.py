"""Rules of qualification, panel, scores and report: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from kernel.calendar import WorkCalendar
from kernel.money import Money
from kernel.refusal import Refusal
from procurement.profiles import timetable
from procurement.profiles.model import Opening, PriceVisible, Profile


def enough_qualified(*, profile: Profile, qualified: int) -> Refusal | None:
    """Below the least number of qualified bidders nothing is evaluated (Order 87 art. 44).

    Count with `scoring.bidders_counted`, so that one brand counts once (art. 31).
    """
    least = profile.bidders_min_to_evaluate
    if qualified < least.value:
        return profile.refuse("too_few_qualified", least, qualified=qualified)
    return None


def panel_size_needed(
    *, profile: Profile, budget: Money, complex_or_of_public_interest: bool = False
) -> int:
    """How many members a panel has at least for a purchase of this size and kind (P10)."""
    large = complex_or_of_public_interest or (
        budget.currency == profile.currency and budget >= profile.panel_large_from.value
    )
    return (profile.panel_size_min_large if large else profile.panel_size_min).value


def panel_shape(
    *,
    profile: Profile,
    experts: int,
    buyers: int,
    budget: Money,
    complex_or_of_public_interest: bool = False,
) -> Refusal | None:
    """The panel is large enough, odd, and has its share of experts (Order 87 art. 47)."""
    size = experts + buyers
    least = panel_size_needed(
        profile=profile,
        budget=budget,
        complex_or_of_public_interest=complex_or_of_public_interest,
    )
    facts = {"experts": experts, "buyers": buyers, "least": least}
    if size < least:
        sizes = (profile.panel_size_min, profile.panel_size_min_large, profile.panel_large_from)
        return profile.refuse("panel_too_small", *sizes, **facts)
    if profile.panel_size_odd.value and not size & 1:
        return profile.refuse("panel_even", profile.panel_size_odd, **facts)
    if Fraction(experts, size) < profile.panel_expert_share_min.value:
        return profile.refuse("too_few_experts", profile.panel_expert_share_min, **facts)
    return None


def chair_allowed(*, profile: Profile, is_buyers_member: bool) -> Refusal | None:
    """The buyer's own member does not chair the panel (Order 87 art. 45)."""
    if is_buyers_member and not profile.panel_buyer_may_chair.value:
        return profile.refuse("buyer_chairs", profile.panel_buyer_may_chair)
    return None


def interest_conflicts(
    *, profile: Profile, family: bool, ended_on: date | None, on: date
) -> Refusal | None:
    """A tie with a bidder recuses: kinship always, others while they last and years after (GPR 9).

    `ended_on` is None for a tie that lasts.
    """
    years = profile.conflict_years
    if not profile.interests_declared_first.value and not years.value:
        return None
    if not family and ended_on is not None and _years_later(ended_on, years.value) < on:
        return None
    return profile.refuse("interest_conflicts", years, ended_on=ended_on, family=family)


def interests_declared(*, profile: Profile, declared_at: datetime | None) -> Refusal | None:
    """A member declares his interests before he sees a bid (requirement 077)."""
    if profile.interests_declared_first.value and declared_at is None:
        return profile.refuse("interests_undeclared", profile.interests_declared_first)
    return None


def opening_recorded(*, profile: Profile, record: str | None) -> Refusal | None:
    """The record of the opening is attached before the evaluation starts (requirement 072)."""
    if profile.opening_recorded.value and not record:
        return profile.refuse("opening_unrecorded", profile.opening_recorded)
    return None


def price_within_ceiling(*, profile: Profile, price: Money, ceiling: Money) -> Refusal | None:
    """A bid above the budget or the ceiling is void (Order 87 art. 63)."""
    if profile.price_within_ceiling.value and price > ceiling:
        return profile.refuse(
            "price_above_ceiling", profile.price_within_ceiling, price=price, ceiling=ceiling
        )
    return None


def correction_confirmed(*, profile: Profile, needed: bool, confirmed: bool) -> Refusal | None:
    """A corrected price binds once the bidder confirms it; else the bid is void (87-59)."""
    if needed and not confirmed:
        return profile.refuse("correction_unconfirmed", profile.correction_order)
    return None


def price_contradicts_itself(*, profile: Profile, contradicts: bool) -> Refusal | None:
    """Only a price that the bid itself states in two ways is corrected (Order 87 art. 59)."""
    if not contradicts:
        return profile.refuse("nothing_to_correct", profile.correction_order)
    return None


def price_reply_window(*, profile: Profile, asked_at: datetime, due_at: datetime) -> Refusal | None:
    """Who must explain a low price has at least the profile's minutes (P14; requirement 087)."""
    least = profile.abnormal_reply_minutes_min
    if due_at - asked_at < timedelta(minutes=least.value):
        return profile.refuse("reply_window_too_short", least, asked_at=asked_at, due_at=due_at)
    return None


def price_judged_fairly(
    *, profile: Profile, asked: bool, answered: bool, due_at: datetime, now: datetime
) -> Refusal | None:
    """A low price is rejected only after it was asked about and the time to answer is over."""
    reply = profile.abnormal_reply_minutes_min
    if not asked:
        return profile.refuse("price_never_questioned", reply)
    if not answered and now < due_at:
        return profile.refuse("reply_window_runs", reply, due_at=due_at, now=now)
    return None


def price_may_be_seen(*, profile: Profile, quality_locked: bool) -> Refusal | None:
    """Where the profile says so, the panel sees prices only once quality is locked."""
    late = profile.price_visible_to_panel
    hidden = late.value is PriceVisible.AFTER_QUALITY or profile.opening.value is Opening.TWO_STAGE
    if hidden and not quality_locked:
        return profile.refuse("price_not_yet_visible", late)
    return None


def score_in_range(*, profile: Profile, points: Decimal, maximum: Decimal) -> Refusal | None:
    """Points lie between nothing and the criterion's weight (Order 87 art. 64)."""
    if profile.scores_within_range.value and not 0 <= points <= maximum:
        return profile.refuse(
            "score_out_of_range", profile.scores_within_range, points=points, maximum=maximum
        )
    return None


def objective_scores_equal(
    *, profile: Profile, criterion: str, points: Mapping[str, Decimal]
) -> Refusal | None:
    """For an objective criterion all members give a bid the same points (requirement 080)."""
    if profile.objective_scores_equal.value and len(set(points.values())) > 1:
        return profile.refuse(
            "objective_scores_differ",
            profile.objective_scores_equal,
            criterion=criterion,
            points=sorted(set(points.values())),
        )
    return None


def all_sheets_in(
    *, profile: Profile, members: Collection[str], submitted: Collection[str]
) -> Refusal | None:
    """Every member has scored, before anybody sees another's scores (requirement 078)."""
    missing = len(set(members) - set(submitted))
    if missing:
        return profile.refuse("sheets_missing", profile.report_signed_by_all, missing=missing)
    return None


def all_signed(
    *, profile: Profile, members: Collection[str], signed: Collection[str]
) -> Refusal | None:
    """Every member has signed the report, with or without a dissent (Order 87 art. 58 and 61)."""
    missing = len(set(members) - set(signed))
    if profile.report_signed_by_all.value and missing:
        return profile.refuse("signatures_missing", profile.report_signed_by_all, missing=missing)
    return None


def silence_consents(
    *, profile: Profile, signed: int, due_at: datetime, now: datetime
) -> Refusal | None:
    """Who neither signs nor says why not agrees once the time is over (Order 87 art. 61).

    A report that nobody has signed is nobody's, so that silence has nothing to agree to.
    """
    if now < due_at:
        return profile.refuse("report_time_runs", profile.report_workdays_max, until=due_at)
    if not signed:
        return profile.refuse("report_unsigned", profile.report_signed_by_all)
    return None


def score_change_allowed(
    *,
    profile: Profile,
    cause: str,
    report_signed: bool,
    same_panel: bool,
    reported_to_finance: bool,
) -> Refusal | None:
    """A result changes for four causes only; once signed, by the same panel and with a report to
    the finance department (Order 87 art. 64; requirement 091).
    """
    causes = profile.score_change_causes
    if cause not in causes.value:
        return profile.refuse("score_change_without_cause", causes, cause=cause)
    if report_signed and not (same_panel and reported_to_finance):
        return profile.refuse("score_change_unreported", causes, cause=cause)
    return None


def report_by(*, profile: Profile, calendar: WorkCalendar, evaluated_at: datetime) -> datetime:
    """The instant from which the report to the buyer is late (P16)."""
    return timetable.due_at(profile, calendar, profile.report_workdays_max, evaluated_at)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: the day after the last of the month
        return date(day.year + years, day.month, 1) + timedelta(days=day.day - 1)
