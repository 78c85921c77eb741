"""The life of a tender, from its draft to the end of its sealed time.

What happens to a lot after the closing has a table of its own (`bidding.opening.stages`). A row
that leads to its own stage says only that the act may happen there.
"""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, LotStage, TenderStage

_DRAFT, _APPROVED, _OPEN = TenderStage.DRAFT, TenderStage.APPROVED, TenderStage.OPEN
_CLOSING, _CLOSED, _CANCELLED = TenderStage.CLOSING, TenderStage.CLOSED, TenderStage.CANCELLED

TENDER: Lifecycle[TenderStage] = Lifecycle(
    "tender",
    _DRAFT,
    {
        # Drafting. Keys may still come in after the approval: they do not touch what is bought.
        (_DRAFT, Action.DRAFT_TENDER): _DRAFT,
        (_DRAFT, Action.REGISTER_HOLDER_KEY): _DRAFT,
        (_DRAFT, Action.SHOW_POSSESSION): _DRAFT,
        (_DRAFT, Action.SET_COMMITTEE): _DRAFT,
        (_DRAFT, Action.RETURN_TENDER): _DRAFT,
        (_DRAFT, Action.APPROVE_TENDER): _APPROVED,
        (_APPROVED, Action.REGISTER_HOLDER_KEY): _APPROVED,
        (_APPROVED, Action.SHOW_POSSESSION): _APPROVED,
        (_APPROVED, Action.SET_COMMITTEE): _APPROVED,
        (_APPROVED, Action.RETURN_TENDER): _DRAFT,
        (_APPROVED, Action.PUBLISH_TENDER): _OPEN,
        # Open for bids. The committee never changes here (SEALED_BID 2); a holder may show again
        # that the key is still at hand.
        (_OPEN, Action.SHOW_POSSESSION): _OPEN,
        (_OPEN, Action.ASK_QUESTION): _OPEN,
        (_OPEN, Action.ANSWER_QUESTION): _OPEN,
        (_OPEN, Action.AMEND_TENDER): _OPEN,
        (_OPEN, Action.SUBMIT_BID): _OPEN,
        (_OPEN, Action.REPLACE_BID): _OPEN,
        (_OPEN, Action.WITHDRAW_BID): _OPEN,
        (_OPEN, Action.SEAL_HEADS): _OPEN,
        (_OPEN, Action.BEGIN_CLOSING): _CLOSING,
        # Between the two steps of the closing the set of acts is final and being counted.
        (_CLOSING, Action.CLOSE_TENDER): _CLOSED,
        # A late or malformed attempt is refused and noted whenever it comes (Order 87 art. 33),
        # and so is an attempt to read what is sealed (requirement 057).
        (_OPEN, Action.REFUSE_BID): _OPEN,
        (_CLOSING, Action.REFUSE_BID): _CLOSING,
        (_CLOSED, Action.REFUSE_BID): _CLOSED,
        (_CANCELLED, Action.REFUSE_BID): _CANCELLED,
        (_OPEN, Action.READ_SEALED): _OPEN,
        (_CLOSING, Action.READ_SEALED): _CLOSING,
        (_CLOSED, Action.READ_SEALED): _CLOSED,
        (_CANCELLED, Action.READ_SEALED): _CANCELLED,
        # Ending without a result (Order 87 art. 29). During the closing it waits for the count.
        (_DRAFT, Action.CANCEL_TENDER): _CANCELLED,
        (_APPROVED, Action.CANCEL_TENDER): _CANCELLED,
        (_OPEN, Action.CANCEL_TENDER): _CANCELLED,
        (_CLOSED, Action.CANCEL_TENDER): _CANCELLED,
    },
    begins_with=(Action.DRAFT_TENDER,),
)

# What becomes of a lot when its tender is cancelled; the rest of its life is `bidding.opening`'s.
# A lot that is awarded or under contract has no row: such a tender cannot be cancelled any more.
LOT_AT_CANCELLATION: Lifecycle[LotStage] = Lifecycle(
    "lot",
    LotStage.SEALED,
    {
        (LotStage.SEALED, Action.CANCEL_TENDER): LotStage.CANCELLED,
        (LotStage.OPENED, Action.CANCEL_TENDER): LotStage.CANCELLED,
        (LotStage.QUALIFIED, Action.CANCEL_TENDER): LotStage.CANCELLED,
        (LotStage.EVALUATED, Action.CANCEL_TENDER): LotStage.CANCELLED,
        (LotStage.REPORTED, Action.CANCEL_TENDER): LotStage.CANCELLED,
        (LotStage.DECIDED, Action.CANCEL_TENDER): LotStage.CANCELLED,
        (LotStage.FAILED, Action.CANCEL_TENDER): LotStage.FAILED,
    },
)
