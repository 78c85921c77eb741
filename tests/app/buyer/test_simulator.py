"""The simulator says what the system will do: it asks the scoring that real bids get."""

from __future__ import annotations

from decimal import Decimal

from app.buyer.simulator import InventedBid, simulate
from bidding.evaluation.prices import DeductionRates
from kernel.money import Money
from procurement.profiles import Category, Method, load_profile

PROFILE = load_profile("cn-gov")
RATES = DeductionRates(Decimal("0.1"), Decimal("0.04"))


def _cny(text: str) -> Money:
    return Money.parse(text, "CNY")


def _simulated(*bids: InventedBid, method: Method = Method.COMPOSITE) -> list[tuple[str, str]]:
    found = simulate(
        bids,
        profile=PROFILE,
        method=method,
        category=Category.GOODS,
        price_weight=Decimal(40),
        rates=RATES,
        ceiling=_cny("1000000.00"),
        abnormal_share=Decimal("0.45"),
    )
    return [(one.name, str(one.total)) for one in found]


def test_order_87_art_55_by_points() -> None:
    # The benchmark is the lowest evaluated price: 900,000 × 0.9 = 810,000.
    assert _simulated(
        InventedBid("a", _cny("900000.00"), Decimal(30), small=True),
        InventedBid("b", _cny("850000.00"), Decimal(35)),
    ) == [("b", "73.12"), ("a", "70.00")]


def test_order_87_art_54_by_the_lowest_price() -> None:
    assert _simulated(
        InventedBid("a", _cny("900000.00"), Decimal(30)),
        InventedBid("b", _cny("850000.00"), Decimal(0)),
        method=Method.LOWEST_PRICE,
    ) == [("b", "None"), ("a", "None")]


def test_a_very_low_price_must_be_explained() -> None:
    found = simulate(
        [InventedBid("a", _cny("440000.00")), InventedBid("b", _cny("900000.00"))],
        profile=PROFILE,
        method=Method.COMPOSITE,
        category=Category.GOODS,
        price_weight=Decimal(40),
        rates=RATES,
        ceiling=_cny("1000000.00"),
        abnormal_share=Decimal("0.45"),
    )
    assert {one.name: one.must_explain for one in found} == {"a": True, "b": False}
