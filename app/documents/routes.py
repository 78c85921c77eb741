"""What a signer's client fetches: the prepared PDF, and the files for the offline tool."""

from __future__ import annotations

import base64
import binascii
import io
import re

from flask import Blueprint, Response, request

from app.container import Container
from app.documents.requests import prepared_document
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_file, private_pdf
from kernel.refusal import NotFound, Refused, refuse
from kernel.vocabulary import Audience

# What a form may call a thing to sign, and what a download may so be called.
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_REQUEST = re.compile(r"sgn_[a-z2-7]{26}")


def signing_pages(container: Container) -> Blueprint:
    """The addresses of a signer's client as a blueprint."""
    routes = Blueprint("signing", __name__, url_prefix="/signing")

    @routes.get("/<request_id>/document.pdf")
    @open_to(Audience.SIGNED_IN)
    def document(request_id: str) -> Response:
        return private_pdf(_prepared(container, request_id), "document.pdf")

    @routes.post("/file")
    @open_to(Audience.SIGNED_IN)
    def file() -> Response:
        """The statement of the form as it stands there, or the prepared PDF, to be carried away."""
        key = request.form.get("want", "")
        if not _KEY.fullmatch(key):
            raise Refused(refuse("request_malformed", field="want"))
        waiting = request.form.get(f"sign-{key}-request")
        if waiting is not None:
            return private_pdf(_prepared(container, waiting), f"{key}.pdf")
        return private_file(io.BytesIO(_statement(key)), f"{key}.json", "application/json")

    return routes


def _prepared(container: Container, request_id: str) -> bytes:
    if not _REQUEST.fullmatch(request_id):
        raise NotFound("signing_request", "unreadable")
    return prepared_document(container, actor(), request_id)


def _statement(key: str) -> bytes:
    name = f"sign-{key}-statement"
    try:
        return base64.b64decode(request.form.get(name, ""), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Refused(refuse("request_malformed", field=name)) from problem
