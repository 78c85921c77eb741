"""Why a member gave these points; the sheets so far hold no reasons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Go up."""
    op.add_column("score", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.alter_column("score", "reason", server_default=None)


def downgrade() -> None:
    """Go down; the reasons stay in the journal."""
    op.drop_column("score", "reason")
