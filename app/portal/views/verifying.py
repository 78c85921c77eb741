"""What the verify page finds, and what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.web.site import Checkpoint
from kernel.text import Text


class Verdict(StrEnum):
    """What the verify page found."""

    PROVED = "proved"
    WAITING = "waiting"
    NOT_FOUND = "not_found"
    DIFFERS = "differs"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What the log says about an entry to everybody."""

    what: Text
    at: datetime
    commitment: str
    id: str
    number: int | None = None
    tender_key: str | None = None
    tender_title: Text | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """The disclosed fields as names and canonical JSON, in the order of the entry."""
    withheld: tuple[str, ...] = ()
    """Names of fields whose digests alone are public."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The way from a leaf to a root, by which anybody can reckon the root again (RFC 9162)."""

    index: int
    size: int
    leaf: str
    root: str
    path: tuple[str, ...]
    sealed_set: bool = False
    """Whether the tree is the set of one tender's acts, as the closing fixed it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for something pasted, and what it stands on."""

    verdict: Verdict
    entry: LogEntry | None = None
    inclusion: Inclusion | None = None
    file: str | None = None
    """Address of the proof as a file that `journal.verify` reads."""
    explanation: Text | None = None
    """What exactly agrees or does not, where there is more to say than the verdict."""


@dataclass(frozen=True, slots=True)
class Download:
    """Something that a reader takes home to check with."""

    label: Text
    url: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What is needed to check the log without this server."""

    origin: str
    key: str
    """The log's verifier key, in the notation of signed notes."""
    command: str
    """One command that checks everything."""
    checkpoint: Checkpoint | None = None
    downloads: tuple[Download, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """S47: paste something, see where the record says it."""

    log: LogFacts
    asked: str = ""
    answer: Answer | None = None
    not_understood: bool = False
