"""The tender notice and its corrigenda (Order 87 art. 13, 27): what is bought, until when, how.

They print the committee's fingerprint, with which a bidder compares what the client shows
(SEALED_BID 3.0), and the digest of the signed statement that they say in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kernel import canonical
from kernel.text import Text
from procurement.parties.models import SignedDocument
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Amendment
from procurement.tenders.content import Content, amended, changed, content_of
from procurement.tenders.models import Tender
from reports import labels
from reports.documents import words
from reports.documents.frame import CHINESE, Edition, Page, Signatory
from reports.documents.purchase import (
    OFFICER,
    Bought,
    CriterionLine,
    LotFacts,
    bought,
    criteria_of,
    lots_of,
)
from reports.documents.rendering import render_pdf
from reports.documents.words import text_of
from signatures.sealed.committee import fingerprint_of

ITEMS_SHOWN_MAX = 200
_PARTS = {
    "subject": Text("采购标的", "What is bought"),
    "qualification": Text("资格和符合性要求", "Qualification and compliance"),
    "criteria": Text("评审因素", "Scored criteria"),
    "documents": Text("采购文件", "Tender documents"),
    "terms": Text("条款", "Terms"),
    "facts": Text("资格说明", "Who may bid"),
    "closes_at": Text("投标截止时间", "Closing time"),
}


@dataclass(frozen=True, slots=True)
class NoticeHolder:
    """A key holder's keys, by their statements' digests."""

    index: int
    outside: bool
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a corrigendum changed, in the buyer's words and by name."""

    words: Text | None
    parts: tuple[Text, ...]
    closes_before: Text
    previous: str


@dataclass(frozen=True, slots=True)
class NoticePage(Page):
    """Everything that a notice or a corrigendum says."""

    lots: tuple[LotFacts, ...]
    criteria: tuple[CriterionLine, ...]
    documents: tuple[tuple[str, str], ...]
    facts: Text | None
    contact: Text | None
    opening_place: Text | None
    delivery: Text | None
    closes_at: Text
    rules: str
    rules_title: Text
    bids_min: int
    threshold: int
    holders: tuple[NoticeHolder, ...]
    fingerprint: str
    change: Change | None = None


def notice_pdf(
    session: Session,
    tender_id: str,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> bytes:
    """The unsigned PDF of the notice whose statement will be signed as well."""
    return render_pdf(
        "notice.html", notice_page(session, tender_id, statement, edition, signer=signer)
    )


def corrigendum_pdf(
    session: Session,
    tender_id: str,
    amendment: Amendment,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> bytes:
    """The unsigned PDF of a corrigendum that is about to be published."""
    return render_pdf(
        "notice.html",
        corrigendum_page(session, tender_id, amendment, statement, edition, signer=signer),
    )


def notice_page(
    session: Session,
    tender_id: str,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> NoticePage:
    """What the notice says, read from the rows that the statement was made of."""
    tender = tenders.tender(session, tender_id)
    about = bought(session, tender)
    kind = labels.notice_called(about.purchase.method)
    return _page(session, about, content_of(tender), kind, statement, edition, signer)


def corrigendum_page(
    session: Session,
    tender_id: str,
    amendment: Amendment,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> NoticePage:
    """What the tender will say from the corrigendum on, and before all what that changes."""
    tender = tenders.tender(session, tender_id)
    about, before = bought(session, tender), content_of(tender)
    last = tenders.last_notice(session, tender.id)
    after = amended(before, amendment)
    kind = Text(f"更正公告（第{last.number}号）", f"Corrigendum {last.number}")
    change = Change(
        words=amendment.changes,
        parts=tuple(_PARTS[name] for name in sorted(changed(before, after))),
        closes_before=closing_words(before.closes_at, about.profile.zone),
        previous=last.digest,
    )
    return _page(session, about, after, kind, statement, edition, signer, change)


def closing_words(at: datetime, zone: str) -> Text:
    """The closing with weekday, zone and what late means."""
    said = words.moment(at, zone)
    return Text(f"{said.zh}，此刻整到达即为迟到。", f"{said.en}; arrival at that instant is late.")


def _page(
    session: Session,
    about: Bought,
    content: Content,
    kind: Text,
    statement: bytes,
    edition: Edition,
    signer: str,
    change: Change | None = None,
) -> NoticePage:
    tender, profile = about.tender, about.profile
    return NoticePage(
        frame=about.frame(
            edition,
            kind,
            proof=canonical.digest(statement),
            statement=statement,
            signatories=(Signatory(OFFICER, signer, about.office),),
        ),
        lots=lots_of(content, items_max=ITEMS_SHOWN_MAX),
        criteria=criteria_of(content),
        documents=tuple((each["name"], each["digest"]) for each in content.documents),
        facts=text_of(content.facts),
        contact=text_of(content.terms["contact"]),
        opening_place=text_of(content.terms["opening_place"]),
        delivery=text_of(content.terms["delivery"]),
        closes_at=closing_words(content.closes_at, profile.zone),
        rules=profile.edition,
        rules_title=profile.title,
        bids_min=profile.bidders_min_to_open.value,
        threshold=tender.threshold,
        holders=tuple(_holders(session, tender)),
        fingerprint=fingerprint_of(tender.committee_digest or ""),
        change=change,
    )


def _holders(session: Session, tender: Tender) -> list[NoticeHolder]:
    rows = tenders.holder_keys(session, tender.id)
    found = []
    for index in sorted({row.index for row in rows}):
        mine = [row for row in rows if row.index == index]
        documents = [session.get(SignedDocument, row.document_id) for row in mine]
        digests = tuple(document.content for document in documents if document is not None)
        found.append(NoticeHolder(index, any(row.outside for row in mine), digests))
    return found
