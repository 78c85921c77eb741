"""The values that pages of every surface show: states, proofs, dated steps, deadlines, lamps.

Each has its words in `app.web.words` and its macro in `templates/components/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kernel.text import Text


class Status(StrEnum):
    """The state of a tender as the public sees it (BRAND.md section 2)."""

    PLANNED = "planned"
    OPEN = "open"
    SEALED = "sealed"
    OPENING = "opening"
    EVALUATION = "evaluation"
    AWARDED = "awarded"
    CONTRACT = "contract"
    COMPLETED = "completed"
    STOPPED = "stopped"


BEFORE_CLOSING = frozenset({Status.PLANNED, Status.OPEN})


class ProofState(StrEnum):
    """How an act or document stands in the log."""

    LOGGED = "logged"
    WAITING = "waiting"
    WITHHELD = "withheld"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Proof:
    """The badge beside an act or document. Where there is no entry, there is no badge."""

    state: ProofState
    number: int | None = None
    """Index in the public log, counted as the verifier counts; None until it is placed."""
    entry: str | None = None
    """The entry's id, by which one that is still waiting can be asked for."""

    def __post_init__(self) -> None:
        if self.number is None and self.entry is None:
            raise ValueError("a proof leads to an entry")
        if self.state is ProofState.LOGGED and self.number is None:
            raise ValueError("an entry in the log has a number")

    @property
    def asks(self) -> str:
        """What to ask the verify page for."""
        return str(self.number) if self.number is not None else str(self.entry)


class StageName(StrEnum):
    """The seven steps of a purchase, and the five of a sitting that opens bids."""

    INTENTION = "intention"
    BIDDING = "bidding"
    OPENING = "opening"
    EVALUATION = "evaluation"
    AWARD = "award"
    CONTRACT = "contract"
    DELIVERY = "delivery"
    CLOSED = "closed"
    SET_LOGGED = "set_logged"
    HOLDERS_PRESENT = "holders_present"
    ONE_BY_ONE = "one_by_one"
    READ_OUT = "read_out"


class StageState(StrEnum):
    """How far a step has come; drawn by shape and said by a hidden word."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    STOP = "stop"


class WhenKind(StrEnum):
    """In what way a step is dated."""

    ON = "on"
    FROM = "from"
    BY = "by"
    ABOUT = "about"
    ABOUT_BY = "about_by"
    SPAN = "span"
    WITHIN = "within"
    FROM_YEAR = "from_year"


@dataclass(frozen=True, slots=True)
class When:
    """The date of a step, exact or expected. `at` with hours is a datetime, without them a date."""

    kind: WhenKind
    at: date | datetime | None = None
    to: date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the way of a purchase or of a sitting."""

    name: StageName
    state: StageState
    when: When | None = None
    note: Text | None = None


class CountdownKind(StrEnum):
    """What a clock counts down to."""

    BIDDING = "bidding"
    QUESTIONS = "questions"
    CHALLENGE = "challenge"
    ANSWER = "answer"
    SIGNING = "signing"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Countdown:
    """A deadline that a reader may miss. An arrival at the instant itself is late."""

    kind: CountdownKind
    closes_at: datetime
    working_days: int | None = None
    """Where the limit is counted in working days: how many are left."""
    action: str | None = None
    """Address of what can be done until then."""
    note: Text | None = None
    """How the limit is counted, with its rule, in place of the usual fine print."""


class BidState(StrEnum):
    """How one bid stands at the opening."""

    SEALED = "sealed"
    OPENING = "opening"
    OPEN = "open"
    FAILED = "failed"


SETTLED = frozenset({BidState.OPEN, BidState.FAILED})


class Lamp(StrEnum):
    """The state of a time limit."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    PAUSED = "paused"
    IDLE = "idle"
