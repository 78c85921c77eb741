"""What is encrypted: length, inner statement, its CMS, openings, files, zeros (SEALED_BID 3.1-3.2).

    u64be length of body
    body: u32be n, n bytes   the inner statement
          u32be n, n bytes   its CMS
          u32be n, n bytes   the openings, canonical JSON
          the files' bytes, in the order of the openings
    zeros up to max(floor of the part, PADMÉ)

It is no archive: ZIP readers disagree about the same bytes. One table of limits serves sealing and
opening. PADMÉ: Nikitin et al., "Reducing metadata leakage from encrypted files", PETS 2019, fig. 5.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel import canonical
from kernel.refusal import Refusal, Refused, enforce, refuse
from signatures.sealed import statements, text
from signatures.sealed.header import Randomness
from signatures.sealed.statements import FILE_NAME_BYTES_MAX, FILES_MAX, STATEMENT_BYTES_MAX
from signatures.sealed.stream import Writer

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
CITE = "SEALED_BID 3.1"

# Finer steps than the floors would tell the number of items in a price schedule.
FLOOR_BYTES = {"technical": 1 * MIB, "price": 64 * KIB}
FILES_BYTES_MAX = 2 * GIB
CMS_BYTES_MAX = 64 * KIB
OPENINGS_BYTES_MAX = 512 * KIB
LENGTH_BYTES = 8
BODY_BYTES_MAX = 3 * 4 + STATEMENT_BYTES_MAX + CMS_BYTES_MAX + OPENINGS_BYTES_MAX + FILES_BYTES_MAX
_PIECE_BYTES = 64 * KIB

Opening = dict[str, Any]
Sink = Callable[[str], Writer | None]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be sealed; its bytes are read when they are needed, once for each pass."""

    name: str
    size: int
    digest: str
    pieces: Callable[[], Iterable[bytes]]

    @staticmethod
    def of_bytes(name: str, data: bytes) -> Attachment:
        """A file that is already in memory."""
        return Attachment(name, len(data), canonical.digest(data), lambda: (data,))

    @staticmethod
    def of_path(name: str, path: Path) -> Attachment:
        """A file on the disk, under the name that the buyer will see."""
        seen, size = hashlib.sha256(), 0
        for piece in _pieces_of(path):
            seen.update(piece)
            size += len(piece)
        return Attachment(name, size, f"sha256:{seen.hexdigest()}", lambda: _pieces_of(path))


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload that was read whole and keeps its own rules; who signed it is judged elsewhere."""

    inner: bytes
    statement: statements.Statement
    cms: bytes
    openings: tuple[Opening, ...]


def padded_size(part: str, body_bytes: int) -> int:
    """The size of the payload: PADMÉ of length field and body, at least the floor of the part."""
    size = LENGTH_BYTES + body_bytes
    exponent = size.bit_length() - 1
    kept = exponent.bit_length()  # bits of the mantissa that PADMÉ keeps
    mask = (1 << max(0, exponent - kept)) - 1
    return max(FLOOR_BYTES[part], (size + mask) & ~mask)


def size_refusal(*, part: str, payload_bytes: int) -> Refusal | None:
    """Whether a payload of this part can have this size at all: known before anything is opened."""
    most = padded_size(part, BODY_BYTES_MAX)
    reached = padded_size(part, max(0, payload_bytes - LENGTH_BYTES))
    if payload_bytes != reached or payload_bytes > most:
        return refuse("payload_size", CITE, part=part, bytes=payload_bytes, bytes_max=most)
    return None


def name_refusal(name: str) -> Refusal | None:
    """A name is one segment of at most 180 UTF-8 bytes of plain text, and goes nowhere else."""
    if not name or len(name.encode(errors="replace")) > FILE_NAME_BYTES_MAX:
        return refuse("file_name_length", CITE, bytes_max=FILE_NAME_BYTES_MAX)
    if not text.allowed(name):
        return refuse("file_name_text", CITE)
    if name in {".", ".."} or any(each in name for each in "/\\:"):
        return refuse("file_name_path", CITE)
    return None


def files_refusal(names_and_sizes: Sequence[tuple[str, int]]) -> Refusal | None:
    """The rules for the files of one envelope together: count, total size, names apart."""
    if not 1 <= len(names_and_sizes) <= FILES_MAX:
        return refuse("files_count", CITE, count=len(names_and_sizes), count_max=FILES_MAX)
    total = sum(size for _, size in names_and_sizes)
    if total > FILES_BYTES_MAX:
        return refuse("files_size", CITE, bytes=total, bytes_max=FILES_BYTES_MAX)
    for name, _ in names_and_sizes:
        if refusal := name_refusal(name):
            return refusal
    if len({text.folded(name) for name, _ in names_and_sizes}) != len(names_and_sizes):
        return refuse("file_names_alike", CITE)
    return None


def commit(opening: Opening) -> str:
    """SHA-256(salt ‖ JCS{digest, name, size}): names a file without telling what it is."""
    described = {name: opening[name] for name in ("digest", "name", "size")}
    return canonical.digest(bytes.fromhex(opening["salt"]) + canonical.encode(described))


def make_openings(files: Sequence[Attachment], random: Randomness) -> list[Opening]:
    """One opening a file, each under a salt of its own."""
    enforce(files_refusal([(each.name, each.size) for each in files]))
    return [
        {"salt": random(32).hex(), "name": each.name, "size": each.size, "digest": each.digest}
        for each in files
    ]


def write_payload(
    *, part: str, inner: bytes, cms: bytes, openings: Sequence[Opening], files: Sequence[Attachment]
) -> Iterator[bytes]:
    """The bytes of a payload, piece by piece; a file that changed meanwhile stops it."""
    if len(cms) > CMS_BYTES_MAX:
        raise Refused(refuse("payload_field_size", CITE, field="cms", bytes_max=CMS_BYTES_MAX))
    fields = b"".join(
        len(each).to_bytes(4, "big") + each for each in (inner, cms, canonical.encode(openings))
    )
    length = len(fields) + sum(each.size for each in files)
    yield length.to_bytes(LENGTH_BYTES, "big") + fields
    for each in files:
        yield from _unchanged(each)
    yield from _zeros(padded_size(part, length) - LENGTH_BYTES - length)


def read_payload(pieces: Iterable[bytes], part: str, sink: Sink) -> Payload:
    """Read a payload to its last byte; `sink` says per file name where its bytes go, or None.

    The sink gets bytes before the rest is judged: on a refusal the caller drops what it got.
    """
    source = _Cursor(pieces)
    length = int.from_bytes(source.take(LENGTH_BYTES), "big")
    if length > BODY_BYTES_MAX:
        raise Refused(refuse("payload_length", CITE, bytes=length, bytes_max=BODY_BYTES_MAX))
    inner = _field(source, "inner", STATEMENT_BYTES_MAX)
    cms = _field(source, "cms", CMS_BYTES_MAX)
    openings = read_openings(_field(source, "openings", OPENINGS_BYTES_MAX))
    if source.taken - LENGTH_BYTES + sum(each["size"] for each in openings) != length:
        raise Refused(refuse("payload_length", CITE, bytes=length))
    statement = statements.read(inner, "inner")
    if statement["files"] != [commit(each) for each in openings]:
        raise Refused(refuse("file_commitment", "SEALED_BID 3.2"))
    for each in openings:
        _read_file(source, each, sink(each["name"]))
    source.expect_zeros(padded_size(part, length) - source.taken)
    return Payload(inner, statement, cms, tuple(openings))


def read_openings(raw: bytes) -> list[Opening]:
    """The openings in canonical JSON, under the rules for files."""
    openings = statements.read_canonical(raw, OPENINGS_BYTES_MAX)
    well_formed = statements.list_of(statements.record(statements.OPENING), 1, FILES_MAX)
    if not well_formed(openings):
        raise Refused(refuse("openings_value", "SEALED_BID 3.2"))
    enforce(files_refusal([(each["name"], each["size"]) for each in openings]))
    return openings  # type: ignore[no-any-return]


class Memory:
    """A sink that keeps the files it is asked for, by name; all of them if none is named."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._kept: dict[str, io.BytesIO] = {}

    def __call__(self, name: str) -> Writer | None:
        if self._names and name not in self._names:
            return None
        return self._kept.setdefault(name, io.BytesIO())

    @property
    def files(self) -> dict[str, bytes]:
        """The bytes by file name."""
        return {name: kept.getvalue() for name, kept in self._kept.items()}


class _Cursor:
    """Takes exact numbers of bytes from pieces of any length."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = memoryview(b"")
        self.taken = 0

    def stream(self, size: int) -> Iterator[memoryview]:
        """So many bytes in pieces; refused where the payload ends before."""
        while size:
            if not self._held:
                following = next(self._pieces, None)
                if following is None:
                    raise Refused(refuse("payload_cut", CITE))
                self._held = memoryview(following)
                continue
            piece, self._held = self._held[:size], self._held[size:]
            size -= len(piece)
            self.taken += len(piece)
            yield piece

    def take(self, size: int) -> bytes:
        """So many bytes together."""
        return b"".join(self.stream(size))

    def expect_zeros(self, size: int) -> None:
        """The payload ends after exactly so many zeros."""
        for piece in self.stream(size):
            if piece != bytes(len(piece)):
                raise Refused(refuse("payload_padding", CITE))
        if self._held or any(self._pieces):
            raise Refused(refuse("payload_padding", CITE))


def _field(source: _Cursor, field: str, bytes_max: int) -> bytes:
    size = int.from_bytes(source.take(4), "big")
    if size > bytes_max:
        raise Refused(refuse("payload_field_size", CITE, field=field, bytes_max=bytes_max))
    return source.take(size)


def _read_file(source: _Cursor, opening: Opening, sink: Writer | None) -> None:
    seen = hashlib.sha256()
    for piece in source.stream(opening["size"]):
        seen.update(piece)
        if sink is not None:
            sink.write(bytes(piece))
    if f"sha256:{seen.hexdigest()}" != opening["digest"]:
        raise Refused(refuse("file_digest", "SEALED_BID 3.2"))


def _unchanged(file: Attachment) -> Iterator[bytes]:
    seen, size = hashlib.sha256(), 0
    for piece in file.pieces():
        seen.update(piece)
        size += len(piece)
        if size > file.size:
            break
        yield piece
    if size != file.size or f"sha256:{seen.hexdigest()}" != file.digest:
        raise Refused(refuse("file_changed", CITE, name=file.name))


def _zeros(count: int) -> Iterator[bytes]:
    piece = bytes(_PIECE_BYTES)
    while count > 0:
        yield piece[:count]
        count -= _PIECE_BYTES


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(_PIECE_BYTES):
            yield piece
