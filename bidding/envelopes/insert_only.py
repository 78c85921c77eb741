"""Triggers that keep evidence as it came in: nothing of it is updated, deleted or truncated.

They hold against our own mistakes and a hurried hand in a console. Against the owner of the
database hold the receipts, the closed tree and the signed log.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

_REFUSE = """
CREATE OR REPLACE FUNCTION evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence is insert-only: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""

# A token that could not be had at the closing may come later, once (SEALED_BID 5).
_STAMP_ONLY = """
CREATE OR REPLACE FUNCTION closing_stamp_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.token IS NULL AND NEW.token IS NOT NULL
     AND (NEW.tender_id, NEW.size, NEW.root, NEW.statement, NEW.digest, NEW.closed_at, NEW.entry_id)
       = (OLD.tender_id, OLD.size, OLD.root, OLD.statement, OLD.digest, OLD.closed_at, OLD.entry_id)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'evidence is insert-only: a closing gets its time stamp once'
    USING ERRCODE = 'restrict_violation';
END $$
"""


def insert_only(table: Table) -> None:
    """Have the table refuse every change of what is in it."""
    _after_create(table, _REFUSE, _refusing(table.name, "UPDATE OR DELETE OR TRUNCATE"))


def stamped_once(table: Table) -> None:
    """The same for closings, whose time stamp may come later."""
    _after_create(
        table,
        _REFUSE,
        _STAMP_ONLY,
        _refusing(table.name, "DELETE OR TRUNCATE"),
        f"CREATE OR REPLACE TRIGGER {table.name}_stamp_only BEFORE UPDATE ON {table.name}"
        " FOR EACH ROW EXECUTE FUNCTION closing_stamp_only()",
    )


def _refusing(table: str, operations: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER {table}_insert_only BEFORE {operations} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"
    )


def _after_create(table: Table, *statements: str) -> None:
    for statement in statements:
        # DDL fills in a template by `%`, and RAISE uses the same sign.
        made = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", made)
