"""A firm's complaint about one challenge is not stopped by its other one that waits for an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ABOUT: list[str | sa.TextClause] = [
    "tender_id",
    "supplier_id",
    "about",
    sa.text("coalesce(lot_id, '')"),
]


def upgrade() -> None:
    """Go up."""
    op.drop_index("uq_challenge_running", table_name="challenge")
    _unique("stage = 'filed'")


def downgrade() -> None:
    """Go down; impossible once a firm has both, since neither of them can be taken back."""
    op.drop_index("uq_challenge_running", table_name="challenge")
    _unique("stage IN ('filed', 'complained')")


def _unique(where: str) -> None:
    op.create_index(
        "uq_challenge_running", "challenge", _ABOUT, unique=True, postgresql_where=sa.text(where)
    )
