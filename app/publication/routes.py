"""The addresses of the open data. They stay; they need no log-in, and answer in JSON whatever."""

from __future__ import annotations

import logging
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from app.publication import files
from app.publication.reading import Address, Made, Reading
from app.web.audience import open_to
from app.web.errors import answer_in_json
from app.web.language import root_without_language
from kernel import canonical
from kernel.clock import instant
from kernel.refusal import NotFound
from kernel.vocabulary import Audience
from reports.ocds import packages

RELEASES_AT_ONCE, RELEASES_MAX = 100, 500
RECORDS_AT_ONCE, RECORDS_MAX = 10, 50
_POSITION_MAX = 1 << 53
_LOG = logging.getLogger(__name__)


def open_data(reading: Reading) -> Blueprint:
    """The data as a blueprint."""
    routes = Blueprint("ocds", __name__, url_prefix="/ocds")
    answer_in_json(routes, _LOG)
    routes.after_request(for_every_origin)
    _feeds(routes, reading)
    _files(routes, reading)

    @routes.get("/<path:_rest>")
    @open_to(Audience.PUBLIC)
    def nothing(_rest: str) -> Response:
        raise NotFound("route", request.path)

    return routes


def _feeds(routes: Blueprint, reading: Reading) -> None:
    @routes.get("/releases")
    @open_to(Audience.PUBLIC)
    def releases() -> Response:
        since, limit = _since(), _limit(RELEASES_AT_ONCE, RELEASES_MAX)
        return _package(reading.releases(since, limit, _address()))

    @routes.get("/records")
    @open_to(Audience.PUBLIC)
    def records() -> Response:
        since, limit = _since(), _limit(RECORDS_AT_ONCE, RECORDS_MAX)
        return _package(reading.records(since, limit, _address()))

    @routes.get("/release/<ocid>/<id>")
    @open_to(Audience.PUBLIC)
    def release(ocid: str, id: str) -> Response:
        return _package(reading.release(_name(ocid), _name(id), _address()))

    @routes.get("/record/<ocid>")
    @open_to(Audience.PUBLIC)
    def record(ocid: str) -> Response:
        return _package(reading.record(_name(ocid), _address()))


def _files(routes: Blueprint, reading: Reading) -> None:
    @routes.get("/")
    @open_to(Audience.PUBLIC)
    def index() -> Response:
        root = _root()
        listed = []
        for one in files.files(reading):
            measured = files.measure(reading, one)
            listed.append(
                {
                    "name": one.name,
                    "url": f"{root}/ocds/files/{one.name}",
                    "lines": measured.lines,
                    "bytes": measured.bytes,
                    "sha256": measured.sha256,
                    "newest": instant(one.newest),
                }
            )
        return jsonify(
            {
                "license": packages.LICENCE,
                "publicationPolicy": f"{root}/data",
                "releases": f"{root}/ocds/releases",
                "records": f"{root}/ocds/records",
                "release": f"{root}/ocds/release/{{ocid}}/{{id}}",
                "record": f"{root}/ocds/record/{{ocid}}",
                "files": listed,
            }
        )

    @routes.get("/files/<name>")
    @open_to(Audience.PUBLIC)
    def file(name: str) -> Response:
        found = files.file(reading, name)
        response = Response(files.content(reading, name), mimetype="application/gzip")
        response.last_modified = found.newest
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
        return response


def for_every_origin(response: Response) -> Response:
    """Let a page of any other site read the data: there is nothing here that is not public."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _package(made: Made) -> Response:
    response = Response(made.content, mimetype="application/json")
    response.set_etag(canonical.digest(made.content).removeprefix("sha256:"), weak=True)
    if made.next_url:
        response.headers["Link"] = f'<{made.next_url}>; rel="next"'
    return response


def _address() -> Address:
    query = request.query_string.decode("ascii", "replace")
    return Address(_root(), quote(request.path) + (f"?{quote(query, safe='=&')}" if query else ""))


def _root() -> str:
    return request.host_url.rstrip("/") + root_without_language()


def _since() -> int:
    return _number("since", 0, 0, _POSITION_MAX)


def _limit(usual: int, most: int) -> int:
    return _number("limit", usual, 1, most)


def _number(name: str, usual: int, least: int, most: int) -> int:
    given = request.args.get(name)
    if given is None:
        return usual
    if not given.isascii() or not given.isdigit() or not least <= int(given[:20]) <= most:
        raise BadRequest(f"{name}: a whole number from {least} to {most}")
    return int(given)


def _name(given: str) -> str:
    """What may be the name of something here; PostgreSQL takes no NUL character."""
    if not given.isprintable():
        raise NotFound("name", "unreadable")
    return given
