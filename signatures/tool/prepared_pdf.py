"""Signing a PDF that the server prepared, without signing anything else by it.

The attributes to be signed are not taken from the server: they are made here, exactly contentType
(id-data), messageDigest over the byte range, and signingCertificateV2. They name no policy, so what
is signed can never stand for a statement: a signature given on a prepared "PDF" was also a valid
withdrawal (SEALED_BID 1).
"""

from __future__ import annotations

import re

from kernel.refusal import Refused, refuse
from signatures import algorithms
from signatures.signed_data import signed_attributes
from signatures.signers import Signer

CITE = "SEALED_BID 1"
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_EMPTY = re.compile(rb"<0+>")


def sign_prepared(pdf: bytes, signer: Signer) -> bytes:
    """The signature value over a prepared PDF; everything but the empty place is signed."""
    start, end = empty_place(pdf)
    digest = algorithms.digest(signer.form.digest_oid, pdf[:start] + pdf[end:])
    return signer.sign(signed_attributes(digest, signer.certificate))


def empty_place(pdf: bytes) -> tuple[int, int]:
    """Where the signature goes: the one byte range that reaches the end around an empty string."""
    found = set()
    for match in _BYTE_RANGE.finditer(pdf):
        start, end, rest = (int(each) for each in match.groups())
        if start < end and end + rest == len(pdf) and _EMPTY.fullmatch(pdf[start:end]):
            found.add((start, end))
    if len(found) != 1 or not pdf.startswith(b"%PDF-"):
        raise Refused(refuse("pdf_not_prepared", CITE, places=len(found)))
    return found.pop()
