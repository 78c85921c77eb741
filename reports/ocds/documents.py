"""Documents, each with the address at which it can be fetched without logging in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from procurement.awards.models import Award
from procurement.challenges.models import Challenge
from procurement.contracts.models import Contract
from procurement.tenders.models import Lot, Notice, TenderDocument
from reports import labels
from reports.ocds.values import Object, filled, translated, when

_PDF = "application/pdf"
_PAGE = "text/html"
_COMPLAINTS = ("对投诉的处理决定", "Decision on a complaint")


def file_url(base_url: str, ocid: str, digest: str) -> str:
    """Where a published file lies: its digest is a part of the address, so it cannot change."""
    return f"{base_url}/tenders/{ocid}/documents/{quote(digest, safe=':')}"


def notices(base_url: str, ocid: str, chain: Sequence[Notice], method: str) -> list[Object]:
    """The signed notices that were rendered as documents."""
    return [
        filled(
            id=notice.id,
            documentType="tenderNotice",
            **_titled(notice, method),
            url=file_url(base_url, ocid, notice.pdf),
            datePublished=when(notice.published_at),
            format=_PDF,
        )
        for notice in chain
        if notice.pdf is not None
    ]


def _titled(notice: Notice, method: str) -> Object:
    first = notice.number == 1
    name = labels.notice_called(method) if first else labels.corrigendum_called(notice.number)
    return translated("title", name.zh, name.en)


def tender_documents(
    base_url: str, ocid: str, versions: Iterable[TenderDocument], published_at: datetime
) -> list[Object]:
    """Every version of every document: an old one stays where it was (requirement 019)."""
    return [
        filled(
            id=one.id,
            documentType="biddingDocuments",
            title=one.name if one.version == 1 else f"{one.name}（第{one.version}版）",
            url=file_url(base_url, ocid, one.content),
            # Written into the draft before the notice, or added by a corrigendum.
            datePublished=when(max(one.added_at, published_at)),
            format=one.media_type,
        )
        for one in versions
    ]


def opening(base_url: str, ocid: str, lot: Lot, opened_at: datetime) -> Object:
    """The signed acts, receipts and read-out of an opening, by which anybody can check it."""
    return filled(
        id=f"opening-{lot.id}",
        documentType="bidders",
        **translated("title", "开标记录与核验材料", "Opening record and evidence"),
        url=f"{base_url}/tenders/{ocid}/openings/{lot.number}",
        datePublished=when(opened_at),
        format="application/json",
        relatedLots=[lot.id],
    )


def no_result(
    id: str, zh: str, en: str | None, at: datetime, lots: Sequence[str], *, cancelled: bool
) -> Object:
    """Why a lot, or the whole tender, ended without a result."""
    title = ("终止公告", "Notice of cancellation") if cancelled else ("废标公告", "No award")
    return filled(
        id=id,
        documentType="cancellationDetails",
        **translated("title", *title),
        **translated("description", zh, en),
        datePublished=when(at),
        relatedLots=list(lots),
    )


def decision(complaint: Challenge, at: datetime) -> Object:
    """A decision on a complaint, which the law has published (GPR 58)."""
    return filled(
        id=complaint.id,
        documentType="complaints",
        **translated("title", *_COMPLAINTS),
        **translated("description", complaint.decision_zh, complaint.decision_en),
        datePublished=when(at),
        relatedLots=[complaint.lot_id] if complaint.lot_id else [],
    )


def award(base_url: str, ocid: str, given: Award) -> list[Object]:
    """The page that tells who won, with points, reasons and the signed notice."""
    return [
        filled(
            id=f"page-{given.id}",
            documentType="awardNotice",
            **translated("title", "中标结果页面", "Award page"),
            url=f"{base_url}/tenders/{ocid}/awards/{given.id}",
            datePublished=when(given.published_at) if given.published_at else None,
            format=_PAGE,
        )
    ]


def contract(base_url: str, ocid: str, signed: Contract) -> list[Object]:
    """The page of the contract, and the text that both signed, where it is rendered."""
    page = filled(
        id=f"page-{signed.id}",
        documentType="contractNotice",
        **translated("title", "合同页面", "Contract page"),
        url=f"{base_url}/tenders/{ocid}/contracts/{signed.id}",
        datePublished=when(signed.buyer_signed_at),
        format=_PAGE,
    )
    if signed.pdf is None:
        return [page]
    return [
        page,
        filled(
            id=f"text-{signed.id}",
            documentType="contractSigned",
            **translated("title", "合同文本", "The contract"),
            url=file_url(base_url, ocid, signed.pdf),
            datePublished=when(signed.buyer_signed_at),
            format=_PDF,
        ),
    ]
