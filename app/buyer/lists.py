"""What a buyer's list is asked for in its address, and the slice of rows that answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from flask import request

from kernel.text import Text

PAGE_ROWS = 20
SEARCH_CHARACTERS_MAX = 100
WORDS_MAX = 6


class _Row(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Row)
S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """The words and the state that are looked for, and the row after which the page begins."""

    words: str = ""
    stage: str | None = None
    after: str | None = None
    stages: Sequence[tuple[str, Text]] = ()
    next_after: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything is asked for."""
        return not self.words and self.stage is None

    @property
    def terms(self) -> list[str]:
        """The words one by one, without what a database cannot hold."""
        plain = "".join(one if one.isprintable() else " " for one in self.words)
        return plain.split()[:WORDS_MAX]

    def address(self, after: str | None = None) -> dict[str, str | None]:
        """The same question as arguments of an address, from the beginning or after a row."""
        return {"q": self.words or None, "stage": self.stage, "after": after}


def asked(stages: Mapping[S, Text]) -> Asked:
    """What the address asks for; an unknown state asks for nothing rather than failing."""
    words = " ".join(request.args.get("q", "").split())[:SEARCH_CHARACTERS_MAX]
    stage, after = request.args.get("stage", ""), request.args.get("after", "")
    return Asked(
        words,
        stage if stage in {str(one) for one in stages} else None,
        after if after.isprintable() and after else None,
        [(str(one), said) for one, said in stages.items()],
    )


def sliced(question: Asked, found: Sequence[R]) -> tuple[Asked, list[R]]:
    """The rows of a page out of one more than it holds, and the question with where it goes on."""
    rows = list(found[:PAGE_ROWS])
    more = rows[-1].id if len(found) > PAGE_ROWS else None
    return replace(question, next_after=more), rows
