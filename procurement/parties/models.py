"""Organizations, persons, accounts, certificates, grants, and the capacities persons acted in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Digest, Id, Key


class Organization(Base):
    """A buyer, using unit, supplier or reviewing body (OCDS parties)."""

    __tablename__ = "organization"

    id: Mapped[Key]
    # The registered identifier, 统一社会信用代码 in China: what sealed bids name (SEALED_BID 3).
    identifier: Mapped[str] = mapped_column(String(40), unique=True)
    scheme: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300), default="")
    size: Mapped[str] = mapped_column(String(10), default="large")
    registered_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("size IN ('micro', 'small', 'medium', 'large')", name="size"),
        CheckConstraint("name_zh <> ''", name="named"),
    )


class Ban(Base):
    """A supplier's exclusion for a time (GPL 77); it blocks while it is in force."""

    __tablename__ = "supplier_ban"

    id: Mapped[Key]
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    cites: Mapped[str] = mapped_column(String(300))

    __table_args__ = (CheckConstraint("from_on <= until_on", name="order"),)


class Person(Base):
    """A natural person. Names are personal data and never in a public field."""

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200))
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    enrolled_at: Mapped[datetime]


class Account(Base):
    """How a person logs in. The password is kept as an argon2id hash."""

    __tablename__ = "account"

    person_id: Mapped[Key] = mapped_column(ForeignKey("person.id"))
    login: Mapped[str] = mapped_column(String(100), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="zh")
    disabled_at: Mapped[datetime | None]


class EnrolledCertificate(Base):
    """A certificate that a person signs with. The key stays with the person (ESL 13)."""

    __tablename__ = "certificate"

    fingerprint: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    der: Mapped[bytes] = mapped_column(LargeBinary)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    enrolled_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role, proposed by one person and confirmed by another (requirement 132)."""

    __tablename__ = "role_grant"

    id: Mapped[Key]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"))
    proposed_by: Mapped[Id]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(String(40))
    confirmed_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_persons"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> person_id", name="not_own"),
        CheckConstraint("proposed_by <> person_id OR proposed_by LIKE 'system:%'", name="not_self"),
        Index(
            "uq_role_grant_live",
            "person_id",
            "role",
            "organization_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )


class Capacity(Base):
    """That a person has acted in a role in a purchase: what the exclusion pairs look at."""

    __tablename__ = "capacity"

    purchase_id: Mapped[Key]
    person_id: Mapped[Key]
    role: Mapped[str] = mapped_column(String(30), primary_key=True)
    since: Mapped[datetime]


class SignedDocument(Base):
    """A signed act or document: bytes in the blob store, signature as received, verdict kept.

    A CMS is stored as received and never altered; tokens and renewals lie beside it (SEALED_BID 1).
    """

    __tablename__ = "signed_document"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Id] = mapped_column(index=True)
    content: Mapped[Digest]
    # Of a PDF: the form of it that was signed over. Nobody signs over the same form twice, so that
    # the signatures of several people make one chain.
    base: Mapped[Digest | None]
    form: Mapped[str] = mapped_column(String(10))
    # The signed statement itself (at most 48 KiB); a PDF lies in the blob store under `content`.
    statement: Mapped[bytes | None] = mapped_column(LargeBinary)
    cms: Mapped[bytes | None] = mapped_column(LargeBinary)
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    signer_person: Mapped[Id]
    signer_certificate: Mapped[Digest]
    verdict: Mapped[dict]  # type: ignore[type-arg]
    signed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("form IN ('cms', 'pades')", name="form"),
        CheckConstraint(
            "(form = 'cms') = (cms IS NOT NULL AND statement IS NOT NULL)", name="cms_kept"
        ),
        UniqueConstraint("kind", "subject_id", "content", "signer_certificate"),
        UniqueConstraint("kind", "subject_id", "base"),
    )
