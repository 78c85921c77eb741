"""Second factor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = '0003'


def upgrade() -> None:
    """Go up."""
    op.create_table('second_factor',
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('octet_length(secret) >= 20', name=op.f('ck_second_factor_secret_is_long')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_second_factor_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_second_factor'))
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table('second_factor')
