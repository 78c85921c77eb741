"""Rows of uploads. The bytes lie in files until the last one is there, and then among the blobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Digest, Id, Key


class Upload(Base):
    """One upload: how much was promised, how much is durable, and by when it must be whole."""

    __tablename__ = "upload"

    id: Mapped[Key]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    # What the sender says the whole will be; compared when the last byte is there.
    digest: Mapped[Digest]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("length > 0", name="length"),
        CheckConstraint("received BETWEEN 0 AND length", name="received"),
        CheckConstraint("finished_at IS NULL OR received = length", name="finished"),
        CheckConstraint("made_at < expires_at", name="order"),
        Index(None, "person_id", "expires_at"),
        Index(None, "expires_at"),
    )
