"""Signing requests: a PDF laid out for one person's signature, and finished with the value.

The key is with the person. The server lays the signature out (`prepare_pdf`), a browser or the
offline tool makes the value, and the server puts it in, time-stamps it and examines what came of it
(`finish_pdf`). What is signed is the server's own document, so that what comes back can be nothing
but a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from flask import has_request_context
from sqlalchemy import delete, select

from app.container import Container
from app.documents.models import SigningRequest
from app.web.language import root_without_language
from app.web.signing import PreparedPdf
from journal.work import Work
from kernel import canonical
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refusal, Refused, StaleWrite, enforce, refuse
from kernel.vocabulary import Actor
from procurement.parties import queries as parties
from procurement.parties.signing import ExaminedPdf, examine_pdf
from signatures import pades
from signatures.certificates import Certificate
from signatures.paths import issuers_of
from signatures.signers import form_for

# Long enough to carry a file to the computer with the key and back; a draft changes sooner.
SERVES_FOR: Final = timedelta(days=1)
# A page that is looked at again lays nothing out anew; the time that the PDF claims stays close.
OFFERED_AGAIN_FOR: Final = timedelta(hours=1)
CITE: Final = "ESL art. 13"


def prepare_pdf(
    container: Container,
    actor: Actor,
    pdf: bytes,
    *,
    kind: str,
    subject_id: str,
    field: str,
    reason: str,
    certify: bool = False,
    states: str | None = None,
    earlier: Mapping[str, str] | None = None,
    is_last: bool = True,
) -> PreparedPdf:
    """Lay a signature of the actor out in a PDF and keep it until the value comes.

    `states` is the digest of the statement that the document says in words; `earlier` names the
    fields signed before, with whose certificate; after the last signature the document is made to
    last. Refused where the person has no certificate that is valid now.
    """
    now = container.clock.now()
    with container.journal.read() as work:
        enrolled = parties.signing_certificate(work.session, actor.person, now)
    if enrolled is None:
        raise Refused(refuse("no_certificate_enrolled", CITE))
    certificate = Certificate.from_der(enrolled.der)
    prepared = pades.prepare(
        pdf,
        certificate,
        issuers_of(certificate, container.trust, now),
        reason=reason,
        field=field,
        claimed_at=now,
        certify=certify,
    )
    request = SigningRequest(
        id=new_id("sgn"),
        person_id=actor.person,
        kind=kind,
        subject_id=subject_id,
        states=states,
        base=canonical.digest(pdf),
        certificate=certificate.fingerprint,
        field=field,
        earlier=dict(earlier or {}),
        is_last=is_last,
        document=prepared.document,
        document_digest=prepared.document_digest,
        reserved_start=prepared.reserved_start,
        reserved_end=prepared.reserved_end,
        attributes=prepared.attributes,
        made_at=now,
    )
    with container.journal.write() as work:
        work.session.add(request)
    return _as_prepared(request)


def waiting_pdf(
    container: Container,
    actor: Actor,
    *,
    kind: str,
    subject_id: str,
    field: str,
    states: str,
    earlier: Mapping[str, str],
) -> PreparedPdf | None:
    """The PDF that was laid out for this person a short while ago and still waits for its value.

    Only for papers that say one statement and nothing else, over the same earlier signatures.
    """
    now = container.clock.now()
    with container.journal.read() as work:
        enrolled = parties.signing_certificate(work.session, actor.person, now)
        found = work.session.scalars(
            select(SigningRequest)
            .where(
                SigningRequest.person_id == actor.person,
                SigningRequest.kind == kind,
                SigningRequest.subject_id == subject_id,
                SigningRequest.field == field,
                SigningRequest.states == states,
                SigningRequest.used_at.is_(None),
                SigningRequest.made_at > now - OFFERED_AGAIN_FOR,
            )
            .order_by(SigningRequest.made_at.desc())
        ).all()
        for request in found:
            if enrolled is None or request.certificate != enrolled.fingerprint:
                continue
            if request.earlier == dict(earlier):
                return _as_prepared(request)
    return None


def finish_pdf(
    container: Container,
    actor: Actor,
    request_id: str,
    value: bytes,
    *,
    kind: str | None = None,
    subject_id: str | None = None,
    states: str | None = None,
) -> ExaminedPdf:
    """Put the signature value into the prepared PDF, time-stamp it, and examine what came of it.

    `kind`, `subject_id` and `states` say what the caller takes it for: another document is NotFound
    or, where it says something else by now, StaleWrite. A request serves once; one whose value was
    wrong may be tried again.
    """
    with container.journal.read() as work:
        request = _own(work, actor, request_id)
        _enforce_serves(request, container.clock.now())
    if (kind or request.kind, subject_id or request.subject_id) != (
        request.kind,
        request.subject_id,
    ):
        raise NotFound("signing_request", request_id)
    if states is not None and states != request.states:
        raise StaleWrite(request.kind, request.subject_id)
    examined = _finish(container, request, value)
    with container.journal.write() as work:
        held = _own(work, actor, request_id, for_change=True)
        now = work.clock.now()
        _enforce_serves(held, now)
        held.used_at = now
    return examined


def prepared_document(container: Container, actor: Actor, request_id: str) -> bytes:
    """The prepared PDF, for the person whose signature it waits for; NotFound for anybody else."""
    with container.journal.read() as work:
        request = _own(work, actor, request_id)
        _enforce_serves(request, container.clock.now())
        return request.document


def sweep(work: Work) -> None:
    """Remove the requests that can no longer serve, and with them drafts that were never signed."""
    work.session.execute(
        delete(SigningRequest).where(SigningRequest.made_at <= work.clock.now() - 2 * SERVES_FOR)
    )


def _finish(container: Container, request: SigningRequest, value: bytes) -> ExaminedPdf:
    with container.journal.read() as work:
        enrolled = parties.enrolled_certificate(work.session, request.certificate)
    certificate = Certificate.from_der(enrolled.der)
    now = container.clock.now()
    prepared = pades.Prepared(
        document=request.document,
        document_digest=request.document_digest,
        reserved_start=request.reserved_start,
        reserved_end=request.reserved_end,
        attributes=request.attributes,
        form=form_for(certificate.public_key),
        certificate=certificate,
        issuers=issuers_of(certificate, container.trust, now),
    )
    stamper = container.examiner.stamper
    signed = pades.finish(
        prepared,
        pades.signature_value(value, certificate),
        tsa=stamper,
        level=_level(stamped=stamper is not None, is_last=request.is_last),
        trust=container.trust,
    )
    return examine_pdf(
        container.blobs,
        signed,
        field=request.field,
        certificate=request.certificate,
        trust=container.trust,
        at=container.clock.now(),
        earlier=request.earlier,
        base=request.base,
    )


def _level(*, stamped: bool, is_last: bool) -> pades.Level:
    """As lasting as the settings allow: without an authority for time there is no time stamp."""
    if not stamped:
        return pades.Level.B_B
    return pades.Level.B_LTA if is_last else pades.Level.B_T


def _own(work: Work, actor: Actor, request_id: str, *, for_change: bool = False) -> SigningRequest:
    """The person's own request; another's is as unknown as one that never was."""
    wanted = select(SigningRequest).where(
        SigningRequest.id == request_id, SigningRequest.person_id == actor.person
    )
    if for_change:
        wanted = wanted.with_for_update()
    found = work.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound("signing_request", request_id)
    return found


def _enforce_serves(request: SigningRequest, now: datetime) -> None:
    enforce(serves(made_at=request.made_at, used_at=request.used_at, now=now))


def serves(*, made_at: datetime, used_at: datetime | None, now: datetime) -> Refusal | None:
    """Whether a request still serves: once, and for a day."""
    if used_at is not None:
        return refuse("signing_request_used", CITE)
    if now >= made_at + SERVES_FOR:
        return refuse("signing_request_expired", CITE)
    return None


def _as_prepared(request: SigningRequest) -> PreparedPdf:
    # Not by `url_for`: the demo and the replay prepare documents where nobody has asked.
    root = root_without_language() if has_request_context() else ""
    return PreparedPdf(
        request=request.id,
        document_url=f"{root}/signing/{request.id}/document.pdf",
        attributes=request.attributes,
        digest=request.document_digest,
        range=(
            0,
            request.reserved_start,
            request.reserved_end,
            len(request.document) - request.reserved_end,
        ),
        certificate=request.certificate,
        package=request.document,
    )
