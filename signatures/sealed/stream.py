"""The age v1 payload (STREAM): chunks of 64 KiB under ChaCha20-Poly1305, in passing.

Any age implementation reads what is written here, and this reads what any of them writes with the
header that `header` allows. Memory holds one chunk whatever the size. Format: C2SP age v1,
section "payload".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kernel.refusal import Refused, refuse
from signatures.sealed import header, points
from signatures.sealed.header import HEADER_BYTES, Randomness

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
NONCE_BYTES = 16
OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES
CITE = "SEALED_BID 3.3"


class Reader(Protocol):
    """What can be read in pieces: a file, a blob, an upload."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


class Writer(Protocol):
    """What takes bytes one piece after another."""

    def write(self, data: bytes, /) -> object:
        """Take the bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: its digest and how many bytes."""

    digest: str
    size: int


def encrypted_size(plain_bytes: int) -> int:
    """How long the age file of so many bytes is."""
    chunks = max(1, -(-plain_bytes // CHUNK_BYTES))
    return OVERHEAD_BYTES + plain_bytes + chunks * TAG_BYTES


def plain_size(encrypted_bytes: int) -> int:
    """How many bytes an age file of this size holds; refused where no plaintext has that size."""
    body = encrypted_bytes - OVERHEAD_BYTES
    chunks = max(1, -(-body // (CHUNK_BYTES + TAG_BYTES)))
    plain = body - chunks * TAG_BYTES
    if plain < 0 or encrypted_size(plain) != encrypted_bytes:
        raise Refused(refuse("ciphertext_size", CITE, size=encrypted_bytes))
    return plain


def encrypt(plain: Iterable[bytes], recipient: str, out: Writer, random: Randomness) -> Written:
    """Write an age file for one recipient; the pieces of plaintext may have any length."""
    file_key = random(header.FILE_KEY_BYTES)
    head = header.write_header(points.read_recipient(recipient), file_key, random)
    nonce = random(NONCE_BYTES)
    chunks = _sealed_chunks(plain, header.derive(file_key, nonce, b"payload"))
    seen = hashlib.sha256()
    size = 0
    for piece in chain((head, nonce), chunks):
        seen.update(piece)
        out.write(piece)
        size += len(piece)
    return Written(f"sha256:{seen.hexdigest()}", size)


def decrypt(source: Reader, identity: bytes) -> Iterator[bytes]:
    """The plaintext of an age file, chunk by chunk, each of them authentic.

    That the file is whole is known only when the last chunk came: who uses a chunk before that must
    throw it away when this is refused later.
    """
    file_key = header.open_header(_exactly(source, HEADER_BYTES), identity)
    key = header.derive(file_key, _exactly(source, NONCE_BYTES), b"payload")
    return _opened_chunks(source, key)


def _sealed_chunks(plain: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    cipher = ChaCha20Poly1305(key)
    held = bytearray()
    counter = 0
    for piece in plain:
        held += piece
        at = 0
        # The last chunk is marked, so a full one is kept until more is known to follow.
        while len(held) - at > CHUNK_BYTES:
            chunk = bytes(held[at : at + CHUNK_BYTES])
            yield cipher.encrypt(_nonce(counter, last=False), chunk, None)
            counter += 1
            at += CHUNK_BYTES
        del held[:at]
    yield cipher.encrypt(_nonce(counter, last=True), bytes(held), None)


def _opened_chunks(source: Reader, key: bytes) -> Iterator[bytes]:
    cipher = ChaCha20Poly1305(key)
    chunk = _upto(source, CHUNK_BYTES + TAG_BYTES)
    counter = 0
    while True:
        following = _upto(source, CHUNK_BYTES + TAG_BYTES)
        last = not following
        try:
            plain = cipher.decrypt(_nonce(counter, last=last), chunk, None)
        except (InvalidTag, ValueError):
            raise Refused(refuse("ciphertext_damaged", CITE, chunk=counter)) from None
        if last and not plain and counter:  # age v1: an empty last chunk stands only alone
            raise Refused(refuse("ciphertext_damaged", CITE, chunk=counter))
        yield plain
        if last:
            return
        chunk = following
        counter += 1


def _nonce(counter: int, *, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([last])


def _exactly(source: Reader, size: int) -> bytes:
    data = _upto(source, size)
    if len(data) != size:
        raise Refused(refuse("ciphertext_cut", CITE))
    return data


def _upto(source: Reader, size: int) -> bytes:
    """So many bytes, fewer only at the end: raw files and sockets may give less at a time."""
    data = source.read(size)
    while len(data) < size and (more := source.read(size - len(data))):
        data += more
    return data
