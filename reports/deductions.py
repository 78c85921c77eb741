"""Why a bid is compared at less than its price, in words (财库〔2020〕46号, requirement 083).

The steps that are kept with a ranking hold each deduction with its rate; a reader of the ranking
would else meet a price that nobody bid.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bidding.evaluation.prices import DeductionKind
from kernel.text import Text

_WORDS = {
    DeductionKind.SMALL: Text("小微企业扣除{}", "small firm, {} off"),
    DeductionKind.JOINT: Text(
        "联合体或分包给小微企业扣除{}", "consortium with a small firm, {} off"
    ),
    DeductionKind.DOMESTIC: Text("本国产品扣除{}", "domestic product, {} off"),
}


def deductions_of(steps: Mapping[str, Any], bid: str) -> Text | None:
    """The deductions of one bid; None where it is compared at its price.

    `steps` is what the ranking keeps of its arithmetic (`bidding.evaluation.models.Ranking.steps`).
    """
    first = next(iter(steps["bids"].get(bid, ())), None)
    of = first["of"] if first is not None else {}
    found = [(said, _percent(of[kind])) for kind, said in _WORDS.items() if kind in of]
    if not found:
        return None
    zh = "，".join(said.zh.format(rate) for said, rate in found)
    en = "; ".join(said.en.format(rate) for said, rate in found)
    return Text(f"评审价：{zh}", f"compared at: {en}")


def _percent(rate: str) -> str:
    return f"{(Decimal(rate) * 100).normalize():f}%"
