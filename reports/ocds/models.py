"""Releases as they were published, and the record last compiled of each process."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Digest


class OcdsRelease(Base):
    """One event as open data. Its id is that of the journal entry, so that it can be looked up.

    `body` is a gzip member of one line: a file of many is made by putting them one after another.
    """

    __tablename__ = "ocds_release"

    # Deferred, since entries are inserted last: a release without its entry cannot be committed.
    id: Mapped[str] = mapped_column(
        String(40), ForeignKey("entry.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    ocid: Mapped[str] = mapped_column(String(60))
    tag: Mapped[str] = mapped_column(String(30))
    # The instant of publication, to the millisecond; later than that of every release before it.
    date: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    # Of the line that the member holds, its end of line included.
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[Digest]

    __table_args__ = (
        UniqueConstraint("ocid", "date"),
        CheckConstraint("size > 0", name="written"),
        # The files of a month.
        Index(None, "date"),
    )


class OcdsProcess(Base):
    """How far a process has been published.

    Whoever publishes holds this row, so that the releases of one process come one by one.
    """

    __tablename__ = "ocds_process"

    ocid: Mapped[str] = mapped_column(String(60), primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("first_at <= last_at", name="order"),)


class OcdsRecord(Base):
    """The record of a process as it was last compiled; it is made again when a release has come.

    It can be made from the releases at any time and is no evidence.
    """

    __tablename__ = "ocds_record"

    ocid: Mapped[str] = mapped_column(String(60), ForeignKey("ocds_process.ocid"), primary_key=True)
    # How many releases it is made of. They are never taken back, so the number tells which.
    releases: Mapped[int]
    # Each a gzip member of one line, as the releases are.
    compiled: Mapped[bytes] = mapped_column(LargeBinary)
    versioned: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("releases > 0", name="of_something"),)


# Its own function, though another does the same: `journal` and `bidding` have theirs as well.
_REFUSE = """
CREATE OR REPLACE FUNCTION ocds_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a release is never changed: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""

# Merging sorts by date, and takes of two equal ones whichever comes last.
_LATER = """
CREATE OR REPLACE FUNCTION ocds_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ocds_release r WHERE r.ocid = NEW.ocid AND r.date >= NEW.date) THEN
    RAISE EXCEPTION 'a release must be later than those before it: %', NEW.ocid
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""

_DDL = (
    _REFUSE,
    _LATER,
    "CREATE OR REPLACE TRIGGER ocds_release_insert_only"
    " BEFORE UPDATE OR DELETE OR TRUNCATE ON ocds_release"
    " FOR EACH STATEMENT EXECUTE FUNCTION ocds_refuse()",
    "CREATE OR REPLACE TRIGGER ocds_release_later BEFORE INSERT ON ocds_release"
    " FOR EACH ROW EXECUTE FUNCTION ocds_later()",
)

for _statement in _DDL:
    # DDL fills in a template by `%`, and RAISE uses the same sign.
    _made = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(cast(Table, OcdsRelease.__table__), "after_create", _made)
