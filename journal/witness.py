"""Witnesses: outsiders who sign what they saw of the log (C2SP tlog-witness, tlog-cosignature).

A witness signs a checkpoint only if it continues the last one that it signed, so a log that shows
two histories needs two witnesses that lie. The protocol is one request: old size, proof, note. What
carries it (HTTP) is not decided here. `Witness` is the other side, small enough for a court, a bar
association or a newspaper to run.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from journal.checkpoints import Checkpoint, Publication, parse
from journal.tiles import TileFolder, write_durably
from signatures import notes
from signatures.merkle import EMPTY_ROOT, consistency_proof, verify_consistency
from signatures.notes import NoteProblem, SigningKey, VerifierKey

PROOF_LINES_MAX = 63  # c2sp.org/tlog-witness


class WitnessRefused(Exception):
    """A witness did not sign; on a conflict it says what size it holds."""

    def __init__(self, status: int, size: int | None = None) -> None:
        super().__init__(f"the witness answered {status}")
        self.status = status
        self.size = size


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: a status of HTTP, and signature lines or the size that it holds."""

    status: HTTPStatus
    body: str = ""


def request(tiles: TileFolder, old: int, checkpoint: Checkpoint) -> bytes:
    """The body of `add-checkpoint` for a witness that last signed a log of `old` entries."""
    proof = consistency_proof(tiles.reader(checkpoint.size).node, old, checkpoint.size)
    lines = "".join(base64.b64encode(step).decode() + "\n" for step in proof)
    return f"old {old}\n{lines}\n{checkpoint.note}".encode()


def read_answer(status: int, body: str) -> str:
    """The cosignature lines of an answer; a refusal says the size to try again from."""
    if status == HTTPStatus.OK:
        return body
    size = body.strip()
    known = int(size) if status == HTTPStatus.CONFLICT and size.isdecimal() else None
    raise WitnessRefused(status, known)


def attach(
    publication: Publication, checkpoint: Checkpoint, lines: str, witness: VerifierKey
) -> Checkpoint:
    """Publish a checkpoint with a witness's cosignature; NoteProblem if it is not that witness's.

    Cosignatures that it bears already stay. A newer checkpoint in the meantime stays as well.
    """
    shown = publication.published.read_text(encoding="utf-8")
    if not shown.startswith(checkpoint.text + "\n"):
        return checkpoint
    note = shown.encode()
    for line in lines.splitlines():
        note = notes.add_signature(note, line)
    if not notes.open_note(note, [witness]).signed_by(witness):
        raise NoteProblem("note_not_signed_by_a_known_key")
    write_durably(publication.published, note)
    return replace(checkpoint, note=note.decode())


class Witness:
    """Signs what continues what it signed before, and remembers it durably before it answers."""

    def __init__(self, key: SigningKey, logs: Sequence[tuple[str, VerifierKey]], state: Path):
        self._key = key
        self._logs = dict(logs)
        self._state = state
        state.mkdir(parents=True, exist_ok=True)

    def add_checkpoint(self, body: bytes, now: datetime) -> Answer:
        """Answer a request (c2sp.org/tlog-witness, 'add-checkpoint')."""
        try:
            old, proof, note = read_request(body)
            origin = note.split("\n", 1)[0]
            if origin not in self._logs:
                return Answer(HTTPStatus.NOT_FOUND)
            text = notes.verify(note.encode(), [self._logs[origin]])
            shown = parse(note, text)
        except NoteProblem:
            return Answer(HTTPStatus.FORBIDDEN)
        except ValueError:
            return Answer(HTTPStatus.BAD_REQUEST)
        with self._held(origin) as path:
            return self._judge(path, shown, old, proof, now)

    def _judge(
        self, path: Path, shown: Checkpoint, old: int, proof: list[bytes], now: datetime
    ) -> Answer:
        size, root = self._known(path)
        if old > shown.size:
            return Answer(HTTPStatus.BAD_REQUEST)
        if old != size or (shown.size == size and shown.root != root):
            return Answer(HTTPStatus.CONFLICT, f"{size}\n")
        if not verify_consistency(size, shown.size, root, shown.root, proof):
            return Answer(HTTPStatus.UNPROCESSABLE_ENTITY)
        write_durably(path, f"{shown.size}\n{shown.root.hex()}\n".encode())
        return Answer(HTTPStatus.OK, self._key.signature_line(shown.text, now))

    def _known(self, path: Path) -> tuple[int, bytes]:
        if not path.exists():
            return 0, EMPTY_ROOT
        size, root, _ = path.read_text(encoding="ascii").split("\n")
        return int(size), bytes.fromhex(root)

    @contextmanager
    def _held(self, origin: str) -> Iterator[Path]:
        """One request a log at a time: two at once could sign two histories."""
        path = self._state / hashlib.sha256(origin.encode()).hexdigest()
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield path


def read_request(body: bytes) -> tuple[int, list[bytes], str]:
    """Old size, proof and note of a request; ValueError for anything else."""
    head, gap, note = body.decode("utf-8").partition("\n\n")
    first, *lines = head.split("\n")
    size = first.removeprefix("old ")
    if not gap or first == size or len(lines) > PROOF_LINES_MAX or str(int(size)) != size:
        raise ValueError("not a request")
    return int(size), [base64.b64decode(line, validate=True) for line in lines], note
