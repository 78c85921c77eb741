"""Published files: only what a tender names, and only once it is published."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal.queries import PublishedFile
from app.portal.reading.papers import public_papers
from app.portal.reading.tenders import find
from kernel.blobs import Blobs
from kernel.refusal import NotFound
from kernel.vocabulary import ContractStage
from procurement.contracts.models import Contract
from procurement.plans.models import Purchase
from procurement.tenders.models import Notice, Tender, TenderDocument
from reports import labels

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_PDF = "application/pdf"
_UNKNOWN = "application/octet-stream"
_UNSIGNED = (str(ContractStage.DRAFTED), str(ContractStage.OFFERED))


def document(session: Session, blobs: Blobs, key: str, digest: str) -> PublishedFile:
    """The file under this digest, if the tender has published it; else NotFound."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound("document", "unreadable")
    purchase, tender = find(session, key)
    if tender is None or tender.published_at is None:
        raise NotFound("document", digest)
    found = _named(session, purchase, tender, digest)
    if found is None:
        raise NotFound("document", digest)
    name, media_type = found
    known = media_type if _MEDIA_TYPE.fullmatch(media_type) else _UNKNOWN
    return PublishedFile(name, known, blobs.size(digest), digest, blobs.open(digest))


def _named(
    session: Session, purchase: Purchase, tender: Tender, digest: str
) -> tuple[str, str] | None:
    """Name and type under which the tender has published these bytes; None if it has not."""
    listed = session.scalars(
        select(TenderDocument)
        .where(TenderDocument.tender_id == tender.id, TenderDocument.content == digest)
        .order_by(TenderDocument.version.desc())
        .limit(1)
    ).one_or_none()
    if listed is not None:
        return listed.name, listed.media_type
    notice = session.scalars(
        select(Notice.number).where(Notice.tender_id == tender.id, Notice.pdf == digest).limit(1)
    ).one_or_none()
    if notice is not None:
        name = labels.notice_called(purchase.method).zh if notice == 1 else f"更正公告{notice - 1}"
        return f"{name}.pdf", _PDF
    contract = session.scalars(
        select(Contract.id)
        .where(
            Contract.tender_id == tender.id,
            Contract.pdf == digest,
            Contract.stage.not_in(_UNSIGNED),
        )
        .limit(1)
    ).one_or_none()
    if contract is not None:
        return "合同.pdf", _PDF
    for paper in public_papers(session, tender):
        if paper.digest == digest:
            return paper.file_name, _PDF
    return None
