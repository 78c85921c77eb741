"""A lawful no, a missing thing, a lost race: the three ways a use case ends without effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done: a stable code, the rules that forbid it, and the facts it saw.

    It carries no sentence: page, log and test each say it in their own words from the code.
    """

    code: str
    cites: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        cites = "; ".join(self.cites)
        return f"{self.code} ({facts})" + (f" [{cites}]" if cites else "")


class Refused(Exception):
    """Raised where a `Refusal` ends a use case; the transaction around it is rolled back."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class NotFound(Exception):
    """The named thing does not exist, or its existence is nobody's business here."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"{kind} {id}")
        self.kind = kind
        self.id = id


class StaleWrite(Exception):
    """Somebody else changed the thing first; the caller reads it again and decides anew."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"{kind} {id} was changed by somebody else")
        self.kind = kind
        self.id = id


def refuse(code: str, *cites: str, **facts: object) -> Refusal:
    """Make a refusal in one line: `refuse("late", "Order 87 art. 33", closes_at=…)`."""
    return Refusal(code, cites, MappingProxyType(dict(facts)))


def enforce(refusal: Refusal | None) -> None:
    """Raise the refusal that a rule returned, if it returned one."""
    if refusal is not None:
        raise Refused(refusal)
