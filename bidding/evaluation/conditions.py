"""What must be there before a step of the evaluation may be taken: whole, reasoned, in range.

The numbers that the law sets stand in `rules`; here is what follows from the procedure itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from kernel.refusal import Refusal, refuse


def each_judged_once(*, given: Iterable[str], expected: Collection[str]) -> Refusal | None:
    """Every bid that is up for the step is judged, once, and none that is not."""
    counted = Counter(given)
    twice = sorted(bid for bid, times in counted.items() if times > 1)
    missing = sorted(set(expected) - counted.keys())
    unknown = sorted(counted.keys() - set(expected))
    if twice or missing or unknown:
        return refuse("bids_not_all_judged", missing=missing, unknown=unknown, twice=twice)
    return None


def no_has_its_reason(*, passed: bool, reason: str, cites: str) -> Refusal | None:
    """Whoever is turned away is told why and by which rule (requirement 096)."""
    if passed or (reason.strip() and cites.strip()):
        return None
    return refuse("reason_missing", "Order 87 art. 69")


def no_objection_stops(*, stopping: Collection[str]) -> Refusal | None:
    """A receipt that is absent from the closing's root stops the lot (SEALED_BID 6)."""
    if stopping:
        return refuse("objection_stops_lot", "SEALED_BID 6", objections=sorted(stopping))
    return None


def panel_seated(*, seats: int, seated: int) -> Refusal | None:
    """Nothing is evaluated by a panel with an empty seat."""
    if seats and seated == seats:
        return None
    return refuse("panel_incomplete", "Order 87 art. 47", seats=seats, seated=seated)


def panel_short(*, seats: int, seated: int) -> Refusal | None:
    """A panel is drawn once; again only to fill a seat that a conflict has emptied (87-49)."""
    if seats and seated >= seats:
        return refuse("panel_drawn_already", "Order 87 art. 48", seats=seats)
    return None


def list_long_enough(*, wanted: int, found: int) -> Refusal | None:
    """The list must hold enough people whom nothing keeps off the panel."""
    if found < wanted:
        return refuse("panel_list_too_short", "Order 87 art. 48", wanted=wanted, found=found)
    return None


def declared_once(*, declared_at: datetime | None, conflict: bool) -> Refusal | None:
    """A second declaration is for a conflict found later and for nothing else."""
    if declared_at is not None and not conflict:
        return refuse("declared_already", "requirement 077")
    return None


def opinion_open(*, given: bool) -> Refusal | None:
    """A member gives an opinion once."""
    if given:
        return refuse("opinion_given_already", "Order 87 art. 50")
    return None


def compliance_known(*, unknown: Collection[str]) -> Refusal | None:
    """Quality is scored, and prices judged, of bids known to comply (87-50, 51)."""
    if unknown:
        return refuse("compliance_unknown", "Order 87 art. 50", bids=sorted(unknown))
    return None


def in_the_race(*, bid: str, racing: Collection[str]) -> Refusal | None:
    """Only a bid that nothing has taken out can be questioned."""
    if bid not in racing:
        return refuse("bid_out_of_the_race", bid=bid)
    return None


def price_question_open(*, asked: bool) -> Refusal | None:
    """A price is questioned once."""
    if asked:
        return refuse("price_questioned_already", "Order 87 art. 60")
    return None


def answer_in_time(*, now: datetime, due_at: datetime, answered: bool) -> Refusal | None:
    """An answer comes once, before the instant it is due (half-open)."""
    if answered:
        return refuse("price_answered_already", "Order 87 art. 60")
    if now >= due_at:
        return refuse("late", "Order 87 art. 60", due_at=due_at)
    return None


def judged_once(*, judged: bool) -> Refusal | None:
    """A price is judged once."""
    if judged:
        return refuse("price_judged_already", "Order 87 art. 60")
    return None


def corrected_once(*, corrected: bool) -> Refusal | None:
    """A price is corrected once, from everything that the bid states about it."""
    if corrected:
        return refuse("price_corrected_already", "Order 87 art. 59")
    return None


def correction_open(*, answered: bool) -> Refusal | None:
    """A correction is answered once."""
    if answered:
        return refuse("correction_answered_already", "Order 87 art. 59")
    return None


def answer_time_over(*, now: datetime, due_at: datetime) -> Refusal | None:
    """Silence says nothing while the time to confirm runs."""
    if now < due_at:
        return refuse("confirmation_time_runs", "Order 87 art. 59", until=due_at)
    return None


def corrections_answered(*, waiting: Collection[str]) -> Refusal | None:
    """No ranking while a bidder may still confirm a corrected price."""
    if waiting:
        return refuse("corrections_unanswered", "Order 87 art. 59", bids=sorted(waiting))
    return None


def scores_asked(*, criteria: Collection[str]) -> Refusal | None:
    """Where price alone decides there is nothing to score (87-54)."""
    if not criteria:
        return refuse("nothing_to_score", "Order 87 art. 54")
    return None


def sheet_open(*, submitted: bool, objective_differs: bool) -> Refusal | None:
    """A sheet is final, but for the one mistake that only shows when all lie side by side.

    Unequal points for an objective criterion are one of the four mistakes that may be mended
    before the report (87-64).
    """
    if submitted and not objective_differs:
        return refuse("sheet_submitted_already", "Order 87 art. 64")
    return None


def prices_judged(*, open_questions: Collection[str]) -> Refusal | None:
    """No ranking while a questioned price waits for its judgement."""
    if open_questions:
        return refuse("prices_not_judged", "Order 87 art. 60", bids=sorted(open_questions))
    return None


def triggered_prices_questioned(*, unasked: Collection[str]) -> Refusal | None:
    """A price below a trigger opens a review, always and without exception (requirement 086)."""
    if unasked:
        return refuse("abnormal_price_unquestioned", "财库〔2026〕2号", bids=sorted(unasked))
    return None


def signed_once(*, signed: bool) -> Refusal | None:
    """A member signs the report once."""
    if signed:
        return refuse("report_signed_already", "Order 87 art. 61")
    return None


def rejected_by_majority(opinions: Iterable[bool]) -> bool:
    """The minority follows the majority; an even split turns nobody away (87-61)."""
    votes = Counter(opinions)
    return votes[False] > votes[True]


def unequal_objective(
    sheets: Mapping[str, Mapping[tuple[str, str], Decimal]], objective: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Bid and criterion where members differ though the criterion is objective."""
    seen: dict[tuple[str, str], set[Decimal]] = {}
    for points in sheets.values():
        for where, given in points.items():
            if where[1] in objective:
                seen.setdefault(where, set()).add(given)
    return frozenset(where for where, values in seen.items() if len(values) > 1)
