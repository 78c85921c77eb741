"""S25: a question about the documents. Nobody is told who asked; the answer goes to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.supplier.bidding import takes_bids
from app.supplier.firms import firm_of
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, Passage, trying
from app.web.pages import page
from app.web.shown import Countdown, CountdownKind
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Audience
from procurement.plans import queries as plans
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Terms
from procurement.tenders.models import Question
from procurement.tenders.questions import ask_question

WORDS_MAX = 2000


class QuestionForm(Form):
    """A question."""

    words = Passage(
        _l("您的问题"),
        most=WORDS_MAX,
        hint=_l("一次问一件事，写明文件的哪一条。不要写单位名称、价格或能认出您的内容。"),
        missing=_l("请写下您的问题"),
    )


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """The firm's own questions, and all that were answered."""

    tender: str
    key: str
    title: Text
    until: Countdown
    open: bool
    contact: Text | None
    waiting: Sequence[tuple[datetime, str]]
    answered: Sequence[Question]
    form: QuestionForm


def question_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""

    @pages.get("/tenders/<tender>/questions")
    @open_to(Audience.SUPPLIER)
    def questions(tender: str) -> Response:
        return _drawn(tender, QuestionForm())

    @pages.post("/tenders/<tender>/questions")
    @open_to(Audience.SUPPLIER)
    def ask(tender: str) -> AnyResponse:
        form = QuestionForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    tenders.published_tender(work.session, tender)
                    ask_question(work, actor(), tender, form.words.data)
                return redirect(url_for(".questions", tender=tender, _anchor="mine"), 303)
        return _drawn(tender, form, 422)

    def _drawn(tender: str, form: QuestionForm, status: int = 200) -> Response:
        with container.journal.read() as work:
            view = _view(work, tender, form)
        return page("supplier/questions.html", view, status=status)


def _view(work: Work, tender_id: str, form: QuestionForm) -> QuestionsPage:
    tender = tenders.published_tender(work.session, tender_id)
    firm = firm_of(work, actor())
    found = tenders.questions(work.session, tender.id, answered_only=False)
    return QuestionsPage(
        tender=tender.id,
        key=plans.purchase(work.session, tender.purchase_id).ocid,
        title=Text(tender.title_zh, tender.title_en),
        until=Countdown(CountdownKind.QUESTIONS, tender.closes_at),
        open=takes_bids(tender, work.now()),
        contact=Terms.from_record(tender.terms).contact,
        # Others' questions that wait are nobody's business, and not even their number.
        waiting=[
            (one.asked_at, one.text)
            for one in found
            if one.answered_at is None and one.asker_organization == firm.id
        ],
        answered=[one for one in reversed(found) if one.answered_at is not None],
        form=form,
    )
