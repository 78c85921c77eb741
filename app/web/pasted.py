"""A table in a form: rows that are pasted from a spreadsheet, read cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import ValidationError

from app.web.fields import Field, clean
from kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that is pasted: its name, its word, and how a cell is read."""

    name: str
    label: Any
    read: Callable[[str], Any] = str
    needed: bool = True


class Table(Field):
    """Rows pasted from a spreadsheet: one line a row, tabs (or `|`) between the cells.

    The value is a list of dicts. What is wrong is named by row and column. `table.js` draws a grid
    over it; without a script it is a field of text.
    """

    kind = "table"

    def __init__(
        self,
        label: Any,
        *validators: Any,
        columns: Sequence[Column] = (),
        most: int = 500,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.columns, self.most = columns, most

    def written(self, value: Any) -> str:
        """The rows as lines."""
        if isinstance(value, str):
            return value
        return "\n".join(
            "\t".join("" if row.get(c.name) is None else str(row[c.name]) for c in self.columns)
            for row in value
        )

    def read(self, _text: str) -> list[dict[str, Any]]:
        """The rows; the first one that cannot be read is named."""
        rows = [line for line in self.typed.splitlines() if line.strip()]
        if len(rows) > self.most:
            raise ValidationError(_("最多%(most)s行", most=self.most))
        return [self._row(number, line) for number, line in enumerate(rows, 1)]

    def _row(self, number: int, line: str) -> dict[str, Any]:
        cells = [clean(cell) for cell in line.split("\t" if "\t" in line else "|")]
        if len(cells) > len(self.columns):
            raise ValidationError(
                _("第%(row)s行有%(now)s格，最多%(most)s格", row=number, now=len(cells),
                  most=len(self.columns))
            )  # fmt: skip
        cells += [""] * (len(self.columns) - len(cells))
        found: dict[str, Any] = {}
        for column, cell in zip(self.columns, cells, strict=True):
            if not cell and not column.needed:
                found[column.name] = None
                continue
            try:
                if not cell:
                    raise ValueError
                found[column.name] = column.read(cell)
            except (ValueError, InvalidOperation, Refused, ValidationError) as problem:
                raise ValidationError(
                    _("第%(row)s行的“%(column)s”看不懂：%(cell)s", row=number,
                      column=column.label, cell=cell or "—")
                ) from problem  # fmt: skip
        return found
