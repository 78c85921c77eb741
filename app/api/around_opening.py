"""Routes for bidders at the opening, who speak up or help."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from app.api import reading, records
from app.container import Container
from app.web.access import actor
from app.web.audience import open_to
from bidding.opening import own_keys, queries
from bidding.opening import services as opening
from bidding.opening.examining import ProvenReceipt, examine_receipt
from kernel.refusal import NotFound
from kernel.vocabulary import Audience
from procurement.tenders import queries as tenders

NOTE_BYTES_MAX = 4 << 10
OBJECTION_CHARACTERS_MAX = 2000


def around_opening(routes: Blueprint, container: Container) -> None:
    """Add the routes to the API's blueprint."""
    _objections(routes, container)
    _own_keys(routes, container)


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
