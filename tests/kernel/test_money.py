"""Money is exact, stays in its currency, and is rounded only where a name says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money, UnitPrice

AMOUNTS = st.decimals(
    min_value="-999999999999", max_value="999999999999", places=2, allow_nan=False
).map(lambda amount: Money(amount, "CNY"))


@given(AMOUNTS)
def test_minor_units_lose_nothing(money: Money) -> None:
    assert Money.of_minor(money.minor, "CNY") == money
    assert Money.parse(str(money), "CNY") == money


@given(AMOUNTS, AMOUNTS)
def test_adding_is_adding_minor_units(one: Money, other: Money) -> None:
    assert (one + other).minor == one.minor + other.minor
    assert (one + other) - other == one
    assert (one < other) is (one.minor < other.minor)


@given(AMOUNTS, st.decimals("0", "1", places=4))
def test_share_is_within_half_a_minor_unit(money: Money, share: Decimal) -> None:
    exact = money.amount * share
    assert abs(money.share_rounded(share).amount - exact) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("amount", "share", "rounded"),
    [("0.05", "0.5", "0.03"), ("-0.05", "0.5", "-0.03"), ("100.00", "0.02", "2.00")],
)
def test_half_is_rounded_away_from_zero(amount: str, share: str, rounded: str) -> None:
    assert Money.parse(amount, "CNY").share_rounded(Decimal(share)) == Money.parse(rounded, "CNY")


def test_unit_price_is_finer_and_its_total_is_not() -> None:
    assert UnitPrice(Decimal("0.0035"), "CNY").times_rounded(Decimal(3)) == Money.parse(
        "0.01", "CNY"
    )


def test_currency_without_minor_units() -> None:
    assert Money(Decimal(500), "JPY").minor == 500
    with pytest.raises(ValueError, match="finer"):
        Money(Decimal("0.5"), "JPY")


@pytest.mark.parametrize("text", ["", "1,000", "1e3", "１", "NaN", "Infinity", ".5", "1.", " 1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.parse(text, "CNY")


@pytest.mark.parametrize("currency", ["", "cny", "CN", "CNYX", "¥"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(Decimal(1), currency)


def test_currencies_do_not_mix() -> None:
    yuan, euro = Money(Decimal(1), "CNY"), Money(Decimal(1), "EUR")
    with pytest.raises(ValueError, match="do not mix"):
        yuan + euro
    with pytest.raises(ValueError, match="do not mix"):
        assert yuan < euro
    assert yuan != euro
    assert yuan.as_record() == {"amount": "1.00", "currency": "CNY"}
