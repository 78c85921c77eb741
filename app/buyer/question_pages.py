"""S41: questions without their askers, each answered once, to everybody at the same time."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.buyer import files, listing
from app.buyer.approval_pages import saved
from app.buyer.file_views import QuestionRow, QuestionsPage
from app.buyer.standing import cited, may_with_tender
from app.container import Container
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, Passage, trying
from app.web.pages import page
from app.web.shown import Lamp
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Audience, TenderStage
from procurement.plans.standing import calendar_of
from procurement.profiles import Profile
from procurement.profiles.timetable import light
from procurement.tenders import queries, rules
from procurement.tenders.models import Question
from procurement.tenders.services import answer_question
from procurement.tenders.standing import pinned_profile


class AnswerForm(Form):
    """One answer."""

    refused_at = {"text_missing": "answer_zh"}  # noqa: RUF012

    answer_zh = Passage(_l("答复"), rows=5, hint=_l("不写提问者；需要改文件的，另发更正公告"))
    answer_en = Passage(_l("答复的英文"), needed=False, rows=3)


def question_pages(routes: Blueprint, container: Container) -> None:
    """The desk of questions."""

    @routes.get("/buying/tenders/<tender>/questions")
    @open_to(Audience.BUYER)
    def questions(tender: str) -> Response:
        return page("buyer/questions.html", _questions(tender))

    @routes.post("/buying/tenders/<tender>/questions/<question>")
    @open_to(Audience.BUYER)
    def answer(tender: str, question: str) -> AnyResponse:
        form = AnswerForm(sent=True)
        with container.journal.read() as work:
            file = files.load(work, actor(), tender)
            known = queries.questions(work.session, file.key, answered_only=False)
            if question not in {one.id for one in known}:
                raise NotFound("question", question)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    answer_question(work, actor(), question, form.text("answer"))
                return redirect(url_for(".questions", tender=tender), 303)
        return page("buyer/questions.html", _questions(tender, question, form), status=422)

    def _questions(
        key: str, typed_for: str | None = None, typed: AnswerForm | None = None
    ) -> QuestionsPage:
        with container.journal.read() as work:
            file = files.load(work, actor(), key)
            tender, _content = saved(file)
            if tender.published_at is None:
                raise NotFound("tender", key)
            profile = pinned_profile(tender)
            now = work.clock.now()
            may_answer = (
                TenderStage(tender.stage) is TenderStage.OPEN
                and now < tender.closes_at
                and may_with_tender(work, actor(), Action.ANSWER_QUESTION, tender)
            )
            rows = []
            for one in queries.questions(work.session, tender.id, answered_only=False):
                form = typed if typed is not None and one.id == typed_for else AnswerForm()
                for field in form:  # several such forms stand on the page
                    field.id = f"{field.id}-{one.id}"
                rows.append(question_row(profile, one, now, form if may_answer else None))
            return QuestionsPage(
                head=listing.head(file),
                waiting=[row for row in rows if row.answer is None],
                answered=[row for row in reversed(rows) if row.answer is not None],
                closes_at=tender.closes_at,
                may_answer=may_answer,
                answer_workdays=profile.enquiry_answer_workdays.value,
                cites=cited(profile, profile.enquiry_answer_workdays.cites),
            )


def question_row(profile: Profile, one: Question, now: datetime, form: Form | None) -> QuestionRow:
    """A question with its clock."""
    due_at = rules.question_due_at(
        profile=profile, calendar=calendar_of(profile), asked_at=one.asked_at
    )
    lamp = Lamp(str(light(profile, one.asked_at, due_at, now)))
    answered = one.answer_zh is not None and one.answered_at is not None
    return QuestionRow(
        id=one.id,
        words=one.text,
        asked_at=one.asked_at,
        due_at=due_at,
        lamp=lamp,
        answer=Text(one.answer_zh or "", one.answer_en or "") if answered else None,
        answered_at=one.answered_at,
        form=None if answered else form,
    )
