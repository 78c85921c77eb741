"""Bidders' own keys for envelopes that the holders do not open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "own_key",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("lot_id", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("bidder_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("context", sa.String(length=71), nullable=False),
        sa.Column("identity", sa.String(length=80), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bidder_id"], ["organization.id"], name=op.f("fk_own_key_bidder_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_own_key_lot_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_own_key_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_key")),
        sa.UniqueConstraint("lot_id", "part", "bidder_id", name=op.f("uq_own_key_lot_id_part_bidder_id")),
    )
    op.create_index(op.f("ix_own_key_tender_id"), "own_key", ["tender_id"], unique=False)
    op.execute(
        "CREATE TRIGGER own_key_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON own_key"
        " FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"
    )


def downgrade() -> None:
    """Go down; the keys that were given go with it."""
    op.drop_index(op.f("ix_own_key_tender_id"), table_name="own_key")
    op.drop_table("own_key")
