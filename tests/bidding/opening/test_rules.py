"""The opening: not too early, enough bids and shares, no evaluator in the room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bidding.opening import rules
from procurement.profiles import load_profile

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
CLOSED = datetime(2026, 3, 24, 1, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
OBJECTION = timedelta(minutes=CN.objection_minutes.value)
WINDOW = timedelta(minutes=CN.decryption_minutes.value)


def waited(since: timedelta, profile=CN):
    return rules.not_before_objection_period(profile=profile, now=CLOSED + since, closed_at=CLOSED)


CASES = [
    (
        "87-39: a microsecond before the closing",
        lambda: rules.not_before_closing(profile=CN, now=CLOSED - TICK, closes_at=CLOSED),
        "before_closing",
    ),
    (
        "87-39: at the closing",
        lambda: rules.not_before_closing(profile=CN, now=CLOSED, closes_at=CLOSED),
        None,
    ),
    ("87-42: objections still heard", lambda: waited(OBJECTION - TICK), "objection_period_runs"),
    ("87-42: heard", lambda: waited(OBJECTION), None),
    ("replay: at once", lambda: waited(timedelta(0), UA), None),
    ("87-41: three", lambda: rules.enough_bids(profile=CN, bids=3), None),
    ("87-41: two", lambda: rules.enough_bids(profile=CN, bids=2), "too_few_bids"),
    ("replay: one", lambda: rules.enough_bids(profile=UA, bids=1), None),
    ("replay: none", lambda: rules.enough_bids(profile=UA, bids=0), "too_few_bids"),
    ("t holders", lambda: rules.shares_suffice(profile=CN, threshold=2, holders=2), None),
    (
        "one short",
        lambda: rules.shares_suffice(profile=CN, threshold=2, holders=1),
        "too_few_shares",
    ),
    (
        "87-40: a member of the panel",
        lambda: rules.evaluator_absent(profile=CN, person="p", panel={"p"}),
        "evaluator_at_opening",
    ),
    (
        "87-40: another",
        lambda: rules.evaluator_absent(profile=CN, person="q", panel={"p"}),
        None,
    ),
    (
        "replay: a member",
        lambda: rules.evaluator_absent(profile=UA, person="p", panel={"p"}),
        None,
    ),
    (
        "order 20-30: own key where the holders do not fall short",
        lambda: rules.own_key_needed(profile=CN, now=CLOSED, fell_short_at=None),
        "own_key_not_needed",
    ),
    (
        "order 20-30: own key before the holders fall short",
        lambda: rules.own_key_needed(profile=CN, now=CLOSED - TICK, fell_short_at=CLOSED),
        "own_key_not_needed",
    ),
    (
        "order 20-30: own key from the instant at which they do",
        lambda: rules.own_key_needed(profile=CN, now=CLOSED, fell_short_at=CLOSED),
        None,
    ),
    (
        "order 20-30: own key within the window",
        lambda: rules.own_key_in_time(profile=CN, now=CLOSED + WINDOW - TICK, fell_short_at=CLOSED),
        None,
    ),
    (
        "order 20-30: at its end",
        lambda: rules.own_key_in_time(profile=CN, now=CLOSED + WINDOW, fell_short_at=CLOSED),
        "own_key_too_late",
    ),
    (
        "87-41: the price is not read out",
        lambda: rules.read_out_complete(profile=CN, present={"bidder", "delivery"}),
        "read_out_incomplete",
    ),
    (
        "87-41: all is",
        lambda: rules.read_out_complete(profile=CN, present={"bidder", "price", "delivery"}),
        None,
    ),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_opening(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


def test_066_what_does_not_open_is_revoked_or_withdrawn() -> None:
    assert rules.failed_to_open_as(profile=CN, bidders_fault=True) == "revoked"
    assert rules.failed_to_open_as(profile=CN, bidders_fault=False) == "withdrawn"
