"""A need is public from its first intention or notice on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Go up; what was published before this column is public since then."""
    op.add_column("need", sa.Column("public_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE need SET public_at = least(p.intended_at, t.published_at) FROM purchase p"
        " LEFT JOIN tender t ON t.purchase_id = p.id WHERE need.purchase_id = p.id"
    )


def downgrade() -> None:
    """Go down."""
    op.drop_column("need", "public_at")
