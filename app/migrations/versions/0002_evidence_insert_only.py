"""Acts, closings, releases and opening records are insert-only in the database."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go up."""
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.closing_stamp_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.token IS NULL AND NEW.token IS NOT NULL
     AND (NEW.tender_id, NEW.size, NEW.root, NEW.statement, NEW.digest, NEW.closed_at, NEW.entry_id)
       = (OLD.tender_id, OLD.size, OLD.root, OLD.statement, OLD.digest, OLD.closed_at, OLD.entry_id)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'evidence is insert-only: a closing gets its time stamp once'
    USING ERRCODE = 'restrict_violation';
END $function$"""
    )
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.evidence_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'evidence is insert-only: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $function$"""
    )
    op.execute(
        r"""CREATE TRIGGER bid_act_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.bid_act FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER closing_insert_only BEFORE DELETE OR TRUNCATE ON public.closing FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER closing_stamp_only BEFORE UPDATE ON public.closing FOR EACH ROW EXECUTE FUNCTION closing_stamp_only()"""
    )
    op.execute(
        r"""CREATE TRIGGER envelope_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.envelope FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER opened_bid_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.opened_bid FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER opening_objection_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.opening_objection FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER opening_record_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.opening_record FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER refused_bid_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.refused_bid FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER share_release_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.share_release FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
    )


def downgrade() -> None:
    """Go down."""
    op.execute(
        r"""DROP TRIGGER share_release_insert_only ON share_release"""
    )
    op.execute(
        r"""DROP TRIGGER refused_bid_insert_only ON refused_bid"""
    )
    op.execute(
        r"""DROP TRIGGER opening_record_insert_only ON opening_record"""
    )
    op.execute(
        r"""DROP TRIGGER opening_objection_insert_only ON opening_objection"""
    )
    op.execute(
        r"""DROP TRIGGER opened_bid_insert_only ON opened_bid"""
    )
    op.execute(
        r"""DROP TRIGGER envelope_insert_only ON envelope"""
    )
    op.execute(
        r"""DROP TRIGGER closing_stamp_only ON closing"""
    )
    op.execute(
        r"""DROP TRIGGER closing_insert_only ON closing"""
    )
    op.execute(
        r"""DROP TRIGGER bid_act_insert_only ON bid_act"""
    )
    op.execute(
        r"""DROP FUNCTION closing_stamp_only"""
    )
    op.execute(
        r"""DROP FUNCTION evidence_refuse"""
    )
