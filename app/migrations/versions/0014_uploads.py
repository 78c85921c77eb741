"""Uploads in pieces, so that a bid of many megabytes survives a broken connection."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length > 0", name=op.f("ck_upload_length")),
        sa.CheckConstraint("received BETWEEN 0 AND length", name=op.f("ck_upload_received")),
        sa.CheckConstraint(
            "finished_at IS NULL OR received = length", name=op.f("ck_upload_finished")
        ),
        sa.CheckConstraint("made_at < expires_at", name=op.f("ck_upload_order")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_upload_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_expires_at"), "upload", ["expires_at"])
    op.create_index(op.f("ix_upload_person_id_expires_at"), "upload", ["person_id", "expires_at"])


def downgrade() -> None:
    """Go down; what was not whole yet is sent again."""
    op.drop_table("upload")
