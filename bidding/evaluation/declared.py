"""What a bid declares about the firm and its goods, as far as the comparison of prices asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bidding.evaluation.prices import Preference


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations that the officer found proved when the bids were qualified (P13, 87-31)."""

    small: bool = False
    joint: bool = False
    manufacturer_declared: bool = False
    domestic_cost_share: Decimal = Decimal(0)
    brand: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Declared:
        """As it is stored with a bid's standing."""
        return cls(
            small=record["small"],
            joint=record["joint"],
            manufacturer_declared=record["manufacturer_declared"],
            domestic_cost_share=Decimal(record["domestic_cost_share"]),
            brand=record["brand"],
        )

    def as_record(self) -> dict[str, Any]:
        """As it is stored, and as the report holds it."""
        return {
            "small": self.small,
            "joint": self.joint,
            "manufacturer_declared": self.manufacturer_declared,
            "domestic_cost_share": format(self.domestic_cost_share, "f"),
            "brand": self.brand,
        }

    @property
    def preference(self) -> Preference:
        """What the deductions ask for."""
        return Preference(
            small=self.small,
            joint=self.joint,
            manufacturer_declared=self.manufacturer_declared,
            domestic_cost_share=self.domestic_cost_share,
        )
