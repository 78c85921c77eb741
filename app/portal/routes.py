"""The public portal's routes. Each reads, makes one view model and renders; none decides."""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from app.portal import words
from app.portal.asking import Digest, address_of, read_asked
from app.portal.queries import PortalQueries, PublishedFile
from app.portal.views import TenderFilter, TendersPage, VerifyPage
from app.web.audience import open_to
from app.web.headers import DOCUMENT_POLICY, carried_as
from app.web.pages import page
from app.web.shown import Status
from app.web.spreadsheet import Kind, attached
from kernel.refusal import NotFound
from kernel.vocabulary import Audience

SEARCH_CHARACTERS_MAX = 100
UPLOAD_BYTES_MAX = 32 * 1024 * 1024  # for having a document's digest reckoned by the server


def portal(queries: PortalQueries) -> Blueprint:
    """The portal as a blueprint. Its one POST changes nothing and needs no token: exempt it."""
    routes = Blueprint("portal", __name__)
    routes.context_processor(
        lambda: {"verdict_words": words.VERDICT, "confidence_words": words.CONFIDENCE}
    )

    @routes.get("/")
    @open_to(Audience.PUBLIC)
    def home() -> Response:
        return page("portal/home.html", queries.home())

    @routes.get("/tenders")
    @open_to(Audience.PUBLIC)
    def tenders() -> Response:
        asked, after = read_filter(), request.args.get("after") or None
        found = queries.list_tenders(asked, after)
        return page("portal/tenders.html", TendersPage(asked, found, after))

    @routes.get("/lists/<name>.<any(csv,xlsx):kind>")
    @open_to(Audience.PUBLIC)
    def export(name: str, kind: str) -> Response:
        form = Kind(kind)
        return attached(form, name, queries.export(name, read_filter(), form))

    @routes.get("/tenders/<key>")
    @open_to(Audience.PUBLIC)
    def tender(key: str) -> Response:
        return page("portal/tender.html", queries.tender(key, read_page_of_lots()))

    @routes.get("/tenders/<key>/documents/<digest>")
    @open_to(Audience.PUBLIC)
    def document(key: str, digest: str) -> Response:
        return download(queries.document(key, digest))

    @routes.get("/tenders/<key>/awards/<award>", endpoint="award")
    @open_to(Audience.PUBLIC)
    def award_page(key: str, award: str) -> Response:
        return page("portal/award.html", queries.award(key, award))

    @routes.get("/tenders/<key>/contracts/<contract>", endpoint="contract")
    @open_to(Audience.PUBLIC)
    def contract_page(key: str, contract: str) -> Response:
        return page("portal/contract.html", queries.contract(key, contract))

    @routes.get("/tenders/<key>/versions/<int:number>")
    @open_to(Audience.PUBLIC)
    def versions(key: str, number: int) -> Response:
        return page("portal/versions.html", queries.versions(key, number))

    @routes.get("/tenders/<key>/opening")
    @open_to(Audience.PUBLIC)
    def opening(key: str) -> Response:
        return page("portal/opening.html", queries.opening(key))

    @routes.get("/tenders/<key>/opening/rows")
    @open_to(Audience.PUBLIC)
    def opening_rows(key: str) -> Response:
        view = queries.opening(key)
        if view.clock is not None:
            raise NotFound("opening", key)
        response = page("portal/opening_rows.html", view)
        # The instant of the last update is no news: without it an unchanged part has no body.
        news = re.sub(rb"\d\d:\d\d:\d\d", b"", response.get_data(), count=1)
        response.set_etag(hashlib.sha256(news).hexdigest()[:32])
        response.headers["X-Going-On"] = "1" if view.going_on else "0"
        return response.make_conditional(request)  # type: ignore[return-value]

    @routes.get("/tenders/<key>/openings/<int:lot>")
    @open_to(Audience.PUBLIC)
    def opening_evidence(key: str, lot: int) -> Response:
        return download(queries.opening_evidence(key, lot))

    @routes.get("/verify")
    @open_to(Audience.PUBLIC)
    def verify() -> Response:
        return answered(request.args.get("q", ""))

    @routes.post("/verify")
    @open_to(Audience.PUBLIC)
    def check() -> AnyResponse:
        request.max_content_length = UPLOAD_BYTES_MAX
        file = request.files.get("file")
        if file is not None and file.filename:
            return redirect(url_for(".verify", q=digest_of_upload(file)), 303)
        pasted = request.form.get("q", "")
        asked = read_asked(pasted)
        # A receipt is the bidder's own: it is answered here and never put into an address.
        if asked is not None and (address := address_of(asked)) is not None:
            return redirect(url_for(".verify", q=address), 303)
        return answered(pasted)

    @routes.get("/rules")
    @open_to(Audience.PUBLIC)
    def rules() -> Response:
        return page("portal/rules.html", queries.rules())

    @routes.get("/rules/<id>", defaults={"edition": None})
    @routes.get("/rules/<id>/<edition>")
    @open_to(Audience.PUBLIC)
    def profile(id: str, edition: str | None) -> Response:
        return page("portal/profile.html", queries.profile(id, edition))

    @routes.get("/help", endpoint="help")
    @open_to(Audience.PUBLIC)
    def help_page() -> Response:
        return page("portal/help.html", None)

    @routes.get("/accessibility")
    @open_to(Audience.PUBLIC)
    def accessibility() -> Response:
        return page("portal/accessibility.html", None)

    def answered(pasted: str) -> Response:
        asked = read_asked(pasted)
        view = VerifyPage(
            log=queries.log_facts(),
            asked=pasted.strip(),
            answer=queries.verify(asked) if asked is not None else None,
            not_understood=bool(pasted.strip()) and asked is None,
        )
        return page("portal/verify.html", view)

    return routes


def download(file: PublishedFile) -> Response:
    """A published file as an attachment that can neither run nor fetch anything here."""
    response = send_file(
        file.stream,
        mimetype=file.media_type,
        etag=file.digest,
        conditional=True,
    )
    carried_as(response, file.name)
    if response.status_code == 200:
        response.content_length = file.size
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def read_filter() -> TenderFilter:
    """What the address asks for; an unknown status asks for nothing rather than failing."""
    sought = " ".join(request.args.get("q", "").split())[:SEARCH_CHARACTERS_MAX]
    status = request.args.get("status", "")
    return TenderFilter(sought, Status(status) if status in set(Status) else None)


def read_page_of_lots() -> int:
    """Which page of the lots the address asks for; 0, which is none, if it is no number."""
    said = request.args.get("lots", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


def digest_of_upload(file: FileStorage) -> str:
    """The digest of an uploaded file, read in pieces and kept nowhere."""
    digest = hashlib.sha256()
    while piece := file.stream.read(1 << 20):
        digest.update(piece)
    return Digest(f"sha256:{digest.hexdigest()}").digest
