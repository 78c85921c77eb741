"""Corrections (Order 87 art. 59), deductions (P13) and abnormally low prices (P14)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bidding.evaluation.prices import (
    AbnormallyLow,
    Deduction,
    DeductionKind,
    DeductionRates,
    Preference,
    PriceLine,
    StatedPrice,
    abnormally_low,
    correct_price,
    deductions_for,
    evaluation_price,
)
from kernel.money import Money, UnitPrice
from procurement.profiles import Category, load_profile

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
RATES = DeductionRates(small=Decimal("0.15"), joint=Decimal("0.05"))


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def line(unit: str, quantity: str, *, misplaced: bool = False) -> PriceLine:
    return PriceLine(UnitPrice(Decimal(unit), "CNY"), Decimal(quantity), misplaced)


CORRECTIONS = [
    ("consistent", StatedPrice(cny("100")), "100", []),
    (
        "N10 the sheet prevails over the detail, 87-59 (1)",
        StatedPrice(cny("100000"), detail_total=cny("101000")),
        "100000",
        ["sheet_over_detail"],
    ),
    (
        "N10 words prevail over figures, 87-59 (2)",
        StatedPrice(cny("89000"), sheet_in_words=cny("98000")),
        "98000",
        ["words_over_figures"],
    ),
    (
        "a misplaced point: the sheet's total stands, 87-59 (3)",
        StatedPrice(cny("10000"), lines=(line("1.25", "800", misplaced=True),)),
        "10000",
        ["sheet_total_over_misplaced_unit"],
    ),
    (
        "N10 unit prices prevail over their total, 87-59 (4)",
        StatedPrice(cny("10500"), lines=(line("12.50", "800"),)),
        "10000",
        ["unit_sum_over_total"],
    ),
    (
        "several: in the order of the article",
        StatedPrice(
            cny("89000"),
            sheet_in_words=cny("98000"),
            detail_total=cny("97000"),
            lines=(line("97", "1000"),),
        ),
        "98000",
        ["sheet_over_detail", "words_over_figures"],
    ),
    (
        "lines that agree",
        StatedPrice(cny("30"), detail_total=cny("30"), lines=(line("1", "10"), line("2", "10"))),
        "30",
        [],
    ),
]


@pytest.mark.parametrize(
    ("case", "stated", "price", "rules"), CORRECTIONS, ids=[row[0] for row in CORRECTIONS]
)
def test_corrections(case: str, stated: StatedPrice, price: str, rules: list[str]) -> None:
    corrected = correct_price(stated, profile=CN)
    assert corrected.price == cny(price)
    assert [step.rule for step in corrected.steps] == rules
    assert corrected.needs_confirmation is bool(rules)
    assert corrected.cites == ("Order 87 art. 59",)


DEDUCTIONS = [
    ("nobody", Preference(), {}, []),
    ("small, goods, undeclared", Preference(small=True), {}, []),
    ("small, goods", Preference(small=True, manufacturer_declared=True), {}, ["small"]),
    ("small, services", Preference(small=True), {"category": Category.SERVICES}, ["small"]),
    (
        "small, reserved purchase",
        Preference(small=True, manufacturer_declared=True),
        {"reserved": True},
        [],
    ),
    ("joint", Preference(joint=True, manufacturer_declared=True), {}, ["joint"]),
    (
        "small and joint: not twice",
        Preference(small=True, joint=True, manufacturer_declared=True),
        {},
        ["small"],
    ),
    ("domestic below", Preference(domestic_cost_share=Decimal("0.7999")), {}, []),
    ("domestic at the share", Preference(domestic_cost_share=Decimal("0.80")), {}, ["domestic"]),
    ("domestic alone", Preference(domestic_cost_share=Decimal(1)), {"others_compete": False}, []),
    (
        "domestic in a reserved purchase",
        Preference(small=True, manufacturer_declared=True, domestic_cost_share=Decimal(1)),
        {"reserved": True},
        ["domestic"],
    ),
    (
        "both add up",
        Preference(small=True, manufacturer_declared=True, domestic_cost_share=Decimal(1)),
        {},
        ["small", "domestic"],
    ),
]


@pytest.mark.parametrize(
    ("case", "preference", "given", "kinds"), DEDUCTIONS, ids=[row[0] for row in DEDUCTIONS]
)
def test_deductions(case: str, preference: Preference, given: dict, kinds: list[str]) -> None:
    facts = {"category": Category.GOODS, "reserved": False, "others_compete": True} | given
    found = deductions_for(preference, profile=CN, rates=RATES, **facts)
    assert [str(deduction.kind) for deduction in found] == kinds
    assert all(deduction.cites for deduction in found)


def test_the_replay_knows_no_deduction() -> None:
    preference = Preference(domestic_cost_share=Decimal(1))
    zero = DeductionRates(Decimal(0), Decimal(0))
    found = deductions_for(
        preference,
        profile=UA,
        rates=zero,
        category=Category.GOODS,
        reserved=False,
        others_compete=True,
    )
    assert found == ()


def test_deductions_never_change_the_price_that_was_bid() -> None:
    price = cny("1180000")
    small = Deduction(DeductionKind.SMALL, Decimal("0.15"))
    assert evaluation_price(price, (small,)) == Decimal("1003000")
    assert price == cny("1180000")


LOW = [
    ("at half of the mean: not below", ["50", "50", "200"], "100", {}),
    ("a cent below half of the mean", ["49.99", "50", "200.01"], "100", {"0": ["below_mean"]}),
    ("at half of the second lowest", ["50", "100", "100"], "100", {}),
    ("a cent below it", ["49.99", "100", "100"], "100", {"0": ["below_second_lowest"]}),
    ("two equal lowest are each other's second", ["40", "40", "70"], "80", {}),
    ("at 45 percent of the ceiling", ["45", "50", "50"], "100", {}),
    ("a cent below the ceiling's share", ["44.99", "50", "50"], "100", {"0": ["below_ceiling"]}),
    ("all at once", ["1", "90", "95"], "100", {"0": [str(why) for why in AbnormallyLow]}),
    ("one bid alone", ["44"], "100", {"0": ["below_ceiling"]}),
    ("none", [], "100", {}),
]


@pytest.mark.parametrize(("case", "prices", "ceiling", "expected"), LOW, ids=[c[0] for c in LOW])
def test_abnormally_low(case: str, prices: list[str], ceiling: str, expected: dict) -> None:
    named = {str(place): cny(price) for place, price in enumerate(prices)}
    found = abnormally_low(named, profile=CN, ceiling=cny(ceiling))
    assert {bid: [str(why) for why in whys] for bid, whys in found.items()} == expected


def test_the_documents_may_raise_the_share_of_the_ceiling() -> None:
    prices = {"A": cny("64.99"), "B": cny("65")}
    found = abnormally_low(prices, profile=CN, ceiling=cny("100"), share_of_ceiling=Decimal("0.65"))
    assert found == {"A": (AbnormallyLow.BELOW_CEILING,)}
