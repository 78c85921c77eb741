"""Rows of the journal, with constraints and triggers for what must never be.

Nothing here is updated or deleted by anybody, with two exceptions that are written out: the queue
of entries that wait for their position, and the erasure of a personal field, which the database
itself ties to the entry that says so. The triggers hold against our own mistakes and against a
hurried hand in a console; against the owner of the database holds the signed log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Digest, Id, Key

# Bundles of tlog-tiles prefix each entry with a 16-bit length.
LEAF_BYTES_MAX = 65535


class EntryRow(Base):
    """An entry; `seq` is the order of commits and is never shown to anybody."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("id", "log"),
        CheckConstraint("octet_length(commitment) = 32", name="commitment_is_a_digest"),
        CheckConstraint(f"octet_length(leaf) <= {LEAF_BYTES_MAX}", name="leaf_fits_a_bundle"),
        CheckConstraint("leaf_hash = sha256('\\x00'::bytea || leaf)", name="leaf_hash_of_leaf"),
        CheckConstraint(
            "log = 'public' OR (tender IS NOT NULL"
            " AND (log = 'acts:' || tender OR log = 'proceedings:' || tender))",
            name="log_of_its_tender",
        ),
        Index(None, "log", "seq"),
        Index(None, "object", "seq"),
        Index(None, "tender", "seq"),
        Index(None, "action", "seq"),
    )

    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    log: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(120))
    tender: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[datetime]
    commitment: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)


class EntryField(Base):
    """A field of an entry: value and salt, which an erasure takes away, and the digest that stays.

    The value is text and not JSONB: the digest is over its exact canonical bytes.
    """

    __tablename__ = "entry_field"
    __table_args__ = (
        CheckConstraint(
            "visibility IN ('public', 'restricted', 'personal')", name="visibility_known"
        ),
        CheckConstraint(
            "(erased_by IS NULL AND value IS NOT NULL AND salt IS NOT NULL)"
            " OR (erased_by IS NOT NULL AND value IS NULL AND salt IS NULL)",
            name="erased_with_its_salt",
        ),
        CheckConstraint("salt IS NULL OR octet_length(salt) = 32", name="salt_is_long"),
        CheckConstraint(
            "salt IS NULL OR digest = 'sha256:'"
            " || encode(sha256(salt || convert_to(value, 'UTF8')), 'hex')",
            name="digest_of_value",
        ),
    )

    entry: Mapped[str] = mapped_column(String(40), ForeignKey("entry.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    visibility: Mapped[str] = mapped_column(String(10))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    value: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[Digest]
    # Deferred, since entries are inserted last: an erasure without its entry cannot be committed.
    erased_by: Mapped[str | None] = mapped_column(
        String(40), ForeignKey("entry.id", deferrable=True, initially="DEFERRED")
    )


class EntryWaiting(Base):
    """An entry that has no position yet; filled by a trigger, emptied by the sequencer alone."""

    __tablename__ = "entry_waiting"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry: Mapped[Id]
    log: Mapped[str] = mapped_column(String(60), index=True)


class EntryPosition(Base):
    """Where an entry stands in its log: gapless from zero, given once."""

    __tablename__ = "entry_position"
    __table_args__ = (
        ForeignKeyConstraint(["entry", "log"], ["entry.id", "entry.log"]),
        UniqueConstraint("entry"),
        CheckConstraint("position >= 0", name="position_from_zero"),
    )

    log: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry: Mapped[Id]


class CheckpointRow(Base):
    """A signed checkpoint of the public log, as its note was signed."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        CheckConstraint("octet_length(root) = 32", name="root_is_a_digest"),
        CheckConstraint("size >= 0", name="size_from_zero"),
        UniqueConstraint("note"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, index=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    digest: Mapped[Digest]
    signed_at: Mapped[datetime]


class SealedHeadRow(Base):
    """What a blinded head hides: size and root of a private tree, and the blind (SEALED_BID 4)."""

    __tablename__ = "sealed_head"
    __table_args__ = (
        CheckConstraint("tree IN ('acts', 'proceedings')", name="tree_known"),
        CheckConstraint("octet_length(root) = 32", name="root_is_a_digest"),
        CheckConstraint("octet_length(blind) = 32", name="blind_is_long"),
        Index(None, "tender", "tree", "sealed_at"),
    )

    entry: Mapped[str] = mapped_column(
        String(40),
        ForeignKey("entry.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    )
    tree: Mapped[str] = mapped_column(String(12), primary_key=True)
    tender: Mapped[Id]
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    blind: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[Digest]
    sealed_at: Mapped[datetime]


class FieldDisclosure(Base):
    """One field shown to an audience before or beyond its row, by the entry that says so."""

    __tablename__ = "field_disclosure"
    __table_args__ = (
        ForeignKeyConstraint(["entry", "name"], ["entry_field.entry", "entry_field.name"]),
    )

    entry: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    audience: Mapped[str] = mapped_column(String(20), primary_key=True)
    disclosed_by: Mapped[str] = mapped_column(
        String(40), ForeignKey("entry.id", deferrable=True, initially="DEFERRED")
    )


class Job(Base):
    """Work to do after the commit: written in the business transaction, done once by its key."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("attempts >= 0", name="attempts_from_zero"),
        Index("ix_job_open", "due_at", "number", postgresql_where="finished_at IS NULL"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]


_REFUSE = """
CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is insert-only: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""

_ERASE_ONLY = """
CREATE OR REPLACE FUNCTION journal_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.visibility = 'personal' AND OLD.erased_by IS NULL
     AND NEW.erased_by IS NOT NULL AND NEW.value IS NULL AND NEW.salt IS NULL
     AND NEW.entry = OLD.entry AND NEW.name = OLD.name
     AND NEW.visibility = OLD.visibility AND NEW.digest = OLD.digest THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'only a personal field is erased, once, and by an entry: % of %',
    OLD.name, OLD.entry USING ERRCODE = 'restrict_violation';
END $$
"""

_QUEUE = """
CREATE OR REPLACE FUNCTION journal_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO entry_waiting (seq, entry, log) SELECT seq, id, log FROM fresh;
  RETURN NULL;
END $$
"""

# By log and through the index: a join with the new rows, whose number the planner cannot know,
# reads the whole table at every placing.
_GAPLESS = """
CREATE OR REPLACE FUNCTION journal_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$
"""

# A restore may find positions that were given after it and before anybody noticed; they are taken
# back only while nothing that was signed rests on them, and by a hand that says what it does.
_UNPLACE_ONLY = """
CREATE OR REPLACE FUNCTION journal_unplace_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('journal.restoring', true) = 'on' AND OLD.log = 'public'
     AND OLD.position >= (SELECT coalesce(max(size), 0) FROM checkpoint) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the journal is insert-only: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""


def _refusing(table: str, operations: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER {table}_insert_only BEFORE {operations} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"
    )


_WHOLE = "UPDATE OR DELETE OR TRUNCATE"

_DDL: dict[type[Base], tuple[str, ...]] = {
    EntryRow: (
        _REFUSE,
        _QUEUE,
        _refusing("entry", _WHOLE),
        "CREATE OR REPLACE TRIGGER entry_queued AFTER INSERT ON entry"
        " REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION journal_queue()",
    ),
    EntryField: (
        _REFUSE,
        _ERASE_ONLY,
        _refusing("entry_field", "DELETE OR TRUNCATE"),
        "CREATE OR REPLACE TRIGGER entry_field_erase_only BEFORE UPDATE ON entry_field"
        " FOR EACH ROW EXECUTE FUNCTION journal_erase_only()",
    ),
    EntryPosition: (
        _REFUSE,
        _GAPLESS,
        _UNPLACE_ONLY,
        _refusing("entry_position", "UPDATE OR TRUNCATE"),
        "CREATE OR REPLACE TRIGGER entry_position_unplace_only BEFORE DELETE ON entry_position"
        " FOR EACH ROW EXECUTE FUNCTION journal_unplace_only()",
        "CREATE OR REPLACE TRIGGER entry_position_gapless AFTER INSERT ON entry_position"
        " REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION journal_gapless()",
    ),
    EntryWaiting: (_REFUSE, _refusing("entry_waiting", "UPDATE OR TRUNCATE")),
    CheckpointRow: (_REFUSE, _refusing("checkpoint", _WHOLE)),
    SealedHeadRow: (_REFUSE, _refusing("sealed_head", _WHOLE)),
    FieldDisclosure: (_REFUSE, _refusing("field_disclosure", _WHOLE)),
}

# The action of a row that stands for an entry of which a restore found the leaf alone.
LOST = "entry.lost"

KINDS: tuple[type[Base], ...] = (*_DDL, Job)
"""Every table of the journal."""

TRIGGERS: tuple[str, ...] = tuple(
    dict.fromkeys(statement for statements in _DDL.values() for statement in statements)
)
"""Every function and trigger once, in order, for a migration that has made the tables."""


for _kind, _statements in _DDL.items():
    for _statement in _statements:
        # DDL fills in a template by `%`, and RAISE uses the same sign.
        _made = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(_kind.__table__, "after_create", _made)
