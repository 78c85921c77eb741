"""What a bidder declares, by rule profile: read from `declarations.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kernel.text import Text

_FILE = Path(__file__).with_name("declarations.toml")
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One sentence that a bidder stands by, with the rule that asks for it."""

    code: str
    words: Text
    cites: str


def declarations_of(profile: str) -> tuple[Declaration, ...]:
    """The declarations under a profile."""
    known = _read()
    return known.get(profile, known[_OTHER])


@cache
def _read() -> dict[str, tuple[Declaration, ...]]:
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        profile: tuple(
            Declaration(row["code"], Text(row["zh"], row["en"]), row["cites"]) for row in rows
        )
        for profile, rows in found.items()
    }
