"""What the criteria would do with three invented bids: by the scoring that real bids get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bidding.evaluation.prices import (
    AbnormallyLow,
    DeductionRates,
    Preference,
    abnormally_low,
    deductions_for,
)
from bidding.evaluation.scoring import ScoredBid, decimal, evaluate
from kernel.money import Money
from procurement.profiles import Category, Method, Profile

# No draw is ever needed by it, but the real function asks for one.
_SEED = "sha256:" + "0" * 64


@dataclass(frozen=True, slots=True)
class InventedBid:
    """A bid that nobody made."""

    name: str
    price: Money
    quality: Decimal = Decimal(0)
    small: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an invented bid would stand, and with how many points."""

    name: str
    price: Money
    evaluation_price: Decimal
    price_points: Decimal | None
    quality: Decimal
    total: Decimal | None
    rank: int
    must_explain: bool


def simulate(
    bids: Sequence[InventedBid],
    *,
    profile: Profile,
    method: Method,
    category: Category,
    price_weight: Decimal,
    rates: DeductionRates,
    ceiling: Money,
    abnormal_share: Decimal,
    reserved: bool = False,
) -> tuple[Outcome, ...]:
    """The bids in their places, the first first; exact until it is shown, as the system scores."""
    scored = [
        ScoredBid(
            bid.name,
            bid.price,
            Fraction(bid.quality),
            deductions_for(
                Preference(small=bid.small, manufacturer_declared=bid.small),
                profile=profile,
                rates=rates,
                category=category,
                reserved=reserved,
                others_compete=False,
            ),
        )
        for bid in bids
    ]
    ranking = evaluate(
        scored, profile=profile, method=method, price_weight=price_weight, seed=_SEED
    )
    low: dict[str, tuple[AbnormallyLow, ...]] = abnormally_low(
        {bid.name: bid.price for bid in bids},
        profile=profile,
        ceiling=ceiling,
        share_of_ceiling=abnormal_share,
    )
    by_name, places = {bid.name: bid for bid in bids}, profile.rounding_places.value
    return tuple(
        Outcome(
            row.bid,
            by_name[row.bid].price,
            decimal(row.evaluation_price, places),
            None if row.price_points is None else decimal(row.price_points, places),
            by_name[row.bid].quality,
            None if row.total is None else decimal(row.total, places),
            row.rank,
            row.bid in low,
        )
        for row in ranking.evaluated
    )
