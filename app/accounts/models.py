"""Rows of sessions and of log-in attempts. Who an account belongs to is `procurement.parties`'."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Id


class LoginSession(Base):
    """A session of the web or of the API. The secret itself is only with the person."""

    __tablename__ = "login_session"

    secret_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind IN ('web', 'api')", name="kind"),
        CheckConstraint("octet_length(secret_digest) = 32", name="digest"),
        CheckConstraint("began_at <= seen_at", name="order"),
    )


class LoginAttempt(Base):
    """One try at a password, written before the password is looked at; success removes it."""

    __tablename__ = "login_attempt"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    # A digest: people type their password into the wrong field.
    login_digest: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]

    __table_args__ = (
        Index(None, "login_digest", "at"),
        Index(None, "address", "at"),
    )
