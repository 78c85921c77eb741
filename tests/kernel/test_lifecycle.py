"""A stage moves by its table alone."""

from __future__ import annotations

from enum import StrEnum

import pytest

from kernel.lifecycle import Lifecycle
from kernel.refusal import Refused
from kernel.vocabulary import Action


class Door(StrEnum):
    """The life of a door."""

    OPEN = "open"
    SHUT = "shut"


DOOR: Lifecycle[Door] = Lifecycle(
    "door",
    Door.OPEN,
    {
        (Door.OPEN, Action.CLOSE_TENDER): Door.SHUT,
        (Door.OPEN, Action.ASK_QUESTION): Door.OPEN,
        (Door.SHUT, Action.OPEN_LOT): Door.OPEN,
    },
)


def test_table_says_what_comes_after() -> None:
    assert DOOR.start is Door.OPEN
    assert DOOR.after(Door.OPEN, Action.CLOSE_TENDER) is Door.SHUT
    assert DOOR.after(Door.OPEN, Action.ASK_QUESTION) is Door.OPEN
    assert DOOR.stages_for(Action.OPEN_LOT) == (Door.SHUT,)


@pytest.mark.parametrize(
    ("stage", "action"),
    [(Door.SHUT, Action.CLOSE_TENDER), (Door.OPEN, Action.OPEN_LOT), (Door.OPEN, Action.DISCLOSE)],
)
def test_row_that_is_missing_is_a_refusal_with_its_facts(stage: Door, action: Action) -> None:
    assert not DOOR.allows(stage, action)
    with pytest.raises(Refused) as caught:
        DOOR.after(stage, action)
    refusal = caught.value.refusal
    assert refusal.code == "wrong_stage"
    assert refusal.facts["stage"] == stage
    assert refusal.facts["action"] == action
