"""What is written here is read by other implementations of age, and the other way round.

pyrage wraps rage (Rust); `age` is the Go program as Debian ships it, tried where it is installed.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.refusal import Refused
from signatures.sealed import header, points, stream

SIZES = (0, 1, 65535, 65536, 65537, 131072, 200_000)
needs_age = pytest.mark.skipif(not shutil.which("age"), reason="Debian's age is not installed")


def encrypted(plain: bytes, recipient: str) -> bytes:
    out = io.BytesIO()
    written = stream.encrypt([plain[:100], plain[100:]], recipient, out, os.urandom)
    assert written.size == len(out.getvalue()) == stream.encrypted_size(len(plain))
    return out.getvalue()


def decrypted(raw: bytes, identity: bytes) -> bytes:
    return b"".join(stream.decrypt(io.BytesIO(raw), identity))


@pytest.fixture
def identity() -> bytes:
    return points.clamped(os.urandom(32))


@pytest.mark.parametrize("size", SIZES)
def test_rage_reads_what_we_write(size: int, identity: bytes) -> None:
    plain = os.urandom(size)
    raw = encrypted(plain, points.recipient_of(identity))
    theirs = pyrage.x25519.Identity.from_str(points.write_identity(identity))
    assert str(theirs.to_public()) == points.recipient_of(identity)
    assert pyrage.decrypt(raw, [theirs]) == plain == decrypted(raw, identity)


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_go_age_reads_what_we_write_and_we_what_it_writes(
    size: int, identity: bytes, tmp_path: Path
) -> None:
    plain = os.urandom(size)
    recipient = points.recipient_of(identity)
    key = tmp_path / "key"
    key.write_text(points.write_identity(identity) + "\n")
    ours = encrypted(plain, recipient)
    opened = subprocess.run(
        ["age", "-d", "-i", str(key)], input=ours, capture_output=True, check=True
    )
    assert opened.stdout == plain
    theirs = subprocess.run(["age", "-r", recipient], input=plain, capture_output=True, check=True)
    assert decrypted(theirs.stdout, identity) == plain


def test_rage_keys_are_ours() -> None:
    for _ in range(50):
        theirs = pyrage.x25519.Identity.generate()
        secret = points.read_identity(str(theirs))
        assert points.write_identity(secret) == str(theirs)
        assert points.recipient_of(secret) == str(theirs.to_public())


def test_a_file_that_rage_writes_is_refused_for_its_grease() -> None:
    """rage adds a random stanza to most files; those that it leaves plain are read."""
    theirs = pyrage.x25519.Identity.generate()
    codes = set()
    for _ in range(60):
        raw = pyrage.encrypt(b"plain", [theirs.to_public()])
        try:
            assert decrypted(raw, points.read_identity(str(theirs))) == b"plain"
        except Refused as refused:
            codes.add(refused.refusal.code)
    assert codes <= {"header_shape"}


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 400), flip=st.integers(1, 255))
def test_every_altered_byte_is_refused(at: int, flip: int) -> None:
    secret = points.clamped(bytes(range(32)))
    raw = bytearray(encrypted(bytes(300), points.recipient_of(secret)))
    raw[at] ^= flip
    with pytest.raises(Refused):
        decrypted(bytes(raw), secret)


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=400))
def test_no_header_makes_the_parser_fail(raw: bytes) -> None:
    with pytest.raises(Refused):
        header.read_header(raw)


def test_memory_stays_flat_while_a_large_file_passes() -> None:
    class Sink:
        largest = 0

        def write(self, data: bytes) -> None:
            self.largest = max(self.largest, len(data))

    sink = Sink()
    piece = bytes(1 << 20)
    identity = points.clamped(os.urandom(32))
    written = stream.encrypt(
        (piece for _ in range(20)), points.recipient_of(identity), sink, os.urandom
    )
    assert written.size == stream.encrypted_size(20 << 20)
    assert sink.largest <= stream.CHUNK_BYTES + stream.TAG_BYTES
