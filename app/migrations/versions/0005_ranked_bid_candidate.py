"""Whether a ranked bid can win; all that were ranked so far could."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go up."""
    op.add_column(
        "ranked_bid",
        sa.Column("candidate", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.alter_column("ranked_bid", "candidate", server_default=None)
    op.create_check_constraint(
        op.f("ck_ranked_bid_behind_its_brand"), "ranked_bid", "candidate OR rank > 1"
    )


def downgrade() -> None:
    """Go down; a place that could not win was not kept before."""
    op.execute("DELETE FROM ranked_bid WHERE NOT candidate")
    op.drop_constraint(op.f("ck_ranked_bid_behind_its_brand"), "ranked_bid")
    op.drop_column("ranked_bid", "candidate")
