"""Routes of the API. They parse and render; what they call decides."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.api import reading, records
from app.api.around_opening import around_opening
from app.container import Container
from app.jobs.timekeeping import latest_checkpoint_digest
from app.reception import receive
from app.registration import Given, register
from app.uploads.routes import install_uploads
from app.web.access import API, actor, bearer_visitor
from app.web.audience import open_to
from app.web.errors import answer_in_json
from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import Submission
from bidding.opening import queries as openings
from bidding.opening import services as opening
from bidding.opening.examining import examine_release
from kernel.clock import instant
from kernel.refusal import NotFound, Refused, refuse
from kernel.vocabulary import Audience, Part, Role
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.standing import pinned_profile
from signatures.sealed.judging import Signed

_LOG = logging.getLogger(__name__)
# A holder says two things of each part's key: what it is, and that it is at hand.
HOLDER_STATEMENTS_MAX = 2 * len(Part)
_KINDS = {"sunlit/bid/v1": "bid", "sunlit/withdrawal/v1": "withdrawal"}


def api(container: Container) -> Blueprint:
    """The API as a blueprint; it is authorised by bearer tokens alone."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")
    answer_in_json(routes, _LOG)
    _sessions(routes, container)
    _trusting(routes, container)
    _storing(routes, container)
    install_bidding(routes, container)
    install_holding(routes, container)
    around_opening(routes, container)
    install_uploads(routes, container, "/uploads")

    @routes.route("/<path:_rest>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    @open_to(Audience.PUBLIC)
    def nothing(_rest: str) -> Response:
        raise NotFound("route", request.path)

    return routes


def _sessions(routes: Blueprint, container: Container) -> None:
    @routes.post("/session")
    @open_to(Audience.PUBLIC)
    def log_in() -> tuple[Response, int]:
        body = reading.body()
        done = accounts.log_in(
            container.journal,
            reading.text(body, "account"),
            reading.text(body, "password", 1000),
            address=request.remote_addr or "",
            kind=API,
            code=str(body.get("code", "")),
        )
        return jsonify({"token": done.secret, "person": done.person}), 201

    @routes.delete("/session")
    @open_to(Audience.SIGNED_IN)
    def log_out() -> tuple[str, int]:
        visitor = bearer_visitor(container)
        if visitor is not None:
            with container.journal.write() as work:
                accounts.log_out(work, visitor.id)
        return "", 204


def _trusting(routes: Blueprint, container: Container) -> None:
    @routes.get("/trust")
    @open_to(Audience.PUBLIC)
    def trust() -> Response:
        return jsonify(records.trust(container.trust, container.keys))


def _storing(routes: Blueprint, container: Container) -> None:
    @routes.put("/blobs/<name>")
    @open_to(Audience.SUPPLIER)
    def put_blob(name: str) -> tuple[Response, int]:
        # Not the form's limit: this is a sealed envelope, and it goes to the disk as it comes.
        request.max_content_length = container.settings.upload_bytes_max
        digest = f"sha256:{name}"
        checked = reading.CheckedStream(
            cast(BinaryIO, request.stream), digest, container.settings.upload_bytes_max
        )
        container.blobs.put(cast(BinaryIO, checked))
        return jsonify({"digest": digest, "size": container.blobs.size(digest)}), 201


def install_bidding(routes: Blueprint, container: Container) -> None:
    """Committee and acts, for a blueprint of the API or of the pages."""

    @routes.get("/tenders/<tender_id>/committee")
    @open_to(Audience.PUBLIC)
    def committee(tender_id: str) -> Response:
        with container.journal.read() as work:
            tender = tenders.published_tender(work.session, tender_id)
            package = tenders.committee_package(work.session, tender_id)
            return jsonify(records.committee(container.journal.origin, tender, package))

    @routes.post("/tenders/<tender_id>/acts")
    @open_to(Audience.SUPPLIER)
    def send_act(tender_id: str) -> tuple[Response, int]:
        body = reading.body()
        signed = Signed(
            reading.octets(body, "act", reading.STATEMENT_BYTES_MAX),
            reading.octets(body, "cms", reading.CMS_BYTES_MAX),
        )
        stated = reading.stated(signed.statement, "lot")
        given = Submission(
            tender_id, str(stated["lot"]), _kind(stated), signed, reading.boxes(body)
        )
        return jsonify(records.receipt(receive(container, actor(), given))), 201

    @routes.get("/tenders/<tender_id>/acts/mine")
    @open_to(Audience.SUPPLIER)
    def own_acts(tender_id: str) -> Response:
        with container.journal.read() as work:
            tender = tenders.published_tender(work.session, tender_id)
            rows = [
                row
                for firm in sorted(actor().organizations(Role.SUPPLIER))
                for row in envelopes.acts_of_organization(work.session, tender_id, firm)
            ]
            last = {(row.bidder, row.lot_id): row.seq for row in rows}
            return jsonify(
                [
                    records.own_act(
                        row,
                        live=row.kind == "bid" and last[row.bidder, row.lot_id] == row.seq,
                        proof=(
                            envelopes.proof_of_act(work.session, row) if tender.closed_at else None
                        ),
                    )
                    for row in rows
                ]
            )


def install_holding(routes: Blueprint, container: Container) -> None:
    """A holder's keys, work and releases, for a blueprint of the API or of the pages."""

    @routes.get("/tenders/<tender_id>/holder-keys")
    @open_to(Audience.HOLDER)
    def own_places(tender_id: str) -> Response:
        checkpoint = latest_checkpoint_digest(container)
        with container.journal.read() as work:
            keys = tenders.holder_keys(work.session, tender_id)
            places = [key for key in keys if key.person_id == actor().person]
            if not places:
                raise NotFound("tender", tender_id)
            return jsonify(records.places(container.journal.origin, places, checkpoint))

    @routes.post("/tenders/<tender_id>/holder-keys")
    @open_to(Audience.HOLDER)
    def register_keys(tender_id: str) -> tuple[Response, int]:
        sent = reading.records(reading.body(), "statements", HOLDER_STATEMENTS_MAX)
        given = [
            Given(f"statements.{number}", reading.signed(each, "statement"))
            for number, each in enumerate(sent)
        ]
        taken = register(container, actor(), tender_id, given)
        return jsonify({"registered": [asdict(each) for each in taken]}), 201

    @routes.get("/tenders/<tender_id>/work")
    @open_to(Audience.HOLDER)
    def work_for_holder(tender_id: str) -> Response:
        lot_id, part = request.args.get("lot", ""), reading.part(request.args.get("part", ""))
        checkpoint = latest_checkpoint_digest(container)
        with container.journal.read() as work:
            tender = tenders.published_tender(work.session, tender_id)
            lot = tenders.lot(work.session, lot_id)
            if lot.tender_id != tender.id:
                raise NotFound("lot", lot_id)
            index = _index(work.session, tender_id, part)
            known = container.examiner.committee(work.session, tender)
            given = openings.work_for_holder(work.session, known, lot, part, index)
            terms = _terms(work.session, tender)
        return jsonify(records.work(given, index=index, checkpoint=checkpoint, terms=terms))

    @routes.post("/tenders/<tender_id>/releases")
    @open_to(Audience.HOLDER)
    def release(tender_id: str) -> tuple[Response, int]:
        body = reading.body()
        signed = Signed(
            reading.octets(body, "release", reading.RELEASE_BYTES_MAX),
            reading.octets(body, "cms", reading.CMS_BYTES_MAX),
        )
        stated = reading.stated(signed.statement, "lot")
        with container.journal.read() as work:
            examined = examine_release(
                work.session,
                container.examiner,
                tender_id,
                str(stated["lot"]),
                reading.part(stated.get("part")),
                signed,
            )
        with container.journal.write() as work:
            made = opening.release_shares(work, actor(), examined)
        return jsonify({"release": made, "judged": dict(examined.judged)}), 201


def _kind(stated: Mapping[str, Any]) -> str:
    try:
        return _KINDS[stated["type"]]
    except (KeyError, TypeError) as problem:
        raise Refused(refuse("request_malformed", field="type")) from problem


def _index(session: Session, tender_id: str, part: str) -> int:
    """The place of the asking holder in the committee; nobody sees another's boxes."""
    for key in tenders.holder_keys(session, tender_id):
        if key.part == part and key.person_id == actor().person:
            return key.index
    raise NotFound("holder", tender_id)


def _terms(session: Session, tender: Tender) -> records.JsonObject:
    """What the holder's client compares with the signed notices it knows."""
    profile = pinned_profile(tender)
    return {
        "notices": [notice.digest for notice in tenders.notice_chain(session, tender.id)],
        "closes_at": instant(tender.closes_at),
        "objection_minutes": profile.objection_minutes.value,
        "bids_min": profile.bidders_min_to_open.value,
    }
