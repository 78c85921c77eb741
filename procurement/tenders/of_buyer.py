"""A buyer's own tenders, drafts too, and what can be drafted: for the buyer's lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.vocabulary import PurchaseStage, TenderStage
from procurement.listing import holding, newest_first
from procurement.plans.models import Purchase
from procurement.tenders.models import Tender
from procurement.tenders.queries import PAGE_ROWS_MAX


@dataclass(frozen=True, slots=True)
class TenderOfBuyer:
    """A tender in its buyer's own list, with the number of its purchase."""

    id: str
    ocid: str
    tender: Tender


def tenders_in(
    session: Session, buyers: Collection[str], stages: Collection[TenderStage]
) -> list[Tender]:
    """All tenders of some buyers in these stages, drafts too, the newest draft first."""
    return list(
        session.scalars(
            select(Tender)
            .where(Tender.buyer_id.in_(buyers), Tender.stage.in_([str(stage) for stage in stages]))
            .order_by(Tender.drafted_at.desc(), Tender.id)
        )
    )


def tenders_listed(
    session: Session,
    buyers: Collection[str],
    *,
    stage: str | None = None,
    words: Sequence[str] = (),
    after: str | None = None,
    limit: int = PAGE_ROWS_MAX,
) -> list[TenderOfBuyer]:
    """A page of some buyers' tenders, the newest draft first; `after` is the last row's id."""
    wanted = (
        select(Tender, Purchase.ocid)
        .join(Purchase, Purchase.id == Tender.purchase_id)
        .where(Tender.buyer_id.in_(buyers))
    )
    if stage is not None:
        wanted = wanted.where(Tender.stage == stage)
    wanted = holding(wanted, words, Tender.title_zh, Tender.title_en, Purchase.ocid)
    last = session.get(Tender, after) if after else None
    behind = (last.drafted_at, last.id) if last is not None else None
    wanted = newest_first(wanted, Tender.drafted_at, Tender.id, behind)
    found = session.execute(wanted.limit(min(limit, PAGE_ROWS_MAX)))
    return [TenderOfBuyer(row.id, ocid, row) for row, ocid in found]


def purchases_to_draft(
    session: Session, buyers: Collection[str], stages: Collection[PurchaseStage]
) -> list[Purchase]:
    """Some buyers' purchases in these stages that have no saved tender, the newest first."""
    return list(
        session.scalars(
            select(Purchase)
            .outerjoin(Tender, Tender.purchase_id == Purchase.id)
            .where(
                Purchase.buyer_id.in_(buyers),
                Purchase.stage.in_([str(stage) for stage in stages]),
                Tender.id.is_(None),
            )
            .order_by(Purchase.created_at.desc(), Purchase.id)
        )
    )
