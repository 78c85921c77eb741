"""Signed acts of people: prepared as a statement, signed elsewhere, examined, then kept.

A use case that needs a signature has two steps. `prepare_…` gives the exact bytes to sign. What
comes back is examined outside any transaction (`examine_signature`), and the use case prepares the
bytes again inside its own: if they differ, somebody changed the thing meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from journal.work import Work
from kernel import canonical
from kernel.blobs import Blobs
from kernel.canonical import JsonValue
from kernel.identifiers import new_id
from kernel.refusal import Refusal, Refused, StaleWrite, enforce, refuse
from kernel.vocabulary import Actor
from procurement.parties import queries as parties
from procurement.parties.models import EnrolledCertificate, SignedDocument
from signatures import cms, pades
from signatures.trust import Trust
from signatures.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class ExaminedSignature:
    """A statement with its signature and what the examination found."""

    statement: bytes
    cms: bytes
    verdict: Verdict
    token: bytes | None = None

    @property
    def digest(self) -> str:
        """The digest of the signed statement."""
        return canonical.digest(self.statement)


def statement(name: str, origin: str, **values: JsonValue) -> bytes:
    """The canonical bytes of a statement `sunlit/<name>/v1` (SEALED_BID 1)."""
    return canonical.encode({"type": f"sunlit/{name}/v1", "origin": origin, **values})


def examine_signature(
    signed: bytes, cms_der: bytes, *, trust: Trust, at: datetime, token: bytes | None = None
) -> ExaminedSignature:
    """Check a signature outside any transaction; refused unless its verdict is passed."""
    verdict = cms.verify_statement(signed, cms_der, trust, at, token=token)
    if not verdict.passed:
        raise Refused(
            refuse(
                "signature_not_valid",
                "ESL art. 13",
                indication=str(verdict.indication),
                sub_indication=str(verdict.sub_indication),
            )
        )
    return ExaminedSignature(signed, cms_der, verdict, token)


@dataclass(frozen=True, slots=True)
class ExaminedPdf:
    """A signed PDF that lies in the blob store, and what the examination found of its signature.

    `base` is the form of the document that was signed over: its unsigned form for the first
    signer, and for each one after the form that the signer before left.
    """

    content: str
    verdict: Verdict
    base: str | None = None


def examine_pdf(
    blobs: Blobs,
    pdf: bytes,
    *,
    field: str,
    certificate: str,
    trust: Trust,
    at: datetime,
    earlier: Mapping[str, str] | None = None,
    base: str | None = None,
) -> ExaminedPdf:
    """Check a signed PDF outside any transaction and keep its bytes; refused unless all is passed.

    It must hold the signatures that are expected and no other: the new one in this field by this
    certificate, and those of `earlier` (field to certificate) as they were. Each is judged again,
    since a later revision may have spoiled an earlier one.
    """
    signers = {**(earlier or {}), field: certificate}
    verdicts = pades.verify_pdf(pdf, trust, at, expected_fields=signers, expected_signers=signers)
    for verdict in verdicts:
        if not verdict.passed:
            raise Refused(
                refuse(
                    "signature_not_valid",
                    "ESL art. 13",
                    indication=str(verdict.indication),
                    sub_indication=str(verdict.sub_indication),
                )
            )
    [mine] = [verdict for verdict in verdicts if verdict.field_name == field]
    return ExaminedPdf(blobs.put(pdf), mine, base)


def same_statement(examined: ExaminedSignature, prepared: bytes, *, kind: str, id: str) -> None:
    """Refuse a signature over anything but the bytes prepared now."""
    if examined.statement != prepared:
        raise StaleWrite(kind, id)


def keep_signature(
    work: Work, actor: Actor, examined: ExaminedSignature, *, kind: str, subject_id: str
) -> SignedDocument:
    """Keep a signed statement; the signer must be the actor, with an enrolled certificate."""
    return _keep(
        work,
        actor,
        SignedDocument(
            id=new_id("sig"),
            kind=kind,
            subject_id=subject_id,
            content=examined.digest,
            form="cms",
            statement=examined.statement,
            cms=examined.cms,
            token=examined.token,
        ),
        examined.verdict,
    )


def keep_pdf(
    work: Work, actor: Actor, examined: ExaminedPdf, *, kind: str, subject_id: str
) -> SignedDocument:
    """Keep a signed PDF; the signer must be the actor, with an enrolled certificate."""
    return _keep(
        work,
        actor,
        SignedDocument(
            id=new_id("sig"),
            kind=kind,
            subject_id=subject_id,
            content=examined.content,
            base=examined.base,
            form="pades",
        ),
        examined.verdict,
    )


def keep_next_pdf(
    work: Work, actor: Actor, examined: ExaminedPdf, *, kind: str, subject_id: str
) -> SignedDocument:
    """Keep a PDF that several people sign: over the form that the one before left.

    The caller holds the subject. Who signed over an older form lost a race, and signs again.
    """
    before = parties.last_pdf(work.session, kind, subject_id)
    if before is not None and examined.base != before.content:
        raise StaleWrite(kind, subject_id)
    return keep_pdf(work, actor, examined, kind=kind, subject_id=subject_id)


def _keep(work: Work, actor: Actor, made: SignedDocument, verdict: Verdict) -> SignedDocument:
    fingerprint = verdict.signer.fingerprint if verdict.signer else ""
    enrolled = work.session.scalars(
        select(EnrolledCertificate).where(
            EnrolledCertificate.fingerprint == fingerprint,
            EnrolledCertificate.person_id == actor.person,
            EnrolledCertificate.retired_at.is_(None),
        )
    ).one_or_none()
    if enrolled is None:
        enforce(refuse("signer_is_not_actor", "ESL art. 13", certificate=fingerprint))
    made.signer_person, made.signer_certificate = actor.person, fingerprint
    made.verdict, made.signed_at = verdict.as_record(), work.clock.now()
    enforce(_signed_once(work, made))
    work.session.add(made)
    work.session.flush()
    return made


def _signed_once(work: Work, made: SignedDocument) -> Refusal | None:
    """A second click signs nothing: the same content about the same thing, by the same key."""
    known = work.session.scalar(
        select(SignedDocument.id).where(
            SignedDocument.kind == made.kind,
            SignedDocument.subject_id == made.subject_id,
            SignedDocument.content == made.content,
            SignedDocument.signer_certificate == made.signer_certificate,
        )
    )
    return None if known is None else refuse("signed_already", "ESL art. 13", document=known)
