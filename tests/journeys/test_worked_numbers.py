"""The worked numbers of Order 87, through sealed bids, score sheets and the published ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from bidding.evaluation.models import Ranking
from bidding.evaluation.services import Declared
from kernel import canonical
from kernel.money import Money
from kernel.text import Text
from procurement.tenders.commands import NewCriterion
from procurement.tenders.models import Criterion
from tests.world import CLOSES_AT, PUBLISHED_AT, World

SMALL_MAKER = Declared(small=True, manufacturer_declared=True)
# N1: bids A, B, C with their points for all but the price, of 70.
PRICES = {1: "950000.00", 2: "1000000.00", 3: "1180000.00"}
POINTS = {1: "58", 2: "63", 3: "66.5"}


def thirty_seventy(world: World, small_rate: str) -> Play:
    """A purchase whose price counts 30 and all the rest 70."""
    plot = world.plot()
    unscored = tuple(each for each in plot.criteria if each.kind in ("qualification", "compliance"))
    return world.play(
        replace(
            plot,
            criteria=(
                *unscored,
                NewCriterion("price", Text("价格"), Decimal(30), objective=True),
                NewCriterion("quality", Text("技术与服务"), Decimal(70)),
            ),
            terms=replace(plot.terms, small_rate=Decimal(small_rate)),
        )
    )


def ranked(world: World, small_rate: str, declared: Mapping[int, Declared]) -> list[dict[str, str]]:
    """The lines of the ranking as the report publishes them."""
    play = thirty_seventy(world, small_rate)
    play.plan()
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    play.make_keys()
    play.set_committee()
    play.publish()
    [lot] = play.lots
    for number, price in PRICES.items():
        play.bid(world.supplier(number), lot, Money.parse(price, "CNY"))
    world.clock.set(CLOSES_AT)
    play.close()
    world.clock.advance(timedelta(minutes=31))
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    firms = {world.supplier(number).firm.identifier: number for number in PRICES}

    def score(_member: Player, bidder: str, _criterion: Criterion) -> Decimal:
        return Decimal(POINTS[firms[bidder]])

    judging.qualify(
        declared={world.supplier(number).firm.identifier: how for number, how in declared.items()}
    )
    judging.evaluate(score)
    with judging.journal.read() as work:
        report = canonical.decode(work.session.scalars(select(Ranking.report)).one())
    assert isinstance(report, dict)
    lines: list[dict[str, str]] = report["ranking"]  # type: ignore[assignment]
    names = {world.supplier(number).firm.id: "ABC"[number - 1] for number in PRICES}
    return [{**line, "bidder": names[line["bidder"]]} for line in lines]


def test_composite_scoring(world: World) -> None:
    """N1 (87-55): 88.00, 91.50, 90.65, so B before C before A."""
    lines = ranked(world, "0.10", {})
    assert [(line["bidder"], line["price_points"], line["total_points"]) for line in lines] == [
        ("B", "28.50", "91.50"),
        ("C", "24.15", "90.65"),
        ("A", "30.00", "88.00"),
    ]


@pytest.mark.parametrize("rate", ["0.15"])
def test_a_small_firm_gains_in_the_comparison_alone(world: World, rate: str) -> None:
    """N2: 15 per cent off C's price for the comparison; the benchmark and its price stay."""
    lines = ranked(world, rate, {3: SMALL_MAKER})
    assert [(line["bidder"], line["total_points"]) for line in lines] == [
        ("C", "94.91"),
        ("B", "91.50"),
        ("A", "88.00"),
    ]
    best = lines[0]
    assert (best["evaluation_price"], best["price_points"]) == ("1003000.00", "28.41")
    assert best["price"] == "1180000.00"
