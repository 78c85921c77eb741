"""Two versions of a tender beside each other (S04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.portal.views.facts import Document
from app.web.shown import Proof
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class VersionNamed:
    """One version: what its notice is called, when it came, its proof and its signed paper."""

    number: int
    name: Text
    published_at: datetime
    closes_at: datetime
    proof: Proof | None = None
    paper: Document | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field as it was and as it is; None where there was or is none."""

    name: Text
    old: Text | None
    new: Text | None


@dataclass(frozen=True, slots=True)
class PartChange:
    """What changed in one part of the tender."""

    title: Text
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """S04: what a corrigendum changed, field by field."""

    key: str
    title: Text
    before: VersionNamed
    after: VersionNamed
    changes: Text | None
    parts: tuple[PartChange, ...]
    others: tuple[VersionNamed, ...] = ()
    """Every corrigendum of the tender, the oldest first."""

    @property
    def moves_closing(self) -> bool:
        """Whether the closing time is another one."""
        return self.before.closes_at != self.after.closes_at
