"""Rows of sessions and of log-in attempts. Who an account belongs to is `procurement.parties`'."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Id, Key


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


class SecondFactor(Base):
    """A person's secret for one-time codes; it is asked for once it has been confirmed."""

    __tablename__ = "second_factor"

    person_id: Mapped[Key] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    # The step of the last code that was taken: each is good once.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (CheckConstraint("octet_length(secret) >= 20", name="secret_is_long"),)
