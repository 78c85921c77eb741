"""Notices and corrigenda on their way: made ready to be signed, and kept once they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound
from kernel.vocabulary import Actor
from procurement.parties import queries as parties
from procurement.parties.models import SignedDocument
from procurement.parties.signing import (
    ExaminedPdf,
    keep_pdf,
)
from procurement.plans import queries as plans
from procurement.profiles import Profile
from procurement.tenders.content import Content
from procurement.tenders.models import Notice, Tender
from procurement.tenders.notices import NoticeFrame, rest_of


@dataclass(frozen=True, slots=True)
class Judged:
    """What a tender says, and the edition by which that is judged."""

    content: Content
    profile: Profile


@dataclass(frozen=True, slots=True)
class Prepared(Judged):
    """A notice that may be published now: its frame, what it says, and its bytes."""

    frame: NoticeFrame
    statement: bytes


def frame_of(
    session: Session,
    origin: str,
    tender: Tender,
    *,
    number: int,
    previous: str | None,
    changes: dict[str, str],
) -> NoticeFrame:
    """What the notice with this number says beside the content; NotFound without a committee."""
    if tender.committee_digest is None:
        raise NotFound("committee", tender.id)
    return NoticeFrame(
        origin=origin,
        tender=tender.id,
        ocid=plans.purchase(session, tender.purchase_id).ocid,
        buyer=parties.organization(session, tender.buyer_id).identifier,
        number=number,
        previous=previous,
        committee=tender.committee_digest,
        changes=changes,
    )


def keep_paper(work: Work, actor: Actor, tender: Tender, pdf: ExaminedPdf | None) -> None:
    """Keep the signed PDF of a notice, where there is one."""
    if pdf is not None:
        keep_pdf(work, actor, pdf, kind="notice-document", subject_id=tender.id)


def add_notice(
    work: Work,
    tender: Tender,
    prepared: Prepared,
    kept: SignedDocument,
    pdf: ExaminedPdf | None,
    entry: str,
) -> str:
    """Keep the signed notice as the newest of its tender; its id."""
    notice = Notice(
        id=new_id("not"),
        tender_id=tender.id,
        number=prepared.frame.number,
        statement=prepared.statement,
        digest=kept.content,
        previous=prepared.frame.previous,
        document_id=kept.id,
        pdf=pdf.content if pdf else None,
        closes_at=prepared.content.closes_at,
        changes_zh=prepared.frame.changes["zh"],
        changes_en=prepared.frame.changes["en"],
        rest=rest_of(prepared.frame, prepared.content),
        published_at=work.clock.now(),
        entry_id=entry,
    )
    work.session.add(notice)
    work.session.flush()
    work.session.expire(tender, ["notices"])
    return notice.id
