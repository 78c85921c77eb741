"""Dirty data: each row that cannot be played is named by file, line and field; nothing crashes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.replay.reading import RealData
from tests.app.replay.making import (
    COLUMNS,
    FIRST,
    SECOND,
    changed,
    csv_bytes,
    jsonl_bytes,
    read,
    row,
    tender,
    two_bids,
)


def dirty(data: RealData) -> list[tuple[str, int, str]]:
    """What was refused, without the reasons."""
    return [(each.file, each.line, each.field) for each in data.refused]


def bids_of(data: RealData) -> list[int]:
    """How many bids of each lot were read, in order."""
    return [len(lot.bids) for tender in data.tenders for lot in tender.lots]


def test_clean_files(tmp_path: Path) -> None:
    data = read(tmp_path)
    assert data.refused == ()
    [found] = data.tenders
    assert (found.id, found.buyer, found.currency, found.line) == (FIRST, "12345678", "UAH", 1)
    assert found.opens_at == datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
    [lot] = found.lots
    assert lot.is_compared
    assert [(bid.bidder, str(bid.amount), bid.line) for bid in lot.bids] == [
        ("10000001", "90000.00", 2),
        ("10000002", "95000.00", 3),
    ]
    assert lot.winner is not None
    # Statements hold milliseconds, so the data's microseconds are cut.
    assert lot.winner.award_at == datetime(2026, 9, 12, 9, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bid_amount", ""),
        ("bid_amount", "NaN"),
        ("bid_amount", "Infinity"),
        ("bid_amount", "-1.00"),
        ("bid_amount", "0"),
        ("bid_amount", "12,5"),
        ("bid_amount", "90000.001"),
        ("bid_amount", "1e99"),
        ("bid_amount", "1e999999999999999999999"),
        ("bid_amount", "九万"),
        ("lot_budget", ""),
        ("lot_budget", "-5"),
        ("award_amount", "nan"),
        ("award_date", "yesterday"),
        ("award_date", "2026-09-12T12:00:00"),
        ("award_date", "0001-01-01T00:00:00+14:00"),
        ("currency", ""),
        ("real_outcome", ""),
        ("real_outcome", "victory"),
        ("tenderer_id", ""),
        ("tenderer_id", "ТОВ «Ромашка»"),
        ("tenderer_id", "x" * 41),
        ("tenderID", ""),
    ],
)
def test_a_dirty_cell_is_named(tmp_path: Path, field: str, value: str) -> None:
    rows = [*two_bids(), row("10000003", "93000.0", **{field: value})]
    data = read(tmp_path, rows=rows)
    assert dirty(data) == [("b.csv", 4, field)]
    assert bids_of(data) == [2]
    assert all(each.reason for each in data.refused)


def test_currency_that_is_none(tmp_path: Path) -> None:
    data = read(tmp_path, rows=[*two_bids(), row("10000003", "1.0", currency="гривня")])
    assert dirty(data) == [("b.csv", 4, "bid_amount")]


def test_winner_without_award(tmp_path: Path) -> None:
    data = read(tmp_path, rows=[row("10000001", "90000.0", "won", award_amount="")])
    assert dirty(data) == [("b.csv", 2, "award_amount")]


@pytest.mark.parametrize("column", sorted({"bid_amount", "real_outcome", "tenderID", "lot_id"}))
def test_missing_column(tmp_path: Path, column: str) -> None:
    left = tuple(name for name in COLUMNS if name != column)
    data = read(tmp_path, rows=csv_bytes(two_bids(), left))
    assert dirty(data) == [("b.csv", 1, column)]
    assert data.tenders == ()


def test_optional_columns_may_be_missing(tmp_path: Path) -> None:
    """The last two are ours and derived; a file without them has the same form."""
    data = read(tmp_path, rows=csv_bytes(two_bids(), COLUMNS[:-2]))
    assert (data.refused, bids_of(data)) == ((), [2])


def test_short_and_long_rows(tmp_path: Path) -> None:
    raw = csv_bytes(two_bids())
    data = read(tmp_path, rows=raw + f"{FIRST},aboveThreshold\n".encode())
    assert dirty(data) == [("b.csv", 4, "currency")]
    data = read(tmp_path, rows=raw.rstrip(b"\n") + b",one,more\n")
    assert (data.refused, bids_of(data)) == ((), [2])


def test_two_winners_and_the_same_bidder_twice(tmp_path: Path) -> None:
    rows = [
        *two_bids(),
        row("10000003", "99000.0", "won"),
        row("10000002", "80000.0"),
    ]
    data = read(tmp_path, rows=rows)
    assert dirty(data) == [("b.csv", 4, "real_outcome"), ("b.csv", 5, "tenderer_id")]
    assert bids_of(data) == [2]


def test_unknown_lot_and_unknown_tender(tmp_path: Path) -> None:
    rows = [
        *two_bids(),
        row("10000003", "93000.0", lot_id="lot-9"),
        row("10000004", "93000.0", tenderID=SECOND),
    ]
    data = read(tmp_path, rows=rows)
    assert dirty(data) == [("b.csv", 4, "lot_id"), ("b.csv", 5, "tenderID")]


def test_currencies_that_differ(tmp_path: Path) -> None:
    """Within a lot, and from the tender's own."""
    rows = [*two_bids(), row("10000003", "93000.0", currency="EUR")]
    assert dirty(read(tmp_path, rows=rows)) == [("b.csv", 4, "currency")]
    data = read(tmp_path, rows=two_bids(currency="EUR"))
    assert dirty(data) == [("b.csv", 2, "currency"), ("b.csv", 3, "currency")]
    assert bids_of(data) == [0]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("tenderID", None, "tenderID"),
        ("tenderID", 7, "tenderID"),
        ("title", " ", "title"),
        ("value", None, "value"),
        ("value.currency", None, "value.currency"),
        ("tenderPeriod", None, "tenderPeriod"),
        ("tenderPeriod.startDate", None, "tenderPeriod.startDate"),
        ("tenderPeriod.endDate", "2026-09-09", "tenderPeriod.endDate"),
        ("tenderPeriod.endDate", "2026-09-01T10:00:00+03:00", "tenderPeriod.endDate"),
        ("tenderPeriod.endDate", "9999-12-31T23:59:59-14:00", "tenderPeriod.endDate"),
        ("procuringEntity", None, "procuringEntity"),
        ("procuringEntity.identifier", [], "procuringEntity.identifier"),
        ("procuringEntity.identifier.id", "<script>", "procuringEntity.identifier.id"),
        ("procuringEntity.name", None, "procuringEntity.name"),
    ],
)
def test_a_dirty_member_of_a_tender_is_named(
    tmp_path: Path, path: str, value: object, field: str
) -> None:
    data = read(tmp_path, [changed(path, value)])
    assert ("t.jsonl", 1, field) in dirty(data)
    assert data.tenders == ()
    # Its bids have no tender then, and each row says so.
    assert dirty(data)[:2] == [("b.csv", 2, "tenderID"), ("b.csv", 3, "tenderID")]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("lots.0", "lot", "lots[0]"),
        ("lots.0.id", 5, "lots[0].id"),
        ("lots.0.value", None, "lots[0].value"),
        ("lots.0.value.amount", -1, "lots[0].value.amount"),
        ("lots.0.value.amount", True, "lots[0].value.amount"),
        ("lots.0.value.amount", 1.005, "lots[0].value.amount"),
    ],
)
def test_a_dirty_lot_leaves_the_other_lots(
    tmp_path: Path, path: str, value: object, field: str
) -> None:
    made = changed(path, value, **{"id": FIRST})
    made["lots"].append(tender(FIRST, "lot-2")["lots"][0])
    data = read(tmp_path, [made], two_bids(lot_id="lot-2"))
    assert dirty(data) == [("t.jsonl", 1, field)]
    assert bids_of(data) == [2]


def test_lots_and_tenders_named_twice(tmp_path: Path) -> None:
    data = read(tmp_path, [tender(FIRST, "lot-1", "lot-1"), tender()])
    assert dirty(data) == [("t.jsonl", 1, "lots[1].id"), ("t.jsonl", 2, "tenderID")]
    assert bids_of(data) == [2]


def test_a_tender_without_lots_is_one_lot(tmp_path: Path) -> None:
    data = read(tmp_path, [changed("lots", None)], two_bids(lot_id=""))
    [found] = data.tenders
    assert [(lot.id, len(lot.bids)) for lot in found.lots] == [("", 2)]


@pytest.mark.parametrize(
    "line",
    [
        '{"tenderID": "UA',
        "[]",
        "null",
        "not json",
        "[" * 100_000,
        '{"amount": ' + "9" * 5000 + "}",
        '{"amount": 1e' + "9" * 40 + ".0}",
        '{"amount": 1.0e' + "9" * 40 + "}",
    ],
)
def test_a_broken_line_leaves_the_others(tmp_path: Path, line: str) -> None:
    data = read(tmp_path, [line, tender()])
    assert dirty(data) == [("t.jsonl", 1, "(line)")]
    assert bids_of(data) == [2]


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    lines = jsonl_bytes(tender(SECOND)) + b"\xff\xfe\n" + jsonl_bytes(tender())
    rows = csv_bytes(two_bids()) + csv_bytes([row("10000003", "93000.0")]).split(b"\n")[1].replace(
        b"complete", "виконано".encode("cp1251")
    )
    data = read(tmp_path, lines, rows)
    assert dirty(data) == [("b.csv", 4, "(line)"), ("t.jsonl", 2, "(line)")]
    assert bids_of(data) == [2]


def test_byte_order_marks_and_line_ends(tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    rows = csv_bytes(two_bids()).replace(b"\n", b"\r\n")
    lines = jsonl_bytes(tender()).replace(b"\n", b"\r\n")
    data = read(tmp_path, mark + lines + b"\r\n", mark + rows + b"\r\n")
    assert (data.refused, bids_of(data)) == ((), [2])


def test_separators_of_unicode_inside_a_cell(tmp_path: Path) -> None:
    """U+2028 and a quoted line break end no row; the line named is the row's last."""
    rows = [
        row("10000001", "90000.0", "won", bid_id="a\u2028b"),
        row("10000002", "95000.0", bid_id="a\nb"),
        row("10000003", "-1"),
    ]
    data = read(tmp_path, rows=rows)
    assert dirty(data) == [("b.csv", 5, "bid_amount")]
    assert bids_of(data) == [2]


def test_cells_larger_than_a_reader_takes(tmp_path: Path) -> None:
    rows = [*two_bids(), row("10000003", "93000.0", bid_id="x" * 200_000)]
    assert dirty(read(tmp_path, rows=rows)) == [("b.csv", 4, "(line)")]
    assert dirty(read(tmp_path, rows=b"x" * 200_000)) == [
        ("b.csv", 1, "(line)"),
    ]


def test_empty_files(tmp_path: Path) -> None:
    data = read(tmp_path, b"", b"")
    assert (data.tenders, [each.file for each in data.refused]) == ((), ["b.csv"])
    data = read(tmp_path, b"")
    assert dirty(data) == [("b.csv", 2, "tenderID"), ("b.csv", 3, "tenderID")]
    data = read(tmp_path, rows=csv_bytes([]))
    assert (data.tenders, data.refused) == ((), ())


@pytest.mark.parametrize("quantity", [None, "many", "NaN", -1, 0, 1e-9, 1e30, [], True])
def test_a_quantity_that_cannot_be_read_is_one(tmp_path: Path, quantity: Any) -> None:
    """Items decide nothing in a purchase by price, so they cost no lot its comparison."""
    data = read(tmp_path, [changed("items.0.quantity", quantity)])
    assert data.refused == ()
    [item] = data.tenders[0].lots[0].items
    assert item.quantity == Decimal(1)


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(st.binary(max_size=60), max_size=6), rows=st.binary(max_size=300))
def test_no_bytes_crash_the_reader(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], rows: bytes
) -> None:
    folder = tmp_path_factory.mktemp("dirty")
    data = read(folder, b"\n".join([*lines, jsonl_bytes(tender())]), csv_bytes(two_bids()) + rows)
    assert all(each.line >= 1 and each.field and each.reason for each in data.refused)
