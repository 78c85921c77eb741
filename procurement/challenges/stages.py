"""The life of a challenge."""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, ChallengeStage

_FILED, _ANSWERED = ChallengeStage.FILED, ChallengeStage.ANSWERED
_COMPLAINED, _DECIDED = ChallengeStage.COMPLAINED, ChallengeStage.DECIDED

CHALLENGE: Lifecycle[ChallengeStage] = Lifecycle(
    "challenge",
    _FILED,
    {
        (_FILED, Action.ANSWER_CHALLENGE): _ANSWERED,
        (_ANSWERED, Action.FILE_COMPLAINT): _COMPLAINED,
        # A buyer who does not answer in time leaves the way to the reviewer open (GPL 55); that
        # the time has run is a rule.
        (_FILED, Action.FILE_COMPLAINT): _COMPLAINED,
        (_COMPLAINED, Action.DECIDE_COMPLAINT): _DECIDED,
    },
    begins_with=(Action.FILE_CHALLENGE,),
)
