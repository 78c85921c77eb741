"""Which verbs each road shows, so that no verb of a purchase is left without a journey."""

from __future__ import annotations

from kernel.vocabulary import Action

_ENDS = frozenset({Action.CANCEL_TENDER, Action.LEAVE_SEALED, Action.FAIL_LOT, Action.LAPSE_AWARD})
# Not of one purchase; each is tried where it lives.
_OF_THE_INSTALLATION = {
    Action.FOUND_INSTALLATION: "tests/app",
    Action.REGISTER_ORGANIZATION: "tests/procurement/parties",
    Action.ENROL_PERSON: "tests/procurement/parties",
    Action.ENROL_CERTIFICATE: "tests/procurement/parties",
    Action.RETIRE_CERTIFICATE: "tests/procurement/parties",
    Action.PROPOSE_GRANT: "tests/procurement/parties",
    Action.CONFIRM_GRANT: "tests/procurement/parties",
    Action.REVOKE_GRANT: "tests/procurement/parties",
    Action.BAN_SUPPLIER: "tests/procurement/parties",
    Action.ROTATE_LOG_KEY: "tests/journal/test_keys.py",
    Action.DISCLOSE: "tests/journal/test_disclose.py",
    Action.ERASE_FIELD: "tests/journal/test_disclose.py",
    Action.RESTORE_LOG: "tests/journal/test_restore.py",
}
# Of a purchase in which somebody fell silent or erred; each is tried with the step it belongs to.
_RARE = {
    Action.GIVE_OWN_KEY: "tests/bidding/opening/test_own_keys.py",
    Action.CORRECT_PRICE: "tests/bidding/evaluation/test_correcting.py",
    Action.CONFIRM_CORRECTION: "tests/bidding/evaluation/test_correcting.py",
    Action.CONCLUDE_REPORT: "tests/bidding/evaluation/test_concluding.py",
}
EVERY_VERB_OF_A_PURCHASE = frozenset(Action) - _OF_THE_INSTALLATION.keys()
OF_A_PURCHASE = EVERY_VERB_OF_A_PURCHASE - _RARE.keys()

WHOLE_ROAD = OF_A_PURCHASE - _ENDS
LOWEST_PRICE = WHOLE_ROAD - {
    Action.RETURN_NEED,
    Action.RETURN_TENDER,
    Action.ASK_QUESTION,
    Action.ANSWER_QUESTION,
    Action.AMEND_TENDER,
    Action.REPLACE_BID,
    Action.WITHDRAW_BID,
    Action.REFUSE_BID,
    Action.READ_SEALED,
    Action.OBJECT_AT_OPENING,
    Action.CONFIRM_OPENING,
    Action.QUESTION_PRICE,
    Action.ANSWER_PRICE,
    Action.JUDGE_PRICE,
    Action.SCORE_BIDS,
    Action.FILE_CHALLENGE,
    Action.ANSWER_CHALLENGE,
    Action.FILE_COMPLAINT,
    Action.DECIDE_COMPLAINT,
    Action.REJECT_DELIVERY,
    Action.RETURN_INVOICE,
} | {Action.LAPSE_AWARD}
CANCELLED = frozenset({Action.CANCEL_TENDER})
LEFT_SEALED = frozenset({Action.LEAVE_SEALED, Action.CLOSE_PURCHASE})
FAILED = frozenset({Action.FAIL_LOT, Action.CLOSE_PURCHASE})
