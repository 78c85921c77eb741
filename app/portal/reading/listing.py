"""The list of tenders and the home page: two or three statements each, however long the list is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from app.portal.reading.standing import status_at
from app.portal.views import TenderCard, TenderFilter, TenderSlice
from app.web.shown import Status
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import PurchaseStage
from procurement.parties.models import Organization
from procurement.plans.models import Purchase
from procurement.tenders.models import Lot, Tender

PAGE_ROWS = 20
COUNT_MAX = 1000
WORDS_MAX = 6


def list_tenders(
    session: Session, wanted: TenderFilter, after: str | None, now: datetime
) -> TenderSlice:
    """The newest tenders first; planned purchases where those are asked for."""
    if wanted.status is Status.PLANNED:
        return _planned(session, wanted, after)
    rows = matching(wanted, now)
    count = None if after else _count(session, rows)
    last = _key_of_tender(session, after) if after else None
    if last is not None:
        rows = rows.where(tuple_(Tender.published_at, Tender.id) < last)
    rows = rows.order_by(Tender.published_at.desc(), Tender.id.desc())
    return _slice(cards(session, rows.limit(PAGE_ROWS + 1)), count)


def closing_soonest(session: Session, now: datetime, limit: int) -> tuple[TenderCard, ...]:
    """The open tenders that close first."""
    rows = matching(TenderFilter(status=Status.OPEN), now)
    return cards(session, rows.order_by(Tender.closes_at, Tender.id).limit(limit))


def count_open(session: Session, now: datetime) -> int:
    """How many tenders take bids."""
    rows = matching(TenderFilter(status=Status.OPEN), now)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def cards(session: Session, rows: Select[Any]) -> tuple[TenderCard, ...]:
    """The rows of a list as cards."""
    return tuple(
        TenderCard(
            key=row.ocid,
            title=Text(row.title_zh, row.title_en),
            status=Status(row.status),
            buyer=Text(row.name_zh, row.name_en),
            budget=Money.of_minor(int(row.budget), row.currency),
            closes_at=row.closes_at,
        )
        for row in session.execute(rows)
    )


def of_tenders(session: Session, tenders: Sequence[str], now: datetime) -> dict[str, TenderCard]:
    """The cards of some tenders by their ids, those not published left out."""
    rows = _tenders(now).where(Tender.id.in_(tenders)).add_columns(Tender.id.label("tender"))
    found = session.execute(rows).all()
    made = cards(session, rows)
    return {row.tender: card for row, card in zip(found, made, strict=True)}


def searched(words: str) -> list[str]:
    """The words to look for, without what a database cannot hold."""
    plain = "".join(character if character.isprintable() else " " for character in words)
    return plain.split()[:WORDS_MAX]


def matching(wanted: TenderFilter, now: datetime) -> Select[Any]:
    """The published tenders that are asked for, in no order yet."""
    rows = _tenders(now)
    if wanted.status is not None:
        rows = rows.where(status_at(now) == str(wanted.status))
    return rows.where(*_found_in(wanted.words, Tender.title_zh, Tender.title_en))


def _tenders(now: datetime) -> Select[Any]:
    budget = (
        select(func.sum(Lot.budget_minor))
        .where(Lot.tender_id == Tender.id)
        .correlate(Tender)
        .scalar_subquery()
    )
    return (
        select(
            Purchase.ocid,
            Tender.title_zh,
            Tender.title_en,
            Tender.currency,
            Tender.closes_at,
            Organization.name_zh,
            Organization.name_en,
            status_at(now).label("status"),
            budget.label("budget"),
        )
        .join(Purchase, Purchase.id == Tender.purchase_id)
        .join(Organization, Organization.id == Tender.buyer_id)
        .where(Tender.published_at.is_not(None))
    )


def _found_in(words: str, *titles: ColumnElement[str] | Any) -> list[ColumnElement[bool]]:
    """Each word stands in a title, in the buyer's name or in the number.

    A scan of the titles: quick for a county, and for a country the place where an index of bigrams
    goes (docs/scale).
    """
    fields = (*titles, Organization.name_zh, Organization.name_en, Purchase.ocid)
    return [
        or_(*(field.icontains(word, autoescape=True) for field in fields))
        for word in searched(words)
    ]


def _count(session: Session, rows: Select[Any]) -> int:
    some = rows.with_only_columns(literal(1)).limit(COUNT_MAX + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _key_of_tender(session: Session, ocid: str) -> tuple[datetime, str] | None:
    if not ocid.isprintable():
        return None
    row = session.execute(
        select(Tender.published_at, Tender.id)
        .join(Purchase, Purchase.id == Tender.purchase_id)
        .where(Purchase.ocid == ocid, Tender.published_at.is_not(None))
    ).one_or_none()
    return (row.published_at, row.id) if row and row.published_at else None


def _planned(session: Session, wanted: TenderFilter, after: str | None) -> TenderSlice:
    rows = planned(wanted)
    count = None if after else _count(session, rows)
    if after and after.isprintable():
        last = session.execute(
            select(Purchase.intended_at, Purchase.id).where(Purchase.ocid == after)
        ).one_or_none()
        if last is not None and last.intended_at is not None:
            rows = rows.where(tuple_(Purchase.intended_at, Purchase.id) < (last[0], last[1]))
    rows = rows.order_by(Purchase.intended_at.desc(), Purchase.id.desc())
    return _slice(cards(session, rows.limit(PAGE_ROWS + 1)), count)


def planned(wanted: TenderFilter) -> Select[Any]:
    """Purchases whose intention is published and whose tender is not, in no order yet."""
    return cast(
        Select[Any],
        select(
            Purchase.ocid,
            Purchase.title_zh,
            Purchase.title_en,
            Purchase.currency,
            literal(None).label("closes_at"),
            Organization.name_zh,
            Organization.name_en,
            literal(str(Status.PLANNED)).label("status"),
            Purchase.budget_minor.label("budget"),
        )
        .join(Organization, Organization.id == Purchase.buyer_id)
        .outerjoin(Tender, Tender.purchase_id == Purchase.id)
        .where(
            and_(
                Purchase.stage.in_((str(PurchaseStage.INTENDED), str(PurchaseStage.TENDERED))),
                Purchase.intended_at.is_not(None),
                Tender.published_at.is_(None),
            )
        )
        .where(*_found_in(wanted.words, Purchase.title_zh, Purchase.title_en)),
    )


def _slice(found: tuple[TenderCard, ...], count: int | None) -> TenderSlice:
    shown = found[:PAGE_ROWS]
    return TenderSlice(
        shown,
        next_after=shown[-1].key if len(found) > PAGE_ROWS else None,
        count=None if count is None else min(count, COUNT_MAX),
        count_is_capped=count is not None and count > COUNT_MAX,
    )


def year_start(now: datetime) -> datetime:
    """Roughly the first instant of the year: figures of the year need no finer one."""
    return now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(
        hours=8
    )
