"""Prices that contradict themselves, corrected and confirmed or void."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "price_correction",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("lot_id", sa.String(length=40), nullable=False),
        sa.Column("bid_id", sa.String(length=40), nullable=False),
        sa.Column("stated", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cites", sa.String(length=300), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("noted_by", sa.String(length=40), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.Column("document_id", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed IS NULL) = (answered_at IS NULL)", name=op.f("ck_price_correction_answered")
        ),
        sa.CheckConstraint(
            "confirmed IS NOT TRUE OR document_id IS NOT NULL",
            name=op.f("ck_price_correction_by_signature"),
        ),
        sa.CheckConstraint(
            "jsonb_array_length(steps) > 0", name=op.f("ck_price_correction_corrects_something")
        ),
        sa.CheckConstraint("noted_at < due_at", name=op.f("ck_price_correction_window")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_price_correction_price")),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["bid_standing.bid_id"], name=op.f("fk_price_correction_bid_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["signed_document.id"], name=op.f("fk_price_correction_document_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_price_correction_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_correction")),
        sa.UniqueConstraint("bid_id", name=op.f("uq_price_correction_bid_id")),
    )
    op.create_index(
        op.f("ix_price_correction_lot_id"), "price_correction", ["lot_id"], unique=False
    )
    op.add_column("bid_standing", sa.Column("price_confirmed", sa.Boolean(), nullable=True))
    op.create_check_constraint(
        op.f("ck_bid_standing_confirmed_if_qualified"),
        "bid_standing",
        "qualified OR price_confirmed IS NULL",
    )
    _reasoned(" AND price_confirmed IS NOT FALSE")


def downgrade() -> None:
    """Go down; who did not confirm stays out, with the reason that stands beside it."""
    op.execute("UPDATE bid_standing SET price_accepted = FALSE WHERE price_confirmed IS FALSE")
    op.drop_constraint(op.f("ck_bid_standing_confirmed_if_qualified"), "bid_standing")
    _reasoned("")
    op.drop_column("bid_standing", "price_confirmed")
    op.drop_index(op.f("ix_price_correction_lot_id"), table_name="price_correction")
    op.drop_table("price_correction")


def _reasoned(more: str) -> None:
    """Whoever is turned away is told why (87-69)."""
    op.drop_constraint(op.f("ck_bid_standing_reasoned"), "bid_standing")
    op.create_check_constraint(
        op.f("ck_bid_standing_reasoned"),
        "bid_standing",
        "(qualified AND compliant IS NOT FALSE AND price_accepted IS NOT FALSE"
        f"{more}) OR (reason_zh <> '' AND cites <> '')",
    )
