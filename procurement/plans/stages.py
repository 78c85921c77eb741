"""The lives of a need and of a purchase."""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, NeedStage, PurchaseStage

_WRITTEN, _RETURNED = NeedStage.WRITTEN, NeedStage.RETURNED
_NEED_APPROVED, _NEED_PLANNED = NeedStage.APPROVED, NeedStage.PLANNED

NEED: Lifecycle[NeedStage] = Lifecycle(
    "need",
    _WRITTEN,
    {
        (_WRITTEN, Action.WRITE_NEED): _WRITTEN,
        (_RETURNED, Action.WRITE_NEED): _WRITTEN,
        (_WRITTEN, Action.RETURN_NEED): _RETURNED,
        (_WRITTEN, Action.APPROVE_NEED): _NEED_APPROVED,
        # An approved need that nobody has planned yet may be taken back for another look.
        (_NEED_APPROVED, Action.RETURN_NEED): _RETURNED,
        (_NEED_APPROVED, Action.MAKE_PLAN): _NEED_PLANNED,
        # Where its purchase ends without a result the need stands again and may be planned anew.
        (_NEED_PLANNED, Action.CANCEL_TENDER): _NEED_APPROVED,
    },
    begins_with=(Action.WRITE_NEED,),
)

_PLANNED, _APPROVED = PurchaseStage.PLANNED, PurchaseStage.APPROVED
_INTENDED, _TENDERED = PurchaseStage.INTENDED, PurchaseStage.TENDERED
_CLOSED, _ENDED = PurchaseStage.CLOSED, PurchaseStage.ENDED

PURCHASE: Lifecycle[PurchaseStage] = Lifecycle(
    "purchase",
    _PLANNED,
    {
        (_PLANNED, Action.APPROVE_PLAN): _APPROVED,
        (_APPROVED, Action.PUBLISH_INTENTION): _INTENDED,
        # The draft is made while the intention runs; whether it is needed and long enough is a
        # rule of the profile (P01), asked when the tender is published.
        (_APPROVED, Action.DRAFT_TENDER): _APPROVED,
        (_INTENDED, Action.DRAFT_TENDER): _INTENDED,
        (_APPROVED, Action.PUBLISH_TENDER): _TENDERED,
        (_INTENDED, Action.PUBLISH_TENDER): _TENDERED,
        # The two ends: carried out to the last payment, or ended without a result.
        (_TENDERED, Action.CLOSE_PURCHASE): _CLOSED,
        (_APPROVED, Action.CANCEL_TENDER): _ENDED,
        (_INTENDED, Action.CANCEL_TENDER): _ENDED,
        (_TENDERED, Action.CANCEL_TENDER): _ENDED,
    },
    begins_with=(Action.MAKE_PLAN,),
)
