"""Drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = '0008'


def upgrade() -> None:
    """Go up."""
    op.create_table('draft',
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind ~ '^[a-z][a-z0-9_-]*$'", name=op.f('ck_draft_kind')),
    sa.CheckConstraint('length(fields::text) <= 400000', name=op.f('ck_draft_size')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_draft_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'kind', 'subject', name=op.f('pk_draft'))
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table('draft')
