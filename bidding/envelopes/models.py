"""Acts of bidders, their envelopes, closings, refused attempts: no plaintext of a bid is here."""

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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bidding.envelopes.insert_only import insert_only, stamped_once
from kernel.columns import Base, Digest, Id, Key, Minor


class BidAct(Base):
    """A signed act of a bidder: a bid, its replacement or its withdrawal, with its receipt.

    The receipt's bytes are the leaf of the tender's private tree `acts` (SEALED_BID 4).
    """

    __tablename__ = "bid_act"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    bidder_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    bidder: Mapped[str] = mapped_column(String(40))  # the registered identifier that the act names
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    digest: Mapped[Digest] = mapped_column(unique=True)
    previous: Mapped[str | None] = mapped_column(String(71))
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    cms: Mapped[bytes] = mapped_column(LargeBinary)
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    verdict: Mapped[dict]  # type: ignore[type-arg]
    signer_certificate: Mapped[Digest]
    person_id: Mapped[Id]
    accepted_at: Mapped[datetime]
    receipt: Mapped[bytes] = mapped_column(LargeBinary)
    receipt_seal: Mapped[bytes] = mapped_column(LargeBinary)
    receipt_note: Mapped[bytes] = mapped_column(LargeBinary)
    entry_id: Mapped[Id]

    envelopes: Mapped[list[Envelope]] = relationship(order_by="Envelope.part")

    __table_args__ = (
        # The loser of a race gets a refusal (SEALED_BID 4).
        UniqueConstraint("tender_id", "lot_id", "bidder", "seq"),
        CheckConstraint("kind IN ('bid', 'withdrawal')", name="kind"),
        CheckConstraint("(seq = 1) = (previous IS NULL)", name="chain"),
        CheckConstraint("seq BETWEEN 1 AND 50", name="acts_max"),
    )


class Envelope(Base):
    """One sealed part of a bid: where its ciphertext lies and what it must open to."""

    __tablename__ = "envelope"

    act_id: Mapped[Key] = mapped_column(ForeignKey("bid_act.id"))
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    ciphertext: Mapped[Digest]
    size: Mapped[Minor]
    recipient: Mapped[str] = mapped_column(String(80))
    # Commitments, boxes and the digest of the inner statement, as the act states them.
    stated: Mapped[dict]  # type: ignore[type-arg]

    __table_args__ = (CheckConstraint("part IN ('technical', 'price')", name="part"),)


class Closing(Base):
    """What was fixed at the closing: size and root of `acts`, before anything was opened."""

    __tablename__ = "closing"

    tender_id: Mapped[Key] = mapped_column(ForeignKey("tender.id"))
    size: Mapped[int]
    root: Mapped[Digest]
    # The canonical statement of the closing; releases name its digest.
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[Digest] = mapped_column(unique=True)
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    token_outside: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime]
    entry_id: Mapped[Id]


class RefusedBid(Base):
    """An attempt that was not accepted: late, malformed, or by the wrong hand (87-33)."""

    __tablename__ = "refused_bid"

    id: Mapped[Key]
    tender_id: Mapped[Id] = mapped_column(ForeignKey("tender.id"), index=True)
    person_id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(60))
    cites: Mapped[str] = mapped_column(Text, default="")
    attempted_at: Mapped[datetime]


for _kind in (BidAct, Envelope, RefusedBid):
    insert_only(cast(Table, _kind.__table__))
stamped_once(cast(Table, Closing.__table__))
