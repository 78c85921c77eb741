"""The tender notice as a document (Order 87 art. 13): what is bought, until when, by which rules.

It prints the committee's fingerprint, with which a bidder compares what the client shows
(SEALED_BID 3.0), and the digest of the signed statement that it says in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kernel import canonical
from kernel.money import Money
from kernel.text import Text
from procurement.parties import queries as parties
from procurement.parties.models import SignedDocument
from procurement.plans import queries as plans
from procurement.profiles import load_profile
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from reports.documents.rendering import render_pdf
from signatures.sealed.committee import fingerprint_of

_WEEKDAYS_ZH = "一二三四五六日"
ITEMS_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """A line of what is bought."""

    description: Text
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True)
class NoticeLot:
    """A lot with its budget and its ceiling."""

    number: int
    title: Text
    budget: Money
    ceiling: Money
    items: tuple[NoticeItem, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class NoticeCriterion:
    """A criterion and its points."""

    kind: Text
    title: Text
    points: str


@dataclass(frozen=True, slots=True)
class NoticeHolder:
    """A key holder's keys, by their statements' digests."""

    index: int
    outside: bool
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Everything that the notice says."""

    language: str
    title: Text
    buyer: Text
    number: str
    is_sample: bool
    lots: tuple[NoticeLot, ...]
    criteria: tuple[NoticeCriterion, ...]
    documents: tuple[tuple[str, str], ...]
    facts: Text | None
    contact: Text | None
    opening_place: Text | None
    closes_at: Text
    rules: str
    bids_min: int
    threshold: int
    holders: tuple[NoticeHolder, ...]
    fingerprint: str
    statement: str


_KINDS = {
    "qualification": Text("资格", "Qualification"),
    "compliance": Text("符合性", "Compliance"),
    "quality": Text("质量", "Quality"),
    "price": Text("价格", "Price"),
}


def notice_pdf(
    session: Session, tender_id: str, statement: bytes, *, language: str = "zh"
) -> bytes:
    """The unsigned PDF of the notice whose statement will be signed as well."""
    return render_pdf("notice.html", notice_page(session, tender_id, statement, language=language))


def notice_page(
    session: Session, tender_id: str, statement: bytes, *, language: str = "zh"
) -> NoticePage:
    """What the notice says, read from the rows that the statement was made of."""
    tender = tenders.tender(session, tender_id)
    buyer = parties.organization(session, tender.buyer_id)
    purchase = plans.purchase(session, tender.purchase_id)
    profile = load_profile(tender.profile, tender.profile_edition)
    terms = tender.terms
    return NoticePage(
        language=language,
        title=_text(tender.title_zh, tender.title_en),
        buyer=_text(buyer.name_zh, buyer.name_en),
        number=purchase.ocid,
        is_sample=purchase.is_sample,
        lots=tuple(_lots(tender)),
        criteria=tuple(
            NoticeCriterion(
                _KINDS[each.kind],
                _text(each.title_zh, each.title_en),
                format(each.weight.normalize(), "f") if each.weight else "",
            )
            for each in tender.criteria
        ),
        documents=tuple((each.name, each.content) for each in tender.documents),
        facts=_text(tender.facts_zh, tender.facts_en) if tender.facts_zh else None,
        contact=_record(terms["contact"]),
        opening_place=_record(terms["opening_place"]),
        closes_at=closing_words(tender.closes_at, profile.zone),
        rules=profile.edition,
        bids_min=profile.bidders_min_to_open.value,
        threshold=tender.threshold,
        holders=tuple(_holders(session, tender)),
        fingerprint=fingerprint_of(tender.committee_digest or ""),
        statement=canonical.digest(statement),
    )


def closing_words(at: datetime, zone: str) -> Text:
    """The closing with weekday, zone and what late means."""
    local = at.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    utc = f"UTC{offset[:3]}:{offset[3:]}"
    zh = f"{local.year}年{local.month}月{local.day}日（周{_WEEKDAYS_ZH[local.weekday()]}）"
    return Text(
        f"{zh}{local:%H:%M:%S}（{utc}），此刻整到达即为迟到。",
        f"{local:%A} {local.day} {local:%B %Y, %H:%M:%S} ({utc}); arrival at that instant is late.",
    )


def _lots(tender: Tender) -> list[NoticeLot]:
    return [
        NoticeLot(
            number=lot.number,
            title=_text(lot.title_zh, lot.title_en),
            budget=Money.of_minor(lot.budget_minor, tender.currency),
            ceiling=Money.of_minor(lot.ceiling_minor, tender.currency),
            items=tuple(
                NoticeItem(
                    _text(item.description_zh, item.description_en),
                    format(item.quantity.normalize(), "f"),
                    item.unit,
                )
                for item in lot.items[:ITEMS_SHOWN_MAX]
            ),
            left_out=max(0, len(lot.items) - ITEMS_SHOWN_MAX),
        )
        for lot in tender.lots
    ]


def _holders(session: Session, tender: Tender) -> list[NoticeHolder]:
    rows = tenders.holder_keys(session, tender.id)
    found = []
    for index in sorted({row.index for row in rows}):
        mine = [row for row in rows if row.index == index]
        documents = [session.get(SignedDocument, row.document_id) for row in mine]
        digests = tuple(document.content for document in documents if document is not None)
        found.append(NoticeHolder(index, any(row.outside for row in mine), digests))
    return found


def _record(record: dict[str, str] | None) -> Text | None:
    return _text(record["zh"], record["en"]) if record else None


def _text(zh: str, en: str) -> Text:
    return Text(zh or "—", en)
