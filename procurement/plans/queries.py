"""Reads of needs, budget lines and purchases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import NeedStage, PurchaseStage
from procurement.listing import holding, newest_first
from procurement.parties.models import Organization
from procurement.plans.commands import OPEN
from procurement.plans.models import BudgetLine, Need, Purchase

PAGE_ROWS_MAX = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """A purchase as the plans calendar shows it."""

    id: str
    ocid: str
    title: Text
    buyer: Text
    category: str
    method: str
    budget: Money
    stage: PurchaseStage
    planned_start_on: date
    intended_at: datetime | None
    is_sample: bool


def need(session: Session, need_id: str) -> Need:
    """A need by its id; NotFound if there is none."""
    return _found(session.get(Need, need_id), "need", need_id)


def need_for_change(session: Session, need_id: str) -> Need:
    """A need under lock, as it is now."""
    row = session.scalars(_locked(select(Need).where(Need.id == need_id))).one_or_none()
    return _found(row, "need", need_id)


def needs_for_change(session: Session, need_ids: Sequence[str]) -> list[Need]:
    """Several needs under lock, in one order for everybody, so that two plans cannot deadlock."""
    wanted = select(Need).where(Need.id.in_(need_ids)).order_by(Need.id)
    rows = list(session.scalars(_locked(wanted)))
    for missing in set(need_ids) - {row.id for row in rows}:
        raise NotFound("need", missing)
    return rows


def needs_of_purchase(session: Session, purchase_id: str) -> list[Need]:
    """The needs that a purchase was made of."""
    return list(
        session.scalars(select(Need).where(Need.purchase_id == purchase_id).order_by(Need.id))
    )


def needs_of_unit(
    session: Session, unit_id: str, stages: Sequence[NeedStage] = tuple(NeedStage)
) -> list[Need]:
    """The needs of a using unit, the newest first."""
    return list(
        session.scalars(
            select(Need)
            .where(Need.unit_id == unit_id, Need.stage.in_([str(stage) for stage in stages]))
            .order_by(Need.written_at.desc(), Need.id)
        )
    )


def needs_for_buyer(
    session: Session, buyer_id: str, stages: Sequence[NeedStage] = (NeedStage.APPROVED,)
) -> list[Need]:
    """The needs that a buyer may package, the oldest first."""
    return list(
        session.scalars(
            select(Need)
            .where(Need.buyer_id == buyer_id, Need.stage.in_([str(stage) for stage in stages]))
            .order_by(Need.written_at, Need.id)
        )
    )


def needs_seen_by(
    session: Session,
    *,
    units: Collection[str],
    buyers: Collection[str],
    stages: Sequence[NeedStage] = tuple(NeedStage),
) -> list[Need]:
    """The needs that these units wrote or that were put to these buyers, the newest first."""
    return list(
        session.scalars(
            select(Need)
            .where(
                or_(Need.unit_id.in_(units), Need.buyer_id.in_(buyers)),
                Need.stage.in_([str(stage) for stage in stages]),
            )
            .order_by(Need.written_at.desc(), Need.id)
        )
    )


def needs_listed(
    session: Session,
    *,
    units: Collection[str],
    buyers: Collection[str],
    stage: str | None = None,
    words: Sequence[str] = (),
    after: str | None = None,
    limit: int = PAGE_ROWS_MAX,
) -> list[Need]:
    """A page of the needs that `needs_seen_by` names; `after` is the id of the row before it."""
    wanted = select(Need).where(or_(Need.unit_id.in_(units), Need.buyer_id.in_(buyers)))
    if stage is not None:
        wanted = wanted.where(Need.stage == stage)
    wanted = holding(wanted, words, Need.title_zh, Need.title_en)
    last = session.get(Need, after) if after else None
    behind = (last.written_at, last.id) if last is not None else None
    wanted = newest_first(wanted, Need.written_at, Need.id, behind)
    return list(session.scalars(wanted.limit(min(limit, PAGE_ROWS_MAX))))


def needs_in_stage(session: Session, stage: NeedStage) -> list[Need]:
    """The needs of every unit in a stage, the oldest first: what finance looks for budgets of."""
    return list(
        session.scalars(
            select(Need).where(Need.stage == str(stage)).order_by(Need.written_at, Need.id)
        )
    )


def budget_line(session: Session, line_id: str) -> BudgetLine:
    """A budget line by its id; NotFound if there is none."""
    return _found(session.get(BudgetLine, line_id), "budget_line", line_id)


def budget_line_for_change(session: Session, line_id: str) -> BudgetLine:
    """A budget line under lock: whoever else reserves from it waits."""
    row = session.scalars(_locked(select(BudgetLine).where(BudgetLine.id == line_id))).one_or_none()
    return _found(row, "budget_line", line_id)


def budget_lines(session: Session, organization_id: str, year: int) -> list[BudgetLine]:
    """The budget lines of an organization in a year."""
    return list(
        session.scalars(
            select(BudgetLine)
            .where(BudgetLine.organization_id == organization_id, BudgetLine.year == year)
            .order_by(BudgetLine.code)
        )
    )


def budget_line_named(
    session: Session, organization_id: str, code: str, year: int
) -> BudgetLine | None:
    """The line of an organization with this number in a year, if it has one."""
    return session.scalars(
        select(BudgetLine).where(
            BudgetLine.organization_id == organization_id,
            BudgetLine.code == code,
            BudgetLine.year == year,
        )
    ).one_or_none()


def budget_lines_of_year(session: Session, year: int) -> list[BudgetLine]:
    """The budget lines of every organization in a year."""
    return list(
        session.scalars(
            select(BudgetLine)
            .where(BudgetLine.year == year)
            .order_by(BudgetLine.organization_id, BudgetLine.code)
        )
    )


def purchase(session: Session, purchase_id: str) -> Purchase:
    """A purchase by its id; NotFound if there is none."""
    return _found(session.get(Purchase, purchase_id), "purchase", purchase_id)


def purchase_for_change(session: Session, purchase_id: str) -> Purchase:
    """A purchase under lock, as it is now."""
    row = session.scalars(_locked(select(Purchase).where(Purchase.id == purchase_id))).one_or_none()
    return _found(row, "purchase", purchase_id)


def planned_other_than_open(session: Session, line_id: str, category: str, currency: str) -> Money:
    """What a budget line of a year already buys of a category by other methods (GPR art. 28)."""
    total = session.scalar(
        select(func.sum(Purchase.budget_minor)).where(
            Purchase.budget_line_id == line_id,
            Purchase.category == category,
            Purchase.method != OPEN,
            Purchase.stage != str(PurchaseStage.ENDED),
        )
    )
    return Money.of_minor(int(total or 0), currency)


def purchase_by_ocid(session: Session, ocid: str) -> Purchase:
    """A purchase by its name in open data; NotFound if there is none."""
    row = session.scalars(select(Purchase).where(Purchase.ocid == ocid)).one_or_none()
    return _found(row, "purchase", ocid)


def purchases_listed(
    session: Session,
    buyers: Collection[str],
    *,
    stage: str | None = None,
    words: Sequence[str] = (),
    after: str | None = None,
    limit: int = PAGE_ROWS_MAX,
) -> list[Purchase]:
    """A page of the purchases of some buyers, the newest first; `after` is the last row's id."""
    wanted = select(Purchase).where(Purchase.buyer_id.in_(buyers))
    if stage is not None:
        wanted = wanted.where(Purchase.stage == stage)
    wanted = holding(wanted, words, Purchase.title_zh, Purchase.title_en, Purchase.ocid)
    last = session.get(Purchase, after) if after else None
    behind = (last.created_at, last.id) if last is not None else None
    wanted = newest_first(wanted, Purchase.created_at, Purchase.id, behind)
    return list(session.scalars(wanted.limit(min(limit, PAGE_ROWS_MAX))))


def plans_calendar(
    session: Session,
    *,
    after: tuple[date, str] | None = None,
    limit: int = PAGE_ROWS_MAX,
) -> list[PlannedPurchase]:
    """What the public sees of approved plans, by planned start; `after` is the last row's."""
    wanted = (
        select(Purchase, Organization)
        .join(Organization, Organization.id == Purchase.buyer_id)
        .where(Purchase.stage != str(PurchaseStage.PLANNED))
    )
    if after is not None:
        wanted = wanted.where(tuple_(Purchase.planned_start_on, Purchase.id) > after)
    wanted = wanted.order_by(Purchase.planned_start_on, Purchase.id)
    rows = session.execute(wanted.limit(min(limit, PAGE_ROWS_MAX)))
    return [_planned(bought, buyer) for bought, buyer in rows]


def _planned(bought: Purchase, buyer: Organization) -> PlannedPurchase:
    return PlannedPurchase(
        id=bought.id,
        ocid=bought.ocid,
        title=Text(bought.title_zh, bought.title_en),
        buyer=Text(buyer.name_zh, buyer.name_en),
        category=bought.category,
        method=bought.method,
        budget=Money.of_minor(bought.budget_minor, bought.currency),
        stage=PurchaseStage(bought.stage),
        planned_start_on=bought.planned_start_on,
        intended_at=bought.intended_at,
        is_sample=bought.is_sample,
    )


def _locked(wanted: Select[T]) -> Select[T]:
    """Under lock, and read anew: what the session remembers may be older than the lock."""
    return wanted.with_for_update().execution_options(populate_existing=True)


def _found(row: T | None, kind: str, id: str) -> T:
    if row is None:
        raise NotFound(kind, id)
    return row
