"""Files for a spreadsheet: exact amounts, instants with their zone, and no formula from outside."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from app.web.spreadsheet import MEMORY_BYTES_MAX, Cell, Kind, harmless, written

ZONE = ZoneInfo("Asia/Shanghai")
HEADS = ("名称", "金额", "时间", "日期", "空")
ROW: tuple[Cell, ...] = (
    "=HYPERLINK(1)",
    Decimal("1168000.00"),
    datetime(2026, 4, 28, 1, 30, tzinfo=UTC),
    date(2026, 4, 2),
    None,
)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_words_are_no_formula(first: str) -> None:
    """OWASP, CSV injection: each of these begins one somewhere."""
    assert harmless(f"{first}1+1") == f"'{first}1+1"
    assert harmless(f"a{first}1") == f"a{first}1"


def test_csv_is_read_by_excel_as_utf_8() -> None:
    with written(Kind.CSV, HEADS, [ROW], ZONE) as file:
        data = file.read()
    assert data.startswith(b"\xef\xbb\xbf")
    heads, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert tuple(heads) == HEADS
    assert row == ["'=HYPERLINK(1)", "1168000.00", "2026-04-28 09:30:00+08:00", "2026-04-02", ""]


def test_xlsx_holds_numbers_as_numbers_and_words_as_words() -> None:
    with written(Kind.XLSX, HEADS, [ROW], ZONE) as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    first, second = book.active.iter_rows()
    assert [cell.value for cell in first] == list(HEADS)
    assert second[0].value == "=HYPERLINK(1)"
    assert second[0].data_type == "s"
    assert (second[1].value, second[1].data_type) == (1168000, "n")
    assert second[2].value == "2026-04-28 09:30:00+08:00"
    book.close()


def test_a_long_list_leaves_memory() -> None:
    file = written(Kind.CSV, ("n",), (("x" * 100,) for _ in range(20_000)), ZONE)
    assert file._rolled  # type: ignore[attr-defined]
    file.seek(0, io.SEEK_END)
    assert file.tell() > MEMORY_BYTES_MAX
    file.close()
