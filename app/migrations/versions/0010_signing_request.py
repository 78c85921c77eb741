"""PDFs that wait for a signature value, and the form of a document that was signed over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "signing_request",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("states", sa.String(length=71), nullable=True),
        sa.Column("base", sa.String(length=71), nullable=False),
        sa.Column("certificate", sa.String(length=71), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("earlier", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False),
        sa.Column("reserved_start", sa.Integer(), nullable=False),
        sa.Column("reserved_end", sa.Integer(), nullable=False),
        sa.Column("attributes", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "0 < reserved_start AND reserved_start < reserved_end",
            name=op.f("ck_signing_request_place"),
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR used_at >= made_at", name=op.f("ck_signing_request_order")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_signing_request_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificate.fingerprint"],
            name=op.f("fk_signing_request_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_request")),
    )
    op.create_index(op.f("ix_signing_request_person_id"), "signing_request", ["person_id"])
    op.create_index(op.f("ix_signing_request_made_at"), "signing_request", ["made_at"])


    op.add_column("signed_document", sa.Column("base", sa.String(length=71), nullable=True))
    op.create_unique_constraint(
        op.f("uq_signed_document_kind_subject_id_base"),
        "signed_document",
        ["kind", "subject_id", "base"],
    )


def downgrade() -> None:
    """Go down; whoever was about to sign begins anew."""
    op.drop_constraint(
        op.f("uq_signed_document_kind_subject_id_base"), "signed_document", type_="unique"
    )
    op.drop_column("signed_document", "base")
    op.drop_table("signing_request")
