"""Invoices and their payments."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Currency, Id, Key, Minor


class Invoice(Base):
    """A supplier's invoice, from its arrival to its payment."""

    __tablename__ = "invoice"

    id: Mapped[Key]
    contract_id: Mapped[Id] = mapped_column(ForeignKey("contract.id"), index=True)
    supplier_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    number: Mapped[str] = mapped_column(String(60))
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    # [{number, quantity, amount_minor}] by the lines of the contract; empty for a lump sum
    lines: Mapped[list]  # type: ignore[type-arg]
    issued_on: Mapped[date]
    content: Mapped[str | None] = mapped_column(String(71))
    stage: Mapped[str] = mapped_column(String(20))
    submitted_by: Mapped[Id]
    submitted_at: Mapped[datetime]
    matched_by: Mapped[str | None] = mapped_column(String(40))
    matched_at: Mapped[datetime | None]
    acceptance_id: Mapped[str | None] = mapped_column(ForeignKey("acceptance.id"))
    due_on: Mapped[date | None]
    returned_at: Mapped[datetime | None]
    returned_code: Mapped[str | None] = mapped_column(String(60))
    returned_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        # The same invoice is never under way twice; one that was returned may come again mended.
        Index(
            "uq_invoice_number",
            "supplier_id",
            "number",
            unique=True,
            postgresql_where=text("stage <> 'returned'"),
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint(
            "stage NOT IN ('matched', 'prepared', 'released', 'paid')"
            " OR (matched_by IS NOT NULL AND matched_at IS NOT NULL"
            " AND acceptance_id IS NOT NULL AND due_on IS NOT NULL)",
            name="matched",
        ),
        CheckConstraint(
            "(stage = 'returned') = (returned_reason IS NOT NULL)", name="returned_for_a_reason"
        ),
    )


class Payment(Base):
    """The payment of an invoice: prepared by one person, released by another, then settled."""

    __tablename__ = "payment"

    id: Mapped[Key]
    invoice_id: Mapped[Id] = mapped_column(ForeignKey("invoice.id"), unique=True)
    contract_id: Mapped[Id] = mapped_column(ForeignKey("contract.id"), index=True)
    amount_minor: Mapped[Minor]
    # Late interest is owed on top of the contract's amount and is no part of it (802-17).
    interest_minor: Mapped[Minor] = mapped_column(default=0)
    currency: Mapped[Currency]
    prepared_by: Mapped[Id]
    prepared_at: Mapped[datetime]
    released_by: Mapped[str | None] = mapped_column(String(40))
    released_at: Mapped[datetime | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    treasury_reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    paid_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("interest_minor >= 0", name="interest"),
        # Two persons for every payment (BL 61, requirement 119).
        CheckConstraint("released_by IS NULL OR released_by <> prepared_by", name="two_persons"),
        CheckConstraint(
            "(released_at IS NULL) = (released_by IS NULL)"
            " AND (released_at IS NULL) = (document_id IS NULL)",
            name="released_by_signature",
        ),
        CheckConstraint(
            "(settled_at IS NULL) = (treasury_reference IS NULL)"
            " AND (settled_at IS NULL) = (paid_on IS NULL)",
            name="settled",
        ),
        CheckConstraint("settled_at IS NULL OR released_at IS NOT NULL", name="order"),
    )
