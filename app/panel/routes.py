"""The panel's addresses: a member's lots, the declaration, the reading room and its files."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.drafts import services as drafts
from app.panel import declaring, judging_routes, reading
from app.panel.forms import SignForm
from app.panel.sent import examined, keep_draft
from app.panel.sitting import sitting
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_file
from app.web.forms import trying
from app.web.pages import page
from bidding.evaluation import services as evaluation
from kernel.vocabulary import Action, Audience

_ANYTHING = "application/octet-stream"


def panel_pages(container: Container) -> Blueprint:
    """The pages of the panel as a blueprint."""
    pages = Blueprint("panel", __name__, url_prefix="/panel")
    _lots(pages, container)
    _interests(pages, container)
    _bids(pages, container)
    judging_routes.install(pages, container)
    return pages


def _lots(pages: Blueprint, container: Container) -> None:
    @pages.get("")
    @open_to(Audience.PANEL)
    def index() -> Response:
        with container.journal.read() as work:
            view = declaring.index_page(work, actor())
        return page("panel/index.html", view)

    @pages.get("/lots/<lot>")
    @open_to(Audience.PANEL)
    def lot(lot: str) -> Response:
        with container.journal.read() as work:
            view = declaring.lot_page(work, actor(), lot)
        return page("panel/lot.html", view)


def _interests(pages: Blueprint, container: Container) -> None:
    @pages.get("/lots/<lot>/interests")
    @pages.post("/lots/<lot>/interests", endpoint="interests_sent")
    @open_to(Audience.PANEL)
    def interests(lot: str) -> AnyResponse:
        with container.journal.read() as work:
            if not sitting(work, actor(), lot).may(actor(), Action.DECLARE_INTERESTS):
                return redirect(url_for(".lot", lot=lot), 303)
        if request.method != "POST":
            with container.journal.read() as work:
                return page("panel/interests.html", declaring.interests_page(work, actor(), lot))
        with container.journal.read() as work:
            form = declaring.interests_form(work, sitting(work, actor(), lot), sent=True)
            valid = form.valid()
            view = declaring.interests_page(work, actor(), lot, form)
        if not valid:
            return page("panel/interests.html", view, status=422)
        keep_draft(container, declaring.INTERESTS_DRAFT, lot)
        return redirect(url_for(".sign_interests", lot=lot), 303)

    @pages.get("/lots/<lot>/interests/sign")
    @pages.post("/lots/<lot>/interests/sign", endpoint="sign_interests_sent")
    @open_to(Audience.PANEL)
    def sign_interests(lot: str) -> AnyResponse:
        form = SignForm(sent=request.method == "POST")
        with container.journal.read() as work:
            typed = declaring.drafted_interests(work, actor(), sitting(work, actor(), lot))
        if not typed.valid():
            return redirect(url_for(".interests", lot=lot), 303)
        ties = typed.ties()
        if request.method == "POST":
            with trying(form):
                signed = examined(container, "interests")
                with container.journal.write() as work:
                    evaluation.declare_interests(work, actor(), lot, ties, signed)
                    drafts.drop(work, actor().person, declaring.INTERESTS_DRAFT, lot)
                return redirect(url_for(".lot", lot=lot), 303)
        with container.journal.read() as work:
            view = declaring.interests_sign_page(work, actor(), lot, ties, form)
        return page("panel/interests_sign.html", view, status=422 if form.problem else 200)


def _bids(pages: Blueprint, container: Container) -> None:
    @pages.get("/lots/<lot>/bids")
    @open_to(Audience.PANEL)
    def bids(lot: str) -> Response:
        with container.journal.read() as work:
            view = reading.bids_page(container, work, actor(), lot, request.args.get("by", ""))
        return page("panel/bids.html", view)

    @pages.get("/lots/<lot>/bids/<bid>/files/<digest>")
    @open_to(Audience.PANEL)
    def file(lot: str, bid: str, digest: str) -> Response:
        with container.journal.read() as work:
            found = reading.readable_file(work, actor(), lot, bid, digest)
        # A bidder's file: it may not run, frame or fetch anything here, and no cache keeps it.
        response = private_file(container.blobs.open(found.digest), found.name, _ANYTHING)
        response.content_length = found.size
        return response
