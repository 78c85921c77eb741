"""What the journal keeps about challenges and complaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.entries import Entry, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ChallengeFiled(Entry):
    """A supplier challenged documents, process or result within the window (GPL 52)."""

    action: ClassVar[Action] = Action.FILE_CHALLENGE
    lot: str | None = public()
    about: str = public()
    answer_due_at: str = public()
    suspended_until: str | None = public()
    supplier: str = restricted()
    items: list[dict[str, Any]] = restricted()


@dataclass(frozen=True, kw_only=True)
class ChallengeAnswered(Entry):
    """The buyer answered a challenge (GPL 53)."""

    action: ClassVar[Action] = Action.ANSWER_CHALLENGE
    outcome: str = public()
    complaint_due_at: str = public()
    supplier: str = restricted()
    answer: dict[str, str] = restricted()


@dataclass(frozen=True, kw_only=True)
class ComplaintFiled(Entry):
    """A supplier took a challenge to the reviewing body, within what was challenged (GPR 55)."""

    action: ClassVar[Action] = Action.FILE_COMPLAINT
    lot: str | None = public()
    decision_due_at: str = public()
    suspended_until: str | None = public()
    supplier: str = restricted()
    items: list[int] = restricted()
    text: str = restricted()


@dataclass(frozen=True, kw_only=True)
class ComplaintDecided(Entry):
    """The reviewing body decided; the decision is published (GPR 58)."""

    action: ClassVar[Action] = Action.DECIDE_COMPLAINT
    lot: str | None = public()
    supplier: str = public()
    items: list[int] = public()
    ruling: str = public()
    remedy: str = public()
    decision: dict[str, str] = public()
    cites: str = public()
