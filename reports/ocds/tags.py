"""The OCDS release tag of each verb, or None for a verb that makes no release.

Source: OCDS 1.1.5 codelist releaseTag. Bids have no tag before 1.2: they come in a `tenderUpdate`.
"""

from __future__ import annotations

from kernel.vocabulary import Action

TAGS: dict[Action, str] = {
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

# Verbs that make no release, named one by one: a new verb must be put in one list or the other.
UNTAGGED: frozenset[Action] = frozenset(
    {
        Action.FOUND_INSTALLATION,
        Action.REGISTER_ORGANIZATION,
        Action.ENROL_PERSON,
        Action.ENROL_CERTIFICATE,
        Action.RETIRE_CERTIFICATE,
        Action.PROPOSE_GRANT,
        Action.CONFIRM_GRANT,
        Action.REVOKE_GRANT,
        Action.BAN_SUPPLIER,
        Action.ROTATE_LOG_KEY,
        Action.DISCLOSE,
        Action.WRITE_NEED,
        Action.RETURN_NEED,
        Action.APPROVE_NEED,
        Action.ALLOT_BUDGET,
        Action.MAKE_PLAN,
        Action.DRAFT_TENDER,
        Action.REGISTER_HOLDER_KEY,
        Action.SHOW_POSSESSION,
        Action.SET_COMMITTEE,
        Action.RETURN_TENDER,
        Action.APPROVE_TENDER,
        Action.ASK_QUESTION,
        Action.SUBMIT_BID,
        Action.REPLACE_BID,
        Action.WITHDRAW_BID,
        Action.REFUSE_BID,
        Action.SEAL_HEADS,
        Action.BEGIN_CLOSING,
        Action.READ_SEALED,
        Action.OBJECT_AT_OPENING,
        Action.RELEASE_SHARES,
        Action.SIGN_OPENING_RECORD,
        Action.QUALIFY_BIDS,
        Action.DRAW_PANEL,
        Action.DECLARE_INTERESTS,
        Action.CHECK_COMPLIANCE,
        Action.QUESTION_PRICE,
        Action.ANSWER_PRICE,
        Action.JUDGE_PRICE,
        Action.SCORE_BIDS,
        Action.RANK_BIDS,
        Action.SIGN_REPORT,
        Action.DECIDE_AWARD,
        Action.FILE_CHALLENGE,
        Action.ANSWER_CHALLENGE,
        Action.FILE_COMPLAINT,
        Action.DRAFT_CONTRACT,
        Action.SIGN_AS_SUPPLIER,
        Action.REJECT_DELIVERY,
        Action.SUBMIT_INVOICE,
        Action.MATCH_INVOICE,
        Action.RETURN_INVOICE,
        Action.PREPARE_PAYMENT,
        Action.RELEASE_PAYMENT,
    }
)
