"""The public log as files, at the addresses that C2SP tlog-tiles fixes, and all of it as one.

The tiles are what the publisher made durable; what is shown of entries comes from the database at
the moment of asking, since the disclosure table shows more of them as time goes on.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, abort, send_file, stream_with_context

from app.container import Container
from app.portal.reading import VERIFIER_FILE
from app.web.audience import open_to
from app.web.headers import DOCUMENT_POLICY
from journal import checkpoints, export
from journal.checkpoints import Checkpoint
from journal.disclose import show
from journal.proofs import published_proof
from journal.tiles import WIDTH
from journal.work import Work
from kernel.refusal import NotFound, Refused
from kernel.vocabulary import Audience
from procurement.awards.moments import Moments

# c2sp.org/tlog-tiles: level or `entries`, then groups of three digits, then perhaps a width.
_TILE = re.compile(r"(?:[0-5]|entries)/(?:x\d{3}/){0,5}\d{3}(?:\.p/\d{1,3})?")
_ENTRIES = re.compile(r"((?:x\d{3}/){0,5}\d{3})\.jsonl")
_ENTRY_ID = re.compile(r"[a-z]{1,20}_[a-z2-7]{26}")
_YEAR_SECONDS = 31_536_000
_FOLDER = "log"


def log_files(container: Container) -> Blueprint:
    """The log's files as a blueprint."""
    routes = Blueprint("log", __name__, url_prefix="/log")
    tiles = container.publication.tiles
    keys = {"log": container.keys.log_vkey, "receipt": container.keys.receipt_vkey}

    @routes.get("/checkpoint")
    @open_to(Audience.PUBLIC)
    def checkpoint() -> Response:
        path = tiles.root / "checkpoint"
        if not path.exists():
            raise NotFound("checkpoint", "latest")
        return _text(path.read_text(encoding="utf-8"))

    @routes.get("/tile/<path:name>")
    @open_to(Audience.PUBLIC)
    def tile(name: str) -> Response:
        path = tiles.root / "tile" / name
        if not _TILE.fullmatch(name) or not path.is_file():
            raise NotFound("tile", name)
        response = send_file(path, mimetype="application/octet-stream", conditional=True)
        # A tile of a name never changes: any cache may keep it.
        response.cache_control.no_cache = None
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
        return response

    @routes.get("/entries/<path:name>")
    @open_to(Audience.PUBLIC)
    def entries(name: str) -> Response:
        found = _ENTRIES.fullmatch(name)
        if found is None:
            raise NotFound("entries", name)
        with container.journal.read() as work:
            latest = _latest(work)
            number = int("".join(re.findall(r"\d", found[1])))
            if number * WIDTH >= latest.size:
                raise NotFound("entries", name)
            return _text("".join(_lines(work, number, latest.size)), "application/jsonl")

    @routes.get("/<any(log, receipt):which>.vkey")
    @open_to(Audience.PUBLIC)
    def vkey(which: str) -> Response:
        return _text(keys[which].encode() + "\n")

    @routes.get("/verify.py")
    @open_to(Audience.PUBLIC)
    def verifier() -> Response:
        response = send_file(
            VERIFIER_FILE, mimetype="text/x-python", as_attachment=True, download_name="verify.py"
        )
        response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
        return response

    @routes.get("/proof/<entry>.tlog-proof")
    @open_to(Audience.PUBLIC)
    def proof(entry: str) -> Response:
        if not _ENTRY_ID.fullmatch(entry):
            raise NotFound("entry", entry)
        with container.journal.read() as work:
            try:
                found = published_proof(work.session, tiles, entry)
            except Refused:  # an act of a private tree is as unknown here as one that never was
                found = None
            if found is None:
                raise NotFound("entry", entry)
            [seen] = show(
                work.session,
                [entry],
                disclosure=work.disclosure,
                audience=Audience.PUBLIC,
                reached=Moments(work.session).reached,
            )
            return _file(found.file(seen).encode(), f"{entry}.tlog-proof", "text/plain")

    @routes.get("/log.tar")
    @open_to(Audience.PUBLIC)
    def whole() -> Response:
        if not (tiles.root / "checkpoint").exists():
            abort(404)
        packed = stream_with_context(_tar(container))
        response = Response(packed, mimetype="application/x-tar")
        response.headers["Content-Disposition"] = "attachment; filename=log.tar"
        return response

    return routes


def _latest(work: Work) -> Checkpoint:
    found = checkpoints.latest_checkpoint(work.session)
    if found is None:
        raise NotFound("checkpoint", "latest")
    return found


def _lines(work: Work, number: int, size: int) -> Iterator[str]:
    reached = Moments(work.session).reached
    for line in export.entry_lines(
        work.session, number, size, work.disclosure, reached, Audience.PUBLIC
    ):
        yield f"{line}\n"


def _tar(container: Container) -> Iterator[bytes]:
    """The folder that `journal.verify` reads, file after file; no more than one is in memory."""
    with container.journal.read() as work:
        signed_at = int(container.clock.now().timestamp())
        for name, content in _folder(container, work):
            info = tarfile.TarInfo(f"{_FOLDER}/{name}")
            info.size, info.mtime = len(content), signed_at
            padding = -len(content) % tarfile.BLOCKSIZE
            yield info.tobuf() + content + bytes(padding)
        yield bytes(2 * tarfile.BLOCKSIZE)


def _folder(container: Container, work: Work) -> Iterator[tuple[str, bytes]]:
    latest, tiles = _latest(work), container.publication.tiles
    yield "checkpoint", checkpoints.as_shown(tiles, latest).note.encode()
    yield "log.vkey", container.keys.log_vkey.encode().encode() + b"\n"
    yield "receipt.vkey", container.keys.receipt_vkey.encode().encode() + b"\n"
    for number, each in enumerate(checkpoints.checkpoints(work.session)):
        yield f"checkpoints/{each.size:012d}-{number:06d}", each.note.encode()
    for name in export.static_files(latest.size):
        yield name, Path(tiles.root / name).read_bytes()
    for number in range(-(-latest.size // WIDTH)):
        lines = "".join(_lines(work, number, latest.size))
        yield export.entries_path(number), lines.encode()


def _text(content: str, mimetype: str = "text/plain") -> Response:
    return Response(content, mimetype=mimetype)


def _file(content: bytes, name: str, mimetype: str) -> Response:
    response = send_file(
        io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response
