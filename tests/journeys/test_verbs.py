"""No verb of a purchase is without a road on which it is seen, and none is claimed twice over."""

from __future__ import annotations

from kernel.vocabulary import Action
from tests.journeys import verbs


def test_every_verb_of_a_purchase_is_on_a_road() -> None:
    roads = (
        verbs.WHOLE_ROAD,
        verbs.LOWEST_PRICE,
        verbs.CANCELLED,
        verbs.LEFT_SEALED,
        verbs.FAILED,
    )
    assert frozenset[Action]().union(*roads) == verbs.OF_A_PURCHASE
