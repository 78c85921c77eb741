"""The documents of a company file: licences and certificates that a firm uses in many bids."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Digest, Id, Key, Minor

KINDS = ("licence", "tax", "social", "finance", "certificate", "reference", "other")


class CompanyDocument(Base):
    """A document of a firm's own file. It is no part of any bid: a bid carries its own copy."""

    __tablename__ = "company_document"

    id: Mapped[Key]
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(180))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[Digest]
    size: Mapped[Minor]
    valid_until: Mapped[date | None]
    added_by: Mapped[Id]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('licence', 'tax', 'social', 'finance', 'certificate', 'reference', 'other')",
            name="kind",
        ),
        CheckConstraint("name <> '' AND size > 0", name="something"),
    )
