"""Sending a bid: in time to the microsecond, bans, consortia, and who may not bid at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bidding.envelopes import rules
from procurement.profiles import load_profile

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
CLOSES_AT = datetime(2026, 3, 24, 1, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BAN = rules.Ban(date(2026, 1, 10), date(2026, 3, 24), "财罚〔2026〕1号")


def sent(now: datetime):
    return rules.in_time(profile=CN, now=now, closes_at=CLOSES_AT)


def closing(now: datetime):
    return rules.closing_time_come(profile=CN, now=now, closes_at=CLOSES_AT)


def banned(on: str, profile=CN):
    return rules.supplier_not_banned(profile=profile, on=date.fromisoformat(on), bans=[BAN])


CASES = [
    ("87-33: a microsecond before", lambda: sent(CLOSES_AT - TICK), None),
    ("87-33: at the instant", lambda: sent(CLOSES_AT), "late"),
    ("87-33: a microsecond after", lambda: sent(CLOSES_AT + TICK), "late"),
    ("87-39: closing a microsecond early", lambda: closing(CLOSES_AT - TICK), "before_closing"),
    ("87-39: closing at the instant", lambda: closing(CLOSES_AT), None),
    ("GPR 19: the day before", lambda: banned("2026-01-09"), None),
    ("GPR 19: the first day", lambda: banned("2026-01-10"), "supplier_banned"),
    ("GPR 19: the last day", lambda: banned("2026-03-24"), "supplier_banned"),
    ("GPR 19: run out", lambda: banned("2026-03-25"), None),
    ("049 acts before", lambda: rules.acts_max(profile=CN, acts=49), None),
    ("050 acts before", lambda: rules.acts_max(profile=CN, acts=50), "too_many_acts"),
    (
        "GPR 22: twice",
        lambda: rules.consortium_member_once(profile=CN, members={"a", "b"}, already={"b", "c"}),
        "bids_twice",
    ),
    (
        "GPR 22: once",
        lambda: rules.consortium_member_once(profile=CN, members={"a", "b"}, already={"c"}),
        None,
    ),
    (
        "GPR 18: wrote the specification",
        lambda: rules.specification_author_barred(
            profile=CN, bidder="a", specification_authors={"a"}
        ),
        "wrote_the_specification",
    ),
    (
        "GPR 18: did not",
        lambda: rules.specification_author_barred(
            profile=CN, bidder="b", specification_authors={"a"}
        ),
        None,
    ),
    (
        "order 20-23: the operator",
        lambda: rules.operator_barred(profile=CN, bidder="a", operators={"a"}),
        "operator_bids",
    ),
    (
        "replay: the operator",
        lambda: rules.operator_barred(profile=UA, bidder="a", operators={"a"}),
        None,
    ),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_envelopes(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


def test_a_late_bid_is_told_when_it_closed() -> None:
    refusal = sent(CLOSES_AT)
    assert refusal is not None
    assert refusal.facts["closes_at"] == "2026-03-24T01:30:00.000Z"
    assert "Order 87 art. 33" in refusal.cites


def test_of_two_bans_the_longer_is_named() -> None:
    longer = rules.Ban(date(2026, 3, 1), date(2027, 3, 1), "财罚〔2026〕2号")
    refusal = rules.supplier_not_banned(profile=CN, on=date(2026, 3, 5), bans=[BAN, longer])
    assert refusal is not None
    assert refusal.facts["decision"] == "财罚〔2026〕2号"
