"""Questions before the closing, and the one answer that everybody gets."""

from __future__ import annotations

from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound, enforce
from kernel.text import Text
from kernel.vocabulary import Action, Actor, Role, TenderStage
from procurement.parties.capacities import act
from procurement.tenders import checks, queries
from procurement.tenders.entries import QuestionAnswered, QuestionAsked
from procurement.tenders.models import Question, Tender
from procurement.tenders.stages import TENDER
from procurement.tenders.standing import subject_of


def ask_question(
    work: Work,
    actor: Actor,
    tender_id: str,
    words: str,
    *,
    organization_id: str | None = None,
) -> str:
    """Ask about an open tender for a supplier; nobody is told who asked (Order 87 art. 28).

    A person who acts for several suppliers says for which; for one it need not be said.
    """
    tender = queries.tender_for_bid(work.session, tender_id)
    act(
        work,
        actor,
        Action.ASK_QUESTION,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    TENDER.after(TenderStage(tender.stage), Action.ASK_QUESTION)
    asker = _asker(actor, organization_id)
    enforce(checks.closes_later(now=work.clock.now(), closes_at=tender.closes_at))
    enforce(checks.text_present(words, what="question"))
    question = Question(
        id=new_id("qst"),
        tender_id=tender.id,
        asker_person=actor.person,
        asker_organization=asker,
        text=words,
        asked_at=work.clock.now(),
    )
    work.session.add(question)
    work.session.flush()
    work.record(
        actor,
        QuestionAsked(object=question.id, tender=tender.id, text=words, organization=asker),
    )
    return question.id


def answer_question(work: Work, actor: Actor, question_id: str, answer: Text) -> str:
    """Answer a question once, to everybody at the same time (Order 87 art. 27)."""
    question, tender = queries.question_for_change(work.session, question_id)
    act(
        work,
        actor,
        Action.ANSWER_QUESTION,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    _require_answerable(work, question, tender)
    question.answer_zh, question.answer_en = answer.zh, answer.en
    question.answered_at = work.clock.now()
    question.answer_entry_id = work.record(
        actor,
        QuestionAnswered(
            object=question.id,
            tender=tender.id,
            question=question.text,
            answer=answer.as_record(),
        ),
    )
    return question.answer_entry_id


def _asker(actor: Actor, organization_id: str | None) -> str:
    held = actor.organizations(Role.SUPPLIER)
    if organization_id is None:
        enforce(checks.one_supplier(len(held)))
        (organization_id,) = held
    if organization_id not in held:
        raise NotFound("organization", organization_id)
    return organization_id


def _require_answerable(work: Work, question: Question, tender: Tender) -> None:
    TENDER.after(TenderStage(tender.stage), Action.ANSWER_QUESTION)
    enforce(checks.closes_later(now=work.clock.now(), closes_at=tender.closes_at))
    enforce(checks.not_answered(question.answered_at))
