"""The words of the procedure: every verb, role, stage, audience and log, each once.

Tables keyed by `Action` elsewhere say who may do it (`procurement.authority`), where it may happen
(`stages.py` of each stage), in which log it is kept and when it becomes public
(`procurement.disclosure`), its OCDS tag (`reports.ocds.tags`) and its labels (`reports.labels`).
A test walks this enum and names every row that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Action(StrEnum):
    """Every verb of the procedure, in the order in which a purchase meets them."""

    # The installation and its people
    FOUND_INSTALLATION = "installation.found"
    REGISTER_ORGANIZATION = "organization.register"
    ENROL_PERSON = "person.enrol"
    ENROL_CERTIFICATE = "certificate.enrol"
    RETIRE_CERTIFICATE = "certificate.retire"
    PROPOSE_GRANT = "grant.propose"
    CONFIRM_GRANT = "grant.confirm"
    REVOKE_GRANT = "grant.revoke"
    BAN_SUPPLIER = "supplier.ban"
    ROTATE_LOG_KEY = "log_key.rotate"
    DISCLOSE = "entry.disclose"
    ERASE_FIELD = "entry.erase"
    RESTORE_LOG = "log.restore"

    # Need, budget, plan
    WRITE_NEED = "need.write"
    RETURN_NEED = "need.return"
    APPROVE_NEED = "need.approve"
    ALLOT_BUDGET = "budget.allot"
    MAKE_PLAN = "plan.make"
    APPROVE_PLAN = "plan.approve"
    PUBLISH_INTENTION = "intention.publish"

    # Tender
    DRAFT_TENDER = "tender.draft"
    REGISTER_HOLDER_KEY = "holder_key.register"
    SHOW_POSSESSION = "holder_key.show_possession"
    SET_COMMITTEE = "committee.set"
    RETURN_TENDER = "tender.return"
    APPROVE_TENDER = "tender.approve"
    PUBLISH_TENDER = "tender.publish"
    ASK_QUESTION = "question.ask"
    ANSWER_QUESTION = "question.answer"
    AMEND_TENDER = "tender.amend"
    CANCEL_TENDER = "tender.cancel"

    # Sealed bids
    SUBMIT_BID = "bid.submit"
    REPLACE_BID = "bid.replace"
    WITHDRAW_BID = "bid.withdraw"
    REFUSE_BID = "bid.refuse"
    SEAL_HEADS = "heads.seal"
    BEGIN_CLOSING = "tender.begin_closing"
    CLOSE_TENDER = "tender.close"

    # Opening
    READ_SEALED = "sealed.read"
    OBJECT_AT_OPENING = "opening.object"
    RELEASE_SHARES = "shares.release"
    GIVE_OWN_KEY = "own_key.give"
    LEAVE_SEALED = "lot.leave_sealed"
    OPEN_LOT = "lot.open"
    SIGN_OPENING_RECORD = "opening_record.sign"
    CONFIRM_OPENING = "opening.confirm"

    # Evaluation
    QUALIFY_BIDS = "bids.qualify"
    DRAW_PANEL = "panel.draw"
    DECLARE_INTERESTS = "interests.declare"
    CHECK_COMPLIANCE = "compliance.check"
    QUESTION_PRICE = "price.question"
    ANSWER_PRICE = "price.answer"
    JUDGE_PRICE = "price.judge"
    CORRECT_PRICE = "price.correct"
    CONFIRM_CORRECTION = "correction.confirm"
    SCORE_BIDS = "bids.score"
    RANK_BIDS = "bids.rank"
    SIGN_REPORT = "report.sign"
    CONCLUDE_REPORT = "report.conclude"
    FAIL_LOT = "lot.fail"

    # Award
    DECIDE_AWARD = "award.decide"
    PUBLISH_AWARD = "award.publish"
    LAPSE_AWARD = "award.lapse"

    # Challenge
    FILE_CHALLENGE = "challenge.file"
    ANSWER_CHALLENGE = "challenge.answer"
    FILE_COMPLAINT = "complaint.file"
    DECIDE_COMPLAINT = "complaint.decide"

    # Contract and delivery
    DRAFT_CONTRACT = "contract.draft"
    SIGN_AS_SUPPLIER = "contract.sign_as_supplier"
    SIGN_AS_BUYER = "contract.sign_as_buyer"
    ACCEPT_DELIVERY = "delivery.accept"
    REJECT_DELIVERY = "delivery.reject"

    # Payment
    SUBMIT_INVOICE = "invoice.submit"
    MATCH_INVOICE = "invoice.match"
    RETURN_INVOICE = "invoice.return"
    PREPARE_PAYMENT = "payment.prepare"
    RELEASE_PAYMENT = "payment.release"
    SETTLE_PAYMENT = "payment.settle"
    CLOSE_PURCHASE = "purchase.close"


class Role(StrEnum):
    """In what capacity a person acts. A grant names one, for one organization."""

    ADMINISTRATOR = "administrator"
    USING_UNIT = "using_unit"
    UNIT_APPROVER = "unit_approver"
    FINANCE = "finance"
    TREASURER = "treasurer"
    OFFICER = "officer"
    APPROVER = "approver"
    HOLDER = "holder"
    SUPPLIER = "supplier"
    PANELIST = "panelist"
    BUYER_PANELIST = "buyer_panelist"
    ACCEPTOR = "acceptor"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Audience(StrEnum):
    """For whom a route, a page or a field is; a route without one is refused to everybody."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    SUPPLIER = "supplier"
    BUYER = "buyer"
    HOLDER = "holder"
    PANEL = "panel"
    FINANCE = "finance"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    NOBODY = "nobody"


class Log(StrEnum):
    """Where an entry is kept: the one public log, or one of the two private trees of a tender."""

    PUBLIC = "public"
    ACTS = "acts"
    PROCEEDINGS = "proceedings"


class Visibility(StrEnum):
    """To whom a field of an entry belongs."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    PERSONAL = "personal"


class NeedStage(StrEnum):
    """The life of a need."""

    WRITTEN = "written"
    RETURNED = "returned"
    APPROVED = "approved"
    PLANNED = "planned"


class PurchaseStage(StrEnum):
    """The life of a purchase as a whole, from its plan to its end."""

    PLANNED = "planned"
    APPROVED = "approved"
    INTENDED = "intended"
    TENDERED = "tendered"
    CLOSED = "closed"
    ENDED = "ended"


class TenderStage(StrEnum):
    """The life of a tender."""

    DRAFT = "draft"
    APPROVED = "approved"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class LotStage(StrEnum):
    """The life of a lot after its tender has closed."""

    SEALED = "sealed"
    OPENED = "opened"
    QUALIFIED = "qualified"
    EVALUATED = "evaluated"
    REPORTED = "reported"
    DECIDED = "decided"
    AWARDED = "awarded"
    CONTRACTED = "contracted"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ContractStage(StrEnum):
    """The life of a contract."""

    DRAFTED = "drafted"
    OFFERED = "offered"
    IN_FORCE = "in_force"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class InvoiceStage(StrEnum):
    """The life of an invoice."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    MATCHED = "matched"
    PREPARED = "prepared"
    RELEASED = "released"
    PAID = "paid"


class ChallengeStage(StrEnum):
    """The life of a challenge."""

    FILED = "filed"
    ANSWERED = "answered"
    COMPLAINED = "complained"
    DECIDED = "decided"


class Part(StrEnum):
    """The sealed parts of a bid, each with its own keys."""

    TECHNICAL = "technical"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds for an organization."""

    role: Role
    organization: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with what, from where. The caller loads the grants; rules never ask a database."""

    person: str
    grants: frozenset[Grant] = field(default_factory=frozenset)
    address: str = ""

    def has(self, role: Role) -> bool:
        """Whether the person holds the role for any organization."""
        return any(grant.role is role for grant in self.grants)

    def organizations(self, role: Role) -> frozenset[str]:
        """The organizations for which the person holds the role."""
        return frozenset(grant.organization for grant in self.grants if grant.role is role)


def system_actor(job: str) -> Actor:
    """The actor of what time alone demands, such as the closing."""
    return Actor(f"system:{job}", frozenset({Grant(Role.SYSTEM, "")}), "")
