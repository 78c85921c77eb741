"""Static files under names that hold their digest, so that a browser may keep them for good.

`scripts/build_static.py` writes them with `manifest.json`; what is not in the manifest is not
served. Each has a gzip form beside it, made once and not per request.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

from app.web.audience import open_to
from app.web.language import root_without_language
from app.web.transfer import accepts_gzip
from kernel.vocabulary import Audience

FOLDER = Path(__file__).resolve().parent.parent / "static" / "dist"
_PATH = "/static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}


@cache
def manifest() -> dict[str, str]:
    """From the plain name of a file to the one with its digest."""
    found: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return found


@cache
def _served() -> frozenset[str]:
    return frozenset(manifest().values())


@cache
def _stored(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def asset(name: str) -> str:
    """The address of a static file; the same in every language, so that it is fetched once."""
    return f"{root_without_language()}{_PATH}/{manifest()[name]}"


def static_files() -> Blueprint:
    """The route of the static files. Make the application with `static_folder=None`."""
    files = Blueprint("assets", __name__)

    @files.get(f"{_PATH}/<name>")
    @open_to(Audience.PUBLIC)
    def file(name: str) -> Response:
        if name not in _served():
            abort(404)
        held = _stored(f"{name}.gz") if accepts_gzip() else None
        response = Response(held or _stored(name), mimetype=_TYPES[Path(name).suffix])
        if held is not None:
            response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{name}-gz" if held is not None else name)
        response.cache_control.public = True
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
        response.vary.add("Accept-Encoding")
        return response.make_conditional(request)  # type: ignore[return-value]

    return files
