"""No verb of a person is left out of the walks."""

from __future__ import annotations

from kernel.vocabulary import Action, Role
from procurement.authority import RIGHTS
from tests.journeys.verbs import EVERY_VERB_OF_A_PURCHASE
from tests.properties.attempts import ATTEMPTS


def test_every_verb_of_a_person_is_tried() -> None:
    by_people = {
        action
        for action, rights in RIGHTS.items()
        if any(right.role is not Role.SYSTEM for right in rights)
    }
    # The same act as a first bid, and recorded as a replacement where one was sent before.
    assert (by_people & EVERY_VERB_OF_A_PURCHASE) - ATTEMPTS.keys() == {Action.REPLACE_BID}
