"""Lists as files for a spreadsheet: CSV that Excel reads as UTF-8, or XLSX.

Rows are written one by one into a file that leaves memory when it grows, and the reading
transaction is over before the first byte goes out, however slow the reader's line is.

A cell of words that begins like a formula is made plain: a spreadsheet would run it, and titles and
names come from outside (OWASP, CSV injection). In XLSX words are written as strings, which no
program runs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import xlsxwriter
from flask import Response, send_file

from app.web.headers import carried_as

Cell = str | Decimal | int | date | datetime | None
MEMORY_BYTES_MAX = 1 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Kind(StrEnum):
    """The forms in which a list is given out."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Kind.CSV: "text/csv",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(
    kind: Kind, heads: Sequence[str], rows: Iterable[Sequence[Cell]], zone: tzinfo
) -> BinaryIO:
    """The rows below their heads as a file, at its beginning; instants in the zone, with offset."""
    file = cast(BinaryIO, SpooledTemporaryFile(max_size=MEMORY_BYTES_MAX))  # noqa: SIM115
    write = _csv if kind is Kind.CSV else _xlsx
    write(file, heads, rows, zone)
    file.seek(0)
    return file


def attached(kind: Kind, name: str, file: BinaryIO) -> Response:
    """The file as an answer that is saved under this name; never kept by the reader's program."""
    return carried_as(send_file(file, mimetype=MEDIA_TYPES[kind], max_age=0), f"{name}.{kind}")


def harmless(text: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(
    file: BinaryIO, heads: Sequence[str], rows: Iterable[Sequence[Cell]], zone: tzinfo
) -> None:
    # The mark at the beginning tells Excel that it is UTF-8.
    words = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    out = csv.writer(words)
    out.writerow(heads)
    for row in rows:
        out.writerow([_plain(cell, zone) for cell in row])
    words.detach()


def _xlsx(
    file: BinaryIO, heads: Sequence[str], rows: Iterable[Sequence[Cell]], zone: tzinfo
) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 22)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal | int):
                sheet.write_number(number, column, float(cell), amount)
            elif cell is not None:
                text = cell if isinstance(cell, str) else _plain(cell, zone)
                sheet.write_string(number, column, text)
    book.close()


def _plain(cell: Cell, zone: tzinfo) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case datetime():
            return cell.astimezone(zone).isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case Decimal():
            return format(cell, "f")
    return str(cell)
