"""The addresses of a key holder: a tender's keys, its opening, its record."""

from __future__ import annotations

import io

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.holder import reading
from app.holder.forms import KeysForm, SignForm
from app.registration import register
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import trying
from app.web.headers import DOCUMENT_POLICY
from app.web.language import root_without_language
from app.web.pages import page
from app.web.signing import signed_parts
from bidding.opening import services as opening
from kernel.vocabulary import Audience
from procurement.parties.signing import examine_signature


def holder_pages(container: Container) -> Blueprint:
    """The pages of key holders as a blueprint."""
    pages = Blueprint("holder", __name__, url_prefix="/holding")
    _tenders(pages, container)
    _opening(pages, container)
    return pages


def _tenders(pages: Blueprint, container: Container) -> None:
    @pages.get("")
    @open_to(Audience.HOLDER)
    def index() -> Response:
        with container.journal.read() as work:
            view = reading.index_page(work, actor())
        return page("holder/index.html", view)

    @pages.get("/<tender>")
    @open_to(Audience.HOLDER)
    def tender(tender: str) -> Response:
        return _tender_page(container, tender, KeysForm())

    @pages.post("/<tender>/keys")
    @open_to(Audience.HOLDER)
    def keys(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            reading.keys_of(work, actor(), tender)
        form = KeysForm(sent=True)
        if form.valid():
            with trying(form):
                register(container, actor(), tender, form.files.data)
                return redirect(url_for(".tender", tender=tender), 303)
        return _tender_page(container, tender, form, status=422)


def _opening(pages: Blueprint, container: Container) -> None:
    @pages.get("/<tender>/closing.tsr")
    @open_to(Audience.HOLDER)
    def closing_token(tender: str) -> Response:
        with container.journal.read() as work:
            token = reading.closing_token(work, actor(), tender)
        response = send_file(
            io.BytesIO(token),
            mimetype="application/timestamp-reply",
            as_attachment=True,
            download_name="closing.tsr",
        )
        response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
        return response

    @pages.get("/<tender>/lots/<lot>/record")
    @pages.post("/<tender>/lots/<lot>/record", endpoint="record_sent")
    @open_to(Audience.HOLDER)
    def record(tender: str, lot: str) -> AnyResponse:
        form = SignForm(sent=request.method == "POST")
        with container.journal.read() as work:
            view = reading.record_page(work, actor(), tender, lot, form)
        if request.method == "POST":
            with trying(form):
                _sign_record(container, lot)
                # The record itself then says that it is signed.
                return redirect(url_for(".record", tender=tender, lot=lot), 303)
        paper = None
        if view.lot.may_sign:
            paper = papers.opening_record_to_sign(container, actor(), lot)
        with container.journal.read() as work:
            view = reading.record_page(work, actor(), tender, lot, form, paper)
        return page("holder/record.html", view, status=422 if form.problem else 200)


def _sign_record(container: Container, lot: str) -> None:
    """Take a holder's signatures on the record and on its paper."""
    parts = signed_parts(("record", "pdf"))
    said = parts["record"]
    examined = examine_signature(
        said.statement, said.cms, trust=container.trust, at=container.clock.now()
    )
    paper = papers.finish(container, actor(), Paper.OPENING_RECORD, lot, parts["pdf"])
    with container.journal.write() as work:
        opening.sign_opening_record(work, actor(), lot, examined, pdf=paper)


def _tender_page(
    container: Container, tender: str, form: KeysForm, *, status: int = 200
) -> Response:
    server = f"{request.host_url.rstrip('/')}{root_without_language()}"
    with container.journal.read() as work:
        view = reading.holder_page(container, work, actor(), tender, server, form)
    return page("holder/tender.html", view, status=status)
