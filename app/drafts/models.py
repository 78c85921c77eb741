"""The row of a draft. It is nobody's record: it is dropped once the form is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.columns import Base, Id


class Draft(Base):
    """The fields of one form about one thing, as a person last left them."""

    __tablename__ = "draft"

    person_id: Mapped[Id] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind ~ '^[a-z][a-z0-9_-]*$'", name="kind"),
        CheckConstraint("length(fields::text) <= 400000", name="size"),
    )
