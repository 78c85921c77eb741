"""Challenges, their answers, and the complaints that follow them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Id, Key


class Challenge(Base):
    """A supplier's challenge of documents, process or result, up to the reviewer's decision."""

    __tablename__ = "challenge"

    id: Mapped[Key]
    purchase_id: Mapped[Id] = mapped_column(ForeignKey("purchase.id"), index=True)
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    # None: the whole tender, as a challenge of the documents is.
    lot_id: Mapped[str | None] = mapped_column(ForeignKey("lot.id"), index=True)
    award_id: Mapped[str | None] = mapped_column(ForeignKey("award.id"))
    supplier_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    about: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(20))
    # [{number, text, cites}]; a complaint may take up some of them and add none (GPR 55)
    items: Mapped[list]  # type: ignore[type-arg]
    filed_by: Mapped[Id]
    filed_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]

    outcome: Mapped[str | None] = mapped_column(String(10))
    answer_zh: Mapped[str | None] = mapped_column(Text)
    answer_en: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[datetime | None]
    complaint_due_at: Mapped[datetime | None]

    complaint_items: Mapped[list | None] = mapped_column(  # type: ignore[type-arg]
        JSONB(none_as_null=True)
    )
    complaint_text: Mapped[str | None] = mapped_column(Text)
    complained_at: Mapped[datetime | None]
    decision_due_at: Mapped[datetime | None]

    ruling: Mapped[str | None] = mapped_column(String(10))
    remedy: Mapped[str | None] = mapped_column(String(15))
    decision_zh: Mapped[str | None] = mapped_column(Text)
    decision_en: Mapped[str | None] = mapped_column(Text)
    decision_cites: Mapped[str | None] = mapped_column(String(300))
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("about IN ('documents', 'process', 'result')", name="about"),
        CheckConstraint("(about = 'result') = (award_id IS NOT NULL)", name="result_of_an_award"),
        CheckConstraint("award_id IS NULL OR lot_id IS NOT NULL", name="award_of_a_lot"),
        CheckConstraint("jsonb_array_length(items) > 0", name="items"),
        CheckConstraint("filed_at < answer_due_at", name="order"),
        CheckConstraint("outcome IN ('upheld', 'partly', 'rejected')", name="outcome"),
        CheckConstraint("ruling IN ('upheld', 'partly', 'dismissed')", name="ruling"),
        CheckConstraint("remedy IN ('none', 'lapse_award', 'fail_lot')", name="remedy"),
        CheckConstraint(
            "(answered_at IS NULL) = (answer_zh IS NULL)"
            " AND (answered_at IS NULL) = (outcome IS NULL)",
            name="answered",
        ),
        CheckConstraint(
            "(complained_at IS NULL) = (complaint_items IS NULL)"
            " AND (complained_at IS NULL) = (decision_due_at IS NULL)",
            name="complained",
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (decision_zh IS NULL)"
            " AND (decided_at IS NULL) = (ruling IS NULL)"
            " AND (decided_at IS NULL) = (remedy IS NULL)"
            " AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decided",
        ),
        CheckConstraint("decided_at IS NULL OR complained_at IS NOT NULL", name="order_of_steps"),
        # One unanswered challenge of a firm about the same thing: a second click changes nothing. A
        # complaint about an earlier one is no second click, and nothing may stand in its way.
        Index(
            "uq_challenge_running",
            "tender_id",
            "supplier_id",
            "about",
            text("coalesce(lot_id, '')"),
            unique=True,
            postgresql_where=text("stage = 'filed'"),
        ),
    )


class Suspension(Base):
    """A time in which no contract of the lot is signed (GPR 54); ended by decision or by its term.

    The challenge suspends from its filing, the complaint anew; the two are rows of their own, so
    that the time for the contract can be counted without both (GPL 57).
    """

    __tablename__ = "suspension"

    id: Mapped[Key]
    challenge_id: Mapped[Id] = mapped_column(ForeignKey("challenge.id"), index=True)
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    # None: every lot of the tender.
    lot_id: Mapped[str | None] = mapped_column(ForeignKey("lot.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("from_at < until_at", name="term"),
        CheckConstraint("ended_at IS NULL OR from_at <= ended_at", name="end"),
    )
