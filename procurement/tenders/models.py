"""Tenders with lots, items, documents, criteria, committee, notices, questions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.columns import Base, Currency, Digest, Id, Key, Minor


class Tender(Base):
    """A tender. At publication it pins profile and edition, and keeps them (requirement 139)."""

    __tablename__ = "tender"

    id: Mapped[Key]
    purchase_id: Mapped[Id] = mapped_column(ForeignKey("purchase.id"), unique=True)
    buyer_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    profile: Mapped[str] = mapped_column(String(30))
    profile_edition: Mapped[str | None] = mapped_column(String(80))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(10))
    award_criteria: Mapped[str] = mapped_column(String(20))
    currency: Mapped[Currency]
    threshold: Mapped[int]
    holders: Mapped[int]
    stage: Mapped[str] = mapped_column(String(20), index=True)
    # Chosen by the officer, published with the notice: tie-break, rounding stage, deduction rates …
    terms: Mapped[dict[str, Any]]
    facts_zh: Mapped[str] = mapped_column(Text, default="")
    facts_en: Mapped[str] = mapped_column(Text, default="")
    closes_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    committee: Mapped[bytes | None] = mapped_column(LargeBinary)
    committee_digest: Mapped[str | None] = mapped_column(String(71))
    committee_document: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    committee_entry_id: Mapped[str | None] = mapped_column(String(40))
    drafted_by: Mapped[Id]
    drafted_at: Mapped[datetime]
    returned_reason: Mapped[str | None] = mapped_column(Text)
    cancelled_at: Mapped[datetime | None]
    cancelled_zh: Mapped[str | None] = mapped_column(Text)
    cancelled_en: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    lots: Mapped[list[Lot]] = relationship(order_by="Lot.number", back_populates="tender")
    criteria: Mapped[list[Criterion]] = relationship(order_by="Criterion.number")
    documents: Mapped[list[TenderDocument]] = relationship(order_by="TenderDocument.number")
    notices: Mapped[list[Notice]] = relationship(order_by="Notice.number")
    holder_keys: Mapped[list[HolderKey]] = relationship(order_by="HolderKey.part, HolderKey.index")

    __table_args__ = (
        CheckConstraint("2 <= threshold AND threshold <= holders AND holders <= 15", name="quorum"),
        CheckConstraint("award_criteria IN ('lowest_price', 'composite')", name="award_criteria"),
        CheckConstraint("published_at IS NULL OR published_at < closes_at", name="order"),
        CheckConstraint(
            "stage IN ('draft', 'approved') OR profile_edition IS NOT NULL OR published_at IS NULL",
            name="pinned",
        ),
        CheckConstraint(
            "(stage = 'cancelled') = (cancelled_at IS NOT NULL AND cancelled_zh <> '')",
            name="cancelled_for_a_reason",
        ),
        CheckConstraint(
            "stage NOT IN ('open', 'closing', 'closed') OR committee_digest IS NOT NULL",
            name="sealed_to_somebody",
        ),
    )


class Lot(Base):
    """A lot of a tender: what one contract will be about."""

    __tablename__ = "lot"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    number: Mapped[int]
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    budget_minor: Mapped[Minor]
    ceiling_minor: Mapped[Minor]
    reserved_for_small: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(String(20))
    failed_reason: Mapped[str | None] = mapped_column(Text)

    tender: Mapped[Tender] = relationship(back_populates="lots")
    items: Mapped[list[Item]] = relationship(order_by="Item.number")

    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        # A ceiling above the budget would invite bids that cannot be paid (87-12, GPL 36).
        CheckConstraint("0 < ceiling_minor AND ceiling_minor <= budget_minor", name="ceiling"),
    )


class Item(Base):
    """A line of what is bought (OCDS tender/items)."""

    __tablename__ = "item"

    id: Mapped[Key]
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    number: Mapped[int]
    description_zh: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text, default="")
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    unit: Mapped[str] = mapped_column(String(40))
    classification: Mapped[str] = mapped_column(String(40), default="")
    scheme: Mapped[str] = mapped_column(String(20), default="")

    __table_args__ = (
        UniqueConstraint("lot_id", "number"),
        CheckConstraint("quantity > 0", name="quantity"),
    )


class Criterion(Base):
    """A qualification, compliance or scored criterion; for scored ones the weight is in points."""

    __tablename__ = "criterion"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(15))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    weight: Mapped[Decimal] = mapped_column(Numeric(7, 4), default=Decimal(0))
    objective: Mapped[bool] = mapped_column(default=False)
    # How points are given, or what must be shown; published with the notice (requirement 023).
    rule_zh: Mapped[str] = mapped_column(Text, default="")
    rule_en: Mapped[str] = mapped_column(Text, default="")
    # Why words stand in it that the profile wants justified (requirement 020).
    justification: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        CheckConstraint("kind IN ('qualification', 'compliance', 'quality', 'price')", name="kind"),
        # A qualification may not be scored (87-55, requirement 021).
        CheckConstraint("kind IN ('quality', 'price') OR weight = 0", name="unscored"),
        CheckConstraint("weight >= 0 AND weight <= 100", name="weight"),
    )


class TenderDocument(Base):
    """A version of a tender document; old versions stay readable (requirement 019)."""

    __tablename__ = "tender_document"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    number: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(180))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[Digest]
    size: Mapped[Minor]
    added_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("tender_id", "number", "version"),)


class HolderKey(Base):
    """One key holder's public key for one part, with the signed statement that vouches for it."""

    __tablename__ = "holder_key"

    tender_id: Mapped[Key] = mapped_column(ForeignKey("tender.id"))
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    recipient: Mapped[str | None] = mapped_column(String(80))
    statement: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    possession_document_id: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    outside: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("tender_id", "part", "person_id"),
        UniqueConstraint("recipient"),
        CheckConstraint('"index" BETWEEN 1 AND 15', name="index_range"),
        CheckConstraint("part IN ('technical', 'price')", name="part"),
    )


class Notice(Base):
    """The notice and its corrigenda: each names its predecessor, and bids name the last one."""

    __tablename__ = "notice"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    number: Mapped[int]
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[Digest] = mapped_column(unique=True)
    previous: Mapped[str | None] = mapped_column(String(71))
    document_id: Mapped[Id] = mapped_column(ForeignKey("signed_document.id"))
    pdf: Mapped[str | None] = mapped_column(String(71))
    closes_at: Mapped[datetime]
    changes_zh: Mapped[str] = mapped_column(Text, default="")
    changes_en: Mapped[str] = mapped_column(Text, default="")
    # What the statement names by digest alone, as it stood then: items, criteria in full, terms.
    rest: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    entry_id: Mapped[Id]

    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        UniqueConstraint("tender_id", "previous"),
        CheckConstraint("(number = 1) = (previous IS NULL)", name="chain"),
    )


class Question(Base):
    """A question without its asker's name beside it, and the one answer that all get (87-27)."""

    __tablename__ = "question"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    asker_person: Mapped[Id]
    asker_organization: Mapped[Id]
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answer_zh: Mapped[str | None] = mapped_column(Text)
    answer_en: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answer_entry_id: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        CheckConstraint("(answer_zh IS NULL) = (answered_at IS NULL)", name="answered"),
    )
