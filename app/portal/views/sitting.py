"""The page of an opening while it goes on (S06): what was sealed, who has come, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.portal.views.outcomes import LotOpening
from app.web.shown import BEFORE_CLOSING, Countdown, Stage, Status
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class HolderAtOpening:
    """A key holder, and how many parts of the lot this one has released."""

    name: Text
    body: Text
    outside: bool
    released: int
    parts: int
    at: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether the holder has given all that was asked."""
        return self.released >= self.parts


@dataclass(frozen=True, slots=True)
class LotSitting:
    """The opening of one lot."""

    opening: LotOpening
    stages: tuple[Stage, ...]
    holders: tuple[HolderAtOpening, ...]
    opened: bool
    ended: Text | None = None
    """Why the lot stays sealed, where it does."""


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """S06: one page a tender, its lots below each other."""

    key: str
    number: str
    title: Text
    status: Status
    threshold: int
    updated_at: datetime
    clock: Countdown | None = None
    """Before the closing: when it is."""
    releases_from: datetime | None = None
    """The first instant at which holders may release, while it is still to come."""
    lots: tuple[LotSitting, ...] = ()

    def __post_init__(self) -> None:
        if self.status in BEFORE_CLOSING and self.lots:
            raise ValueError("nothing that hints at bids is shown before closing")

    @property
    def going_on(self) -> bool:
        """Whether the page is worth asking for again."""
        return self.status not in BEFORE_CLOSING and not all(
            lot.opened or lot.ended for lot in self.lots
        )
