"""In which log an entry goes, when its public fields are shown, and to whom before that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.vocabulary import Action, Audience, Log


class Moment(StrEnum):
    """When the public fields of an entry are shown to everybody."""

    AT_ONCE = "at_once"
    AT_INTENTION = "at_intention"  # with the intention, or with the notice where there is none
    AT_PUBLICATION = "at_publication"  # with the notice of the tender
    AT_CLOSING = "at_closing"
    AT_OPENING = "at_opening"
    AT_AWARD = "at_award"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A row: log, moment, and who sees the entry before its moment."""

    log: Log
    moment: Moment
    before: frozenset[Audience] = frozenset()


def _row(log: Log, moment: Moment, *before: Audience) -> Disclosure:
    return Disclosure(log, moment, frozenset(before))


_PUBLIC = _row(Log.PUBLIC, Moment.AT_ONCE)
_BUYER, _ADMIN, _SUPERVISOR = Audience.BUYER, Audience.ADMIN, Audience.SUPERVISOR
_ADMINISTRATIVE = _row(Log.PUBLIC, Moment.NEVER, _ADMIN, _SUPERVISOR)
# The intention tells an overview of the need (财库〔2020〕10号, requirement 006).
_PLANNING = _row(Log.PUBLIC, Moment.AT_INTENTION, _BUYER, _SUPERVISOR)
_PREPARATION = _row(Log.PUBLIC, Moment.AT_PUBLICATION, _BUYER, _SUPERVISOR)
_SEALED = _row(Log.ACTS, Moment.AT_OPENING, Audience.SUPPLIER)
_PROCEEDING = _row(Log.PROCEEDINGS, Moment.AT_CLOSING, Audience.SUPPLIER, _BUYER)
_EVALUATION = _row(Log.PUBLIC, Moment.AT_AWARD, Audience.PANEL, _BUYER, _SUPERVISOR)
_CONFIDENTIAL = _row(Log.PUBLIC, Moment.NEVER, Audience.PANEL, _BUYER, _SUPERVISOR)

DISCLOSURE: dict[Action, Disclosure] = {
    Action.FOUND_INSTALLATION: _PUBLIC,
    Action.REGISTER_ORGANIZATION: _PUBLIC,
    Action.ENROL_PERSON: _ADMINISTRATIVE,
    Action.ENROL_CERTIFICATE: _ADMINISTRATIVE,
    Action.RETIRE_CERTIFICATE: _ADMINISTRATIVE,
    Action.PROPOSE_GRANT: _ADMINISTRATIVE,
    Action.CONFIRM_GRANT: _ADMINISTRATIVE,
    Action.REVOKE_GRANT: _ADMINISTRATIVE,
    Action.BAN_SUPPLIER: _PUBLIC,
    Action.ROTATE_LOG_KEY: _PUBLIC,
    Action.DISCLOSE: _PUBLIC,
    Action.ERASE_FIELD: _PUBLIC,
    Action.RESTORE_LOG: _PUBLIC,
    Action.WRITE_NEED: _PLANNING,
    Action.RETURN_NEED: _PLANNING,
    Action.APPROVE_NEED: _PLANNING,
    Action.ALLOT_BUDGET: _PUBLIC,
    Action.MAKE_PLAN: _PLANNING,
    Action.APPROVE_PLAN: _PUBLIC,
    Action.PUBLISH_INTENTION: _PUBLIC,
    Action.DRAFT_TENDER: _PREPARATION,
    Action.REGISTER_HOLDER_KEY: _PREPARATION,
    Action.SHOW_POSSESSION: _PUBLIC,
    Action.SET_COMMITTEE: _PREPARATION,
    Action.RETURN_TENDER: _PREPARATION,
    Action.APPROVE_TENDER: _PREPARATION,
    Action.PUBLISH_TENDER: _PUBLIC,
    # Who asks is nobody's business and even how many ask may tell how many bid (Order 87 art. 28).
    Action.ASK_QUESTION: _PROCEEDING,
    Action.ANSWER_QUESTION: _PUBLIC,
    Action.AMEND_TENDER: _PUBLIC,
    Action.CANCEL_TENDER: _PUBLIC,
    Action.SUBMIT_BID: _SEALED,
    Action.REPLACE_BID: _SEALED,
    Action.WITHDRAW_BID: _SEALED,
    Action.REFUSE_BID: _row(Log.PROCEEDINGS, Moment.AT_OPENING, Audience.SUPPLIER),
    Action.SEAL_HEADS: _PUBLIC,
    Action.BEGIN_CLOSING: _PUBLIC,
    Action.CLOSE_TENDER: _PUBLIC,
    Action.READ_SEALED: _row(Log.PROCEEDINGS, Moment.AT_OPENING, _SUPERVISOR),
    Action.OBJECT_AT_OPENING: _PUBLIC,
    Action.RELEASE_SHARES: _PUBLIC,
    Action.GIVE_OWN_KEY: _PUBLIC,
    Action.LEAVE_SEALED: _PUBLIC,
    Action.OPEN_LOT: _PUBLIC,
    Action.SIGN_OPENING_RECORD: _PUBLIC,
    Action.CONFIRM_OPENING: _PUBLIC,
    Action.QUALIFY_BIDS: _EVALUATION,
    # Names of evaluators stay secret until the result (Order 87 art. 47, 69; requirement 076).
    Action.DRAW_PANEL: _EVALUATION,
    Action.DECLARE_INTERESTS: _EVALUATION,
    Action.CHECK_COMPLIANCE: _EVALUATION,
    Action.QUESTION_PRICE: _CONFIDENTIAL,
    Action.ANSWER_PRICE: _CONFIDENTIAL,
    Action.JUDGE_PRICE: _EVALUATION,
    Action.CORRECT_PRICE: _EVALUATION,
    Action.CONFIRM_CORRECTION: _EVALUATION,
    Action.SCORE_BIDS: _EVALUATION,
    Action.RANK_BIDS: _EVALUATION,
    Action.SIGN_REPORT: _EVALUATION,
    Action.CONCLUDE_REPORT: _EVALUATION,
    Action.FAIL_LOT: _PUBLIC,
    Action.DECIDE_AWARD: _EVALUATION,
    Action.PUBLISH_AWARD: _PUBLIC,
    Action.LAPSE_AWARD: _PUBLIC,
    Action.FILE_CHALLENGE: _row(Log.PUBLIC, Moment.NEVER, _BUYER, Audience.REVIEWER, _SUPERVISOR),
    Action.ANSWER_CHALLENGE: _row(Log.PUBLIC, Moment.NEVER, _BUYER, Audience.REVIEWER, _SUPERVISOR),
    Action.FILE_COMPLAINT: _row(Log.PUBLIC, Moment.NEVER, _BUYER, Audience.REVIEWER, _SUPERVISOR),
    Action.DECIDE_COMPLAINT: _PUBLIC,  # GPR 58: the decision is published
    Action.DRAFT_CONTRACT: _row(Log.PUBLIC, Moment.NEVER, _BUYER, Audience.SUPPLIER),
    Action.SIGN_AS_SUPPLIER: _PUBLIC,
    Action.SIGN_AS_BUYER: _PUBLIC,
    Action.ACCEPT_DELIVERY: _PUBLIC,
    Action.REJECT_DELIVERY: _PUBLIC,
    Action.SUBMIT_INVOICE: _row(Log.PUBLIC, Moment.NEVER, Audience.FINANCE, _BUYER),
    Action.MATCH_INVOICE: _PUBLIC,
    Action.RETURN_INVOICE: _row(Log.PUBLIC, Moment.NEVER, Audience.FINANCE, _BUYER),
    Action.PREPARE_PAYMENT: _PUBLIC,
    Action.RELEASE_PAYMENT: _PUBLIC,
    Action.SETTLE_PAYMENT: _PUBLIC,
    Action.CLOSE_PURCHASE: _PUBLIC,
}
