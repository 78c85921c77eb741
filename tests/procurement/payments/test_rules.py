"""Invoice and payment: cases by citation, both sides of every boundary; N10 to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import WorkCalendar
from kernel.money import Money
from procurement.payments import rules
from procurement.payments.rules import Line
from procurement.profiles import load_profile

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
CALENDAR = WorkCalendar.for_country("cn")


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def line(quantity: str, amount: str | None = None) -> Line:
    return Line(Decimal(quantity), cny(amount) if amount else None)


CONTRACT = {"desk": line("10", "1000.00"), "care": line("1")}
ACCEPTED = {"desk": Decimal(6), "care": Decimal(1)}


def matched(before: dict[str, Decimal] | None = None, **invoiced: Line):
    return rules.three_way_match(
        profile=CN,
        contracted=CONTRACT,
        accepted=ACCEPTED,
        invoiced=invoiced,
        invoiced_before=before,
    )


def claimed(amount: str):
    return rules.within_contract(
        profile=CN, contract=cny("100"), claimed=[cny("40"), cny("30")], amount=cny(amount)
    )


def summed(amount: str):
    return rules.sum_agrees(profile=CN, invoiced=cny(amount), agreed=cny("100"))


def complete(
    number: str = "7",
    amount: Money | None = None,
    currency: str = "CNY",
    issued_on: str = "2026-04-01",
):
    return rules.invoice_complete(
        number=number,
        amount=amount or cny("0.01"),
        currency=currency,
        issued_on=date.fromisoformat(issued_on),
        today=date(2026, 4, 1),
    )


def settled(paid_on: str, reference: str = "T1"):
    return rules.settled_by_treasury(
        reference=reference,
        paid_on=date.fromisoformat(paid_on),
        released_on=date(2026, 4, 1),
        today=date(2026, 4, 3),
    )


CASES = [
    ("117: agrees", lambda: matched(desk=line("6", "600.00")), None),
    ("117: a lump sum line", lambda: matched(care=line("1")), None),
    ("117: more than accepted", lambda: matched(desk=line("7", "700")), "line_not_accepted"),
    (
        "117: with what was invoiced before",
        lambda: matched({"desk": Decimal(1)}, desk=line("6", "600")),
        "line_not_accepted",
    ),
    ("117: nothing", lambda: matched(desk=line("0", "0")), "line_not_accepted"),
    ("117: another price", lambda: matched(desk=line("6", "600.01")), "line_price_differs"),
    ("117: a price for a lump sum", lambda: matched(care=line("1", "5")), "line_price_differs"),
    ("117: no price", lambda: matched(desk=line("6")), "line_price_differs"),
    ("117: not in the contract", lambda: matched(sofa=line("1", "1")), "line_not_in_contract"),
    (
        "119: two persons",
        lambda: rules.two_people(profile=CN, prepared_by="a", released_by="b"),
        None,
    ),
    (
        "119: one person",
        lambda: rules.two_people(profile=CN, prepared_by="a", released_by="a"),
        "one_person_pays",
    ),
    ("GPR 51: up to the contract", lambda: claimed("30.00"), None),
    ("GPR 51: a cent above", lambda: claimed("30.01"), "above_contract"),
    ("117: the sum", lambda: summed("100.00"), None),
    ("117: another sum", lambda: summed("100.01"), "sum_differs"),
    ("invoice: complete", lambda: complete(), None),
    ("invoice: no number", lambda: complete(number=" "), "invoice_incomplete"),
    ("invoice: nothing asked", lambda: complete(amount=cny("0")), "invoice_incomplete"),
    ("invoice: another currency", lambda: complete(currency="EUR"), "invoice_incomplete"),
    ("invoice: of tomorrow", lambda: complete(issued_on="2026-04-02"), "invoice_of_the_future"),
    ("119: settled the same day", lambda: settled("2026-04-01"), None),
    ("119: settled today", lambda: settled("2026-04-03"), None),
    ("119: before the release", lambda: settled("2026-03-31"), "paid_out_of_order"),
    ("119: tomorrow", lambda: settled("2026-04-04"), "paid_out_of_order"),
    ("119: no reference", lambda: settled("2026-04-01", " "), "treasury_reference_missing"),
    ("a lot is open", lambda: rules.lots_over(open_lots=["l"]), "lots_not_over"),
    ("all lots are over", lambda: rules.lots_over(open_lots=[]), None),
    ("GPR 54: open", lambda: rules.no_challenge_open(challenges=["c"]), "challenge_open"),
    ("GPR 54: none", lambda: rules.no_challenge_open(challenges=[]), None),
]


@pytest.mark.parametrize(("case", "ask", "code"), CASES, ids=[row[0] for row in CASES])
def test_payments(case: str, ask, code: str | None) -> None:
    refusal = ask()
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.cites


STARTS = [
    ("802-9: from delivery", "2026-03-20", False, "2026-03-10", "2026-03-10"),
    ("802-9: from acceptance", "2026-03-20", True, None, "2026-03-20"),
    ("802-10: inspected in time", "2026-03-20", True, "2026-03-25", "2026-03-20"),
    ("802-10: inspected late", "2026-03-20", True, "2026-03-15", "2026-03-15"),
    ("802-10: never inspected", None, True, "2026-03-15", "2026-03-15"),
    ("not begun", None, True, None, None),
]


@pytest.mark.parametrize(
    ("case", "accepted", "from_acceptance", "inspect_by", "starts"),
    STARTS,
    ids=[row[0] for row in STARTS],
)
def test_115_when_the_clock_starts(case, accepted, from_acceptance, inspect_by, starts) -> None:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    found = rules.clock_starts_on(
        delivered_on=date(2026, 3, 10),
        accepted_on=day(accepted),
        from_acceptance=from_acceptance,
        inspection_due_on=day(inspect_by),
    )
    assert found == day(starts)


def test_p27_thirty_days_unless_agreed() -> None:
    facts = {"profile": CN, "calendar": CALENDAR, "started_on": date(2026, 3, 10)}
    assert rules.due_on(**facts).on == date(2026, 4, 9)
    assert rules.due_on(agreed_days=60, **facts).on == date(2026, 5, 9)
    assert rules.due_on(agreed_days=55, **facts).on == date(2026, 5, 6)  # the Labour days roll


@pytest.mark.parametrize(("paid", "days"), [("04-08", 0), ("04-09", 0), ("04-10", 1)])
def test_late_from_the_day_after(paid: str, days: int) -> None:
    paid_on = date.fromisoformat(f"2026-{paid}")
    assert rules.days_late(due=date(2026, 4, 9), paid_on=paid_on) == days


def test_n10_late_interest_802_17() -> None:
    owed = rules.late_interest(profile=CN, amount=cny("1000000"), days=20)
    assert str(owed) == "10000.00"
    agreed = rules.late_interest(
        profile=CN, amount=cny("1000000"), days=20, agreed_per_day=Decimal("0.0001")
    )
    assert str(agreed) == "2000.00"
    assert str(rules.late_interest(profile=CN, amount=cny("10.01"), days=1)) == "0.01"


@given(st.integers(1, 50), st.lists(st.integers(1, 20), max_size=6))
def test_never_more_is_matched_than_was_accepted(accepted: int, invoices: list[int]) -> None:
    before = Decimal(0)
    for quantity in invoices:
        refusal = rules.three_way_match(
            profile=CN,
            contracted={"x": line("50", "5000.00")},
            accepted={"x": Decimal(accepted)},
            invoiced={"x": Line(Decimal(quantity), cny("100.00").share_rounded(Decimal(quantity)))},
            invoiced_before={"x": before},
        )
        before += Decimal(quantity) if refusal is None else 0
    assert before <= accepted
