"""Reading what a program sent: strict, with a refusal that names the field."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, BinaryIO, TypeAlias

from flask import request
from werkzeug.exceptions import BadRequest

from kernel import canonical
from kernel.refusal import Refused, enforce, refuse
from kernel.vocabulary import Part
from signatures.sealed.judging import Signed

# SEALED_BID 1: a statement is at most 48 KiB; a CMS with its chain stays below that too.
STATEMENT_BYTES_MAX = 48 << 10
CMS_BYTES_MAX = 64 << 10
# SEALED_BID 6: every live envelope of a lot is in it, so it grows with the bids.
RELEASE_BYTES_MAX = 1 << 20
BOXES_MAX = 15
BOX_BYTES_MAX = 4 << 10


Body: TypeAlias = Mapping[str, Any]


def body() -> Body:
    """What the present request sent, as a JSON object."""
    try:
        found = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets, ten thousands of them
        found = None
    if not isinstance(found, dict):
        raise BadRequest("a JSON object is needed")
    return found


def stated(statement: bytes, needed: str) -> Mapping[str, Any]:
    """A statement as an object with the field that says its place; it is examined later."""
    try:
        found = canonical.decode(statement)
    except canonical.NotCanonical as problem:
        raise Refused(refuse("statement_not_canonical", "SEALED_BID 1")) from problem
    if not isinstance(found, dict) or not _is_text(found.get(needed)):
        raise Refused(refuse("request_malformed", field=needed))
    return found


def signed(body: Mapping[str, Any], name: str) -> Signed:
    """A statement with the signature that came beside it."""
    return Signed(octets(body, name, STATEMENT_BYTES_MAX), octets(body, "cms", CMS_BYTES_MAX))


def part(text: object) -> Part:
    """A part of a bid by its name."""
    try:
        return Part(str(text))
    except ValueError as problem:
        raise Refused(refuse("request_malformed", field="part")) from problem


def text(body: Mapping[str, Any], name: str, characters_max: int = 200) -> str:
    """A field that is a short text."""
    found = body.get(name)
    if not isinstance(found, str) or not _is_text(found) or not 0 < len(found) <= characters_max:
        raise Refused(refuse("request_malformed", field=name))
    return found


def octets(body: Mapping[str, Any], name: str, bytes_max: int) -> bytes:
    """A field that is base64 of bytes."""
    return _decoded(body.get(name), name, bytes_max)


def boxes(body: Mapping[str, Any]) -> dict[str, tuple[bytes, ...]]:
    """The boxes of each part: lists of base64, in the order of the holders."""
    found = body.get("boxes", {})
    if not isinstance(found, dict):
        raise Refused(refuse("request_malformed", field="boxes"))
    for part, listed in found.items():
        if not isinstance(listed, list) or len(listed) > BOXES_MAX:
            raise Refused(refuse("request_malformed", field=f"boxes.{part}"))
    return {
        part: tuple(_decoded(box, f"boxes.{part}", BOX_BYTES_MAX) for box in listed)
        for part, listed in found.items()
    }


def records(body: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
    """A field that is a list of objects, not empty and not longer than this."""
    found = body.get(name)
    if not isinstance(found, list) or not 0 < len(found) <= most:
        raise Refused(refuse("request_malformed", field=name))
    if not all(isinstance(each, dict) for each in found):
        raise Refused(refuse("request_malformed", field=name))
    return found


class CheckedStream:
    """A stream that ends in a refusal unless its bytes have the digest that was promised.

    So a blob store never gets bytes under a name that the sender did not mean, and need not remove
    any: the same bytes may be another's by right.
    """

    def __init__(self, stream: BinaryIO, digest: str, bytes_max: int) -> None:
        self._stream = stream
        self._digest = digest
        self._most = bytes_max
        self._left = bytes_max
        self._seen = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found = self._stream.read(size)
        self._left -= len(found)
        if self._left < 0:
            enforce(refuse("upload_too_large", bytes_max=self._most))
        self._seen.update(found)
        if not found and "sha256:" + self._seen.hexdigest() != self._digest:
            enforce(refuse("upload_digest_differs", "SEALED_BID 4", promised=self._digest))
        return found


def _is_text(found: object) -> bool:
    """Whether it is text that can be kept: PostgreSQL takes no NUL, UTF-8 no half of a pair."""
    return isinstance(found, str) and not any(
        mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in found
    )


def _decoded(value: object, name: str, bytes_max: int) -> bytes:
    if not isinstance(value, str) or len(value) > bytes_max * 4 // 3 + 4:
        raise Refused(refuse("request_malformed", field=name))
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Refused(refuse("request_malformed", field=name)) from problem
