"""Who may do what. Deny unless a row here grants; the stage is asked of the transition tables.

Two questions are answered before a use case changes anything: does the actor hold a role that the
table names for the verb, in the relation it names; and does a capacity in which the same person
already acted in this purchase exclude it (GPL 60-61, Order 87 art. 40 and 45; requirement 131).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kernel.refusal import Refusal, Refused, enforce, refuse
from kernel.vocabulary import Action, Actor, Role


class Relation(StrEnum):
    """How the actor must stand to the thing."""

    ANY = "any"  # holding the role is enough
    OWN = "own"  # the role is held for the organization whose business it is
    NAMED = "named"  # the person is named for this act on this thing


@dataclass(frozen=True, slots=True)
class Right:
    """A row's answer: this role, standing in this relation."""

    role: Role
    relation: Relation = Relation.OWN


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two capacities that one person may not have in one purchase, and the rule that says so."""

    first: Role
    second: Role
    cites: str

    def hits(self, held: Role, wanted: Role) -> bool:
        """Whether the pair is this one, in either order."""
        return {held, wanted} == {self.first, self.second}


@dataclass(frozen=True, slots=True)
class Subject:
    """What authority needs to know of the thing acted upon."""

    kind: str
    id: str
    organization: str | None = None
    named: frozenset[str] = frozenset()
    acted: frozenset[tuple[str, Role]] = frozenset()
    exclusions: tuple[Exclusion, ...] = field(default=())


_ANY, _NAMED = Relation.ANY, Relation.NAMED
_SYSTEM = (Right(Role.SYSTEM, _ANY),)
_ADMIN = (Right(Role.ADMINISTRATOR, _ANY),)
_OFFICER = (Right(Role.OFFICER),)
_SUPPLIER = (Right(Role.SUPPLIER),)
_PANEL = (Right(Role.PANELIST, _NAMED), Right(Role.BUYER_PANELIST, _NAMED))

RIGHTS: dict[Action, tuple[Right, ...]] = {
    Action.FOUND_INSTALLATION: _SYSTEM,
    Action.REGISTER_ORGANIZATION: _ADMIN + _SYSTEM,
    Action.ENROL_PERSON: _ADMIN + _SYSTEM,
    Action.ENROL_CERTIFICATE: _ADMIN + _SYSTEM,
    Action.RETIRE_CERTIFICATE: _ADMIN,
    Action.PROPOSE_GRANT: _ADMIN,
    Action.CONFIRM_GRANT: _ADMIN,
    Action.REVOKE_GRANT: _ADMIN,
    Action.BAN_SUPPLIER: (Right(Role.REVIEWER, _ANY), Right(Role.SUPERVISOR, _ANY)),
    Action.ROTATE_LOG_KEY: _SYSTEM,
    Action.DISCLOSE: (Right(Role.REVIEWER, _ANY), Right(Role.AUDITOR, _ANY), *_SYSTEM),
    Action.ERASE_FIELD: _ADMIN + _SYSTEM,
    Action.RESTORE_LOG: _SYSTEM,
    Action.WRITE_NEED: (Right(Role.USING_UNIT),),
    Action.RETURN_NEED: (Right(Role.UNIT_APPROVER),),
    Action.APPROVE_NEED: (Right(Role.UNIT_APPROVER),),
    Action.ALLOT_BUDGET: (Right(Role.FINANCE, _ANY),),
    Action.MAKE_PLAN: _OFFICER,
    Action.APPROVE_PLAN: (Right(Role.APPROVER),),
    Action.PUBLISH_INTENTION: _OFFICER,
    Action.DRAFT_TENDER: _OFFICER,
    Action.REGISTER_HOLDER_KEY: (Right(Role.HOLDER, _NAMED),),
    Action.SHOW_POSSESSION: (Right(Role.HOLDER, _NAMED),),
    Action.SET_COMMITTEE: _OFFICER,
    Action.RETURN_TENDER: (Right(Role.APPROVER),),
    Action.APPROVE_TENDER: (Right(Role.APPROVER),),
    Action.PUBLISH_TENDER: _OFFICER,
    Action.ASK_QUESTION: (Right(Role.SUPPLIER, _ANY),),
    Action.ANSWER_QUESTION: _OFFICER,
    Action.AMEND_TENDER: _OFFICER,
    Action.CANCEL_TENDER: _OFFICER,
    Action.SUBMIT_BID: _SUPPLIER,
    Action.REPLACE_BID: _SUPPLIER,
    Action.WITHDRAW_BID: _SUPPLIER,
    Action.REFUSE_BID: _SYSTEM,
    Action.SEAL_HEADS: _SYSTEM,
    Action.BEGIN_CLOSING: _SYSTEM,
    Action.CLOSE_TENDER: _SYSTEM,
    Action.READ_SEALED: (),  # nobody: an attempt is refused, and the refusal is an entry
    Action.OBJECT_AT_OPENING: _SUPPLIER,
    Action.RELEASE_SHARES: (Right(Role.HOLDER, _NAMED),),
    Action.GIVE_OWN_KEY: _SUPPLIER,
    Action.LEAVE_SEALED: _SYSTEM,
    Action.OPEN_LOT: _SYSTEM,
    Action.SIGN_OPENING_RECORD: (*_OFFICER, Right(Role.HOLDER, _NAMED)),
    Action.CONFIRM_OPENING: _SUPPLIER,
    Action.QUALIFY_BIDS: _OFFICER,
    Action.DRAW_PANEL: _OFFICER,
    Action.DECLARE_INTERESTS: _PANEL,
    Action.CHECK_COMPLIANCE: _PANEL,
    Action.QUESTION_PRICE: _PANEL,
    Action.ANSWER_PRICE: _SUPPLIER,
    Action.JUDGE_PRICE: _PANEL,
    Action.CORRECT_PRICE: _PANEL,
    # The clock says that nobody confirmed in time, and nothing else (87-59).
    Action.CONFIRM_CORRECTION: _SUPPLIER + _SYSTEM,
    Action.SCORE_BIDS: _PANEL,
    Action.RANK_BIDS: _SYSTEM,
    Action.SIGN_REPORT: _PANEL,
    Action.CONCLUDE_REPORT: _OFFICER + _SYSTEM,
    Action.FAIL_LOT: _OFFICER + _SYSTEM,
    # The clock decides for the first-ranked alone, and only by the buyer's silence (87-68).
    Action.DECIDE_AWARD: (Right(Role.APPROVER), *_SYSTEM),
    Action.PUBLISH_AWARD: _OFFICER,
    Action.LAPSE_AWARD: _OFFICER,
    Action.FILE_CHALLENGE: (Right(Role.SUPPLIER, _ANY),),
    Action.ANSWER_CHALLENGE: _OFFICER,
    Action.FILE_COMPLAINT: _SUPPLIER,
    Action.DECIDE_COMPLAINT: (Right(Role.REVIEWER, _ANY),),
    Action.DRAFT_CONTRACT: _OFFICER,
    Action.SIGN_AS_SUPPLIER: _SUPPLIER,
    Action.SIGN_AS_BUYER: (Right(Role.APPROVER),),
    Action.ACCEPT_DELIVERY: (Right(Role.ACCEPTOR),),
    Action.REJECT_DELIVERY: (Right(Role.ACCEPTOR),),
    Action.SUBMIT_INVOICE: _SUPPLIER,
    Action.MATCH_INVOICE: (Right(Role.FINANCE, _ANY),),
    Action.RETURN_INVOICE: (Right(Role.FINANCE, _ANY),),
    Action.PREPARE_PAYMENT: (Right(Role.FINANCE, _ANY),),
    Action.RELEASE_PAYMENT: (Right(Role.TREASURER, _ANY),),
    Action.SETTLE_PAYMENT: (Right(Role.TREASURER, _ANY),),
    Action.CLOSE_PURCHASE: _OFFICER,
}


def require(actor: Actor, action: Action, subject: Subject) -> Role:
    """The role in which the actor may do this to that; otherwise a Refusal is raised.

    `not_authorised` names what was missing; `excluded_role` the capacity that stands in the way.
    """
    roles = tuple(_roles_granted(actor, action, subject))
    if not roles:
        wanted = [f"{right.role}/{right.relation}" for right in RIGHTS[action]]
        raise Refused(refuse("not_authorised", "DESIGN 3", action=str(action), wanted=wanted))
    refusals = [excluded(actor.person, role, subject) for role in roles]
    if all(refusals):
        enforce(refusals[0])
    return next(role for role, refusal in zip(roles, refusals, strict=True) if refusal is None)


def may(actor: Actor, action: Action, subject: Subject) -> bool:
    """Whether `require` would let the actor through: which buttons are drawn."""
    return any(
        excluded(actor.person, role, subject) is None
        for role in _roles_granted(actor, action, subject)
    )


def excluded(person: str, wanted: Role, subject: Subject) -> Refusal | None:
    """The refusal if the person already acted in this purchase in a capacity that excludes it."""
    for who, held in sorted(subject.acted):
        if who != person:
            continue
        for pair in subject.exclusions:
            if pair.hits(held, wanted):
                return refuse("excluded_role", pair.cites, held=str(held), wanted=str(wanted))
    return None


def _roles_granted(actor: Actor, action: Action, subject: Subject) -> Iterable[Role]:
    for right in RIGHTS[action]:
        if right.relation is Relation.ANY:
            stands = actor.has(right.role)
        elif right.relation is Relation.OWN:
            stands = subject.organization in actor.organizations(right.role)
        else:
            stands = actor.has(right.role) and actor.person in subject.named
        if stands:
            yield right.role
