"""The rows of a CSV file that may be dirty: what is no row is named by its line."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Dirty:
    """A row or a value that cannot be played, and why."""

    file: str
    line: int
    field: str
    reason: str

    def as_record(self) -> dict[str, object]:
        """As the report holds it."""
        return {"file": self.file, "line": self.line, "field": self.field, "reason": self.reason}


class _Lines:
    """Lines as the CSV reader takes them, counted here: its own count skips a line it refuses."""

    def __init__(self, path: Path) -> None:
        # Split at line feeds alone: other separators of Unicode may stand inside a quoted name.
        whole = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        self._lines = iter(whole.splitlines(keepends=True))
        self.taken = 0
        self.spoilt = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += 1
        decoded = line.decode("utf-8", errors="replace")
        self.spoilt = self.spoilt or decoded.encode("utf-8") != line
        return decoded


def rows_of(
    path: Path, columns: Collection[str], refused: list[Dirty]
) -> Iterator[tuple[int, Row]]:
    """Each row with the number of its last line; what cannot be read as a row goes to `refused`."""
    lines = _Lines(path)
    reader = csv.DictReader(lines)
    try:
        missing = sorted(set(columns) - set(reader.fieldnames or ()))
    except csv.Error as problem:
        refused.append(Dirty(path.name, 1, "(line)", f"is not CSV: {problem}"))
        return
    if missing:
        refused.append(Dirty(path.name, 1, missing[0], "column is missing"))
        return
    while True:
        lines.spoilt = False
        try:
            row = next(reader, None)
        except csv.Error as problem:
            refused.append(Dirty(path.name, lines.taken, "(line)", f"is not CSV: {problem}"))
            continue
        if row is None:
            return
        if lines.spoilt:
            refused.append(Dirty(path.name, lines.taken, "(line)", "is not UTF-8"))
        else:
            yield lines.taken, row
