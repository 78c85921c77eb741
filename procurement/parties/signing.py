"""Signed acts of people: prepared as a statement, signed elsewhere, examined, then kept.

A use case that needs a signature has two steps. `prepare_…` gives the exact bytes to sign. What
comes back is examined outside any transaction (`examine_signature`), and the use case prepares the
bytes again inside its own: if they differ, somebody changed the thing meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from journal.work import Work
from kernel import canonical
from kernel.canonical import JsonValue
from kernel.identifiers import new_id
from kernel.refusal import Refusal, Refused, StaleWrite, enforce, refuse
from kernel.vocabulary import Actor
from procurement.parties.models import EnrolledCertificate, SignedDocument
from signatures import cms
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
    verdict = cms.verify_statement(signed, cms_der, trust, at)
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


def same_statement(examined: ExaminedSignature, prepared: bytes, *, kind: str, id: str) -> None:
    """Refuse a signature over anything but the bytes prepared now."""
    if examined.statement != prepared:
        raise StaleWrite(kind, id)


def keep_signature(
    work: Work, actor: Actor, examined: ExaminedSignature, *, kind: str, subject_id: str
) -> SignedDocument:
    """Keep a signed statement; the signer must be the actor, with an enrolled certificate."""
    signer = examined.verdict.signer
    fingerprint = signer.fingerprint if signer else ""
    enrolled = work.session.scalars(
        select(EnrolledCertificate).where(
            EnrolledCertificate.fingerprint == fingerprint,
            EnrolledCertificate.person_id == actor.person,
            EnrolledCertificate.retired_at.is_(None),
        )
    ).one_or_none()
    if enrolled is None:
        enforce(refuse("signer_is_not_actor", "ESL art. 13", certificate=fingerprint))
    enforce(_signed_once(work, examined, kind, subject_id, fingerprint))
    kept = SignedDocument(
        id=new_id("sig"),
        kind=kind,
        subject_id=subject_id,
        content=examined.digest,
        form="cms",
        statement=examined.statement,
        cms=examined.cms,
        token=examined.token,
        signer_person=actor.person,
        signer_certificate=fingerprint,
        verdict=examined.verdict.as_record(),
        signed_at=work.clock.now(),
    )
    work.session.add(kept)
    work.session.flush()
    return kept


def _signed_once(
    work: Work, examined: ExaminedSignature, kind: str, subject_id: str, fingerprint: str
) -> Refusal | None:
    """A second click signs nothing: the same statement about the same thing, by the same key."""
    known = work.session.scalar(
        select(SignedDocument.id).where(
            SignedDocument.kind == kind,
            SignedDocument.subject_id == subject_id,
            SignedDocument.content == examined.digest,
            SignedDocument.signer_certificate == fingerprint,
        )
    )
    return None if known is None else refuse("signed_already", "ESL art. 13", document=known)
