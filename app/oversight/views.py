"""What the oversight pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.web.shown import Lamp, Proof
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit that runs: what is waited for, until when, and how it stands."""

    what: Text
    title: Text
    url: str
    due_at: datetime
    lamp: Lamp


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A purchase in the list."""

    key: str
    title: Text
    buyer: Text
    stage: Text
    lamp: Lamp
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CasesPage:
    """The limits that press, and the purchases found."""

    asked: str
    limits: Sequence[TimeLimit]
    cases: Sequence[CaseRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the purchase, with what this reader may see of it."""

    id: str
    at: datetime
    what: Text
    who: str
    log: str
    fields: Sequence[tuple[str, str]]
    withheld: int
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Capacity:
    """In what role somebody has acted in the purchase."""

    name: str
    organization: Text
    role: Text
    since: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """A signed act or document, and the verdict that was kept with it."""

    kind: Text
    signer: str
    signed_at: datetime
    form: str
    digest: str
    file_url: str | None
    """Where the signed PDF is, for those who may read it whole."""
    indication: str
    good: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """S54: the whole chain of one purchase."""

    key: str
    title: Text
    buyer: Text
    stage: Text
    limits: Sequence[TimeLimit]
    capacities: Sequence[Capacity]
    signatures: Sequence[Signature]
    acts: Sequence[Act]
    public: bool
    """Whether the public has a page of it too."""
