"""tus 1.0.0 (tus.io) with creation, checksum, expiration and termination.

Registered twice: under the cookie, with the form token in the header `X-CSRFToken`, and below the
API for bearer tokens. Of `Upload-Metadata` one name is read, `digest`, whose value is in base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import BadRequest, HTTPException, PreconditionFailed, UnsupportedMediaType
from werkzeug.http import http_date

from app.container import Container
from app.uploads import services
from app.uploads.services import PIECE_BYTES_MAX, Progress
from app.web.access import actor
from app.web.audience import open_to
from app.web.errors import answer_in_json
from kernel.refusal import StaleWrite
from kernel.vocabulary import Audience

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
# tus asks for SHA-1 at least; a piece's checksum guards against the line, not against a person.
_CHECKSUMS: dict[str, Callable[[bytes], Any]] = {
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False),
    "sha256": hashlib.sha256,
}
_PIECE_TYPE = "application/offset+octet-stream"
_LOG = logging.getLogger(__name__)


class ChecksumMismatch(HTTPException):
    """The piece is not what its sender's checksum says (tus)."""

    code = 460
    description = "the piece was damaged on its way"


def uploads(container: Container) -> Blueprint:
    """The uploads of the pages, under the cookie."""
    routes = Blueprint("uploads", __name__)
    answer_in_json(routes, _LOG)

    @routes.url_value_preprocessor
    def allow_pieces(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        # Before the check against forged forms looks at the body, whose limit is a form's.
        request.max_content_length = PIECE_BYTES_MAX

    install_uploads(routes, container, "/uploads")
    return routes


def install_uploads(routes: Blueprint, container: Container, prefix: str) -> None:
    """Put the protocol's requests on a blueprint, below a prefix."""
    _asking(routes, container, prefix)
    _sending(routes, container, prefix)

    @routes.after_request
    def name_the_protocol(response: Response) -> Response:
        if request.endpoint and request.endpoint.split(".")[-1].startswith("upload_"):
            response.headers["Tus-Resumable"] = VERSION
            if response.status_code == PreconditionFailed.code:
                response.headers["Tus-Version"] = VERSION
        return response


def _asking(routes: Blueprint, container: Container, prefix: str) -> None:
    @routes.route(prefix, methods=["OPTIONS"], provide_automatic_options=False)
    @open_to(Audience.SIGNED_IN)
    def upload_options() -> Response:
        response = Response(status=204)
        response.headers["Tus-Version"] = VERSION
        response.headers["Tus-Extension"] = EXTENSIONS
        response.headers["Tus-Max-Size"] = str(container.settings.upload_bytes_max)
        response.headers["Tus-Checksum-Algorithm"] = ",".join(sorted(_CHECKSUMS))
        return response

    @routes.get(f"{prefix}/<upload_id>")
    @open_to(Audience.SIGNED_IN)
    def upload_progress(upload_id: str) -> Response:
        # Asked for by HEAD; a GET gets the same headers and no body.
        _enforce_version()
        return _told(services.progress(container, actor().person, upload_id), 200)


def _sending(routes: Blueprint, container: Container, prefix: str) -> None:
    @routes.post(prefix)
    @open_to(Audience.SIGNED_IN)
    def upload_begin() -> Response:
        _enforce_version()
        made = services.begin(
            container,
            actor().person,
            length=_number("Upload-Length"),
            digest=_metadata("digest"),
        )
        response = _told(made, 201)
        response.headers["Location"] = url_for(".upload_progress", upload_id=made.id)
        return response

    @routes.patch(f"{prefix}/<upload_id>")
    @open_to(Audience.SIGNED_IN)
    def upload_append(upload_id: str) -> Response | tuple[Response, int]:
        _enforce_version()
        if request.mimetype != _PIECE_TYPE:
            raise UnsupportedMediaType
        request.max_content_length = PIECE_BYTES_MAX
        offset = _number("Upload-Offset")
        data = request.get_data(cache=False)
        _enforce_checksum(data)
        try:
            found = services.append(container, actor().person, upload_id, offset=offset, data=data)
        except StaleWrite:
            # tus: the sender asks how far it is, and goes on from there.
            return jsonify({"error": "upload_offset", "facts": {}}), 409
        return _told(found, 204)

    @routes.delete(f"{prefix}/<upload_id>")
    @open_to(Audience.SIGNED_IN)
    def upload_remove(upload_id: str) -> Response:
        _enforce_version()
        services.remove(container, actor().person, upload_id)
        return Response(status=204)


def _told(found: Progress, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(found.received)
    response.headers["Upload-Length"] = str(found.length)
    response.headers["Upload-Expires"] = http_date(found.expires_at)
    response.headers["Cache-Control"] = "no-store"
    if found.finished:
        response.headers["Upload-Digest"] = found.digest
    return response


def _enforce_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise PreconditionFailed


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequest(f"{header} must be a whole number")
    return int(text)


def _metadata(name: str) -> str:
    """A value of Upload-Metadata: pairs of a name and base64, with commas between."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key == name:
            try:
                return base64.b64decode(value, validate=True).decode("ascii")
            except (binascii.Error, ValueError) as problem:
                raise BadRequest(f"{name} in Upload-Metadata is not base64") from problem
    raise BadRequest(f"Upload-Metadata lacks {name}")


def _enforce_checksum(data: bytes) -> None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return
    algorithm, _, value = header.partition(" ")
    if algorithm not in _CHECKSUMS:
        raise BadRequest("this checksum algorithm is not known here")
    try:
        wanted = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadRequest("Upload-Checksum is not base64") from problem
    found = _CHECKSUMS[algorithm](data).digest()
    if len(found) != len(wanted):
        raise BadRequest("Upload-Checksum has another length than its algorithm's")
    if not hmac.compare_digest(found, wanted):
        raise ChecksumMismatch
