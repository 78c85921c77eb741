"""The home page and the list of tenders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.web.shown import (
    Status,
)
from kernel.money import Money
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class TenderCard:
    """Five facts of a tender in a list, and no more."""

    key: str
    title: Text
    status: Status
    buyer: Text
    budget: Money | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of today, for the home page."""

    status: Status
    key: str
    title: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the year with what it counts."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class HomePage:
    """S01: one search box, what closes soon, what happened today."""

    open_count: int
    closing_soon: tuple[TenderCard, ...] = ()
    today: tuple[Happening, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class TenderFilter:
    """What a reader looks for. It stands in the address, so that a list can be sent to others."""

    words: str = ""
    status: Status | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.words and self.status is None


@dataclass(frozen=True, slots=True)
class TenderSlice:
    """A part of the list in keyset order, and the key from which it goes on."""

    cards: tuple[TenderCard, ...]
    next_after: str | None = None
    count: int | None = None
    """How many match in all; None where counting was not worth it."""
    count_is_capped: bool = False


@dataclass(frozen=True, slots=True)
class TendersPage:
    """S02: the list with what was asked for."""

    asked: TenderFilter
    slice: TenderSlice
    after: str | None = None
