"""Which moments have come: each at its edge, and one lot never tells of another."""

from __future__ import annotations

import pytest

from kernel.vocabulary import LotStage
from procurement.awards.moments import LotFacts, TenderFacts, come
from procurement.disclosure import Moment

SEALED = LotFacts(LotStage.SEALED, opened=False, announced=False)
OPENED = LotFacts(LotStage.OPENED, opened=True, announced=False)
DECIDED = LotFacts(LotStage.DECIDED, opened=True, announced=False)
AWARDED = LotFacts(LotStage.AWARDED, opened=True, announced=True)
LAPSED = LotFacts(LotStage.REPORTED, opened=True, announced=True)
LEFT_SEALED = LotFacts(LotStage.FAILED, opened=False, announced=False)
FAILED = LotFacts(LotStage.FAILED, opened=True, announced=False)
CANCELLED = LotFacts(LotStage.CANCELLED, opened=False, announced=False)

DRAFT = TenderFacts(published=False, closed=False, lots=(SEALED,))
OPEN = TenderFacts(published=True, closed=False, lots=(SEALED,))


def closed(*lots: LotFacts) -> TenderFacts:
    """A tender that was closed, with these lots."""
    return TenderFacts(published=True, closed=True, lots=lots)


@pytest.mark.parametrize(
    ("facts", "moments"),
    [
        (DRAFT, set()),
        (OPEN, {Moment.AT_PUBLICATION}),
        # On cancellation before the closing nothing of the bids is told (SEALED_BID 5).
        (TenderFacts(published=True, closed=False, lots=(CANCELLED,)), {Moment.AT_PUBLICATION}),
        (closed(SEALED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING}),
        (closed(LEFT_SEALED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_AWARD}),
        (closed(OPENED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_OPENING}),
        (closed(OPENED, SEALED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING}),
        (closed(DECIDED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_OPENING}),
        (closed(AWARDED, DECIDED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_OPENING}),
    ],
)
def test_moments_that_have_come(facts: TenderFacts, moments: set[Moment]) -> None:
    """Beside the first of all, which is always there."""
    assert {one for one in Moment if come(one, facts)} == moments | {Moment.AT_ONCE}


@pytest.mark.parametrize("lots", [(AWARDED,), (AWARDED, FAILED), (LAPSED,), (FAILED,)])
def test_the_award_moment_does_not_go_back(lots: tuple[LotFacts, ...]) -> None:
    """What was published stays so when an award lapses (87-70)."""
    assert come(Moment.AT_AWARD, closed(*lots))


def test_never_is_never() -> None:
    """Whatever has happened."""
    assert not come(Moment.NEVER, closed(AWARDED))
