"""The public lists as rows for a spreadsheet: tenders as filtered, awards, plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal.reading import listing
from app.portal.views import TenderFilter
from app.web.language import say
from app.web.shown import Status
from app.web.spreadsheet import Cell
from app.web.words import STATUS
from kernel.money import Money
from kernel.text import Text
from procurement.awards.models import Award
from procurement.parties.models import Organization
from procurement.plans.models import Purchase
from procurement.tenders.models import Lot, Tender

# Rows that the database hands over at a time.
ROWS_AT_ONCE = 500
_NUMBER, _NAME = Text("编号", "Number"), Text("名称", "Title")
_BUYER, _CURRENCY = Text("采购人", "Buyer"), Text("币种", "Currency")
_BUDGET = Text("预算", "Budget")
_STANDS = Text("有效", "Stands")
_LAPSED = Text("已失效", "Lapsed")


@dataclass(frozen=True, slots=True)
class Table:
    """A list: what stands above its columns, and its rows as they are asked for."""

    heads: tuple[Text, ...]
    rows: Callable[[Session, TenderFilter, datetime], Iterator[Sequence[Cell]]]


def _tenders(session: Session, wanted: TenderFilter, now: datetime) -> Iterator[Sequence[Cell]]:
    """The rows that the page shows, all of them; planned purchases where those are asked for."""
    if wanted.status is Status.PLANNED:
        found = listing.planned(wanted).order_by(Purchase.intended_at.desc(), Purchase.id.desc())
    else:
        rows = listing.matching(wanted, now)
        found = rows.order_by(Tender.published_at.desc(), Tender.id.desc())
    for row in _streamed(session, found):
        yield (
            row.ocid,
            say(Text(row.title_zh, row.title_en)),
            say(Text(row.name_zh, row.name_en)),
            str(STATUS[Status(row.status)]),
            Money.of_minor(int(row.budget), row.currency).amount,
            row.currency,
            row.closes_at,
        )


def _awards(session: Session, _wanted: TenderFilter, _now: datetime) -> Iterator[Sequence[Cell]]:
    """Every published award, the newest first, those that lapsed too."""
    found = (
        select(Award, Lot, Tender, Purchase.ocid, Organization)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Tender, Tender.id == Award.tender_id)
        .join(Purchase, Purchase.id == Award.purchase_id)
        .join(Organization, Organization.id == Award.supplier_id)
        .where(Award.published_at.is_not(None))
        .order_by(Award.published_at.desc(), Award.id)
    )
    for award, lot, tender, ocid, firm in _streamed(session, found):
        yield (
            ocid,
            say(Text(tender.title_zh, tender.title_en)),
            say(Text(lot.title_zh, lot.title_en)),
            say(Text(firm.name_zh, firm.name_en)),
            Money.of_minor(award.amount_minor, award.currency).amount,
            award.currency,
            award.published_at,
            award.challenge_until,
            say(_STANDS if award.lapsed_at is None else _LAPSED),
        )


def _plans(session: Session, wanted: TenderFilter, _now: datetime) -> Iterator[Sequence[Cell]]:
    """The purchases whose intention is published and whose notice is still to come."""
    found = (
        listing.planned(wanted)
        .add_columns(Purchase.planned_start_on, Purchase.intended_at)
        .order_by(Purchase.planned_start_on, Purchase.id)
    )
    for row in _streamed(session, found):
        yield (
            row.ocid,
            say(Text(row.title_zh, row.title_en)),
            say(Text(row.name_zh, row.name_en)),
            Money.of_minor(int(row.budget), row.currency).amount,
            row.currency,
            row.planned_start_on,
            row.intended_at,
        )


def _streamed(session: Session, rows: Any) -> Any:
    return session.execute(rows.execution_options(yield_per=ROWS_AT_ONCE))


TABLES: Mapping[str, Table] = {
    "tenders": Table(
        (
            _NUMBER,
            _NAME,
            _BUYER,
            Text("状态", "State"),
            _BUDGET,
            _CURRENCY,
            Text("投标截止", "Bids close"),
        ),
        _tenders,
    ),
    "awards": Table(
        (
            _NUMBER,
            _NAME,
            Text("包", "Lot"),
            Text("中标人", "Winner"),
            Text("中标金额", "Amount"),
            _CURRENCY,
            Text("公告时间", "Published"),
            Text("质疑期至", "Challenge until"),
            Text("效力", "Standing"),
        ),
        _awards,
    ),
    "plans": Table(
        (
            _NUMBER,
            _NAME,
            _BUYER,
            _BUDGET,
            _CURRENCY,
            Text("计划公告日", "Notice planned"),
            Text("意向公开时间", "Intention published"),
        ),
        _plans,
    ),
}
