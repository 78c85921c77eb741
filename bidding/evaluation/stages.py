"""The life of a lot from its opening to the signed report, or to its end without a result."""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, LotStage

_OPENED, _QUALIFIED = LotStage.OPENED, LotStage.QUALIFIED
_EVALUATED, _REPORTED, _FAILED = LotStage.EVALUATED, LotStage.REPORTED, LotStage.FAILED

EVALUATION: Lifecycle[LotStage] = Lifecycle(
    "lot",
    _OPENED,
    {
        # The bidders are known from the opening on, so conflicts can be kept off the panel.
        (_OPENED, Action.DRAW_PANEL): _OPENED,
        (_OPENED, Action.DECLARE_INTERESTS): _OPENED,
        (_OPENED, Action.QUALIFY_BIDS): _QUALIFIED,
        (_QUALIFIED, Action.DRAW_PANEL): _QUALIFIED,
        (_QUALIFIED, Action.DECLARE_INTERESTS): _QUALIFIED,
        (_QUALIFIED, Action.CHECK_COMPLIANCE): _QUALIFIED,
        (_QUALIFIED, Action.QUESTION_PRICE): _QUALIFIED,
        (_QUALIFIED, Action.ANSWER_PRICE): _QUALIFIED,
        (_QUALIFIED, Action.JUDGE_PRICE): _QUALIFIED,
        (_QUALIFIED, Action.CORRECT_PRICE): _QUALIFIED,
        (_QUALIFIED, Action.CONFIRM_CORRECTION): _QUALIFIED,
        (_QUALIFIED, Action.SCORE_BIDS): _QUALIFIED,
        (_QUALIFIED, Action.RANK_BIDS): _EVALUATED,
        # Taken with the last signature; those before it leave the lot where it is.
        (_EVALUATED, Action.SIGN_REPORT): _REPORTED,
        # Who is silent until the time for the report is over is taken to agree (87-61).
        (_EVALUATED, Action.CONCLUDE_REPORT): _REPORTED,
        (_OPENED, Action.FAIL_LOT): _FAILED,
        (_QUALIFIED, Action.FAIL_LOT): _FAILED,
        (_EVALUATED, Action.FAIL_LOT): _FAILED,
        (_REPORTED, Action.FAIL_LOT): _FAILED,
    },
)
