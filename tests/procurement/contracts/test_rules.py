"""Contract, change, acceptance: cases by citation, both sides of every boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kernel.calendar import WorkCalendar
from kernel.money import Money
from procurement.contracts import rules
from procurement.profiles import load_profile

CN = load_profile("cn-gov")
CALENDAR = WorkCalendar.for_country("cn")
AWARDED = {"supplier": "s", "amount": "1180000.00", "delivery_days": 30}


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def drafted(**changes: object):
    return rules.matches_award(profile=CN, awarded=AWARDED, contracted=AWARDED | changes)


def changed(*amounts: str, emergency: bool = False, on: str = "2026-10-01"):
    return rules.change_within_cap(
        profile=CN,
        original=cny("1000000"),
        changes=map(cny, amounts),
        on=date.fromisoformat(on),
        emergency=emergency,
    )


def accepts(person: str):
    return rules.acceptor_is_other(
        profile=CN, acceptor=person, officers={"o"}, contract_reviewers={"r"}
    )


def judged(**results: bool):
    return rules.every_standard_judged(profile=CN, standards={"t1", "s1"}, results=results)


def secured(amount: str):
    return rules.performance_security_within_cap(
        profile=CN, security=cny(amount), amount=cny("1000000")
    )


SIGN_UNTIL = datetime(2026, 4, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def delivered(at: datetime, signed_at: datetime | None = SIGN_UNTIL - TICK):
    return rules.delivered_before(delivered_at=at, signed_at=signed_at, now=SIGN_UNTIL)


CASES = [
    ("87-71: the same", lambda: drafted(), None),
    ("87-71: another price", lambda: drafted(amount="1180000.01"), "contract_differs"),
    ("87-71: something added", lambda: drafted(penalty="x"), "contract_differs"),
    (
        "87-71: something left out",
        lambda: rules.matches_award(profile=CN, awarded=AWARDED, contracted={"supplier": "s"}),
        "contract_differs",
    ),
    ("GPR 48: ten percent", lambda: secured("100000"), None),
    ("GPR 48: a cent more", lambda: secured("100000.01"), "performance_security_too_high"),
    ("GPL 49: ten percent in all", lambda: changed("60000", "40000"), None),
    ("GPL 49: a cent more", lambda: changed("60000", "40000.01"), "changes_too_large"),
    ("GPL 49: none", lambda: changed(), None),
    ("EMG: thirty percent", lambda: changed("300000", emergency=True), None),
    ("EMG: a cent more", lambda: changed("300000.01", emergency=True), "changes_too_large"),
    (
        "EMG: the day before it was law",
        lambda: changed("300000", emergency=True, on="2026-09-30"),
        "changes_too_large",
    ),
    ("802-9: at once", lambda: rules.payment_days_agreed(profile=CN, days=0), None),
    ("802-9: sixty days", lambda: rules.payment_days_agreed(profile=CN, days=60), None),
    (
        "802-9: sixty-one",
        lambda: rules.payment_days_agreed(profile=CN, days=61),
        "payment_days_too_many",
    ),
    (
        "802-9: less than none",
        lambda: rules.payment_days_agreed(profile=CN, days=-1),
        "payment_days_too_many",
    ),
    ("an award that lapsed", lambda: rules.award_stands(lapsed=True), "award_lapsed"),
    ("delivered at the signing", lambda: delivered(SIGN_UNTIL - TICK), None),
    ("delivered now", lambda: delivered(SIGN_UNTIL), None),
    ("delivered tomorrow", lambda: delivered(SIGN_UNTIL + TICK), "delivery_out_of_order"),
    (
        "delivered before the signing",
        lambda: delivered(SIGN_UNTIL - TICK - TICK),
        "delivery_out_of_order",
    ),
    ("delivered unsigned", lambda: delivered(SIGN_UNTIL, None), "delivery_out_of_order"),
    ("GPR 45: once each", lambda: rules.judged_once_each(codes=["a", "b"]), None),
    ("GPR 45: twice", lambda: rules.judged_once_each(codes=["a", "a"]), "standard_judged_twice"),
    (
        "GPR 45: passed and rejected",
        lambda: rules.rejection_follows(accepted=False, results={"t1": True}),
        "rejected_though_passed",
    ),
    (
        "GPR 45: passed and accepted",
        lambda: rules.rejection_follows(accepted=True, results={"t1": True}),
        None,
    ),
    (
        "GPR 45: failed in part and rejected",
        lambda: rules.rejection_follows(accepted=False, results={"t1": True, "s1": False}),
        None,
    ),
    ("GPL 61: another person", lambda: accepts("a"), None),
    ("GPL 61: the officer", lambda: accepts("o"), "acceptor_took_part"),
    ("GPL 61: the reviewer", lambda: accepts("r"), "acceptor_took_part"),
    ("GPR 45: each", lambda: judged(t1=True, s1=False), None),
    ("GPR 45: one left out", lambda: judged(t1=True), "standards_unjudged"),
    ("GPR 45: one added", lambda: judged(t1=True, s1=True, x=True), "standards_unjudged"),
    (
        "GPR 45: failed and accepted",
        lambda: rules.acceptance_follows(profile=CN, accepted=True, results={"t1": False}),
        "accepted_though_failed",
    ),
    (
        "GPR 45: failed and rejected",
        lambda: rules.acceptance_follows(profile=CN, accepted=False, results={"t1": False}),
        None,
    ),
    (
        "GPR 45: users unheard",
        lambda: rules.users_heard(profile=CN, public_service=True, opinions=0),
        "users_unheard",
    ),
    (
        "GPR 45: users heard",
        lambda: rules.users_heard(profile=CN, public_service=True, opinions=1),
        None,
    ),
    (
        "GPR 45: no users",
        lambda: rules.users_heard(profile=CN, public_service=False, opinions=0),
        None,
    ),
]


def test_suspended_time_moves_the_instant_from_which_a_signature_is_late() -> None:
    """GPL 46, 57."""
    assert rules.signing_due(sign_until=SIGN_UNTIL, suspended=timedelta(0)) == SIGN_UNTIL
    assert rules.signing_due(sign_until=SIGN_UNTIL, suspended=TICK) == SIGN_UNTIL + TICK


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_contracts(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


def test_108_a_contract_that_differs_is_told_where() -> None:
    refusal = drafted(amount="1", delivery_days=60)
    assert refusal is not None
    assert refusal.facts["changed"] == ["amount", "delivery_days"]


def test_d8_signing_publishing_filing() -> None:
    facts = {"profile": CN, "calendar": CALENDAR}
    sign_by = rules.sign_by(award_notice_at=beijing("2026-01-12T15:00"), **facts)
    assert sign_by == beijing("2026-02-12T00:00")
    rolled = rules.sign_by(award_notice_at=beijing("2026-09-03T15:00"), **facts)
    assert rolled == beijing("2026-10-09T00:00")
    signed = beijing("2026-02-13T15:00")
    assert rules.publication_by(signed_at=signed, **facts) == beijing("2026-02-25T00:00")
    assert rules.filing_by(signed_at=signed, **facts) == beijing("2026-03-03T00:00")
