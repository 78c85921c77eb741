"""The seven steps of a purchase with their dates, the clock, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, g, url_for

from app.portal.reading.record import Story
from app.portal.views import NextStep
from app.web.access import may_open
from app.web.shown import (
    Countdown,
    CountdownKind,
    Stage,
    StageName,
    StageState,
    Status,
    When,
    WhenKind,
)
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Action
from procurement.awards.models import Award
from procurement.contracts import rules as contract_rules
from procurement.profiles.model import Profile
from procurement.profiles.timetable import local_date
from procurement.tenders.models import Tender
from procurement.tenders.standing import calendar_of, pinned_profile

_STEPS = (
    StageName.INTENTION,
    StageName.BIDDING,
    StageName.OPENING,
    StageName.EVALUATION,
    StageName.AWARD,
    StageName.CONTRACT,
    StageName.DELIVERY,
)
_NOW: dict[Status, StageName] = {
    Status.PLANNED: StageName.INTENTION,
    Status.OPEN: StageName.BIDDING,
    Status.SEALED: StageName.OPENING,
    Status.OPENING: StageName.OPENING,
    Status.EVALUATION: StageName.EVALUATION,
    Status.AWARDED: StageName.AWARD,
    Status.CONTRACT: StageName.DELIVERY,
    Status.COMPLETED: StageName.DELIVERY,
}
_CLOSES = Text("截止，此刻到达即为迟到", "bidding closes; a bid that arrives then is late")
_OPENS = Text("起可以开标", "opening from then on")
_CHALLENGE = Text("前可以对结果提出质疑", "last instant to challenge the result")
_SIGN = Text("前签合同", "contract to be signed by then")
_SINCE_NOTICE = Text(
    "从结果公告期满次日起算{days}个工作日。不收费。",
    "{days} working days from the end of the notice period. Free of charge.",
)


@dataclass(frozen=True, slots=True)
class Course:
    """What the steps and dates of a published tender are made from."""

    tender: Tender
    status: Status
    story: Story
    awards: Sequence[Award]
    now: datetime
    zone: ZoneInfo


def stages(course: Course) -> tuple[Stage, ...]:
    """The steps, dated; a tender that was stopped ends with the step at which it was."""
    dates = _dates(course)
    if course.status is Status.STOPPED:
        at = _stopped_at(course)
        steps = _STEPS[: _STEPS.index(at) + 1]
        states = [StageState.DONE] * (len(steps) - 1) + [StageState.STOP]
    else:
        steps = _STEPS
        here = _STEPS.index(_NOW[course.status])
        states = [
            StageState.DONE
            if place < here
            else StageState.NOW
            if place == here
            else StageState.NEXT
            for place in range(len(steps))
        ]
        if course.status is Status.COMPLETED:
            states = [StageState.DONE] * len(steps)
    return tuple(
        Stage(name, state, dates.get(name)) for name, state in zip(steps, states, strict=True)
    )


def planned_stages(intended_at: datetime | None, zone: ZoneInfo) -> tuple[Stage, ...]:
    """The steps of a purchase of which no more than the intention is published."""
    when = When(WhenKind.ON, intended_at.astimezone(zone).date()) if intended_at else None
    first = Stage(_STEPS[0], StageState.NOW, when)
    return (first, *(Stage(name, StageState.NEXT) for name in _STEPS[1:]))


def _dates(course: Course) -> dict[StageName, When]:
    tender, story = course.tender, course.story

    def on(*actions: Action) -> When | None:
        times = [found.at for action in actions if (found := story.last(action)) is not None]
        return When(WhenKind.ON, max(times).astimezone(course.zone).date()) if times else None

    opened = on(Action.OPEN_LOT, Action.LEAVE_SEALED)
    found = {
        StageName.INTENTION: on(Action.PUBLISH_INTENTION),
        StageName.BIDDING: _bidding(course),
        StageName.OPENING: opened or When(WhenKind.FROM, _opens_from(tender)),
        StageName.EVALUATION: on(Action.SIGN_REPORT, Action.CONCLUDE_REPORT, Action.FAIL_LOT),
        StageName.AWARD: on(Action.PUBLISH_AWARD),
        StageName.CONTRACT: on(Action.SIGN_AS_BUYER) or _contract_by(course),
        StageName.DELIVERY: on(Action.SETTLE_PAYMENT, Action.ACCEPT_DELIVERY),
    }
    return {name: when for name, when in found.items() if when is not None}


def _bidding(course: Course) -> When | None:
    published_at = course.tender.published_at
    if published_at is None:
        return None
    since = published_at.astimezone(course.zone).date()
    if course.status is Status.OPEN:
        return When(WhenKind.FROM, since)
    return When(WhenKind.SPAN, since, course.tender.closes_at.astimezone(course.zone).date())


def _contract_by(course: Course) -> When | None:
    until = _sign_by(course)
    return When(WhenKind.BY, until.astimezone(course.zone).date()) if until else None


def _sign_by(course: Course) -> datetime | None:
    """Until when the contract is signed after the award (P20); None where nobody has won yet."""
    published = [one.published_at for one in course.awards if one.published_at is not None]
    if not published:
        return None
    profile = pinned_profile(course.tender)
    try:
        return contract_rules.sign_by(
            profile=profile, calendar=calendar_of(profile), award_notice_at=max(published)
        )
    except Refused:  # past the last published calendar year
        return None


def _stopped_at(course: Course) -> StageName:
    story = course.story
    if story.last(Action.CLOSE_TENDER) is None:
        return StageName.BIDDING
    if story.last(Action.OPEN_LOT) is None:
        return StageName.OPENING
    return StageName.EVALUATION


def _opens_from(tender: Tender) -> datetime:
    minutes = pinned_profile(tender).objection_minutes.value
    return tender.closes_at + timedelta(minutes=minutes)


def clock(course: Course) -> Countdown | None:
    """The deadline that a reader may miss now: for bids, later for a challenge of the result."""
    if course.status is Status.OPEN:
        return Countdown(
            CountdownKind.BIDDING,
            course.tender.closes_at,
            action=_way_of_a_supplier("supplier.bid", course.tender.id),
        )
    until = _challenge_until(course)
    if until is None:
        return None
    profile = pinned_profile(course.tender)
    days = profile.challenge_workdays.value
    return Countdown(
        CountdownKind.CHALLENGE,
        until,
        working_days=_working_days(profile, course.now, until),
        action=_way_of_a_supplier("supplier.new_challenge", course.tender.id),
        note=Text(_SINCE_NOTICE.zh.format(days=days), _SINCE_NOTICE.en.format(days=days)),
    )


def _way_of_a_supplier(endpoint: str, tender: str) -> str | None:
    """Where a supplier goes on from the page; who is not logged in is asked to on the way."""
    if endpoint not in current_app.view_functions:
        return None
    if g.get("actor") is not None and not may_open(endpoint):
        return None
    return url_for(endpoint, tender=tender)


def _challenge_until(course: Course) -> datetime | None:
    waiting = [
        one.challenge_until
        for one in course.awards
        if one.challenge_until is not None and course.now < one.challenge_until
    ]
    return min(waiting, default=None)


def _working_days(profile: Profile, now: datetime, until: datetime) -> int | None:
    """Today counts as one while it lasts; the end is the first instant after the last day."""
    today = local_date(profile, now) - timedelta(days=1)
    last = local_date(profile, until - timedelta(microseconds=1))
    try:
        return calendar_of(profile).workdays_between(today, last)
    except Refused:  # past the last published calendar year
        return None


def next_steps(course: Course) -> tuple[NextStep, ...]:
    """What comes, dated, the soonest first."""
    steps = []
    if course.status is Status.OPEN:
        steps.append(NextStep(course.tender.closes_at, _CLOSES))
    if course.status in (Status.OPEN, Status.SEALED):
        steps.append(NextStep(_opens_from(course.tender), _OPENS))
    if (until := _challenge_until(course)) is not None:
        steps.append(NextStep(until, _CHALLENGE))
    if course.status is Status.AWARDED and (until := _sign_by(course)) is not None:
        steps.append(NextStep(until, _SIGN))
    return tuple(sorted((one for one in steps if one.at >= course.now), key=lambda one: one.at))
