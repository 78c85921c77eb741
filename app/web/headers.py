"""The headers that every response carries: only our own files run, nothing frames us.

No page holds an inline script or a style attribute, so the policy needs neither hashes nor nonces.
"""

from __future__ import annotations

import os
import re
import unicodedata
from urllib.parse import quote

from flask import Flask, Response, request

# `connect-src` is for the opening page's polling and the resumable upload.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# A published document is somebody else's file: it may not run, frame or fetch anything here.
DOCUMENT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: the check against forged forms compares the referrer under HTTPS.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = "max-age=31536000"
FILE_NAME_CHARACTERS_MAX = 120


def install_headers(app: Flask) -> None:
    """Put the headers on every response; one that a view has set itself is left as it is."""

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", _HSTS)
        return response


def carried_as(response: Response, name: str) -> Response:
    """The same response as a file to be carried away.

    Its name is given twice: as it is, and in ASCII for tools that read no other (RFC 6266, D).
    """
    shown = name_of_file(name)
    names = {"filename": shown}
    if not shown.isascii():
        stem, ending = os.path.splitext(shown)
        plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().strip(" .-_")
        ending = ending if ending.isascii() else ""
        names = {"filename": (plain or "document") + ending, "filename*": f"UTF-8''{quote(shown)}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def name_of_file(name: str) -> str:
    """The name under which a file is carried away, whatever its sender called it.

    Neither folders nor control characters nor marks that turn the direction of writing, which hide
    an ending; at most `FILE_NAME_CHARACTERS_MAX` characters, of which the ending is kept.
    """
    shown = "".join(one for one in name if unicodedata.category(one)[0] != "C")
    last = re.split(r"[/\\]", shown)[-1].strip(" .") or "file"
    if len(last) <= FILE_NAME_CHARACTERS_MAX:
        return last
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 10:
        return last[:FILE_NAME_CHARACTERS_MAX]
    return stem[: FILE_NAME_CHARACTERS_MAX - len(ending) - 1] + dot + ending
