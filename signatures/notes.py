"""Signed notes (C2SP signed-note): a text with lines of signatures, readable in any editor.

A note is a text that ends in a newline, an empty line, and lines `— <name> <base64>`. The first
four bytes of what the base64 holds say which key; the rest is the signature. Checkpoints of the log
and receipts are notes; what their texts say is not decided here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 100
_PRIVATE_MARK: Final = "PRIVATE+KEY"
_DASH: Final = "— "
_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class NoteProblem(ValueError):
    """The note is malformed, or a known key's signature on it is wrong; a stable code."""


class KeyKind(IntEnum):
    """The algorithms of C2SP signed-note and tlog-cosignature that are used here."""

    ED25519 = 0x01
    COSIGNATURE = 0x04  # Ed25519 over the text with the witness's time


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name it signs under; its text form is a `vkey`."""

    name: str
    kind: KeyKind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that name the key in a signature line."""
        body = self.name.encode() + b"\n" + bytes((self.kind,)) + self.public
        return hashlib.sha256(body).digest()[:4]

    def encode(self) -> str:
        """The vkey: `<name>+<hex id>+<base64 kind and key>`."""
        key = base64.b64encode(bytes((self.kind,)) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def decode(cls, vkey: str) -> VerifierKey:
        """Read a vkey; NoteProblem when it is malformed or its id is not its key's."""
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        body = _base64(encoded)
        if not _name_good(name) or len(body) != 33 or body[0] not in tuple(KeyKind):
            raise NoteProblem("vkey_unreadable")
        found = cls(name, KeyKind(body[0]), body[1:])
        if found.key_id.hex() != key_id:
            raise NoteProblem("vkey_of_another_key")
        return found

    def check(self, text: str, signature: bytes) -> datetime | None:
        """Raise NoteProblem unless the signature is good; a cosignature's time is returned."""
        at: datetime | None = None
        signed = text.encode()
        if self.kind is KeyKind.COSIGNATURE:
            if len(signature) != 72:
                raise NoteProblem("note_signature_wrong")
            (seconds,) = struct.unpack(">Q", signature[:8])
            signed, signature = _cosigned(text, seconds), signature[8:]
            try:
                at = datetime.fromtimestamp(seconds, UTC)
            except (ValueError, OverflowError, OSError) as problem:
                raise NoteProblem("note_signature_wrong") from problem
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except (InvalidSignature, ValueError) as problem:
            raise NoteProblem("note_signature_wrong") from problem
        return at


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key and the name it signs notes under."""

    name: str
    kind: KeyKind
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, kind: KeyKind = KeyKind.ED25519) -> SigningKey:
        """A fresh key under a name, which for a log is its origin."""
        if not _name_good(name):
            raise NoteProblem("key_name_unusable")
        seed = Ed25519PrivateKey.generate().private_bytes(
            Encoding.Raw, PrivateFormat.Raw, NoEncryption()
        )
        return cls(name, kind, seed)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return VerifierKey(self.name, self.kind, public)

    def encode(self) -> str:
        """The private key as Go's note package writes it: keep it secret."""
        key = base64.b64encode(bytes((self.kind,)) + self.seed).decode()
        return f"{_PRIVATE_MARK}+{self.name}+{self.verifier.key_id.hex()}+{key}"

    @classmethod
    def decode(cls, text: str) -> SigningKey:
        """Read what `encode` wrote."""
        mark, _, rest = text.strip().partition("+")
        second, _, rest = rest.partition("+")
        name, _, rest = rest.partition("+")
        key_id, _, encoded = rest.partition("+")
        body = _base64(encoded)
        if f"{mark}+{second}" != _PRIVATE_MARK or len(body) != 33 or body[0] not in tuple(KeyKind):
            raise NoteProblem("private_key_unreadable")
        found = cls(name, KeyKind(body[0]), body[1:])
        if found.verifier.key_id.hex() != key_id:
            raise NoteProblem("private_key_unreadable")
        return found

    def signature_line(self, text: str, at: datetime | None = None) -> str:
        """The line that signs a text; a cosignature also says when, to the second."""
        if self.kind is KeyKind.COSIGNATURE:
            if at is None:
                raise ValueError("a cosignature needs its time")
            seconds = int(at.timestamp())
            signature = struct.pack(">Q", seconds) + self._private.sign(_cosigned(text, seconds))
        else:
            signature = self._private.sign(text.encode())
        encoded = base64.b64encode(self.verifier.key_id + signature).decode()
        return f"{_DASH}{self.name} {encoded}\n"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A good signature of a known key on a note."""

    key: VerifierKey
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note's text, whose good signatures it bears, and how many lines are of unknown keys."""

    text: str
    signatures: tuple[NoteSignature, ...]
    unknown: int

    def signed_by(self, key: VerifierKey) -> bool:
        """Whether the key's good signature is on the note."""
        return any(signature.key == key for signature in self.signatures)


def sign(text: str, *keys: SigningKey, at: datetime | None = None) -> bytes:
    """The text as a note with a signature of each key."""
    _check_text(text)
    lines = "".join(key.signature_line(text, at) for key in keys)
    return f"{text}\n{lines}".encode()


def add_signature(note: bytes, line: str) -> bytes:
    """The same note with one more signature line, a witness's."""
    read_note(note)
    if not _LINE.fullmatch(line.removesuffix("\n")):
        raise NoteProblem("note_malformed")
    return note + line.removesuffix("\n").encode() + b"\n"


def open_note(note: bytes, keys: Iterable[VerifierKey]) -> OpenedNote:
    """Check a note against known keys.

    A line of an unknown key is passed over, as the specification says; a wrong line of a known key
    refuses the whole note. NoteProblem when no known key signed.
    """
    text, lines = read_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[VerifierKey, NoteSignature] = {}
    unknown = 0
    for name, body in lines:
        key = known.get((name, body[:4]))
        if key is None:
            unknown += 1
        elif key not in found:
            found[key] = NoteSignature(key, key.check(text, body[4:]))
    if not found:
        raise NoteProblem("note_not_signed_by_a_known_key")
    return OpenedNote(text, tuple(found.values()), unknown)


def verify(note: bytes, keys: Iterable[VerifierKey]) -> str:
    """The text of a note that at least one of the keys signed; else NoteProblem."""
    return open_note(note, keys).text


def read_note(note: bytes) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """The text and the signature lines (name, key id and signature) of a note, unchecked."""
    if len(note) > NOTE_BYTES_MAX:
        raise NoteProblem("note_malformed")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise NoteProblem("note_malformed") from problem
    body, gap, signatures = whole.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise NoteProblem("note_malformed")
    text = body + "\n"
    _check_text(text)
    lines = signatures[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise NoteProblem("note_malformed")
    return text, tuple(_read_line(line) for line in lines)


def _read_line(line: str) -> tuple[str, bytes]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise NoteProblem("note_malformed")
    body = _base64(match[2])
    if len(body) < 5:
        raise NoteProblem("note_malformed")
    return match[1], body


def _check_text(text: str) -> None:
    """Raise NoteProblem unless the text can be a note's: newline at the end, no control signs."""
    if not text.endswith("\n") or any(sign < " " and sign != "\n" for sign in text):
        raise NoteProblem("note_text_unusable")


def _name_good(name: str) -> bool:
    return bool(name) and not any(sign.isspace() or sign == "+" for sign in name)


def _cosigned(text: str, seconds: int) -> bytes:
    """What a cosignature signs (C2SP tlog-cosignature): its time and the text."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise NoteProblem("note_malformed") from problem
    if base64.b64encode(raw).decode() != text:
        raise NoteProblem("note_malformed")
    return raw
