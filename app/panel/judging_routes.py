"""Addresses where the panel judges: compliance, prices, scores, the report."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.drafts import services as drafts
from app.panel import judged, reading
from app.panel.forms import YES, CorrectForm, DissentForm, JudgeForm, QuestionForm, SignForm
from app.panel.reading import SHEET_DRAFT
from app.panel.sent import examined, keep_draft
from app.panel.sitting import head, sitting
from app.panel.views import PriceFormPage
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import trying
from app.web.pages import page
from app.web.signing import signed_parts
from bidding.evaluation import services as evaluation
from journal.work import Work
from kernel.refusal import NotFound
from kernel.vocabulary import Audience

DISSENT_DRAFT = "dissent"


def install(pages: Blueprint, container: Container) -> None:
    """Put the addresses into the panel's blueprint."""
    _compliance(pages, container)
    _prices(pages, container)
    _scores(pages, container)
    _report(pages, container)


def _compliance(pages: Blueprint, container: Container) -> None:
    @pages.get("/lots/<lot>/compliance")
    @pages.post("/lots/<lot>/compliance", endpoint="compliance_sent")
    @open_to(Audience.PANEL)
    def compliance(lot: str) -> AnyResponse:
        form = None
        if request.method == "POST":
            with container.journal.read() as work:
                at = sitting(work, actor(), lot)
                form = reading.compliance_form(at, reading.bids_of(work, at), sent=True)
            if form.valid():
                with trying(form):
                    with container.journal.write() as work:
                        evaluation.check_compliance(work, actor(), lot, form.opinions())
                    return redirect(url_for(".compliance", lot=lot), 303)
        with container.journal.read() as work:
            view = reading.compliance_page(work, actor(), lot, form)
        if form is not None and view.form is None:
            return redirect(url_for(".compliance", lot=lot), 303)  # sent twice, or too late
        return page("panel/compliance.html", view, status=422 if form is not None else 200)


def _prices(pages: Blueprint, container: Container) -> None:
    @pages.get("/lots/<lot>/prices")
    @open_to(Audience.PANEL)
    def prices(lot: str) -> Response:
        with container.journal.read() as work:
            view = reading.prices_page(work, actor(), lot)
        return page("panel/prices.html", view)

    @pages.get("/lots/<lot>/prices/<bid>/question")
    @pages.post("/lots/<lot>/prices/<bid>/question", endpoint="question_sent")
    @open_to(Audience.PANEL)
    def question(lot: str, bid: str) -> AnyResponse:
        form = QuestionForm(_minutes(container, lot), sent=request.method == "POST")

        def ask(work: Work) -> None:
            minutes = int(form.minutes.data)
            evaluation.question_price(work, actor(), bid, form.text.data, minutes=minutes)

        return _price_form(container, lot, bid, form, ask, "panel/question.html")

    @pages.get("/lots/<lot>/prices/<bid>/judgement")
    @pages.post("/lots/<lot>/prices/<bid>/judgement", endpoint="judgement_sent")
    @open_to(Audience.PANEL)
    def judgement(lot: str, bid: str) -> AnyResponse:
        form = JudgeForm(sent=request.method == "POST")

        def judge(work: Work) -> None:
            _at, priced = reading.priced_bid(work, actor(), lot, bid)
            if priced.question is None:
                raise NotFound("price_question", bid)
            accepted = form.accepted.data == YES
            evaluation.judge_price(work, actor(), priced.question.id, accepted, form.words())

        return _price_form(container, lot, bid, form, judge, "panel/judgement.html")

    @pages.get("/lots/<lot>/prices/<bid>/correction")
    @pages.post("/lots/<lot>/prices/<bid>/correction", endpoint="correction_sent")
    @open_to(Audience.PANEL)
    def correction(lot: str, bid: str) -> AnyResponse:
        form = CorrectForm(_minutes(container, lot), sent=request.method == "POST")

        def correct(work: Work) -> None:
            at, _priced = reading.priced_bid(work, actor(), lot, bid)
            detail = form.detail(at.tender.currency)
            minutes = int(form.minutes.data)
            evaluation.correct_price(work, actor(), bid, detail, minutes=minutes)

        return _price_form(container, lot, bid, form, correct, "panel/correction.html")


def _minutes(container: Container, lot: str) -> dict[str, int]:
    """The rule's least number of minutes, as a form begins with it."""
    with container.journal.read() as work:
        at = sitting(work, actor(), lot)
        return {"minutes": at.profile.abnormal_reply_minutes_min.value}


def _price_form(
    container: Container,
    lot: str,
    bid: str,
    form: QuestionForm | JudgeForm | CorrectForm,
    do: Callable[[Work], object],
    template: str,
) -> AnyResponse:
    """Show a form about one price, or do what it asks; nothing about a price that is hidden."""
    with container.journal.read() as work:
        at, priced = reading.priced_bid(work, actor(), lot, bid)
        view = PriceFormPage(head(work, at.lot), priced, form)
    if request.method == "POST" and form.valid():
        with trying(form):
            with container.journal.write() as work:
                do(work)
            return redirect(url_for(".prices", lot=lot), 303)
    return page(template, view, status=422 if request.method == "POST" else 200)


def _scores(pages: Blueprint, container: Container) -> None:
    @pages.get("/lots/<lot>/scores")
    @pages.post("/lots/<lot>/scores", endpoint="scores_sent")
    @open_to(Audience.PANEL)
    def scores(lot: str) -> AnyResponse:
        if request.method == "POST":
            return _keep_scores(container, lot)
        with container.journal.read() as work:
            view = judged.scores_page(work, actor(), lot)
            signed = sitting(work, actor(), lot).own_sheet is not None
        if view is not None:
            return page("panel/scores.html", view)
        return redirect(url_for(".signed_scores" if signed else ".lot", lot=lot), 303)

    @pages.get("/lots/<lot>/scores/signed")
    @open_to(Audience.PANEL)
    def signed_scores(lot: str) -> Response:
        with container.journal.read() as work:
            view = judged.spread_page(work, actor(), lot)
        return page("panel/spread.html", view)

    @pages.get("/lots/<lot>/scores/sign")
    @pages.post("/lots/<lot>/scores/sign", endpoint="sign_scores_sent")
    @open_to(Audience.PANEL)
    def sign_scores(lot: str) -> AnyResponse:
        form = SignForm(sent=request.method == "POST")
        with container.journal.read() as work:
            at, _bids, typed = judged.drafted_sheet(work, actor(), lot)
            ready = judged.sheet_open(at) and typed.valid()
        if not ready:
            return redirect(url_for(".scores", lot=lot), 303)
        if request.method == "POST":
            with trying(form):
                signed = examined(container, "sheet")
                with container.journal.write() as work:
                    evaluation.score_bids(work, actor(), lot, typed.given(), signed)
                    drafts.drop(work, actor().person, SHEET_DRAFT, lot)
                return redirect(url_for(".signed_scores", lot=lot), 303)
        with container.journal.read() as work:
            at, bids, _typed = judged.drafted_sheet(work, actor(), lot)
            view = judged.sheet_page(work, actor(), at, bids, typed.given(), form)
        return page("panel/sheet_sign.html", view, status=422 if form.problem else 200)


def _keep_scores(container: Container, lot: str) -> AnyResponse:
    """Keep the sheet as a draft whatever it lacks; to be signed it must be whole."""
    with container.journal.read() as work:
        at = sitting(work, actor(), lot)
        if not judged.sheet_open(at):
            return redirect(url_for(".scores", lot=lot), 303)
        bids = reading.bids_of(work, at, racing_only=True)
        form = judged.sheet_form(at, bids, None, sent=True)
        valid = form.valid()
    keep_draft(container, SHEET_DRAFT, lot)
    if request.form.get("then") == "keep":
        return redirect(url_for(".scores", lot=lot), 303)
    if valid:
        return redirect(url_for(".sign_scores", lot=lot), 303)
    with container.journal.read() as work:
        view = judged.scores_page(work, actor(), lot, form)
    if view is None:
        return redirect(url_for(".scores", lot=lot), 303)
    return page("panel/scores.html", view, status=422)


def _report(pages: Blueprint, container: Container) -> None:
    @pages.get("/lots/<lot>/report")
    @open_to(Audience.PANEL)
    def report(lot: str) -> Response:
        with container.journal.read() as work:
            view = judged.report_page(work, actor(), lot)
        return page("panel/report.html", view)

    @pages.get("/lots/<lot>/report/sign")
    @pages.post("/lots/<lot>/report/sign", endpoint="sign_report_sent")
    @open_to(Audience.PANEL)
    def sign_report(lot: str) -> AnyResponse:
        return _sign_report(container, lot, None)

    @pages.get("/lots/<lot>/report/dissent")
    @pages.post("/lots/<lot>/report/dissent", endpoint="dissent_sent")
    @open_to(Audience.PANEL)
    def dissent(lot: str) -> AnyResponse:
        with container.journal.read() as work:
            kept = drafts.find(work, actor().person, DISSENT_DRAFT, lot)
            view = judged.report_page(work, actor(), lot)
        if not view.may_sign:
            return redirect(url_for(".report", lot=lot), 303)
        form = DissentForm(_dissent(kept), sent=request.method == "POST")
        if request.method == "POST" and form.valid():
            keep_draft(container, DISSENT_DRAFT, lot)
            return redirect(url_for(".sign_dissent", lot=lot), 303)
        status = 422 if request.method == "POST" else 200
        return page("panel/dissent.html", judged.dissent_form_page(view, form), status=status)

    @pages.get("/lots/<lot>/report/dissent/sign")
    @pages.post("/lots/<lot>/report/dissent/sign", endpoint="sign_dissent_sent")
    @open_to(Audience.PANEL)
    def sign_dissent(lot: str) -> AnyResponse:
        with container.journal.read() as work:
            sitting(work, actor(), lot)
            kept = drafts.find(work, actor().person, DISSENT_DRAFT, lot)
        typed = DissentForm(_dissent(kept))
        if not typed.valid():
            return redirect(url_for(".dissent", lot=lot), 303)
        return _sign_report(container, lot, typed.dissent.data)


def _dissent(kept: drafts.Kept | None) -> dict[str, str]:
    return {"dissent": kept.fields.get("dissent", [""])[0]} if kept else {}


def _sign_report(container: Container, lot: str, dissent: str | None) -> AnyResponse:
    """Show what is signed, or take a member's signatures on the report and on its paper."""
    form = SignForm(sent=request.method == "POST")
    with container.journal.read() as work:
        if not judged.report_page(work, actor(), lot).may_sign:
            return redirect(url_for(".report", lot=lot), 303)
    if request.method == "POST":
        with trying(form):
            part = signed_parts(("pdf",))["pdf"]
            signed = examined(container, "report")
            paper = papers.finish(container, actor(), Paper.REPORT, lot, part)
            with container.journal.write() as work:
                evaluation.sign_report(work, actor(), lot, signed, dissent=dissent, pdf=paper)
                drafts.drop(work, actor().person, DISSENT_DRAFT, lot)
            return redirect(url_for(".report", lot=lot), 303)
    prepared = papers.report_to_sign(container, actor(), lot, dissent=dissent)
    with container.journal.read() as work:
        view = judged.report_sign_page(work, actor(), lot, dissent, prepared, form)
    return page("panel/report_sign.html", view, status=422 if form.problem else 200)
