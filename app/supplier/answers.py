"""What the panel asks of a bidder: to confirm a corrected price, to explain a very low one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.supplier.company import FILE_BYTES_MAX
from app.supplier.firms import Firm, firm_of, text_or_none, title_of
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Attachment, Form, Passage, Tick, trying
from app.web.pages import page
from app.web.shown import Countdown, CountdownKind
from app.web.signing import ToSign, signed_parts
from bidding.evaluation import binding, correcting, judging, loading, queries
from bidding.evaluation.models import PriceCorrection, PriceQuestion
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Audience
from procurement.parties.signing import examine_signature
from procurement.plans import queries as plans
from procurement.tenders import queries as tenders

CONFIRMED, REFUSED = "confirmed", "refused"
_WHAT = {
    CONFIRMED: Text("确认修正后的报价", "that you stand by the corrected price"),
    REFUSED: Text("不确认修正后的报价", "that you do not confirm the corrected price"),
}


class ConfirmForm(Form):
    """Before an answer to a correction is signed."""

    understood = Tick(_l("我明白：签名后不能更改"), needed=True, missing=_l("请先勾选这一项"))


class ExplanationForm(Form):
    """An explanation of a price, with evidence."""

    answer = Passage(
        _l("说明"),
        rows=8,
        hint=_l("逐项说明成本：材料、人工、运输、管理费、利润，为什么能以这个价格履约。"),
        missing=_l("请写下说明"),
    )
    file_1 = Attachment(_l("证明材料一"), needed=False, most=FILE_BYTES_MAX, hint=_l("最大20 MB"))
    file_2 = Attachment(_l("证明材料二"), needed=False, most=FILE_BYTES_MAX)
    file_3 = Attachment(_l("证明材料三"), needed=False, most=FILE_BYTES_MAX)


@dataclass(frozen=True, slots=True)
class About:
    """The bid that is asked about."""

    tender: str
    key: str
    lot: str
    title: Text
    read_out: Money
    until: Countdown
    over: bool


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """A price that contradicts itself, with what the rules made of it."""

    about: About
    correction: str
    corrected: Money
    stated: Mapping[str, object]
    steps: Sequence[Mapping[str, str]]
    cites: str
    confirmed: bool | None
    answered_at: datetime | None
    choice: str
    to_sign: tuple[ToSign, ...]
    form: ConfirmForm


@dataclass(frozen=True, slots=True)
class PriceQuestionPage:
    """A price that looks too low, and the question about it."""

    about: About
    question: str
    text: str
    asked_at: datetime
    triggers: Sequence[str]
    answer: str | None
    answered_at: datetime | None
    evidence: Sequence[str]
    accepted: bool | None
    judgement: Text | None
    form: ExplanationForm


def answer_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""
    _corrections(pages, container)
    _price_questions(pages, container)


def _corrections(pages: Blueprint, container: Container) -> None:
    @pages.get("/corrections/<correction>")
    @open_to(Audience.SUPPLIER)
    def correction(correction: str) -> Response:
        return _drawn(correction, request.args.get("answer", ""), ConfirmForm())

    @pages.post("/corrections/<correction>/<answer>")
    @open_to(Audience.SUPPLIER)
    def confirm(correction: str, answer: str) -> AnyResponse:
        if answer not in _WHAT:
            raise NotFound("answer", answer)
        form = ConfirmForm(sent=True)
        if form.valid():
            with trying(form):
                part = signed_parts(("answer",))["answer"]
                examined = examine_signature(
                    part.statement, part.cms, trust=container.trust, at=container.clock.now()
                )
                with container.journal.write() as work:
                    _own_correction(work, firm_of(work, actor()), correction)
                    correcting.confirm_correction(
                        work, actor(), correction, examined, confirmed=answer == CONFIRMED
                    )
                return redirect(url_for(".correction", correction=correction), 303)
        return _drawn(correction, answer, form, 422)

    def _drawn(correction: str, choice: str, form: ConfirmForm, status: int = 200) -> Response:
        with container.journal.read() as work:
            view = _correction_page(work, correction, choice if choice in _WHAT else "", form)
        return page("supplier/correction.html", view, status=status)


def _price_questions(pages: Blueprint, container: Container) -> None:
    @pages.get("/price-questions/<question>")
    @open_to(Audience.SUPPLIER)
    def price_question(question: str) -> Response:
        return _drawn(question, ExplanationForm())

    @pages.post("/price-questions/<question>")
    @open_to(Audience.SUPPLIER)
    def answer_price(question: str) -> AnyResponse:
        form = ExplanationForm(sent=True)
        if form.valid():
            with trying(form):
                given = [f.data for f in (form.file_1, form.file_2, form.file_3) if f.data]
                evidence = [container.blobs.put(upload.stream) for upload in given]
                with container.journal.write() as work:
                    _own_question(work, firm_of(work, actor()), question)
                    judging.answer_price(work, actor(), question, form.answer.data, evidence)
                return redirect(url_for(".price_question", question=question), 303)
        return _drawn(question, form, 422)

    def _drawn(question: str, form: ExplanationForm, status: int = 200) -> Response:
        with container.journal.read() as work:
            view = _question_page(work, question, form)
        return page("supplier/price_question.html", view, status=status)


def _own_correction(
    work: Work, firm: Firm, correction_id: str
) -> tuple[PriceCorrection, OpenedBid]:
    found = binding.correction(work.session, correction_id)
    return found, _own_bid(work, firm, found.bid_id, correction_id)


def _own_question(work: Work, firm: Firm, question_id: str) -> tuple[PriceQuestion, OpenedBid]:
    found = queries.price_question(work.session, question_id)
    return found, _own_bid(work, firm, found.bid_id, question_id)


def _own_bid(work: Work, firm: Firm, bid_id: str, asked: str) -> OpenedBid:
    bid = loading.opened_bid(work.session, bid_id)
    if bid.bidder_id != firm.id:
        raise NotFound("price", asked)
    return bid


def _about(work: Work, bid: OpenedBid, due_at: datetime, note: Text) -> About:
    lot = tenders.lot(work.session, bid.lot_id)
    return About(
        tender=bid.tender_id,
        key=plans.purchase(work.session, lot.tender.purchase_id).ocid,
        lot=lot.id,
        title=title_of(lot.tender, lot),
        read_out=binding.read_out_price(bid),
        until=Countdown(CountdownKind.ANSWER, due_at, note=note),
        over=work.now() >= due_at,
    )


_SILENCE = Text(
    "到时未确认的，投标无效。", "A price that is not confirmed by then makes the bid void."
)
_UNEXPLAINED = Text(
    "到时未说明的，评审可以认定投标无效。",
    "Without an explanation by then the panel may turn the bid away.",
)


def _correction_page(
    work: Work, correction_id: str, choice: str, form: ConfirmForm
) -> CorrectionPage:
    found, bid = _own_correction(work, firm_of(work, actor()), correction_id)
    about = _about(work, bid, found.due_at, _SILENCE)
    to_sign: tuple[ToSign, ...] = ()
    if choice and found.confirmed is None:
        prepared = correcting.prepare_confirmation(work, found.id, confirmed=choice == CONFIRMED)
        to_sign = (ToSign("answer", _WHAT[choice], prepared),)
    return CorrectionPage(
        about=about,
        correction=found.id,
        corrected=Money.of_minor(found.price_minor, about.read_out.currency),
        stated=found.stated,
        steps=found.steps,
        cites=found.cites,
        confirmed=found.confirmed,
        answered_at=found.answered_at,
        choice=choice,
        to_sign=to_sign,
        form=form,
    )


def _question_page(work: Work, question_id: str, form: ExplanationForm) -> PriceQuestionPage:
    found, bid = _own_question(work, firm_of(work, actor()), question_id)
    return PriceQuestionPage(
        about=_about(work, bid, found.due_at, _UNEXPLAINED),
        question=found.id,
        text=found.text,
        asked_at=found.asked_at,
        triggers=found.triggers,
        answer=found.answer,
        answered_at=found.answered_at,
        evidence=found.evidence,
        accepted=found.accepted,
        judgement=text_or_none(found.judgement_zh, found.judgement_en),
        form=form,
    )
