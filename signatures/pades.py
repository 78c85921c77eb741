"""Signing PDF documents (PAdES, ETSI EN 319 142-1): here, or by a key held elsewhere.

pyHanko lays out fields, byte ranges and the security store; the CMS inside is the same that signs
statements, without the statement policy. Signing elsewhere has two steps: `prepare` makes the bytes
that a browser or a token signs, `finish` checks what came back before it is put in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import DocumentTimestamp
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from kernel.refusal import Refused, refuse
from signatures import algorithms
from signatures.algorithms import SignatureForm
from signatures.certificates import Certificate
from signatures.pdf_archive import add_security_store
from signatures.pdf_verification import verify_pdf
from signatures.signed_data import (
    SIGNATURE_TIME_STAMP,
    signed_attributes,
    write_signed_data,
)
from signatures.signers import Signer, form_for
from signatures.stampers import Stamper
from signatures.trust import Trust

__all__ = [
    "Level",
    "Prepared",
    "add_empty_fields",
    "archive",
    "finish",
    "prepare",
    "sign_pdf",
    "signature_from_webcrypto",
    "signature_value",
    "verify_pdf",
]

# Room for a token with its authority's chain; those of public authorities have 2 to 5 KiB.
TOKEN_ROOM: Final = 6 * 1024
_DIGEST_NAMES: Final = algorithms.DIGESTS


class Level(StrEnum):
    """How long a signature can be verified (EN 319 142-1 section 6)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LTA = "B-LTA"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A PDF with an empty place for a signature, and the attributes that are to be signed.

    What is kept between two requests. The signer recomputes `document_digest` from `document`
    before signing, since the server chose both.
    """

    document: bytes
    document_digest: bytes
    reserved_start: int
    reserved_end: int
    attributes: bytes
    form: SignatureForm
    certificate: Certificate
    issuers: tuple[Certificate, ...]


def sign_pdf(
    pdf: bytes,
    signer: Signer,
    *,
    reason: str,
    field: str,
    tsa: Stamper | None = None,
    level: str = Level.B_T,
    trust: Trust | None = None,
    claimed_at: datetime | None = None,
    certify: bool = False,
) -> bytes:
    """Sign a PDF in a field with a key at hand.

    `B-LTA` also needs the trust, from which chains and revocation lists go into the document.
    `certify` is for the first of several signers: afterwards only fields may be filled.
    """
    prepared = prepare(
        pdf,
        signer.certificate,
        signer.issuers,
        reason=reason,
        field=field,
        claimed_at=claimed_at,
        certify=certify,
    )
    signature = signer.sign(prepared.attributes)
    return finish(prepared, signature, tsa=tsa, level=level, trust=trust)


def prepare(
    pdf: bytes,
    certificate: Certificate,
    issuers: Iterable[Certificate] = (),
    *,
    reason: str,
    field: str,
    claimed_at: datetime | None = None,
    certify: bool = False,
) -> Prepared:
    """Lay a signature out and make the attributes to sign.

    They are exactly contentType (id-data), messageDigest and signingCertificateV2, so that a
    signer's client can refuse to sign anything else (SEALED_BID 1). The claimed time stands in the
    signature dictionary, as EN 319 142-1 asks, and not among them.
    """
    form = form_for(certificate.public_key)
    issuers = tuple(issuers)
    size = len(certificate.der) + sum(len(issuer.der) for issuer in issuers)
    placeholder = SignatureObject(
        timestamp=claimed_at,
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        bytes_reserved=2 * (size + 2048 + TOKEN_ROOM),
    )
    document, digest, start, end = _lay_out(
        pdf, field, placeholder, _DIGEST_NAMES[form.digest_oid], certify=certify
    )
    return Prepared(
        document=document,
        document_digest=digest,
        reserved_start=start,
        reserved_end=end,
        attributes=signed_attributes(digest, certificate),
        form=form,
        certificate=certificate,
        issuers=issuers,
    )


def finish(
    prepared: Prepared,
    signature: bytes,
    *,
    tsa: Stamper | None = None,
    level: str = Level.B_T,
    trust: Trust | None = None,
) -> bytes:
    """Put a signature value into a prepared document, time-stamp it, and archive it if asked.

    The value is checked first: a wrong one would be embedded without a word.
    """
    wanted = Level(level)
    try:
        valid = algorithms.signature_valid(
            prepared.certificate.public_key, prepared.form, signature, prepared.attributes
        )
    except (algorithms.NotAllowed, ValueError):
        valid = False
    if not valid:
        raise Refused(refuse("signature_value_wrong"))
    unsigned: dict[str, bytes] = {}
    if wanted is not Level.B_B:
        stamper = _needed(tsa)
        unsigned[SIGNATURE_TIME_STAMP] = stamper.stamp(hashlib.sha256(signature).digest())
    cms = write_signed_data(
        prepared.attributes,
        signature,
        prepared.form,
        prepared.certificate,
        prepared.issuers,
        unsigned=unsigned,
    )
    signed = _fill(prepared.document, prepared.reserved_start, prepared.reserved_end, cms)
    return archive(signed, trust, tsa) if wanted is Level.B_LTA else signed


def archive(pdf: bytes, trust: Trust | None, tsa: Stamper | None) -> bytes:
    """Make a signed document verifiable in later years (B-LTA).

    Chains and revocation lists of all its signatures go into the security store, and a document
    time stamp over everything goes on top. It is done once, after the last signature.
    """
    if trust is None:
        raise Refused(refuse("trust_needed_for_archiving"))
    stamper = _needed(tsa)
    with_store = add_security_store(pdf, trust, open_writer)
    placeholder = DocumentTimestamp(bytes_reserved=2 * TOKEN_ROOM)
    field = f"ArchiveTimeStamp{hashlib.sha256(with_store).hexdigest()[:12]}"
    document, digest, start, end = _lay_out(with_store, field, placeholder, "sha256")
    return _fill(document, start, end, stamper.stamp(digest))


def add_empty_fields(pdf: bytes, fields: Iterable[str]) -> bytes:
    """The document with empty signature fields, one for each expected signer, before the first."""
    writer = open_writer(pdf)
    for name in fields:
        append_signature_field(writer, SigFieldSpec(name))
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def signature_from_webcrypto(raw: bytes, certificate: Certificate) -> bytes:
    """A signature value as CMS wants it from what a browser's WebCrypto returns.

    For ECDSA the browser gives r and s side by side; CMS holds a SEQUENCE (RFC 5753).
    """
    if not isinstance(certificate.public_key, ec.EllipticCurvePublicKey):
        return raw
    half = _half(certificate.public_key)
    if len(raw) != 2 * half:
        raise Refused(refuse("signature_value_wrong"))
    return encode_dss_signature(
        int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    )


def signature_value(given: bytes, certificate: Certificate) -> bytes:
    """A signature value as CMS wants it, whether a browser or the offline tool made it.

    They differ for ECDSA alone: two halves of fixed size, or a SEQUENCE of two integers, which for
    values of the usual size is longer. Which it was shows when the value is checked.
    """
    key = certificate.public_key
    if isinstance(key, ec.EllipticCurvePublicKey) and len(given) == 2 * _half(key):
        return signature_from_webcrypto(given, certificate)
    return given


def open_writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """A writer that appends a revision; Refused for a file that cannot be signed."""
    try:
        writer = _Writer(BytesIO(pdf))
        if writer.prev.encrypted:
            raise Refused(refuse("document_encrypted"))
        # PAdES in a PDF before 2.0 is announced as an extension (EN 319 142-1 section 5.6).
        writer.ensure_output_version(version=(1, 7))
        if writer.output_version < (2, 0):
            writer.register_extension(ESIC_EXTENSION_1)
    except (PdfError, ValueError, KeyError, TypeError) as problem:
        raise Refused(refuse("document_unreadable", problem=str(problem))) from problem
    return writer


class _Writer(IncrementalPdfFileWriter):  # type: ignore[misc]
    """Appends a revision and leaves the document's metadata alone.

    The library would write the computer's time into them; time is handed in here, and the
    metadata of an archived document (PDF/A) are its author's.
    """

    def _update_meta(self) -> None:
        """Nothing: see the class."""


def _lay_out(
    pdf: bytes, field: str, placeholder: object, digest_name: str, *, certify: bool = False
) -> tuple[bytes, bytes, int, int]:
    """The document with room for a CMS in a field, its byte-range digest, and where the room is."""
    writer = open_writer(pdf)
    setup = SigMDPSetup(
        md_algorithm=digest_name,
        certify=certify,
        docmdp_perms=MDPPerm.FILL_FORMS if certify else None,
    )
    try:
        steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec(field)).write_cms(field, writer)
        next(steps)
        steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=setup))
        digest, output = steps.send(SigIOSetup(md_algorithm=digest_name))
    except (PdfError, SigningError) as problem:
        raise Refused(refuse("document_cannot_be_signed", problem=str(problem))) from problem
    return (
        output.getvalue(),
        digest.document_digest,
        digest.reserved_region_start,
        digest.reserved_region_end,
    )


def _fill(document: bytes, start: int, end: int, cms: bytes) -> bytes:
    """The document with a CMS in its reserved room, which is hexadecimal between angle brackets."""
    room = end - start - 2
    text = cms.hex().encode()
    if len(text) > room:
        raise Refused(refuse("signature_larger_than_its_room", bytes=len(cms), room=room // 2))
    return document[: start + 1] + text.ljust(room, b"0") + document[end - 1 :]


def _half(key: ec.EllipticCurvePublicKey) -> int:
    return int(key.curve.key_size + 7) // 8


def _needed(tsa: Stamper | None) -> Stamper:
    if tsa is None:
        raise Refused(refuse("time_stamp_needed"))
    return tsa
