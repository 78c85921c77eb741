"""Rows of PDFs that wait for a signature value from the person who has the key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Digest, Id, Key


class SigningRequest(Base):
    """A prepared PDF: whose signature it waits for, in which field, and what it says.

    It serves once and expires; what it led to is kept elsewhere, as a signed document.
    """

    __tablename__ = "signing_request"

    id: Mapped[Key]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Id]
    # The digest of the statement that the document says in words, where there is one: what is
    # signed on paper must be what is signed for machines.
    states: Mapped[Digest | None]
    # The document before it was laid out for this signature: its unsigned form, or the form that
    # bears the signatures of those who went before.
    base: Mapped[Digest]
    certificate: Mapped[Digest] = mapped_column(ForeignKey("certificate.fingerprint"))
    field: Mapped[str] = mapped_column(String(60))
    # field -> fingerprint of whoever signed before
    earlier: Mapped[dict]  # type: ignore[type-arg]
    # Whether this is the last signature, after which the document is made to last (B-LTA).
    is_last: Mapped[bool]
    document: Mapped[bytes] = mapped_column(LargeBinary)
    document_digest: Mapped[bytes] = mapped_column(LargeBinary)
    reserved_start: Mapped[int]
    reserved_end: Mapped[int]
    attributes: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("0 < reserved_start AND reserved_start < reserved_end", name="place"),
        CheckConstraint("used_at IS NULL OR used_at >= made_at", name="order"),
    )
