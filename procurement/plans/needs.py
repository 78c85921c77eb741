"""Needs: written by a using unit, sent back or approved by somebody else."""

from __future__ import annotations

from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, NeedStage
from procurement.authority import Subject
from procurement.parties import capacities
from procurement.parties import queries as parties
from procurement.plans import checks, queries
from procurement.plans.commands import NewNeed
from procurement.plans.entries import (
    NeedApproved,
    NeedReturned,
    NeedWritten,
)
from procurement.plans.models import Need
from procurement.plans.stages import NEED


def write_need(work: Work, actor: Actor, new: NewNeed) -> str:
    """Write down what a using unit needs; somebody else approves it."""
    need = Need(id=new_id("need"), written_by=actor.person, written_at=work.clock.now())
    capacities.act(
        work,
        actor,
        Action.WRITE_NEED,
        _need_subject(work, need.id, new.unit_id),
        purchase=need.id,
    )
    parties.organization(work.session, new.unit_id)
    parties.organization(work.session, new.buyer_id)
    enforce(checks.estimate_present(new.estimate))
    _fill_need(need, new)
    need.stage = str(NEED.start)
    work.session.add(need)
    work.session.flush()
    work.record(actor, _need_written(need.id, new))
    return need.id


def rewrite_need(work: Work, actor: Actor, need_id: str, new: NewNeed) -> str:
    """Write a need anew while nobody has approved it; its unit stays."""
    need = queries.need_for_change(work.session, need_id)
    capacities.act(
        work,
        actor,
        Action.WRITE_NEED,
        _need_subject(work, need.id, need.unit_id),
        purchase=need.id,
    )
    stage = NEED.after(NeedStage(need.stage), Action.WRITE_NEED)
    enforce(checks.unit_unchanged(before=need.unit_id, after=new.unit_id))
    enforce(checks.estimate_present(new.estimate))
    _fill_need(need, new)
    need.stage = str(stage)
    # The last who wrote is the author: whoever changed it may not approve it either.
    need.written_by, need.written_at = actor.person, work.clock.now()
    need.returned_reason = None
    return work.record(actor, _need_written(need.id, new))


def return_need(work: Work, actor: Actor, need_id: str, reason: str) -> str:
    """Send a need back to its author, with the reason."""
    need = queries.need_for_change(work.session, need_id)
    capacities.act(
        work,
        actor,
        Action.RETURN_NEED,
        _need_subject(work, need.id, need.unit_id),
        purchase=need.id,
    )
    stage = NEED.after(NeedStage(need.stage), Action.RETURN_NEED)
    enforce(checks.reason_given(reason))
    need.stage, need.returned_reason = str(stage), reason
    return work.record(actor, NeedReturned(object=need.id, reason=reason))


def approve_need(work: Work, actor: Actor, need_id: str) -> str:
    """Approve a need that somebody else wrote (GPL 61, requirement 001)."""
    need = queries.need_for_change(work.session, need_id)
    subject = _need_subject(work, need.id, need.unit_id)
    capacities.act(work, actor, Action.APPROVE_NEED, subject, purchase=need.id)
    stage = NEED.after(NeedStage(need.stage), Action.APPROVE_NEED)
    authors = {person for person, role in subject.acted if role in checks.AUTHORS}
    enforce(checks.approved_by_another(approver=actor.person, authors=authors | {need.written_by}))
    need.stage, need.returned_reason = str(stage), None
    return work.record(actor, NeedApproved(object=need.id, author=need.written_by))


def _need_subject(work: Work, need_id: str, unit_id: str) -> Subject:
    # A need has no purchase yet: until it has one its own id stands in for it, and `make_plan`
    # carries over who acted.
    return capacities.subject(work, "need", need_id, organization=unit_id, purchase=need_id)


def _fill_need(need: Need, new: NewNeed) -> None:
    need.unit_id, need.buyer_id = new.unit_id, new.buyer_id
    need.title_zh, need.title_en = new.title.zh, new.title.en
    need.specification_zh, need.specification_en = new.specification.zh, new.specification.en
    need.category = str(new.category)
    need.estimate_minor, need.currency = new.estimate.minor, new.estimate.currency
    need.public_service = new.public_service
    need.survey_respondents, need.surveyed_on = new.survey_respondents, new.surveyed_on
    need.comment_opened_on = new.comment_opened_on


def _need_written(need_id: str, new: NewNeed) -> NeedWritten:
    return NeedWritten(
        object=need_id,
        unit=new.unit_id,
        buyer=new.buyer_id,
        title=new.title.as_record(),
        specification=new.specification.as_record(),
        category=str(new.category),
        estimate=new.estimate.as_record(),
        public_service=new.public_service,
        survey_respondents=new.survey_respondents,
        surveyed_on=new.surveyed_on.isoformat() if new.surveyed_on else None,
        comment_opened_on=new.comment_opened_on.isoformat() if new.comment_opened_on else None,
    )
