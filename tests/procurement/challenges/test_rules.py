"""Challenge, complaint, suspension: cases by citation, both sides of every boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.calendar import WorkCalendar
from procurement.challenges import rules
from procurement.challenges.rules import About
from procurement.profiles import load_profile

CN = load_profile("cn-gov")
CALENDAR = WorkCalendar.for_country("cn")
TICK = timedelta(microseconds=1)
FACTS = {"profile": CN, "calendar": CALENDAR}


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def challenged(about: About, event_on: str, now: datetime):
    return rules.in_window(about=about, event_on=date.fromisoformat(event_on), now=now, **FACTS)


RESULT_ENDS = beijing("2026-05-15T00:00")  # D6
DOCUMENTS_END = beijing("2026-05-13T00:00")
ANSWER_DUE = beijing("2026-05-26T00:00")
COMPLAINT_ENDS = beijing("2026-06-16T00:00")


def complained(now: datetime, answered: str | None = None):
    return rules.complaint_in_window(
        answer_due_at=ANSWER_DUE,
        answered_at=beijing(answered) if answered else None,
        now=now,
        **FACTS,
    )


def subset(*complaint: str):
    return rules.items_subset(profile=CN, challenged={"1", "2"}, complained=complaint)


def standing(about: About, *, took_part: bool):
    return rules.has_standing(profile=CN, about=about, took_part=took_part)


CASES = [
    ("D6: in time", lambda: challenged(About.RESULT, "2026-04-30", RESULT_ENDS - TICK), None),
    ("D6: late", lambda: challenged(About.RESULT, "2026-04-30", RESULT_ENDS), "challenge_too_late"),
    (
        "94-13: within the notice period",
        lambda: challenged(About.RESULT, "2026-04-30", beijing("2026-04-30T16:00")),
        None,
    ),
    (
        "GPR 53 (1): documents",
        lambda: challenged(About.DOCUMENTS, "2026-04-30", DOCUMENTS_END),
        None,
    ),
    (
        "GPR 53 (2): process",
        lambda: challenged(About.PROCESS, "2026-04-29", DOCUMENTS_END),
        "challenge_too_late",
    ),
    (
        "94-17: challenged before",
        lambda: rules.challenged_first(profile=CN, challenged=True),
        None,
    ),
    (
        "94-17: never",
        lambda: rules.challenged_first(profile=CN, challenged=False),
        "complaint_without_challenge",
    ),
    ("GPR 55: one of them", lambda: subset("2"), None),
    ("GPR 55: something new", lambda: subset("2", "3"), "complaint_beyond_challenge"),
    ("GPR 55: nothing", lambda: subset(), "complaint_empty"),
    (
        "GPL 55: before any answer",
        lambda: complained(ANSWER_DUE - TICK),
        "complaint_too_early",
    ),
    ("GPL 55: no answer came", lambda: complained(ANSWER_DUE), None),
    (
        "GPL 55: after an early answer",
        lambda: complained(beijing("2026-05-20T00:00"), "2026-05-19T10:00"),
        None,
    ),
    ("GPL 55: the last instant", lambda: complained(COMPLAINT_ENDS - TICK), None),
    ("GPL 55: late", lambda: complained(COMPLAINT_ENDS), "complaint_too_late"),
    ("94-11: documents, by anybody", lambda: standing(About.DOCUMENTS, took_part=False), None),
    ("94-11: result, by a bidder", lambda: standing(About.RESULT, took_part=True), None),
    ("94-11: result, by another", lambda: standing(About.RESULT, took_part=False), "no_standing"),
    ("94-12: stated", lambda: rules.items_stated(texts=["a"]), None),
    ("94-12: one is empty", lambda: rules.items_stated(texts=["a", " "]), "challenge_empty"),
    ("94-12: none", lambda: rules.items_stated(texts=[]), "challenge_empty"),
    ("94-29: dismissed", lambda: rules.remedy_follows(ruling="dismissed", remedy="none"), None),
    (
        "94-29: dismissed with a remedy",
        lambda: rules.remedy_follows(ruling="dismissed", remedy="fail_lot"),
        "remedy_without_ruling",
    ),
    ("94-31: upheld", lambda: rules.remedy_follows(ruling="upheld", remedy="fail_lot"), None),
    (
        "94-31: upheld, no remedy",
        lambda: rules.remedy_follows(ruling="upheld", remedy="none"),
        None,
    ),
    ("GPR 54: free", lambda: rules.not_suspended(profile=CN, suspensions=()), None),
    (
        "GPR 54: suspended",
        lambda: rules.not_suspended(profile=CN, suspensions=["c2", "c1"]),
        "suspended",
    ),
    (
        "GPL 60: took part",
        lambda: rules.reviewer_apart(profile=CN, reviewer="r", buyers_people={"r", "o"}),
        "reviewer_took_part",
    ),
    (
        "GPL 60: apart",
        lambda: rules.reviewer_apart(profile=CN, reviewer="r", buyers_people={"o"}),
        None,
    ),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_challenges(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


def test_p20_p21_the_times_of_answer_decision_and_suspension() -> None:
    filed = beijing("2026-05-14T10:00")
    assert rules.answer_by(filed_at=filed, **FACTS) == beijing("2026-05-26T00:00")
    assert rules.suspended_until(suspended_at=filed, **FACTS) == beijing("2026-06-14T00:00")
    assert rules.complaint_by(answer_due_at=ANSWER_DUE, **FACTS) == COMPLAINT_ENDS


def test_gpr_58_the_clock_stops_for_tests() -> None:
    at = beijing("2026-07-01T10:00")
    plain = rules.decision_by(complained_at=at, **FACTS)
    stopped = rules.decision_by(complained_at=at, stopped_workdays=5, **FACTS)
    assert plain == beijing("2026-08-13T00:00")
    assert stopped == beijing("2026-08-20T00:00")


def test_gpr_54_only_what_may_change_the_result_suspends() -> None:
    assert rules.suspends(profile=CN, may_affect_result=True)
    assert not rules.suspends(profile=CN, may_affect_result=False)


def test_suspensions_that_overlap_count_once_and_only_since() -> None:
    hour = timedelta(hours=1)
    start = beijing("2026-05-14T10:00")
    spans = [(start, start + 3 * hour), (start + hour, start + 2 * hour)]
    spans.append((start + 5 * hour, start + 6 * hour))
    assert rules.suspended_time(spans, since=start) == 4 * hour
    assert rules.suspended_time(spans, since=start + 2 * hour) == 2 * hour
    assert rules.suspended_time([], since=start) == timedelta(0)
