"""From the price that was read out to the price that is compared: corrections, deductions, doubts.

Nothing here changes what a contract would cost: a deduction lowers the evaluation price alone
(requirement 083), and an abnormally low price opens a question and rejects nobody (Order 87
art. 60).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kernel.money import Money, UnitPrice
from procurement.profiles.model import Category, Profile


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of the price schedule; `misplaced` if its decimal point is plainly out of place."""

    unit_price: UnitPrice
    quantity: Decimal
    misplaced: bool = False


@dataclass(frozen=True, slots=True)
class StatedPrice:
    """A price in all the ways in which a bid states it; the opening sheet is the read-out."""

    sheet: Money
    sheet_in_words: Money | None = None
    detail_total: Money | None = None
    lines: tuple[PriceLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectionStep:
    """One correction, by the name of its rule in the profile."""

    rule: str
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Corrected:
    """The price after the corrections, which binds once the bidder confirms it."""

    price: Money
    steps: tuple[CorrectionStep, ...]
    cites: tuple[str, ...]

    @property
    def needs_confirmation(self) -> bool:
        """Whether the bidder must confirm; without it the bid is void (Order 87 art. 59)."""
        return bool(self.steps)


@dataclass(frozen=True, slots=True)
class _Progress:
    total: Money
    settled: bool = False
    steps: tuple[CorrectionStep, ...] = ()


def correct_price(stated: StatedPrice, *, profile: Profile) -> Corrected:
    """Correct a price that contradicts itself, in the profile's order (Order 87 art. 59).

    Where the sheet has prevailed over the detail, or over a unit price whose point is misplaced,
    the sum of the unit prices does not reopen the total: it would undo the rule before it.
    """
    progress = _Progress(stated.sheet)
    for rule in profile.correction_order.value:
        progress = _CORRECTIONS[rule](stated, progress)
    return Corrected(progress.total, progress.steps, profile.correction_order.cites)


def _sheet_over_detail(stated: StatedPrice, so_far: _Progress) -> _Progress:
    detail = stated.detail_total
    if detail is None or detail == stated.sheet:
        return so_far
    step = CorrectionStep("sheet_over_detail", detail, stated.sheet)
    return _Progress(so_far.total, True, (*so_far.steps, step))


def _words_over_figures(stated: StatedPrice, so_far: _Progress) -> _Progress:
    words = stated.sheet_in_words
    if words is None or words == so_far.total:
        return so_far
    step = CorrectionStep("words_over_figures", so_far.total, words)
    return _Progress(words, so_far.settled, (*so_far.steps, step))


def _sheet_total_over_misplaced_unit(stated: StatedPrice, so_far: _Progress) -> _Progress:
    if not any(line.misplaced for line in stated.lines):
        return so_far
    # The unit price gives way and is corrected; the total stays what it is.
    step = CorrectionStep("sheet_total_over_misplaced_unit", _sum(stated), so_far.total)
    return _Progress(so_far.total, True, (*so_far.steps, step))


def _unit_sum_over_total(stated: StatedPrice, so_far: _Progress) -> _Progress:
    if not stated.lines or so_far.settled or _sum(stated) == so_far.total:
        return so_far
    step = CorrectionStep("unit_sum_over_total", so_far.total, _sum(stated))
    return _Progress(_sum(stated), True, (*so_far.steps, step))


def _sum(stated: StatedPrice) -> Money:
    totals = [line.unit_price.times_rounded(line.quantity) for line in stated.lines]
    return sum(totals[1:], totals[0])


_CORRECTIONS: Mapping[str, Callable[[StatedPrice, _Progress], _Progress]] = {
    "sheet_over_detail": _sheet_over_detail,
    "words_over_figures": _words_over_figures,
    "sheet_total_over_misplaced_unit": _sheet_total_over_misplaced_unit,
    "unit_sum_over_total": _unit_sum_over_total,
}


class DeductionKind(StrEnum):
    """Why a price is lowered for the comparison."""

    SMALL = "small"  # a small or micro firm
    JOINT = "joint"  # a consortium with, or a subcontract to, small firms
    DOMESTIC = "domestic"  # a domestic product where others compete


@dataclass(frozen=True, slots=True)
class Deduction:
    """A share of the original price by which the evaluation price is lower."""

    kind: DeductionKind
    rate: Decimal
    cites: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DeductionRates:
    """The rates that the tender documents fixed, within the bounds of the profile."""

    small: Decimal
    joint: Decimal


@dataclass(frozen=True, slots=True)
class Preference:
    """What a bid declares, as far as deductions ask for it."""

    small: bool = False
    joint: bool = False
    manufacturer_declared: bool = False
    domestic_cost_share: Decimal = Decimal(0)


def deductions_for(
    preference: Preference,
    *,
    profile: Profile,
    rates: DeductionRates,
    category: Category,
    reserved: bool,
    others_compete: bool,
) -> tuple[Deduction, ...]:
    """The deductions of a bid (P13; requirements 083, 084).

    None for small firms where the whole purchase is reserved for them; for goods the manufacturer
    counts, so that its declaration must be there. A domestic product gains only where another kind
    competes. A small firm does not also gain as a member of a consortium.
    """
    found: list[Deduction] = []
    declared = category is not Category.GOODS or preference.manufacturer_declared
    if declared and not reserved and preference.small:
        found.append(Deduction(DeductionKind.SMALL, rates.small, profile.small_rate_max.cites))
    elif declared and not reserved and preference.joint:
        found.append(Deduction(DeductionKind.JOINT, rates.joint, profile.joint_rate_max.cites))
    domestic, enough = profile.domestic_rate, profile.domestic_cost_share_min.value
    if domestic.value and others_compete and preference.domestic_cost_share >= enough:
        found.append(Deduction(DeductionKind.DOMESTIC, domestic.value, domestic.cites))
    return tuple(found)


def evaluation_price(price: Money, deductions: tuple[Deduction, ...] = ()) -> Decimal:
    """The price that is compared: all deductions are taken from the original price and add up.

    It is exact and not rounded; the contract price stays what was bid.
    """
    share = sum((deduction.rate for deduction in deductions), Decimal(0))
    return price.amount * (1 - share)


class AbnormallyLow(StrEnum):
    """Why a price must be asked about."""

    BELOW_MEAN = "below_mean"
    BELOW_SECOND_LOWEST = "below_second_lowest"
    BELOW_CEILING = "below_ceiling"


def abnormally_low(
    prices: Mapping[str, Money],
    *,
    profile: Profile,
    ceiling: Money,
    share_of_ceiling: Decimal | None = None,
) -> dict[str, tuple[AbnormallyLow, ...]]:
    """Which bids must explain their price, and why (P14): strictly below, by original prices.

    `prices` holds the bids that passed compliance and no others; `share_of_ceiling` is what the
    documents fixed, if they raised it. Nobody is rejected by this.
    """
    if not prices:
        return {}
    share = (
        profile.abnormal_share_of_ceiling.value if share_of_ceiling is None else share_of_ceiling
    )
    amounts = sorted(price.amount for price in prices.values())
    mean = Fraction(sum(amounts, Decimal(0))) / len(amounts)
    limits = {
        AbnormallyLow.BELOW_MEAN: mean * Fraction(profile.abnormal_share_of_mean.value),
        AbnormallyLow.BELOW_CEILING: Fraction(ceiling.amount * share),
    }
    if len(amounts) > 1:
        second = amounts[1] * profile.abnormal_share_of_second_lowest.value
        limits[AbnormallyLow.BELOW_SECOND_LOWEST] = Fraction(second)
    found = {
        bid: tuple(why for why in AbnormallyLow if why in limits and price.amount < limits[why])
        for bid, price in prices.items()
    }
    return {bid: why for bid, why in found.items() if why}
