"""Awards and the letters to those who lost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.columns import Base, Currency, Id, Key, Minor


class Award(Base):
    """The decision for one bid of a lot: decided, published, and in rare cases lapsed."""

    __tablename__ = "award"

    id: Mapped[Key]
    purchase_id: Mapped[Id] = mapped_column(ForeignKey("purchase.id"), index=True)
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    bid_id: Mapped[Id] = mapped_column(ForeignKey("opened_bid.id"))
    supplier_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    rank: Mapped[int]
    # The bid's own price: deductions are for the evaluation alone (requirement 083).
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    reason_zh: Mapped[str] = mapped_column(Text, default="")
    reason_en: Mapped[str] = mapped_column(Text, default="")
    cites: Mapped[str] = mapped_column(String(300), default="")
    decided_by: Mapped[Id]
    decided_at: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(String(40))
    published_at: Mapped[datetime | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    # What the notice names by digest alone, as it stood then: items, documents, experts.
    rest: Mapped[dict | None] = mapped_column(  # type: ignore[type-arg]
        JSONB(none_as_null=True)
    )
    # No contract is signed before this instant; None where the profile knows no standstill.
    standstill_until: Mapped[datetime | None]
    # The last instant for a challenge of the result (half-open).
    challenge_until: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]
    lapsed_code: Mapped[str | None] = mapped_column(String(60))
    lapsed_reason: Mapped[str | None] = mapped_column(Text)
    lapsed_cites: Mapped[str | None] = mapped_column(String(300))

    letters: Mapped[list[AwardLetter]] = relationship(order_by="AwardLetter.bid_id")

    __table_args__ = (
        # One live award a lot, and a bid whose award has lapsed is not awarded again.
        Index(
            "uq_award_live",
            "lot_id",
            unique=True,
            postgresql_where=text("lapsed_at IS NULL"),
        ),
        UniqueConstraint("lot_id", "bid_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("rank >= 1", name="rank"),
        # Whoever passes over the first-ranked says why and by which rule (GPR 43).
        CheckConstraint("rank = 1 OR (reason_zh <> '' AND cites <> '')", name="reasoned"),
        CheckConstraint(
            "(published_at IS NULL) = (document_id IS NULL)"
            " AND (published_at IS NULL) = (published_by IS NULL)"
            " AND (published_at IS NULL) = (rest IS NULL)"
            " AND (published_at IS NULL) = (challenge_until IS NULL)",
            name="published_by_signature",
        ),
        CheckConstraint(
            "(lapsed_at IS NULL) = (lapsed_code IS NULL)"
            " AND (lapsed_at IS NULL) = (lapsed_reason IS NULL)",
            name="lapsed_for_a_reason",
        ),
    )


class AwardLetter(Base):
    """What a bidder who lost is told: his own score, rank and reason, and nobody else's (87-69)."""

    __tablename__ = "award_letter"

    award_id: Mapped[Key] = mapped_column(ForeignKey("award.id"))
    bid_id: Mapped[Key] = mapped_column(ForeignKey("opened_bid.id"))
    bidder_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    rank: Mapped[int | None]
    total_points: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    reason_zh: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text, default="")
    cites: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("rank IS NOT NULL OR reason_zh <> ''", name="told"),)
