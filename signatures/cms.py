"""Signing statements and documents apart from their bytes, and judging such signatures.

A statement is signed by CAdES-EPES, detached, under our policy (SEALED_BID 1). A document, such as
a receipt under the platform's seal, is signed the same way without a policy, so that neither can
stand in for the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from signatures import algorithms
from signatures.judging import judge, personal, statement_policy, unreadable
from signatures.signed_data import (
    CONTENT_TYPE,
    ID_DATA,
    MESSAGE_DIGEST,
    SIGNATURE_POLICY,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    Malformed,
    SignedData,
    policy_attribute,
    read_signed_data,
    signed_attributes,
    write_signed_data,
)
from signatures.signers import Signer
from signatures.timestamps import proved_time
from signatures.trust import Trust
from signatures.verdicts import Part, PartName, SubIndication, Verdict, absent, not_passed

__all__ = ["Signer", "sign_document", "sign_statement", "verify_document", "verify_statement"]

CMS_BYTES_MAX: Final = 64 * 1024
_NEEDED: Final = {CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2}
_STATEMENT_NEEDED: Final = _NEEDED | {SIGNATURE_POLICY}


def sign_statement(
    statement: bytes, signer: Signer, *, claimed_at: datetime | None = None
) -> bytes:
    """Sign a statement: CAdES-EPES under our policy, detached, DER."""
    return _sign(statement, signer, (policy_attribute(),), claimed_at)


def sign_document(document: bytes, signer: Signer, *, claimed_at: datetime | None = None) -> bytes:
    """Sign any other bytes, detached and without a policy: the platform's seal on a receipt."""
    return _sign(document, signer, (), claimed_at)


def verify_statement(
    statement: bytes, cms: bytes, trust: Trust, at: datetime, *, token: bytes | None = None
) -> Verdict:
    """Judge a signed statement at an instant, which is never a time that somebody claimed.

    `token` is a time-stamp token over the SignatureValue, kept beside the CMS; if it is good, its
    time is the one at which certificate and revocation are judged.
    """
    return _verify(statement, cms, trust, at, token, under_policy=True)


def verify_document(
    document: bytes, cms: bytes, trust: Trust, at: datetime, *, token: bytes | None = None
) -> Verdict:
    """Judge a detached signature without a policy; a signed statement is refused here."""
    return _verify(document, cms, trust, at, token, under_policy=False)


def statement_signature(cms: bytes) -> bytes:
    """The octets of SignatureValue, whose SHA-256 is the imprint of a token; Malformed if none."""
    return read_signed_data(cms).signature


def _sign(
    content: bytes, signer: Signer, extra: tuple[bytes, ...], claimed_at: datetime | None
) -> bytes:
    attributes = signed_attributes(
        algorithms.digest(signer.form.digest_oid, content),
        signer.certificate,
        extra=extra,
        claimed_at=claimed_at,
    )
    return write_signed_data(
        attributes, signer.sign(attributes), signer.form, signer.certificate, signer.issuers
    )


def _verify(
    content: bytes,
    cms: bytes,
    trust: Trust,
    at: datetime,
    token: bytes | None,
    *,
    under_policy: bool,
) -> Verdict:
    if len(cms) > CMS_BYTES_MAX:
        return unreadable("cms_too_large", at)
    try:
        data = read_signed_data(cms)
        _check_form(data, _STATEMENT_NEEDED if under_policy else _NEEDED)
        policy = statement_policy(data) if under_policy else _no_policy(data)
    except Malformed as problem:
        return unreadable(str(problem), at)
    return judge(
        data,
        lambda oid: algorithms.digest(oid, content),
        trust,
        at,
        policy=policy,
        purpose=personal,
        proved=proved_time(token, data.signature, trust, at),
        content_type=ID_DATA,
    )


def _check_form(data: SignedData, needed: set[str]) -> None:
    """Raise Malformed unless the CMS is detached and says exactly what it should.

    An attribute that nobody here understands might mean something to somebody else; bytes outside
    the signature might be anybody's.
    """
    if data.content is not None:
        raise Malformed("content_embedded")
    if data.unsigned_attributes:
        raise Malformed("unsigned_attributes")
    if data.digest_oids != (data.digest_oid,):
        raise Malformed("digest_algorithms_differ")
    found = [oid for oid, _ in data.signed_attributes]
    if len(found) != len(set(found)):
        raise Malformed("attribute_twice")
    unknown = set(found) - needed - {SIGNING_TIME, SIGNATURE_POLICY}
    if unknown:
        raise Malformed("attribute_unknown")
    # A missing policy is the policy part's to say; a document's foreign policy too.
    if needed - set(found) - {SIGNATURE_POLICY}:
        raise Malformed("attribute_missing")


def _no_policy(data: SignedData) -> Part:
    if data.attribute(SIGNATURE_POLICY) is not None:
        return not_passed(
            PartName.POLICY, SubIndication.POLICY_PROCESSING_ERROR, "signature_policy_not_expected"
        )
    return absent(PartName.POLICY)
