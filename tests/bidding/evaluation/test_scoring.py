"""The worked numbers N1 to N7 and N10 of the law to the cent, and what must always hold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.evaluation.prices import Deduction, DeductionKind
from bidding.evaluation.scoring import (
    ScoredBid,
    bidders_counted,
    decimal,
    drawn_order,
    evaluate,
    mean_points,
    price_points,
    quality_points,
    rounded,
    survivors,
)
from kernel.money import Money
from procurement.profiles import Method, TieBreak, load_profile

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
SEED = "sha256:" + "5e" * 32


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def bid(
    name: str, price: str, quality: str = "0", *rates: tuple[DeductionKind, str], brand: str = ""
) -> ScoredBid:
    deductions = tuple(Deduction(kind, Decimal(rate)) for kind, rate in rates)
    return ScoredBid(name, cny(price), Fraction(quality), deductions, brand)


def by_points(*bids: ScoredBid, weight: str = "30", profile=CN, seed: str = SEED):
    return evaluate(
        bids,
        profile=profile,
        method=Method.COMPOSITE,
        price_weight=Decimal(weight),
        seed=seed,
    )


def by_price(*bids: ScoredBid, profile=CN, seed: str = SEED):
    return evaluate(
        bids, profile=profile, method=Method.LOWEST_PRICE, price_weight=Decimal(0), seed=seed
    )


def shown(ranking) -> dict[str, str]:
    return {row.bid: str(rounded(row.total, profile=CN)) for row in ranking.evaluated}


def order(ranking) -> list[str]:
    return [row.bid for row in ranking.evaluated]


SMALL, DOMESTIC = DeductionKind.SMALL, DeductionKind.DOMESTIC
N1 = (bid("A", "950000", "58"), bid("B", "1000000", "63"), bid("C", "1180000", "66.5"))


def test_n1_composite_goods_87_55() -> None:
    ranking = by_points(*N1)
    assert shown(ranking) == {"B": "91.50", "C": "90.65", "A": "88.00"}
    assert order(ranking) == ["B", "C", "A"]
    points = {row.bid: str(rounded(row.price_points, profile=CN)) for row in ranking.evaluated}
    assert points == {"A": "30.00", "B": "28.50", "C": "24.15"}


def test_n1_price_scores_of_a_hundred() -> None:
    scores = [
        price_points(Decimal(price), benchmark=Decimal(950000), weight=Decimal(100), profile=CN)
        for price in (950000, 1000000, 1180000)
    ]
    assert [str(decimal(score, 2)) for score in scores] == ["100.00", "95.00", "80.51"]


def test_n2_small_firm_deduction_changes_the_order_and_not_the_price() -> None:
    small = bid("C", "1180000", "66.5", (SMALL, "0.15"))
    ranking = by_points(N1[0], N1[1], small)
    assert order(ranking) == ["C", "B", "A"]
    first = ranking.evaluated[0]
    assert str(rounded(first.evaluation_price, profile=CN)) == "1003000.00"
    assert str(rounded(first.price_points, profile=CN)) == "28.41"
    assert str(rounded(first.total, profile=CN)) == "94.91"
    assert ranking.benchmark == 950000
    assert small.price == cny("1180000")


def test_n3_deductions_add_up_on_the_original_price() -> None:
    ranking = by_points(
        bid("A", "900000"),
        bid("B", "1000000", "0", (DOMESTIC, "0.20")),
        bid("C", "1080000", "0", (DOMESTIC, "0.20"), (SMALL, "0.10")),
    )
    assert shown(ranking) == {"A": "25.20", "B": "28.35", "C": "30.00"}
    prices = {row.bid: row.evaluation_price for row in ranking.evaluated}
    assert prices == {"A": 900000, "B": 800000, "C": 756000}


def test_n3_control_thirty_percent_and_not_twenty_eight() -> None:
    ranking = by_price(bid("A", "1000000", "0", (DOMESTIC, "0.20"), (SMALL, "0.10")))
    assert ranking.benchmark == 700000


def test_n4_lowest_evaluated_price() -> None:
    ranking = by_price(bid("A", "500000"), bid("B", "540000", "0", (SMALL, "0.10")))
    assert order(ranking) == ["B", "A"]
    assert ranking.evaluated[0].evaluation_price == 486000
    assert ranking.evaluated[0].total is None


def test_n5_the_formula_multiplies_once() -> None:
    points = price_points(
        Decimal(500000), benchmark=Decimal(460000), weight=Decimal(40), profile=CN
    )
    assert str(decimal(points, 2)) == "36.80"


def test_n5_service_with_weight_ten() -> None:
    ranking = by_points(bid("A", "380000", "79.5"), bid("B", "455000", "83.25"), weight="10")
    assert shown(ranking) == {"B": "91.60", "A": "89.50"}
    points = {row.bid: str(rounded(row.price_points, profile=CN)) for row in ranking.evaluated}
    assert points == {"A": "10.00", "B": "8.35"}


def test_n7_quality_and_cost_based_selection() -> None:
    technical = {"X": Fraction(85), "Y": Fraction(92), "Z": Fraction(70)}
    through, sealed_for_ever = survivors(technical, quality_min=Decimal(75))
    assert (through, sealed_for_ever) == ({"X", "Y"}, {"Z"})
    quality = {name: technical[name] * Fraction(80, 100) for name in through}
    ranking = by_points(
        ScoredBid("X", cny("400000"), quality["X"]),
        ScoredBid("Y", cny("480000"), quality["Y"]),
        weight="20",
    )
    assert shown(ranking) == {"Y": "90.27", "X": "88.00"}


def test_n7_the_least_quality_is_enough() -> None:
    through, _ = survivors({"X": Fraction(75)}, quality_min=Decimal(75))
    assert through == {"X"}


def test_n10_mean_of_five_members_87_55() -> None:
    assert decimal(mean_points(map(Decimal, (60, 62, 58, 65, 55))), 2) == Decimal("60.00")


def test_the_panels_points_add_up_by_criterion() -> None:
    sheets = {
        "p1": {"design": Decimal(20), "service": Decimal(10)},
        "p2": {"design": Decimal(21), "service": Decimal(10)},
        "p3": {"design": Decimal(21), "service": Decimal("10.5")},
    }
    assert quality_points(sheets) == Fraction(62, 3) + Fraction(61, 6)


def test_sheets_that_judge_different_criteria_are_no_sheets() -> None:
    with pytest.raises(ValueError, match="same criteria"):
        quality_points({"p1": {"a": Decimal(1)}, "p2": {"b": Decimal(1)}})


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(5, 1000), 2, "0.01"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Decimal("2.675"), 2, "2.68"),
        (Fraction(4999, 1000000), 2, "0.00"),
    ],
)
def test_rounding_is_half_up_and_once(value: Fraction, places: int, expected: str) -> None:
    assert str(decimal(value, places)) == expected


def test_ranking_looks_behind_the_two_places_that_are_shown() -> None:
    ranking = by_points(bid("A", "1000000", "60"), bid("B", "1000000", "60.001"))
    assert shown(ranking)["A"] == shown(ranking)["B"] == "90.00"
    assert order(ranking) == ["B", "A"]


def test_87_57_equal_totals_go_by_the_lower_price() -> None:
    ranking = by_points(bid("A", "1000000", "60"), bid("B", "900000", "57"), bid("C", "2000000"))
    assert rounded(ranking.evaluated[0].total, profile=CN) == Decimal("87.00")
    assert order(ranking)[:2] == ["B", "A"]
    assert {row.broken_by for row in ranking.evaluated[:2]} == {TieBreak.PRICE}
    assert ranking.draws == ()


def test_87_57_the_bid_price_and_not_the_deducted_one_breaks_the_tie() -> None:
    domestic = bid("B", "1000000", "60", (DOMESTIC, "0.20"))
    ranking = by_points(bid("A", "800000", "60"), domestic)
    assert order(ranking) == ["A", "B"]
    assert ranking.evaluated[0].broken_by is TieBreak.PRICE


def test_87_68_then_the_documents_say() -> None:
    tied = bid("A", "1000000", "60"), bid("B", "1000000", "60")
    tied = replace(tied[0], tie_points=Fraction(3)), replace(tied[1], tie_points=Fraction(4))
    ranking = by_points(*tied)
    assert order(ranking) == ["B", "A"]
    assert ranking.evaluated[0].broken_by is TieBreak.DOCUMENTS


def test_87_68_then_the_lot_with_its_evidence() -> None:
    ranking = by_points(bid("A", "1000000", "60"), bid("B", "1000000", "60"))
    (draw,) = ranking.draws
    assert draw.among == ("A", "B")
    assert draw == drawn_order(["B", "A"], seed=SEED)
    assert order(ranking) == list(draw.order)
    assert ranking.evaluated[0].broken_by is TieBreak.DRAW


def test_a_draw_follows_from_its_seed() -> None:
    orders = {drawn_order("ABC", seed=f"sha256:{number:064x}").order for number in range(60)}
    assert len(orders) == 6


def test_87_56_equal_lowest_prices_are_tied_and_drawn() -> None:
    ranking = by_price(bid("A", "5"), bid("B", "5"), bid("C", "4"))
    assert order(ranking)[0] == "C"
    assert ranking.evaluated[1].broken_by is TieBreak.DRAW


def test_87_31_composite_one_bid_of_a_brand_is_candidate() -> None:
    ranking = by_points(
        bid("A", "1000000", "60", brand="Acme"),
        bid("B", "1000000", "65", brand="acme"),
        bid("C", "1000000", "50"),
    )
    assert order(ranking) == ["B", "A", "C"]
    assert [row.bid for row in ranking.candidates] == ["B", "C"]


def test_87_31_lowest_price_only_the_cheapest_of_a_brand_takes_part() -> None:
    ranking = by_price(bid("A", "10", brand="x"), bid("B", "9", brand="x"), bid("C", "12"))
    assert order(ranking) == ["B", "C"]
    assert [(out.bid, out.stands_for) for out in ranking.left_out] == [("A", "B")]
    assert ranking.draws == ()


def test_87_31_lowest_price_equal_ones_of_a_brand_are_drawn() -> None:
    ranking = by_price(bid("A", "9", brand="x"), bid("B", "9", brand="x"), bid("C", "12"))
    (draw,) = ranking.draws
    assert draw.among == ("A", "B")
    assert order(ranking) == [draw.order[0], "C"]


def test_the_replay_lets_each_of_a_brand_stand() -> None:
    same = bid("A", "10", brand="x"), bid("B", "9", brand="x")
    each = replace(CN, same_brand=UA.same_brand)
    assert len(by_points(*same, profile=each).candidates) == 2
    assert by_price(*same, profile=each).left_out == ()


def test_bids_without_a_brand_are_not_of_one_brand() -> None:
    assert len(by_points(bid("A", "10"), bid("B", "9")).candidates) == 2


def test_87_31_a_brand_counts_once_towards_three_bidders() -> None:
    bids = [("A", "x"), ("B", "X"), ("C", ""), ("D", "")]
    assert bidders_counted(bids, profile=CN) == 3
    assert bidders_counted(bids, profile=UA) == 4


def test_87_55_no_path_drops_the_highest_or_lowest_price() -> None:
    ranking = by_points(*(bid(str(price), str(price)) for price in (1, 500, 510, 520, 99999)))
    assert ranking.benchmark == 1
    assert len(ranking.evaluated) == 5


def test_every_step_is_kept() -> None:
    row = by_points(N1[0], N1[1], bid("C", "1180000", "66.5", (SMALL, "0.15"))).evaluated[0]
    assert [step.name for step in row.steps] == ["evaluation_price", "price_points", "total"]
    assert row.steps[0].of == {"price": "1180000.00", "small": "0.15"}
    assert row.steps[1].of["benchmark"] == "950000.00"


@pytest.mark.parametrize("bids", [(), (bid("A", "1"), bid("A", "2"))])
def test_what_cannot_be_ranked(bids) -> None:
    with pytest.raises(ValueError, match=r"nothing to rank|twice"):
        by_points(*bids)


BIDS = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 4), st.sampled_from(["", "", "x", "y"])),
    min_size=1,
    max_size=7,
).map(
    lambda rows: [
        bid(f"b{place}", f"{price}00", str(quality), brand=brand)
        for place, (price, quality, brand) in enumerate(rows)
    ]
)


@given(BIDS, st.randoms(use_true_random=False), st.sampled_from(list(Method)))
def test_the_order_in_which_bids_come_changes_nothing(bids, random, method) -> None:
    shuffled = random.sample(bids, len(bids))
    rank = by_points if method is Method.COMPOSITE else by_price
    assert rank(*bids) == rank(*shuffled)


@given(BIDS)
def test_a_ranking_is_complete_and_goes_down(bids) -> None:
    ranking = by_points(*bids)
    assert [row.rank for row in ranking.evaluated] == list(range(1, len(bids) + 1))
    totals = [row.total for row in ranking.evaluated]
    assert totals == sorted(totals, reverse=True)
    assert all(row.price_points <= 30 for row in ranking.evaluated)
    brands = [b.brand for row in ranking.candidates for b in bids if b.bid == row.bid and b.brand]
    assert len(set(brands)) == len(brands)
    assert ranking.evaluated[0].candidate


@given(BIDS)
def test_under_the_lowest_price_nobody_cheaper_stands_behind(bids) -> None:
    ranking = by_price(*bids)
    prices = [row.evaluation_price for row in ranking.evaluated]
    assert prices == sorted(prices)
    assert len(ranking.evaluated) + len(ranking.left_out) == len(bids)
    assert prices[0] == min(b.price.amount for b in bids)
