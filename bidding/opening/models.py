"""Releases, bidders' own keys, opened bids, objections, the opening record and who signed it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from bidding.envelopes.insert_only import insert_only
from kernel.columns import Base, Currency, Digest, Id, Key, Minor


class Release(Base):
    """One key holder's act of release for one lot and part."""

    __tablename__ = "share_release"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"))
    part: Mapped[str] = mapped_column(String(10))
    index: Mapped[int]
    person_id: Mapped[Id]
    closing: Mapped[Digest]
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    cms: Mapped[bytes] = mapped_column(LargeBinary)
    verdict: Mapped[dict]  # type: ignore[type-arg]
    # context -> "valid", "wrong" or the code of the holder's refusal
    judged: Mapped[dict]  # type: ignore[type-arg]
    released_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("lot_id", "part", "index"),)


class OwnKey(Base):
    """A bidder's own identity for one envelope, where the holders fell short (SEALED_BID 6)."""

    __tablename__ = "own_key"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"))
    part: Mapped[str] = mapped_column(String(10))
    bidder_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[Id]
    context: Mapped[Digest]
    identity: Mapped[str] = mapped_column(String(80))
    given_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("lot_id", "part", "bidder_id"),)


class OpenedBid(Base):
    """A live bid of a lot after the opening: open with its read-out, or failed with its cause."""

    __tablename__ = "opened_bid"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    act_id: Mapped[Id] = mapped_column(ForeignKey("bid_act.id"), unique=True)
    bidder_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    position: Mapped[int]  # in the order of the tree
    state: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str | None] = mapped_column(String(60))
    # What the profile reads out (readout.json), and its price on its own for the constraint.
    readout: Mapped[dict | None]  # type: ignore[type-arg]
    price_minor: Mapped[Minor | None]
    currency: Mapped[Currency | None]
    # part -> [{name, size, digest, salt}] of the opened files
    files: Mapped[dict]  # type: ignore[type-arg]
    # part -> {statement, cms} base64 of the inner statement
    inner: Mapped[dict]  # type: ignore[type-arg]
    opened_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("lot_id", "bidder_id"),
        CheckConstraint("state IN ('open', 'revoked', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'open') = (price_minor IS NOT NULL)", name="priced"),
        CheckConstraint("(state = 'open') = (cause IS NULL)", name="caused"),
        CheckConstraint("price_minor IS NULL OR price_minor > 0", name="positive"),
    )


class OpeningRecord(Base):
    """The record of an opening, whose digest the officers sign."""

    __tablename__ = "opening_record"

    lot_id: Mapped[Key] = mapped_column(ForeignKey("lot.id"))
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"))
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[Digest]
    opened_at: Mapped[datetime]


class OpeningObjection(Base):
    """An objection raised on the spot, with the receipt that supports it (87-42, SEALED_BID 6)."""

    __tablename__ = "opening_objection"

    id: Mapped[Key]
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    bidder_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    text: Mapped[str] = mapped_column(Text)
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary)
    stops_the_lot: Mapped[bool] = mapped_column(default=False)
    raised_at: Mapped[datetime]


class OpeningConfirmation(Base):
    """A bidder's signature under the opening record, one a firm and lot (87-42)."""

    __tablename__ = "opening_confirmation"

    id: Mapped[Key]
    lot_id: Mapped[Id] = mapped_column(ForeignKey("opening_record.lot_id"))
    bidder_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    document_id: Mapped[Id] = mapped_column(ForeignKey("signed_document.id"))
    confirmed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("lot_id", "bidder_id"),)


for _kind in (
    Release,
    OwnKey,
    OpenedBid,
    OpeningRecord,
    OpeningObjection,
    OpeningConfirmation,
):
    insert_only(cast(Table, _kind.__table__))
