"""Needs, budget lines, purchases and intentions: what comes before a tender."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Currency, Id, Key, Minor


class BudgetLine(Base):
    """An approved line of the budget (GPL 33, 802-8); what is reserved may never pass it."""

    __tablename__ = "budget_line"

    id: Mapped[Key]
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    code: Mapped[str] = mapped_column(String(60))
    year: Mapped[int]
    amount_minor: Mapped[Minor]
    reserved_minor: Mapped[Minor] = mapped_column(default=0)
    currency: Mapped[Currency]
    allotted_by: Mapped[Id]
    allotted_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("organization_id", "code", "year"),
        CheckConstraint("0 <= reserved_minor AND reserved_minor <= amount_minor", name="covered"),
    )


class Purchase(Base):
    """One purchase from plan to last payment; its ocid is its name in open data."""

    __tablename__ = "purchase"

    id: Mapped[Key]
    ocid: Mapped[str] = mapped_column(String(60), unique=True)
    buyer_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    budget_line_id: Mapped[Id] = mapped_column(ForeignKey("budget_line.id"))
    profile: Mapped[str] = mapped_column(String(30))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(20))
    # The rule that allows a method other than open tendering (GPL 27, requirement 010).
    method_basis: Mapped[str] = mapped_column(Text, default="")
    reserved_share: Mapped[Decimal] = mapped_column(Numeric(5, 4), default=Decimal(0))
    budget_minor: Mapped[Minor]
    currency: Mapped[Currency]
    stage: Mapped[str] = mapped_column(String(20))
    planned_start_on: Mapped[date]
    intended_at: Mapped[datetime | None]
    # Why it starts before the intention's lead time has run, where it does (requirement 006).
    early_reason: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[Id]
    # What is still held of the budget line; nothing once the purchase has ended.
    reserved_minor: Mapped[Minor]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("category IN ('goods', 'services', 'works')", name="category"),
        CheckConstraint("budget_minor > 0", name="budgeted"),
        CheckConstraint(
            "0 <= reserved_minor AND reserved_minor <= budget_minor", name="reserved_within_budget"
        ),
        CheckConstraint("0 <= reserved_share AND reserved_share <= 1", name="share"),
    )


class Need(Base):
    """What a using unit needs, written by one person and approved by another (GPL 61)."""

    __tablename__ = "need"

    id: Mapped[Key]
    unit_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    buyer_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    purchase_id: Mapped[str | None] = mapped_column(ForeignKey("purchase.id"), index=True)
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    specification_zh: Mapped[str] = mapped_column(Text)
    specification_en: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(10))
    estimate_minor: Mapped[Minor]
    currency: Mapped[Currency]
    public_service: Mapped[bool] = mapped_column(default=False)
    survey_respondents: Mapped[int] = mapped_column(default=0)
    surveyed_on: Mapped[date | None]
    # When the public was asked about a service to the public (GPR art. 15).
    comment_opened_on: Mapped[date | None]
    stage: Mapped[str] = mapped_column(String(20))
    written_by: Mapped[Id]
    written_at: Mapped[datetime]
    returned_reason: Mapped[str | None] = mapped_column(Text)
    # Since when everybody may know of it: with the first intention or notice that bought it. It
    # stays so when that purchase ends and the need is planned anew.
    public_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("category IN ('goods', 'services', 'works')", name="category"),
        CheckConstraint("estimate_minor > 0", name="estimated"),
    )
