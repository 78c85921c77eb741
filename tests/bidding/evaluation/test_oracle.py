"""The worked examples of the law, played from sealed bid to award: report and award to the cent.

Each case is computed by hand from the article it names; the scoring functions alone are tried in
`test_scoring.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest

from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from app.rehearsal.plot import Plot
from bidding.evaluation import queries
from bidding.evaluation.services import Declared
from kernel import canonical
from kernel.text import Text
from kernel.vocabulary import Action, LotStage, TenderStage
from procurement.profiles import Category
from procurement.tenders.commands import NewCriterion
from procurement.tenders.models import Criterion
from tests.recorded import last_body
from tests.world import World

FIRMS = {"A": "91610000MA6TXA001A", "B": "91610000MA6TXA002B", "C": "91610000MA6TXA003C"}
SMALL = Declared(small=True, manufacturer_declared=True)
DOMESTIC = Declared(domestic_cost_share=Decimal(1))


@dataclass(frozen=True, slots=True)
class Case:
    """Prices and points of three bids, and what must stand in report and award."""

    prices: tuple[str, str, str]
    # Points without the price for A, B and C; empty where the lowest price decides.
    quality: tuple[str, ...]
    # The line of each bid in its order: evaluation price, points of the price, total.
    lines: tuple[tuple[str, str, str | None, str | None], ...]
    winner_pays: str
    weight: int = 0
    small_rate: str = "0.10"
    budget: str = "1200000.00"
    category: Category = Category.GOODS
    declared: Mapping[str, Declared] = field(default_factory=dict)


CASES = {
    # 950 / price × 30, and the points of 70 (Order 87 art. 55)
    "N1": Case(
        prices=("950000.00", "1000000.00", "1180000.00"),
        quality=("58", "63", "66.5"),
        weight=30,
        lines=(
            ("B", "1000000.00", "28.50", "91.50"),
            ("C", "1180000.00", "24.15", "90.65"),
            ("A", "950000.00", "30.00", "88.00"),
        ),
        winner_pays="1000000.00",
    ),
    # C is small: 1 180 000 less 15% is compared, and 1 180 000 is paid
    "N2": Case(
        prices=("950000.00", "1000000.00", "1180000.00"),
        quality=("58", "63", "66.5"),
        weight=30,
        small_rate="0.15",
        declared={"C": SMALL},
        lines=(
            ("C", "1003000.00", "28.41", "94.91"),
            ("B", "1000000.00", "28.50", "91.50"),
            ("A", "950000.00", "30.00", "88.00"),
        ),
        winner_pays="1180000.00",
    ),
    # Deductions add up on the original price: 30% of 1 080 000
    "N3": Case(
        prices=("900000.00", "1000000.00", "1080000.00"),
        quality=("40", "40", "40"),
        weight=30,
        declared={"B": DOMESTIC, "C": replace(SMALL, domestic_cost_share=Decimal(1))},
        lines=(
            ("C", "756000.00", "30.00", "70.00"),
            ("B", "800000.00", "28.35", "68.35"),
            ("A", "900000.00", "25.20", "65.20"),
        ),
        winner_pays="1080000.00",
    ),
    # The lowest evaluated price; the third bid is there because the law asks for three
    "N4": Case(
        prices=("500000.00", "540000.00", "600000.00"),
        quality=(),
        budget="700000.00",
        declared={"B": SMALL},
        lines=(
            ("B", "486000.00", None, None),
            ("A", "500000.00", None, None),
            ("C", "600000.00", None, None),
        ),
        winner_pays="540000.00",
    ),
    # 460 / 500 × 100 × 0.40 is 36.80 and not 3680
    "N5": Case(
        prices=("460000.00", "500000.00", "575000.00"),
        quality=("50", "55", "40"),
        weight=40,
        budget="700000.00",
        lines=(
            ("B", "500000.00", "36.80", "91.80"),
            ("A", "460000.00", "40.00", "90.00"),
            ("C", "575000.00", "32.00", "72.00"),
        ),
        winner_pays="500000.00",
    ),
    "N5 of a service": Case(
        prices=("380000.00", "455000.00", "500000.00"),
        quality=("79.5", "83.25", "50"),
        weight=10,
        budget="700000.00",
        category=Category.SERVICES,
        lines=(
            ("B", "455000.00", "8.35", "91.60"),
            ("A", "380000.00", "10.00", "89.50"),
            ("C", "500000.00", "7.60", "57.60"),
        ),
        winner_pays="455000.00",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report_and_award_say_what_the_law_computes(world: World, name: str) -> None:
    case = CASES[name]
    play = world.tender(
        stage=TenderStage.CLOSED,
        bids=3,
        lot_stage=LotStage.OPENED,
        plot=_plot(world, case),
        prices=case.prices,
    )
    judging = Judging(play, play.lots[0])
    judging.qualify(declared={FIRMS[firm]: known for firm, known in case.declared.items()})
    points = dict(zip(FIRMS.values(), case.quality, strict=False))

    def scoring(_member: Player, bidder: str, _criterion: Criterion) -> Decimal:
        return Decimal(points[bidder])

    judging.evaluate(scoring)
    assert _lines(judging, _report(judging)["ranking"]) == case.lines
    assert _lines(judging, last_body(judging.journal, Action.RANK_BIDS)["places"]) == case.lines
    award = judging.decide()
    assert judging.awarded() == (FIRMS[case.lines[0][0]], case.winner_pays)
    judging.announce(award)
    assert last_body(judging.journal, Action.PUBLISH_AWARD)["amount"] == {
        "amount": case.winner_pays,
        "currency": "CNY",
    }


def _plot(world: World, case: Case) -> Plot:
    plot = world.plot(composite=bool(case.quality), budget=case.budget)
    terms = replace(plot.terms, small_rate=Decimal(case.small_rate))
    if not case.quality:
        return replace(plot, terms=terms)
    unscored = tuple(one for one in plot.criteria if one.kind not in ("price", "quality"))
    scored = (
        NewCriterion("price", Text("价格"), Decimal(case.weight), objective=True),
        NewCriterion("quality", Text("技术"), Decimal(100 - case.weight)),
    )
    return replace(plot, terms=terms, criteria=(*unscored, *scored), category=case.category)


def _report(judging: Judging) -> dict[str, Any]:
    with judging.journal.read() as work:
        report = canonical.decode(queries.ranking(work.session, judging.lot).report)
    assert isinstance(report, dict)
    return report


def _lines(judging: Judging, places: list[dict[str, Any]]) -> tuple[Any, ...]:
    names = {bid: firm for firm, bid in judging.play.opened(judging.lot).items()}
    letters = {identifier: letter for letter, identifier in FIRMS.items()}
    assert [place["rank"] for place in places] == [1, 2, 3]
    return tuple(
        (
            letters[names[place["bid"]]],
            place["evaluation_price"],
            place["price_points"],
            place["total_points"],
        )
        for place in places
    )
