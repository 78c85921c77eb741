"""Rows of sessions and of log-in attempts. Who an account belongs to is `procurement.parties`'."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
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


class Contact(Base):
    """Where a person's letters go. Personal: it is shown to the person and to administrators."""

    __tablename__ = "contact"

    person_id: Mapped[Key] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("email LIKE '%_@_%'", name="address"),)


class MailLink(Base):
    """A link that was mailed: good once, until its time; the secret is with its reader alone."""

    __tablename__ = "mail_link"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    good_until: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        CheckConstraint("made_at < good_until", name="order"),
    )


class Application(Base):
    """What a person asks the administrators for: to be registered, or a certificate to be enrolled.

    It is nobody's right yet. What is decided is done by the use cases, which record it.
    """

    __tablename__ = "application"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12))
    # The person who asks, where there is an account already.
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    certificate: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        CheckConstraint("kind IN ('supplier', 'certificate')", name="kind"),
        CheckConstraint("(kind = 'certificate') = (person_id IS NOT NULL)", name="person"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
    )
