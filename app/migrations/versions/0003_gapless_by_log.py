"""No gap in a log: looked up through the index, and no longer by a join with the whole table."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go up."""
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.journal_gapless()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT log, min(position) AS first, max(position) AS last, count(*) AS rows
    FROM fresh GROUP BY log
  LOOP
    IF part.last - part.first + 1 <> part.rows OR part.first > 0 AND NOT EXISTS (
      SELECT 1 FROM entry_position p WHERE p.log = part.log AND p.position = part.first - 1
    ) THEN
      RAISE EXCEPTION 'a position would leave a gap in its log' USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $function$"""
    )


def downgrade() -> None:
    """Go down."""
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.journal_gapless()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF EXISTS (
    SELECT 1 FROM fresh f WHERE f.position > 0 AND NOT EXISTS (
      SELECT 1 FROM entry_position p WHERE p.log = f.log AND p.position = f.position - 1)
  ) THEN
    RAISE EXCEPTION 'a position would leave a gap in its log' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $function$"""
    )
