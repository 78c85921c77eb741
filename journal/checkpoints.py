"""Signed checkpoints of the public log (C2SP tlog-checkpoint), and when none may be signed.

The order is the whole point: tiles durable, then signed, then remembered outside the database,
and only then a row and published. A crash between any two leaves nothing published that could be
taken back. After a restore from a backup the log is shorter than what was signed, or has grown
anew from there; both are seen against what is remembered outside, and nothing is signed (DESIGN 7).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from journal import logs
from journal.models import CheckpointRow
from journal.tiles import HASH_BYTES, WIDTH, TileFolder, TileMissing, write_durably
from kernel import canonical
from kernel.clock import Clock
from kernel.refusal import Refusal, Refused, enforce, refuse
from signatures import merkle, notes
from signatures.notes import NoteProblem, SigningKey, VerifierKey

# The first eight bytes of SHA-256("sunlit/journal/publisher"), as PostgreSQL's signed bigint.
PUBLISHER_LOCK = int.from_bytes(bytes.fromhex("11b5ab73282d5982"), "big", signed=True)

_SOURCE = "DESIGN 7"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of the log's size and root."""

    origin: str
    size: int
    root: bytes
    note: str

    @property
    def text(self) -> str:
        """What was signed."""
        return body(self.origin, self.size, self.root)

    @property
    def digest(self) -> str:
        """The digest of the text: how receipts and releases name a checkpoint.

        Not of the note, since witnesses add their signatures to that later.
        """
        return canonical.digest(self.text.encode())


@dataclass(frozen=True, slots=True)
class Publication:
    """Where and with what a log is published; `memory` lies outside what a restore rolls back.

    `keys` sign; there are two of them only while the log key changes. `past` are keys that signed
    before and are still believed for what they signed.
    """

    engine: Engine
    clock: Clock
    origin: str
    tiles: TileFolder
    memory: Path
    keys: tuple[SigningKey, ...]
    past: tuple[VerifierKey, ...] = ()

    @property
    def believed(self) -> tuple[VerifierKey, ...]:
        """Keys whose checkpoints are ours."""
        return (*(key.verifier for key in self.keys), *self.past)

    @property
    def published(self) -> Path:
        """The file that the world reads."""
        return self.tiles.root / "checkpoint"


def body(origin: str, size: int, root: bytes) -> str:
    """The text of a checkpoint (c2sp.org/tlog-checkpoint)."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def parse(signed: str, text: str) -> Checkpoint:
    """Read a checkpoint from its signed note and the text in it; ValueError for anything else."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise ValueError("a checkpoint has three lines")
    size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    if len(root) != HASH_BYTES or body(lines[0], size, root) != text:
        raise ValueError("not a checkpoint in its one form")
    return Checkpoint(lines[0], size, root, signed)


def publish(publication: Publication, at: int | None = None) -> Checkpoint:
    """Publish the log as it is placed now, or its first `at` entries; returns the checkpoint.

    An unchanged log is not signed again. A `Refused` says why nothing may be signed: `log_shrank`,
    `log_forked`, `memory_lost`, `tiles_lost`, `foreign_checkpoint`.
    """
    with Session(publication.engine) as session, session.begin():
        session.connection(execution_options={"isolation_level": "READ COMMITTED"})
        # One publisher at a time; the placing of entries goes on meanwhile.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHER_LOCK})
        made = _sign(publication, session, at)
        if session.scalar(select(CheckpointRow).where(CheckpointRow.note == made.note)) is None:
            session.add(_row(made, publication.clock.now()))
            session.flush()
        # Still under the lock: of two publishers the slower must not show the older log last. A
        # crash before the commit is made good from what is remembered.
        _show(publication, made)
    return made


def latest_checkpoint(session: Session) -> Checkpoint | None:
    """The last checkpoint that was signed, or None before the first."""
    row = session.scalars(
        select(CheckpointRow).order_by(CheckpointRow.number.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _of_row(row)


def checkpoints(session: Session) -> list[Checkpoint]:
    """All checkpoints in the order of signing."""
    rows = session.scalars(select(CheckpointRow).order_by(CheckpointRow.number))
    return [_of_row(row) for row in rows]


def as_shown(tiles: TileFolder, made: Checkpoint) -> Checkpoint:
    """The checkpoint with the cosignatures of witnesses that its published note bears."""
    published = tiles.root / "checkpoint"
    note = published.read_text(encoding="utf-8") if published.exists() else ""
    return replace(made, note=note) if note.startswith(made.text + "\n") else made


def adopt(publication: Publication, note: str) -> Checkpoint:
    """Remember the newest checkpoint that somebody outside holds, after a restore.

    From a witness, a mirror, an anchor or the published folder. It is taken only if one of our
    keys signed it and it is not older than what is remembered.
    """
    found = _open(publication, note)
    known = remembered(publication)
    if known is not None:
        enforce(older_than_remembered(found=found.size, remembered=known.size))
    _remember(publication, found)
    return found


def older_than_remembered(*, found: int, remembered: int) -> Refusal | None:
    """An older checkpoint would let the log take something back."""
    if found >= remembered:
        return None
    return refuse("older_checkpoint", _SOURCE, found=found, remembered=remembered)


def memory_present(*, remembered: bool, others: bool) -> Refusal | None:
    """A log that was signed before is not signed again by a server that has forgotten it."""
    return None if remembered or not others else refuse("memory_lost", _SOURCE)


def log_grew(*, signed: int, size: int) -> Refusal | None:
    """A log never gets shorter than what was signed."""
    return None if size >= signed else refuse("log_shrank", _SOURCE, signed=signed, size=size)


def _sign(publication: Publication, session: Session, at: int | None) -> Checkpoint:
    known = _known(publication, session)
    last = max(known, key=lambda each: each.size, default=None)
    placed = logs.size(session, logs.PUBLIC)
    start = last.size if last else 0
    enforce(log_grew(signed=start, size=placed))
    size = placed if at is None else at
    enforce(log_grew(signed=start, size=size))
    if last is not None:
        _require_continuation(publication, session, known, last)
        if size == last.size:
            signed = _with_all_signatures(publication, last)
            _remember(publication, signed)
            return signed
    publication.tiles.append(start, logs.leaves(session, logs.PUBLIC, start, size))
    # From here on the tiles are durable; what is signed is read back from them.
    root = merkle.root(publication.tiles.reader(size).node, size)
    made = _signed(publication, body(publication.origin, size, root))
    _remember(publication, made)
    return made


def _known(publication: Publication, session: Session) -> list[Checkpoint]:
    kept = remembered(publication)
    others = [found for found in (latest_checkpoint(session), _shown(publication)) if found]
    enforce(memory_present(remembered=kept is not None, others=bool(others)))
    return [*others, kept] if kept else others


def _require_continuation(
    publication: Publication, session: Session, known: Iterable[Checkpoint], last: Checkpoint
) -> None:
    """Tiles must hold every root that was signed, and the rows what the last tile holds.

    Rows that were placed anew after a restore differ in the last leaf already; a row altered in
    the middle is found by `journal.audit`, which reads everything.
    """
    reader = publication.tiles.reader(last.size)
    try:
        for checkpoint in known:
            if merkle.root(reader.node, checkpoint.size) != checkpoint.root:
                raise Refused(refuse("log_forked", _SOURCE, size=checkpoint.size, where="tiles"))
        start = max(0, last.size - 1) // WIDTH * WIDTH
        rows = logs.leaf_hashes(session, logs.PUBLIC, start, last.size)
        tile = [reader.hash(0, index) for index in range(start, last.size)]
    except TileMissing as missing:
        raise Refused(refuse("tiles_lost", _SOURCE, tile=str(missing))) from missing
    if rows != tile:
        raise Refused(refuse("log_forked", _SOURCE, size=last.size, where="rows"))


def _signed(publication: Publication, text: str) -> Checkpoint:
    """Signed by every key in force: two while the log key changes (DESIGN 6)."""
    return parse(notes.sign(text, *publication.keys).decode(), text)


def _with_all_signatures(publication: Publication, last: Checkpoint) -> Checkpoint:
    """The same checkpoint; signed once more only if a key in force has not signed it yet."""
    opened = notes.open_note(last.note.encode(), publication.believed)
    if all(opened.signed_by(key.verifier) for key in publication.keys):
        return last
    return _signed(publication, opened.text)


def _open(publication: Publication, note: str) -> Checkpoint:
    try:
        found = parse(note, notes.verify(note.encode(), publication.believed))
    except ValueError as problem:
        raise Refused(refuse("foreign_checkpoint", _SOURCE, problem=str(problem))) from problem
    if found.origin != publication.origin:
        raise Refused(refuse("foreign_checkpoint", _SOURCE, origin=found.origin))
    return found


def remembered(publication: Publication) -> Checkpoint | None:
    """The last checkpoint that was signed or adopted, as it is kept outside the database."""
    return _read(publication, publication.memory)


def _shown(publication: Publication) -> Checkpoint | None:
    return _read(publication, publication.published)


def _read(publication: Publication, path: Path) -> Checkpoint | None:
    try:
        return _open(publication, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _remember(publication: Publication, made: Checkpoint) -> None:
    publication.memory.parent.mkdir(parents=True, exist_ok=True)
    write_durably(publication.memory, made.note.encode())


def _show(publication: Publication, made: Checkpoint) -> None:
    publication.tiles.root.mkdir(parents=True, exist_ok=True)
    if not _shown_already(publication, made):
        write_durably(publication.published, made.note.encode())


def _shown_already(publication: Publication, made: Checkpoint) -> bool:
    """Then it may bear cosignatures of witnesses, which stay."""
    try:
        note = publication.published.read_bytes()
        opened = notes.open_note(note, [key.verifier for key in publication.keys])
    except (FileNotFoundError, NoteProblem):
        return False
    signed = all(opened.signed_by(key.verifier) for key in publication.keys)
    return signed and opened.text == made.text


def _row(made: Checkpoint, at: datetime) -> CheckpointRow:
    return CheckpointRow(
        size=made.size, root=made.root, note=made.note, digest=made.digest, signed_at=at
    )


def _of_row(row: CheckpointRow) -> Checkpoint:
    origin = row.note.split("\n", 1)[0]
    return Checkpoint(origin, row.size, row.root, row.note)
