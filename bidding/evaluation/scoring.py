"""Points, totals and ranks: exact arithmetic, every step kept, no price ever dropped.

All sums are fractions, so that equal bids are equal; only what is shown is rounded. The ranking
does not depend on the order in which bids come (Order 87 art. 55 to 57; requirement 081, 082, 090).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from bidding.evaluation.prices import Deduction, evaluation_price
from kernel.canonical import digest_of
from kernel.money import Money
from procurement.profiles.model import BrandRule, Method, Profile, TieBreak


@dataclass(frozen=True, slots=True)
class ScoredBid:
    """What the ranking needs of a bid that passed qualification and compliance.

    `price` is as read out, corrected and confirmed; `quality` the panel's mean points without the
    price; `tie_points` the points by the method that the documents name for ties, higher first;
    `arrived` its place in the closed tree, where the earlier of two equals goes first.
    """

    bid: str
    price: Money
    quality: Fraction = Fraction(0)
    deductions: tuple[Deduction, ...] = ()
    brand: str = ""
    tie_points: Fraction | None = None
    arrived: int = 0


_Key = Callable[[ScoredBid], Fraction]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working: what was computed, from what, with what result."""

    name: str
    of: Mapping[str, str]
    result: str

    def as_record(self) -> dict[str, object]:
        """As a JSON object for entries and reports."""
        return {"name": self.name, "of": dict(self.of), "result": self.result}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A bid in its place. Under the lowest price there are no points.

    `candidate` is False for a bid that another of the same brand stands for. `broken_by` says what
    put it before or behind an equal: price, documents or draw.
    """

    bid: str
    evaluation_price: Decimal
    price_points: Fraction | None
    quality_points: Fraction | None
    total: Fraction | None
    rank: int
    steps: tuple[Step, ...]
    candidate: bool = True
    broken_by: TieBreak | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A bid that does not take part because a cheaper one offers the same brand (87-31)."""

    bid: str
    brand: str
    stands_for: str


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw by lot with its evidence: anybody repeats it from the seed."""

    seed: str
    among: tuple[str, ...]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All bids in their places, with the draws that were needed and the price all were held to."""

    method: Method
    benchmark: Decimal
    evaluated: tuple[Evaluated, ...]
    left_out: tuple[LeftOut, ...] = ()
    draws: tuple[Draw, ...] = ()

    @property
    def candidates(self) -> tuple[Evaluated, ...]:
        """The bids that can win, first-ranked first."""
        return tuple(known for known in self.evaluated if known.candidate)


def rounded(value: Fraction | Decimal | None, *, profile: Profile) -> Decimal | None:
    """A number of points or an evaluation price as it is shown: rounded once, half up (P39)."""
    return None if value is None else decimal(value, profile.rounding_places.value)


def decimal(value: Fraction | Decimal, places: int) -> Decimal:
    """A fraction as a decimal of so many places, half up by exact comparison."""
    exact = Fraction(value)
    scale = Fraction(10) ** places
    whole, rest = divmod(abs(exact) * scale, 1)
    up = whole + (1 if rest + rest >= 1 else 0)
    return Decimal(int(up if exact >= 0 else -up)).scaleb(-places)


def mean_points(points: Iterable[Decimal]) -> Fraction:
    """The mean of the panel's points, exact; nobody's are dropped."""
    given = [Fraction(value) for value in points]
    if not given:
        raise ValueError("no points were given")
    return sum(given, Fraction(0)) / len(given)


def quality_points(sheets: Mapping[str, Mapping[str, Decimal]]) -> Fraction:
    """The points of one bid without its price: per criterion the panel's mean, then the sum.

    `sheets` maps each panelist to the points for each criterion; all must judge the same ones.
    """
    judged = [frozenset(sheet) for sheet in sheets.values()]
    if not judged or any(criteria != judged[0] for criteria in judged):
        raise ValueError("the sheets do not judge the same criteria")
    means = (mean_points(sheet[name] for sheet in sheets.values()) for name in sorted(judged[0]))
    return sum(means, Fraction(0))


def price_points(
    price: Decimal, *, benchmark: Decimal, weight: Decimal, profile: Profile
) -> Fraction:
    """Benchmark over price, times the full score, times the weight's share (Order 87 art. 55).

    The article multiplies by a hundred once, and by the weight as a share of the whole.
    """
    full, whole = profile.price_score_full.value, profile.weights_total.value
    return (
        Fraction(benchmark) / Fraction(price) * Fraction(full) * Fraction(weight) / Fraction(whole)
    )


def survivors(
    quality: Mapping[str, Fraction], *, quality_min: Decimal
) -> tuple[frozenset[str], frozenset[str]]:
    """Who reaches a least quality score, and whose price envelope stays sealed for ever."""
    through = frozenset(bid for bid, points in quality.items() if points >= quality_min)
    return through, frozenset(quality) - through


def drawn_order(among: Iterable[str], *, seed: str) -> Draw:
    """An order by lot that follows from a published seed alone, whoever computes it.

    Each name's lot is the digest of the seed with the name, and lots are sorted: the order of the
    names given does not matter, and nobody can choose a name's lot once the seed is fixed.
    """
    names = sorted(set(among))
    lots = sorted(names, key=lambda name: digest_of({"seed": seed, "name": name}))
    return Draw(seed, tuple(names), tuple(lots))


def bidders_counted(bids: Iterable[tuple[str, str]], *, profile: Profile) -> int:
    """How many bidders (bid, brand) count for the least number: one a brand where so ruled."""
    known = list(bids)
    if profile.same_brand.value is BrandRule.EACH_COUNTS:
        return len({bid for bid, _ in known})
    return len({brand.casefold() if brand else (bid,) for bid, brand in known})


def evaluate(
    bids: Iterable[ScoredBid],
    *,
    profile: Profile,
    method: Method,
    price_weight: Decimal,
    seed: str,
) -> Ranking:
    """Rank the bids of a lot by the method of its documents.

    `seed` is a digest that was published before anybody knew whether a draw would be needed, such
    as the root at the closing. Under the lowest price `price_weight` plays no part.
    """
    known = sorted(bids, key=lambda bid: bid.bid)
    if not known:
        raise ValueError("there is nothing to rank")
    if len({bid.bid for bid in known}) != len(known):
        raise ValueError("a bid is there twice")
    if method is Method.LOWEST_PRICE:
        return _by_lowest_price(known, profile=profile, seed=seed)
    return _by_points(known, profile=profile, price_weight=price_weight, seed=seed)


def _by_lowest_price(bids: Sequence[ScoredBid], *, profile: Profile, seed: str) -> Ranking:
    taking_part, left_out, draws = _one_a_brand(bids, profile, seed)
    rows = [_priced(bid) for bid in taking_part]
    order, broken, more = _order(taking_part, rows, profile, seed)
    ranked = tuple(
        replace(rows[place], rank=rank, broken_by=broken.get(place))
        for rank, place in enumerate(order, start=1)
    )
    lowest = min(row.evaluation_price for row in rows)
    return Ranking(Method.LOWEST_PRICE, lowest, ranked, left_out, draws + more)


def _by_points(
    bids: Sequence[ScoredBid], *, profile: Profile, price_weight: Decimal, seed: str
) -> Ranking:
    priced = [_priced(bid) for bid in bids]
    benchmark = min(row.evaluation_price for row in priced)
    rows = [
        _pointed(bid, row, benchmark, price_weight, profile)
        for bid, row in zip(bids, priced, strict=True)
    ]
    order, broken, draws = _order(bids, rows, profile, seed)
    first_of: dict[str, str] = {}
    ranked = []
    for rank, place in enumerate(order, start=1):
        candidate = _is_first_of_brand(bids[place], first_of, profile)
        row = replace(rows[place], rank=rank, candidate=candidate, broken_by=broken.get(place))
        ranked.append(row)
    return Ranking(Method.COMPOSITE, benchmark, tuple(ranked), (), draws)


def _priced(bid: ScoredBid) -> Evaluated:
    price = evaluation_price(bid.price, bid.deductions)
    of = {"price": str(bid.price)}
    of |= {str(deduction.kind): str(deduction.rate) for deduction in bid.deductions}
    return Evaluated(
        bid.bid, price, None, None, None, 0, (Step("evaluation_price", of, str(price)),)
    )


def _pointed(
    bid: ScoredBid, row: Evaluated, benchmark: Decimal, weight: Decimal, profile: Profile
) -> Evaluated:
    points = price_points(row.evaluation_price, benchmark=benchmark, weight=weight, profile=profile)
    total = points + bid.quality
    of_price = {
        "benchmark": str(benchmark),
        "evaluation_price": str(row.evaluation_price),
        "full": str(profile.price_score_full.value),
        "weight": str(weight),
    }
    of_total = {"price_points": str(points), "quality_points": str(bid.quality)}
    steps = (
        *row.steps,
        Step("price_points", of_price, str(points)),
        Step("total", of_total, str(total)),
    )
    return replace(row, price_points=points, quality_points=bid.quality, total=total, steps=steps)


def _one_a_brand(
    bids: Sequence[ScoredBid], profile: Profile, seed: str
) -> tuple[list[ScoredBid], tuple[LeftOut, ...], tuple[Draw, ...]]:
    """Of each brand the lowest price takes part; equals by the documents, then by draw (87-31)."""
    if profile.same_brand.value is BrandRule.EACH_COUNTS:
        return list(bids), (), ()
    taking_part = [bid for bid in bids if not bid.brand]
    left_out: list[LeftOut] = []
    draws: list[Draw] = []
    brands = sorted({bid.brand.casefold() for bid in bids if bid.brand})
    for brand in brands:
        same = [bid for bid in bids if bid.brand.casefold() == brand]
        best = _best_by(same, lambda bid: Fraction(bid.price.amount))
        best = _best_by(best, _document_key)
        if len(best) > 1:
            draws.append(drawn_order((bid.bid for bid in best), seed=seed))
            best = [bid for bid in best if bid.bid == draws[-1].order[0]]
        taking_part.append(best[0])
        left_out += [LeftOut(bid.bid, brand, best[0].bid) for bid in same if bid is not best[0]]
    return sorted(taking_part, key=lambda bid: bid.bid), tuple(left_out), tuple(draws)


def _is_first_of_brand(bid: ScoredBid, first_of: dict[str, str], profile: Profile) -> bool:
    if not bid.brand or profile.same_brand.value is BrandRule.EACH_COUNTS:
        return True
    return first_of.setdefault(bid.brand.casefold(), bid.bid) == bid.bid


def _best_by(bids: list[ScoredBid], key: _Key) -> list[ScoredBid]:
    best = min(key(bid) for bid in bids)
    return [bid for bid in bids if key(bid) == best]


def _document_key(bid: ScoredBid) -> Fraction:
    return -(bid.tie_points or Fraction(0))


def _order(
    bids: Sequence[ScoredBid], rows: Sequence[Evaluated], profile: Profile, seed: str
) -> tuple[list[int], dict[int, TieBreak], tuple[Draw, ...]]:
    """The places in their order, what broke each tie, and the draws that were needed."""
    by_bid = {bid.bid: place for place, bid in enumerate(bids)}
    score = {bid.bid: _score(rows[place]) for bid, place in zip(bids, by_bid.values(), strict=True)}
    ties = _split(list(bids), lambda bid: score[bid.bid])
    keys: dict[TieBreak, _Key] = {
        TieBreak.DOCUMENTS: _document_key,
        TieBreak.ARRIVAL: lambda bid: Fraction(bid.arrived),
    }
    if rows[0].total is not None:  # under the lowest price, the price has spoken already (87-56)
        keys[TieBreak.PRICE] = _price_key(rows, by_bid, profile)
    broken: dict[int, TieBreak] = {}
    draws: list[Draw] = []
    for means in profile.tie_break.value:
        parts: list[list[ScoredBid]] = []
        for tie in ties:
            split = (
                _drawn(tie, seed, draws) if means is TieBreak.DRAW else _split(tie, keys.get(means))
            )
            if len(split) > 1:
                broken |= {by_bid[bid.bid]: means for bid in tie}
            parts += split
        ties = parts
    return [by_bid[bid.bid] for tie in ties for bid in tie], broken, tuple(draws)


def _score(row: Evaluated) -> Fraction:
    return Fraction(row.evaluation_price) if row.total is None else -row.total


def _price_key(rows: Sequence[Evaluated], by_bid: Mapping[str, int], profile: Profile) -> _Key:
    if profile.tie_break_price.value == "evaluation_price":
        return lambda bid: Fraction(rows[by_bid[bid.bid]].evaluation_price)
    return lambda bid: Fraction(bid.price.amount)


def _split(tie: list[ScoredBid], key: _Key | None) -> list[list[ScoredBid]]:
    if key is None or len(tie) == 1:
        return [tie]
    return [list(same) for _, same in groupby(sorted(tie, key=key), key=key)]


def _drawn(tie: list[ScoredBid], seed: str, draws: list[Draw]) -> list[list[ScoredBid]]:
    if len(tie) == 1:
        return [tie]
    draws.append(drawn_order((bid.bid for bid in tie), seed=seed))
    return [[bid for bid in tie if bid.bid == name] for name in draws[-1].order]
