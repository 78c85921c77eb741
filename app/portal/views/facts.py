"""What stands on a tender page from publication on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.web.shown import (
    Proof,
    Status,
)
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Part


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """One of those who together can open the bids."""

    name: Text
    body: Text
    outside: bool
    """Whether the person is from outside the buyer."""
    fingerprints: tuple[tuple[Part, str], ...] = ()
    """The digest of the key for each part of a bid."""


@dataclass(frozen=True, slots=True)
class Committee:
    """The key holders of a tender."""

    threshold: int
    holders: tuple[KeyHolder, ...]
    digest: str | None = None

    @property
    def outside(self) -> int:
        """How many are from outside the buyer."""
        return sum(holder.outside for holder in self.holders)


@dataclass(frozen=True, slots=True)
class RulesName:
    """The profile and edition that a tender has pinned."""

    profile: str
    edition: str
    title: Text


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """Six rows, the most asked first."""

    buyer: Text
    budget: Money | None
    delivery: Text | None
    rules: RulesName
    committee: Committee | None
    bid_security: Money | None = None
    """None where no security is asked."""


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of a tender."""

    number: str
    title: Text
    status: Status
    budget: Money | None = None
    note: Text | None = None
    """For instance that it is kept for small firms."""


@dataclass(frozen=True, slots=True)
class LotsPage:
    """One of the pages of a tender of many lots: its number, and its first and last lot's."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored, and how much it counts."""

    name: Text
    points: Decimal
    rule: Text | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A published file, with the digest under which it is kept and logged."""

    title: Text
    digest: str
    kind: str
    """`PDF`, `XLSX`: what a reader calls the format."""
    size: int
    proof: Proof | None = None
    version: int | None = None
    compare_url: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the one answer to everybody. Who asked is not known here."""

    words: Text
    answer: Text | None = None
    answered_at: datetime | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class RecordItem:
    """What has happened, in the past tense, with its proof."""

    at: datetime
    what: Text
    proof: Proof | None = None
    detail: Text | None = None
    url: str | None = None
    """Where more of it stands."""
    url_words: Text | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, dated."""

    at: datetime
    what: Text
