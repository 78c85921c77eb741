"""Company documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Go up."""
    op.create_table('company_document',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('organization_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=180), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('content', sa.String(length=71), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('added_by', sa.String(length=40), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('licence', 'tax', 'social', 'finance', 'certificate', 'reference', 'other')", name=op.f('ck_company_document_kind')),
    sa.CheckConstraint("name <> '' AND size > 0", name=op.f('ck_company_document_something')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_company_document_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_document'))
    )
    op.create_index(op.f('ix_company_document_organization_id'), 'company_document', ['organization_id'], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f('ix_company_document_organization_id'), table_name='company_document')
    op.drop_table('company_document')
