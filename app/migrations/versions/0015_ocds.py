"""Open data: each event as an OCDS release that never changes, and the record made of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Go up."""
    op.create_table('ocds_process',
    sa.Column('ocid', sa.String(length=60), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_at <= last_at', name=op.f('ck_ocds_process_order')),
    sa.PrimaryKeyConstraint('ocid', name=op.f('pk_ocds_process'))
    )
    op.create_table('ocds_record',
    sa.Column('ocid', sa.String(length=60), nullable=False),
    sa.Column('releases', sa.Integer(), nullable=False),
    sa.Column('compiled', sa.LargeBinary(), nullable=False),
    sa.Column('versioned', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('releases > 0', name=op.f('ck_ocds_record_of_something')),
    sa.ForeignKeyConstraint(['ocid'], ['ocds_process.ocid'], name=op.f('fk_ocds_record_ocid')),
    sa.PrimaryKeyConstraint('ocid', name=op.f('pk_ocds_record'))
    )
    op.create_table('ocds_release',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('ocid', sa.String(length=60), nullable=False),
    sa.Column('tag', sa.String(length=30), nullable=False),
    sa.Column('date', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.CheckConstraint('size > 0', name=op.f('ck_ocds_release_written')),
    sa.ForeignKeyConstraint(['id'], ['entry.id'], name=op.f('fk_ocds_release_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ocds_release')),
    sa.UniqueConstraint('ocid', 'date', name=op.f('uq_ocds_release_ocid_date'))
    )
    op.create_index(op.f('ix_ocds_release_date'), 'ocds_release', ['date'], unique=False)
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.ocds_later()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF EXISTS (SELECT 1 FROM ocds_release r WHERE r.ocid = NEW.ocid AND r.date >= NEW.date) THEN
    RAISE EXCEPTION 'a release must be later than those before it: %', NEW.ocid
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$"""
    )
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.ocds_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'a release is never changed: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $function$"""
    )
    op.execute(
        r"""CREATE TRIGGER ocds_release_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ocds_release FOR EACH STATEMENT EXECUTE FUNCTION ocds_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER ocds_release_later BEFORE INSERT ON public.ocds_release FOR EACH ROW EXECUTE FUNCTION ocds_later()"""
    )


def downgrade() -> None:
    """Go down."""
    op.execute(
        r"""DROP TRIGGER ocds_release_later ON ocds_release"""
    )
    op.execute(
        r"""DROP TRIGGER ocds_release_insert_only ON ocds_release"""
    )
    op.execute(
        r"""DROP FUNCTION ocds_later"""
    )
    op.execute(
        r"""DROP FUNCTION ocds_refuse"""
    )
    op.drop_index(op.f('ix_ocds_release_date'), table_name='ocds_release')
    op.drop_table('ocds_release')
    op.drop_table('ocds_record')
    op.drop_table('ocds_process')
