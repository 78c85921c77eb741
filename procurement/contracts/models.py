"""Contracts, their lines, and the acceptance of what was delivered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.columns import Base, Currency, Digest, Id, Key, Minor


class Contract(Base):
    """A contract, generated from tender and bid. What is paid never passes what was agreed."""

    __tablename__ = "contract"

    id: Mapped[Key]
    purchase_id: Mapped[Id] = mapped_column(ForeignKey("purchase.id"), index=True)
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    award_id: Mapped[Id] = mapped_column(ForeignKey("award.id"), unique=True)
    buyer_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    supplier_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    # Of the amount: what invoices under way or paid claim, and what the treasury has paid.
    invoiced_minor: Mapped[Minor] = mapped_column(default=0)
    paid_minor: Mapped[Minor] = mapped_column(default=0)
    payment_days: Mapped[int]
    # Whether the time to pay is counted from the acceptance and not from the delivery (802-10).
    pays_from_acceptance: Mapped[bool] = mapped_column(default=True)
    # The canonical text that both parties sign; a PDF lies in the blob store once it is rendered.
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[Digest] = mapped_column(unique=True)
    pdf: Mapped[str | None] = mapped_column(String(71))
    # [{code, zh, en}]: each is passed or failed at the acceptance (GPR 45)
    standards: Mapped[list]  # type: ignore[type-arg]
    drafted_by: Mapped[Id]
    drafted_at: Mapped[datetime]
    sign_until: Mapped[datetime]
    supplier_signed_by: Mapped[str | None] = mapped_column(String(40))
    supplier_signed_at: Mapped[datetime | None]
    supplier_document: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    buyer_signed_by: Mapped[str | None] = mapped_column(String(40))
    buyer_signed_at: Mapped[datetime | None]
    buyer_document: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    closed_at: Mapped[datetime | None]

    lines: Mapped[list[ContractLine]] = relationship(order_by="ContractLine.number")

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "0 <= paid_minor AND paid_minor <= invoiced_minor AND invoiced_minor <= amount_minor",
            name="never_above",
        ),
        CheckConstraint("payment_days >= 0", name="payment_days"),
        CheckConstraint(
            "(supplier_signed_at IS NULL) = (supplier_document IS NULL)"
            " AND (supplier_signed_at IS NULL) = (supplier_signed_by IS NULL)",
            name="supplier_signed",
        ),
        CheckConstraint(
            "(buyer_signed_at IS NULL) = (buyer_document IS NULL)"
            " AND (buyer_signed_at IS NULL) = (buyer_signed_by IS NULL)",
            name="buyer_signed",
        ),
        CheckConstraint(
            "stage IN ('drafted', 'offered')"
            " OR (supplier_signed_at IS NOT NULL AND buyer_signed_at IS NOT NULL)",
            name="in_force_by_both",
        ),
        CheckConstraint("buyer_signed_by <> supplier_signed_by", name="two_persons"),
        CheckConstraint("stage <> 'closed' OR paid_minor = amount_minor", name="closed_when_paid"),
    )


class ContractLine(Base):
    """A line of a contract: an item of the tender at the price of the bid."""

    __tablename__ = "contract_line"

    contract_id: Mapped[Key] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[Id] = mapped_column(ForeignKey("item.id"))
    description_zh: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text, default="")
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    unit: Mapped[str] = mapped_column(String(40))
    # None where the bid was read out as one price for the lot.
    unit_price: Mapped[Decimal | None] = mapped_column(Numeric(22, 6))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("contract_id", "item_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(unit_price IS NULL) = (amount_minor IS NULL)", name="priced"),
    )


class Acceptance(Base):
    """One inspection of what was delivered: every standard passed or failed (GPR 45)."""

    __tablename__ = "acceptance"

    id: Mapped[Key]
    contract_id: Mapped[Id] = mapped_column(ForeignKey("contract.id"), index=True)
    number: Mapped[int]
    accepted: Mapped[bool]
    # [{code, found, note}] for each standard of the contract; found is passed or failed
    results: Mapped[list]  # type: ignore[type-arg]
    # users' opinions where a service to the public is accepted (GPR 45, requirement 114)
    opinions: Mapped[list]  # type: ignore[type-arg]
    delivered_at: Mapped[datetime]
    inspected_by: Mapped[Id]
    inspected_at: Mapped[datetime]
    document_id: Mapped[Id] = mapped_column(ForeignKey("signed_document.id"))

    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        Index(
            "uq_acceptance_accepted", "contract_id", unique=True, postgresql_where=text("accepted")
        ),
        CheckConstraint("jsonb_array_length(results) > 0", name="inspected"),
        CheckConstraint("delivered_at <= inspected_at", name="order"),
    )
