"""The OCDS release tag of each verb, or None for a verb that makes no release.

Source: OCDS 1.1.5 codelist releaseTag. Bids have no tag before 1.2: they come in a `tenderUpdate`.
"""

from __future__ import annotations

from kernel.vocabulary import Action

_TAGGED: dict[Action, str] = {
    Action.APPROVE_PLAN: "planning",
    Action.PUBLISH_INTENTION: "planningUpdate",
    Action.PUBLISH_TENDER: "tender",
    Action.ANSWER_QUESTION: "tenderUpdate",
    Action.AMEND_TENDER: "tenderAmendment",
    Action.CANCEL_TENDER: "tenderCancellation",
    Action.CLOSE_TENDER: "tenderUpdate",
    Action.LEAVE_SEALED: "tenderUpdate",
    Action.OPEN_LOT: "tenderUpdate",
    Action.FAIL_LOT: "tenderUpdate",
    Action.PUBLISH_AWARD: "award",
    Action.LAPSE_AWARD: "awardUpdate",
    Action.DECIDE_COMPLAINT: "tenderUpdate",
    Action.SIGN_AS_BUYER: "contract",
    Action.ACCEPT_DELIVERY: "implementationUpdate",
    Action.SETTLE_PAYMENT: "implementation",
    Action.CLOSE_PURCHASE: "contractTermination",
}

TAGS: dict[Action, str | None] = {action: _TAGGED.get(action) for action in Action}
