"""The life of a lot from the signed report to the published award."""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, LotStage

_REPORTED, _DECIDED, _AWARDED = LotStage.REPORTED, LotStage.DECIDED, LotStage.AWARDED

AWARD: Lifecycle[LotStage] = Lifecycle(
    "lot",
    _REPORTED,
    {
        (_REPORTED, Action.DECIDE_AWARD): _DECIDED,
        (_DECIDED, Action.PUBLISH_AWARD): _AWARDED,
        # An award that comes to nothing leaves the report standing: the next one is decided on it.
        (_DECIDED, Action.LAPSE_AWARD): _REPORTED,
        (_AWARDED, Action.LAPSE_AWARD): _REPORTED,
    },
)
