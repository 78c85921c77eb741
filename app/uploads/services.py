"""Beginning, continuing and finishing an upload; each is seen by the person who began it alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from sqlalchemy import delete, func, select

from app.api.reading import CheckedStream
from app.container import Container
from app.uploads.models import Upload
from app.uploads.pieces import Pieces
from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refused, StaleWrite, refuse

# One request's body lies in memory until its digest is known.
PIECE_BYTES_MAX = 8 << 20
# A supplier on a slow line who goes on the next morning still finds what was sent.
LIFETIME = timedelta(days=2)
# Two parts of a bid for each of a dozen lots, sent twice.
UPLOADS_PER_PERSON_MAX = 48
_DIGEST = re.compile("sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is."""

    id: str
    length: int
    received: int
    digest: str
    expires_at: datetime
    finished: bool


def pieces_of(container: Container) -> Pieces:
    """Where an installation keeps the bytes of uploads under way."""
    return Pieces(container.settings.var / "uploads")


def begin(container: Container, person: str, *, length: int, digest: str) -> Progress:
    """Begin an upload of so many bytes with this digest."""
    if not _DIGEST.fullmatch(digest):
        raise Refused(refuse("request_malformed", field="digest"))
    if not 0 < length <= container.settings.upload_bytes_max:
        raise Refused(refuse("upload_too_large", bytes_max=container.settings.upload_bytes_max))
    with container.journal.write() as work:
        now = work.clock.now()
        running = work.session.scalar(
            select(func.count()).where(Upload.person_id == person, Upload.expires_at > now)
        )
        if (running or 0) >= UPLOADS_PER_PERSON_MAX:
            raise Refused(refuse("uploads_too_many", most=UPLOADS_PER_PERSON_MAX))
        row = Upload(
            id=new_id("upload"),
            person_id=person,
            length=length,
            received=0,
            digest=digest,
            made_at=now,
            expires_at=now + LIFETIME,
        )
        work.session.add(row)
        pieces_of(container).begin(row.id)
        return _progress(row)


def progress(container: Container, person: str, upload_id: str) -> Progress:
    """How far a person's own upload is; NotFound for another's and for one that has expired."""
    with container.journal.read() as work:
        return _progress(_own(work, person, upload_id))


def append(
    container: Container, person: str, upload_id: str, *, offset: int, data: bytes
) -> Progress:
    """Keep a piece that begins where the last one ended; the last piece makes the blob.

    StaleWrite if it begins elsewhere: another request was first, or the answer to the last one
    was lost. What arrives with another digest than promised is thrown away whole.
    """
    try:
        with container.journal.write() as work:
            row = _own(work, person, upload_id, locked=True)
            if offset != row.received or row.finished_at is not None:
                raise StaleWrite("upload", upload_id)
            if offset + len(data) > row.length:
                raise Refused(refuse("upload_longer_than_promised", length=row.length))
            pieces = pieces_of(container)
            pieces.write(row.id, offset, data)
            row.received = offset + len(data)
            if row.received == row.length:
                with pieces.open(row.id) as whole:
                    checked = CheckedStream(whole, row.digest, row.length)
                    container.blobs.put(cast(BinaryIO, checked))
                row.finished_at = work.clock.now()
            found = _progress(row)
    except Refused as refused:
        if refused.refusal.code == "upload_digest_differs":
            remove(container, person, upload_id)
        raise
    if found.finished:
        pieces_of(container).remove(found.id)
    return found


def remove(container: Container, person: str, upload_id: str) -> None:
    """Give an upload up. What has become a blob stays one: an act may name it already."""
    with container.journal.write() as work:
        row = _own(work, person, upload_id, locked=True)
        work.session.delete(row)
    pieces_of(container).remove(upload_id)


def sweep(container: Container) -> int:
    """Remove uploads whose time is over, and files that a crash left without a row; how many."""
    pieces = pieces_of(container)
    on_disk = set(pieces)
    with container.journal.write() as work:
        gone = work.session.execute(
            delete(Upload).where(Upload.expires_at <= work.clock.now()).returning(Upload.id)
        )
        removed = {row.id for row in gone}
    with container.journal.read() as work:
        # Read after the folder: a file without a row now is of no upload that is just beginning.
        known = set(work.session.scalars(select(Upload.id)))
    lost = on_disk - known
    for upload_id in removed | lost:
        pieces.remove(upload_id)
    return len(removed | lost)


def _own(work: Work, person: str, upload_id: str, *, locked: bool = False) -> Upload:
    row = work.session.get(Upload, upload_id, with_for_update=locked or None)
    if row is None or row.person_id != person or row.expires_at <= work.clock.now():
        raise NotFound("upload", upload_id)
    return row


def _progress(row: Upload) -> Progress:
    return Progress(
        id=row.id,
        length=row.length,
        received=row.received,
        digest=row.digest,
        expires_at=row.expires_at,
        finished=row.finished_at is not None,
    )
