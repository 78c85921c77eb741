"""Signing on a page: what is put before a person to sign, and what comes back.

The server prepares, the browser or `sunlit-bid` signs, the form brings the results; the use case
prepares again and compares. The private key never comes here (电子签名法 art. 13). The form is
drawn by `templates/components/signing.html` and driven by `sign.js`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from kernel import canonical
from kernel.refusal import Refused, refuse
from kernel.text import Text

STATEMENT_BYTES_MAX = 64 * 1024
CMS_BYTES_MAX = 64 * 1024
CITE = "电子签名法 art. 13"


@dataclass(frozen=True, slots=True)
class PreparedPdf:
    """A PDF that waits for the value of one signature (`app.documents`)."""

    request: str
    document_url: str
    attributes: bytes
    digest: bytes
    range: tuple[int, int, int, int]
    certificate: str
    package: bytes


@dataclass(frozen=True, slots=True)
class ToSign:
    """One thing to sign: a statement in canonical JSON, or a prepared PDF."""

    key: str
    what: Text
    statement: bytes | None = None
    prepared: PreparedPdf | None = None

    @property
    def digest(self) -> str:
        """What the person's own computer finds again."""
        if self.prepared is not None:
            return f"sha256:{self.prepared.digest.hex()}"
        return canonical.digest(self.statement or b"")

    @property
    def statement_text(self) -> str:
        """The statement as the hidden field carries it."""
        return base64.b64encode(self.statement or b"").decode()

    @property
    def readable(self) -> str:
        """The statement for a person who wants to read all of it."""
        return (self.statement or b"").decode("utf-8")

    @property
    def attributes_text(self) -> str:
        """The attributes of the PDF's signature, as `sign.js` reads them."""
        return base64.b64encode(self.prepared.attributes).decode() if self.prepared else ""


@dataclass(frozen=True, slots=True)
class SignedPart:
    """What came back for one thing."""

    statement: bytes = b""
    cms: bytes = b""
    request: str = ""
    value: bytes = b""
    """The value of a PDF's signature: of WebCrypto, or what `sunlit-bid sign-pdf` wrote."""
    offline: bool = False


def signed_parts(items: Sequence[str]) -> dict[str, SignedPart]:
    """What the present request brings for these keys; Refused, naming the thing, if one lacks."""
    return {key: _part(key) for key in items}


def _part(key: str) -> SignedPart:
    file = request.files.get(f"sign-{key}-file")
    offline = file.stream.read(CMS_BYTES_MAX + 1) if file is not None and file.filename else b""
    prepared = request.form.get(f"sign-{key}-request", "")
    if prepared:
        value = offline or _octets(key, f"sign-{key}-value", CMS_BYTES_MAX)
        return SignedPart(request=prepared, value=value, offline=bool(offline))
    statement = _octets(key, f"sign-{key}-statement", STATEMENT_BYTES_MAX)
    cms = offline or _octets(key, f"sign-{key}-cms", CMS_BYTES_MAX)
    if len(cms) > CMS_BYTES_MAX:
        raise Refused(refuse("signature_unreadable", CITE, key=key))
    return SignedPart(statement=statement, cms=cms, offline=bool(offline))


def _octets(key: str, name: str, most: int) -> bytes:
    text = request.form.get(name, "")
    if not text:
        raise Refused(refuse("signature_missing", CITE, key=key))
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Refused(refuse("signature_unreadable", CITE, key=key)) from problem
    if not 0 < len(found) <= most:
        raise Refused(refuse("signature_unreadable", CITE, key=key))
    return found
