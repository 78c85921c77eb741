"""Contacts and applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = '0010'


def upgrade() -> None:
    """Go up."""
    op.create_table('application',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('certificate', sa.LargeBinary(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint("(kind = 'certificate') = (person_id IS NOT NULL)", name=op.f('ck_application_person')),
    sa.CheckConstraint("kind IN ('supplier', 'certificate')", name=op.f('ck_application_kind')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by IS NULL)', name=op.f('ck_application_decided')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_application_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application'))
    )
    op.create_table('contact',
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("email LIKE '%_@_%'", name=op.f('ck_contact_address')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contact_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_contact'))
    )
    op.create_table('mail_link',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('good_until', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('made_at < good_until', name=op.f('ck_mail_link_order')),
    sa.CheckConstraint('octet_length(digest) = 32', name=op.f('ck_mail_link_digest')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mail_link_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_mail_link'))
    )
    op.create_index(op.f('ix_mail_link_person_id'), 'mail_link', ['person_id'], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f('ix_mail_link_person_id'), table_name='mail_link')
    op.drop_table('mail_link')
    op.drop_table('contact')
    op.drop_table('application')
