"""The time stamp over the list of a draw; the draws so far took random bytes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Go up."""
    op.add_column(
        "panel_draw",
        sa.Column("chance", sa.String(length=20), nullable=False, server_default="stored"),
    )
    op.alter_column("panel_draw", "chance", server_default=None)
    op.add_column("panel_draw", sa.Column("token", sa.LargeBinary(), nullable=True))
    op.alter_column("panel_draw", "randomness", nullable=True)
    op.create_check_constraint(
        op.f("ck_panel_draw_chance"),
        "panel_draw",
        "chance IN ('stamp_outside', 'stamp_own', 'stored')",
    )
    op.create_check_constraint(
        op.f("ck_panel_draw_chance_kept"),
        "panel_draw",
        "(chance = 'stored') = (randomness IS NOT NULL) AND (chance = 'stored') = (token IS NULL)",
    )


def downgrade() -> None:
    """Go down; where there is a token its digest takes the place of the random bytes."""
    op.drop_constraint(op.f("ck_panel_draw_chance_kept"), "panel_draw")
    op.drop_constraint(op.f("ck_panel_draw_chance"), "panel_draw")
    op.execute(
        "UPDATE panel_draw SET randomness = encode(sha256(token), 'hex') WHERE randomness IS NULL"
    )
    op.alter_column("panel_draw", "randomness", nullable=False)
    op.drop_column("panel_draw", "token")
    op.drop_column("panel_draw", "chance")
