"""A price that nobody bid is explained where it stands."""

from __future__ import annotations

from decimal import Decimal

from bidding.evaluation.prices import Deduction, DeductionKind
from bidding.evaluation.scoring import ScoredBid, evaluate
from kernel.money import Money
from kernel.text import Text
from procurement.profiles import Method, load_profile
from reports.deductions import deductions_of

CN = load_profile("cn-gov")


def _steps(*deductions: Deduction) -> dict[str, object]:
    bid = ScoredBid("bid_1", Money.parse("705000.00", "CNY"), deductions=deductions)
    outcome = evaluate(
        [bid], profile=CN, method=Method.LOWEST_PRICE, price_weight=Decimal(0), seed="s"
    )
    return {
        "bids": {row.bid: [step.as_record() for step in row.steps] for row in outcome.evaluated}
    }


def test_each_deduction_is_named_with_its_rate() -> None:
    small = Deduction(DeductionKind.SMALL, Decimal("0.10"))
    domestic = Deduction(DeductionKind.DOMESTIC, Decimal("0.2"))
    assert deductions_of(_steps(small, domestic), "bid_1") == Text(
        "评审价：小微企业扣除10%，本国产品扣除20%",
        "compared at: small firm, 10% off; domestic product, 20% off",
    )


def test_a_bid_compared_at_its_price_says_nothing() -> None:
    assert deductions_of(_steps(), "bid_1") is None
    assert deductions_of(_steps(), "bid_unknown") is None
