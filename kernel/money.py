"""Money: a decimal amount in a currency, stored in minor units and never as a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import total_ordering

# ISO 4217 minor units of the currencies that the profiles and the replay data use; two is the rule.
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0}
_AMOUNT = re.compile(r"-?\d{1,16}(\.\d{1,4})?", re.ASCII)


def minor_digits(currency: str) -> int:
    """How many decimal places a currency has (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount that is exact to the currency's smallest unit; anything finer is a ValueError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValueError(f"not an ISO 4217 currency: {self.currency!r}")
        places = Decimal(1).scaleb(-minor_digits(self.currency))
        exact = self.amount.quantize(places)
        if exact != self.amount:
            raise ValueError(f"{self.amount} is finer than a {self.currency} can be")
        object.__setattr__(self, "amount", exact)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read an amount such as `1168000.00`; a ValueError for anything else."""
        if not _AMOUNT.fullmatch(text):
            raise ValueError(f"not an amount: {text!r}")
        try:
            return cls(Decimal(text), currency)
        except InvalidOperation as problem:
            raise ValueError(f"not an amount: {text!r}") from problem

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Money:
        """From minor units, as it is stored."""
        return cls(Decimal(minor).scaleb(-minor_digits(currency)), currency)

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return int(self.amount.scaleb(minor_digits(self.currency)))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def share_rounded(self, share: Decimal) -> Money:
        """A share of the amount, rounded once, half up, to the minor unit."""
        places = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money((self.amount * share).quantize(places, ROUND_HALF_UP), self.currency)

    def __str__(self) -> str:
        return str(self.amount)

    def as_record(self) -> dict[str, str]:
        """As a JSON object for entries: the amount is a string."""
        return {"amount": str(self.amount), "currency": self.currency}

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.amount


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one unit, which may be finer than the currency's minor unit."""

    amount: Decimal
    currency: str

    def times_rounded(self, quantity: Decimal) -> Money:
        """The line total for a quantity, rounded once, half up, to the minor unit."""
        places = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money((self.amount * quantity).quantize(places, ROUND_HALF_UP), self.currency)
