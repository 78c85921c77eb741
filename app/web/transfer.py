"""Small transfers over slow lines: ETags and gzip for public pages.

Only what is open to the public, and asked for by nobody signed in, is compressed: a page with a
secret beside reflected input must not be (the BREACH attack measures compressed sizes).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, current_app, request

from app.web.audience import audiences_of
from kernel.vocabulary import Audience

COMPRESSED_FROM_BYTES = 860  # below this a gzip header and one packet eat the gain
_TEXTS = ("text/html", "application/json", "application/atom+xml", "text/csv", "text/plain")


def install_transfer(app: Flask) -> None:
    """Give public pages an ETag and answer 304, and compress them. Call it before the headers."""

    @app.after_request
    def shrink(response: Response) -> Response:
        if not _is_shared_page(response):
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.direct_passthrough or response.is_streamed:
            return response
        if response.status_code == 200:
            response.add_etag(weak=True)
        if response.mimetype in _TEXTS and len(response.get_data()) >= COMPRESSED_FROM_BYTES:
            response.vary.add("Accept-Encoding")
            if "Content-Encoding" not in response.headers and accepts_gzip():
                response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
                response.headers["Content-Encoding"] = "gzip"
        if response.status_code == 200:
            response.make_conditional(request)
        return response


def accepts_gzip() -> bool:
    """Whether the reader's program takes gzip."""
    return request.accept_encodings.quality("gzip") > 0


def _is_shared_page(response: Response) -> bool:
    """Whether the response is the same for everybody who asks.

    The cookie is looked for by its name: to open the session would mark the page as varying by it.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    return (
        Audience.PUBLIC in audiences_of(view)
        and request.method in ("GET", "HEAD")
        and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
        and "Set-Cookie" not in response.headers
    )
