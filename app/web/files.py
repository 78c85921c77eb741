"""Files that are not for everybody: they are kept by no cache and can run nothing."""

from __future__ import annotations

import io
from typing import BinaryIO

from flask import Response, send_file

from app.web.headers import DOCUMENT_POLICY, carried_as


def private_file(content: BinaryIO, name: str, media_type: str) -> Response:
    """A file as an attachment."""
    response = carried_as(send_file(content, mimetype=media_type), name)
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def private_pdf(content: bytes, name: str) -> Response:
    """A PDF as an attachment."""
    return private_file(io.BytesIO(content), name, "application/pdf")
