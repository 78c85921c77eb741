"""Bidders' signatures under the record of an opening."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "opening_confirmation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("lot_id", sa.String(length=40), nullable=False),
        sa.Column("bidder_id", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bidder_id"], ["organization.id"], name=op.f("fk_opening_confirmation_bidder_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["signed_document.id"], name=op.f("fk_opening_confirmation_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["opening_record.lot_id"], name=op.f("fk_opening_confirmation_lot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_confirmation")),
        sa.UniqueConstraint(
            "lot_id", "bidder_id", name=op.f("uq_opening_confirmation_lot_id_bidder_id")
        ),
    )
    op.execute(
        "CREATE TRIGGER opening_confirmation_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON opening_confirmation FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"
    )


def downgrade() -> None:
    """Go down; the signatures stay among the signed documents, and the journal names them."""
    op.drop_table("opening_confirmation")
