"""Routes for those whom an opening needs: holders and their keys, bidders who speak up or help."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from app.api import reading, records
from app.container import Container
from app.jobs.timekeeping import latest_checkpoint_digest
from app.web.access import actor
from app.web.audience import open_to
from bidding.opening import own_keys, queries
from bidding.opening import services as opening
from bidding.opening.examining import ProvenReceipt, examine_receipt
from journal.work import Work
from kernel.refusal import NotFound
from kernel.vocabulary import Actor, Audience, Part
from procurement.parties.signing import ExaminedSignature, examine_signature
from procurement.tenders import queries as tenders
from procurement.tenders import services as tender_services

NOTE_BYTES_MAX = 4 << 10
OBJECTION_CHARACTERS_MAX = 2000

KeepStatement = Callable[[Work, Actor, str, Part, ExaminedSignature], str]


def around_opening(routes: Blueprint, container: Container) -> None:
    """Add the routes to the API's blueprint."""
    _holder_keys(routes, container)
    _objections(routes, container)
    _own_keys(routes, container)


def _holder_keys(routes: Blueprint, container: Container) -> None:
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
    def register_key(tender_id: str) -> tuple[Response, int]:
        return _keep(container, tender_id, "holder", tender_services.register_holder_key)

    @routes.post("/tenders/<tender_id>/possessions")
    @open_to(Audience.HOLDER)
    def show_possession(tender_id: str) -> tuple[Response, int]:
        return _keep(container, tender_id, "possession", tender_services.show_possession)


def _keep(
    container: Container, tender_id: str, name: str, use_case: KeepStatement
) -> tuple[Response, int]:
    """Examine a holder's statement and hand it to its use case."""
    signed = reading.signed(reading.body(), name)
    part = reading.part(reading.stated(signed.statement, "part")["part"])
    examined = examine_signature(
        signed.statement, signed.cms, trust=container.trust, at=container.clock.now()
    )
    with container.journal.write() as work:
        entry = use_case(work, actor(), tender_id, part, examined)
    return jsonify({"statement": examined.digest, "entry": entry}), 201


def _objections(routes: Blueprint, container: Container) -> None:
    @routes.post("/tenders/<tender_id>/objections")
    @open_to(Audience.SUPPLIER)
    def object_at_opening(tender_id: str) -> tuple[Response, int]:
        body = reading.body()
        lot_id = reading.text(body, "lot")
        words = reading.text(body, "text", OBJECTION_CHARACTERS_MAX)
        proof = _proven(container, body) if "receipt" in body else None
        with container.journal.write() as work:
            if tenders.lot(work.session, lot_id).tender_id != tender_id:
                raise NotFound("lot", lot_id)
            made = opening.object_at_opening(work, actor(), lot_id, words, proof=proof)
            stops = queries.objection(work.session, made).stops_the_lot
        return jsonify({"objection": made, "stops_the_lot": stops}), 201


def _proven(container: Container, body: reading.Body) -> ProvenReceipt:
    return examine_receipt(
        reading.octets(body, "receipt", reading.STATEMENT_BYTES_MAX),
        reading.text(body, "note", NOTE_BYTES_MAX).encode(),
        key=container.keys.receipt_vkey,
    )


def _own_keys(routes: Blueprint, container: Container) -> None:
    @routes.get("/tenders/<tender_id>/own-keys")
    @open_to(Audience.SUPPLIER)
    def wanted_keys(tender_id: str) -> Response:
        with container.journal.read() as work:
            wanted = own_keys.wanted_own_keys(
                work.session,
                container.examiner,
                actor(),
                tender_id,
                request.args.get("lot", ""),
            )
        return jsonify(records.wanted_keys(wanted))

    @routes.post("/tenders/<tender_id>/own-keys")
    @open_to(Audience.SUPPLIER)
    def give_key(tender_id: str) -> tuple[Response, int]:
        body = reading.body()
        with container.journal.read() as work:
            examined = own_keys.examine_own_key(
                work.session,
                container.examiner,
                actor(),
                tender_id,
                reading.text(body, "lot"),
                reading.part(body.get("part")),
                reading.text(body, "identity"),
            )
        with container.journal.write() as work:
            made = own_keys.give_own_key(work, actor(), examined)
        return jsonify({"own_key": made}), 201
