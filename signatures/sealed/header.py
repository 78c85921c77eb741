"""The age v1 header as it may stand here: one X25519 stanza, 168 bytes, judged on the bytes.

No age library sees a file before this check: pyrage's header parser takes time quadratic in the
header, adds random "grease" stanzas when it writes, and panics on recipients of small order; and a
second stanza would open the same file to somebody the act does not name (SEALED_BID 3.3).
Format: C2SP age v1, sections "header" and "the X25519 recipient type".
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.refusal import Refused, refuse
from signatures.sealed import points

Randomness = Callable[[int], bytes]

HEADER_BYTES = 168
FILE_KEY_BYTES = 16
_VERSION = b"age-encryption.org/v1\n"
_LABEL = b"age-encryption.org/v1/X25519"
_WRAP_NONCE = bytes(12)
_SHAPE = re.compile(
    re.escape(_VERSION)
    + rb"-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n"
)
CITE = "SEALED_BID 3.3"


@dataclass(frozen=True, slots=True)
class Header:
    """The three values of a header that has the one allowed shape."""

    ephemeral: bytes
    wrapped_key: bytes
    mac: bytes


def read_header(raw: bytes) -> Header:
    """The header at the start of these bytes; refuses every other shape that age allows."""
    found = _SHAPE.fullmatch(raw[:HEADER_BYTES])
    if found is None:
        raise Refused(refuse("header_shape", CITE))
    values = []
    for written in found.groups():
        value = base64.b64decode(written + b"=")
        if _base64(value) != written:
            raise Refused(refuse("header_base64", CITE))
        values.append(value)
    header = Header(*values)
    if not points.usable_u(header.ephemeral):
        raise Refused(refuse("header_ephemeral", CITE))
    return header


def write_header(recipient: bytes, file_key: bytes, random: Randomness) -> bytes:
    """Wrap a file key to a recipient's public value under a fresh ephemeral key."""
    ephemeral = X25519PrivateKey.from_private_bytes(random(32))
    public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrapped = ChaCha20Poly1305(_wrap_key(shared, public, recipient)).encrypt(
        _WRAP_NONCE, file_key, None
    )
    upto_mac = _VERSION + b"-> X25519 " + _base64(public) + b"\n" + _base64(wrapped) + b"\n---"
    return upto_mac + b" " + _base64(_mac(file_key, upto_mac)) + b"\n"


def open_header(raw: bytes, identity: bytes) -> bytes:
    """The file key that a header wraps for this identity; refused if for another, or altered."""
    header = read_header(raw)
    private = X25519PrivateKey.from_private_bytes(identity)
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(header.ephemeral))
        own = private.public_key().public_bytes_raw()
        key = _wrap_key(shared, header.ephemeral, own)
        file_key = ChaCha20Poly1305(key).decrypt(_WRAP_NONCE, header.wrapped_key, None)
    except (InvalidTag, ValueError):
        raise Refused(refuse("header_not_for_identity", CITE)) from None
    upto_mac = raw[: HEADER_BYTES - len(" ") - 43 - len("\n")]
    if not hmac.compare_digest(_mac(file_key, upto_mac), header.mac):
        raise Refused(refuse("header_mac", CITE))
    return file_key


def derive(key: bytes, salt: bytes, label: bytes) -> bytes:
    """HKDF-SHA-256 to 32 bytes (RFC 5869), the one derivation that age uses."""
    return HKDF(hashes.SHA256(), 32, salt, label).derive(key)


def _wrap_key(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return derive(shared, ephemeral + recipient, _LABEL)


def _mac(file_key: bytes, upto_mac: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"", b"header"), upto_mac, "sha256")


def _base64(value: bytes) -> bytes:
    return binascii.b2a_base64(value, newline=False).rstrip(b"=")
