"""docs/glossary.md: its identifiers exist, its words are those of the pages, each stands once."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kernel.text import Text
from kernel.vocabulary import LotStage, Role, TenderStage
from reports.labels import LOT_STAGES, ROLES, TENDER_STAGES

ROOT = Path(__file__).resolve().parents[2]


class Row(NamedTuple):
    """A line of the glossary."""

    zh: str
    en: str
    ocds: str
    identifier: str


def _tables() -> dict[str, list[Row]]:
    """The rows by the heading that they stand under."""
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    found = {}
    for part in page.split("\n## ")[1:]:
        heading, *lines = part.splitlines()
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line]
        found[heading] = [Row(*row) for row in cells[2:]]
    return found


TABLES = _tables()
ROWS = [row for rows in TABLES.values() for row in rows]


def _named(identifier: str) -> object:
    """What an identifier names: the longest part that is a module, then attributes."""
    names = identifier.split(".")
    for end in range(len(names), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(names[:end]))
        except ModuleNotFoundError:
            continue
        for name in names[end:]:
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(identifier)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.identifier)
def test_identifier_is_in_the_code(row: Row) -> None:
    assert re.fullmatch(r"`[A-Za-z_.]+`", row.identifier)
    assert _named(row.identifier.strip("`")) is not None
    assert row.zh
    assert row.en


@pytest.mark.parametrize(
    ("heading", "words", "labels"),
    [
        ("Roles", Role, ROLES),
        ("Stages of a tender", TenderStage, TENDER_STAGES),
        ("Stages of a lot", LotStage, LOT_STAGES),
    ],
)
def test_roles_and_stages_are_called_what_the_pages_call_them(
    heading: str, words: type[StrEnum], labels: Mapping[StrEnum, Text]
) -> None:
    told = {row.identifier: Text(row.zh, row.en) for row in TABLES[heading]}
    there = {f"`kernel.vocabulary.{words.__name__}.{each.name}`": labels[each] for each in words}
    assert told == there


def test_one_word_for_one_thing() -> None:
    things = [row for heading, rows in TABLES.items() if "Stages" not in heading for row in rows]
    for column in ("zh", "en", "identifier"):
        count = Counter(getattr(row, column) for row in things)
        assert [word for word, times in count.items() if times > 1] == []


# What was said beside the glossary's word, and is not said any more.
DISCARDED = {"密钥持有人": "开标人", "标包": "包", "钥匙份额": "密钥份额"}


@pytest.mark.parametrize("discarded", DISCARDED)
def test_a_discarded_word_stands_nowhere(discarded: str) -> None:
    """In pages, sentences and guides."""
    places = [
        path
        for folder, kind in (
            ("templates", "*.html"),
            ("app", "*.py"),
            ("app", "*.toml"),
            ("reports", "*.py"),
            ("docs", "*.md"),
        )
        for path in (ROOT / folder).rglob(kind)
        if discarded in path.read_text(encoding="utf-8")
    ]
    assert not places, f"{discarded}: say {DISCARDED[discarded]}"
