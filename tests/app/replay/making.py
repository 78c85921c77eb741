"""Small files in the form of the real ones, clean until a test soils them."""

from __future__ import annotations

import copy
import csv
import io
import json
from pathlib import Path
from typing import Any

from app.replay.reading import RealData, read_real

COLUMNS = (
    "tenderID",
    "method",
    "tender_status",
    "lot_id",
    "lot_budget",
    "currency",
    "bid_id",
    "tenderer_id",
    "bid_amount",
    "real_outcome",
    "award_amount",
    "award_date",
    "lowest_bid",
    "rank",
)
FIRST, SECOND = "UA-2026-09-01-000001-a", "UA-2026-09-01-000002-a"

Row = dict[str, str]
Tender = dict[str, Any]


def tender(id: str = FIRST, *lots: str) -> Tender:
    """A tender of goods for 100000.00 a lot."""
    named = lots or ("lot-1",)
    value = {"currency": "UAH", "amount": 100000.0}
    return {
        "tenderID": id,
        "title": "Папір офісний",
        "value": {"currency": "UAH", "amount": 100000.0 * len(named)},
        "tenderPeriod": {
            "startDate": "2026-09-01T10:00:00+03:00",
            "endDate": "2026-09-09T10:00:00+03:00",
        },
        "procuringEntity": {
            "name": "Школа № 1",
            "identifier": {"scheme": "UA-EDR", "id": "12345678"},
        },
        "items": [
            {
                "description": "Папір А4",
                "quantity": 100.0,
                "relatedLot": lot,
                "unit": {"name": "пачка"},
                "classification": {"scheme": "ДК021", "id": "30197630-1"},
            }
            for lot in named
        ],
        "lots": [{"id": lot, "title": f"Лот {lot}", "value": dict(value)} for lot in named],
        "bids": [],
    }


def row(bidder: str, amount: str, outcome: str = "not_considered", **changed: str) -> Row:
    """A bid; of a winner with its award."""
    won = outcome == "won"
    usual = {
        "tenderID": FIRST,
        "method": "aboveThreshold",
        "tender_status": "complete",
        "lot_id": "lot-1",
        "lot_budget": "100000.0",
        "currency": "UAH",
        "bid_id": f"bid-{bidder}",
        "tenderer_id": bidder,
        "bid_amount": amount,
        "real_outcome": outcome,
        "award_amount": amount if won else "",
        "award_date": "2026-09-12T12:00:00.123456+03:00" if won else "",
        "lowest_bid": "0",
        "rank": "1",
    }
    return usual | changed


def two_bids(**changed: str) -> list[Row]:
    """A winner and another."""
    return [
        row("10000001", "90000.0", "won", **changed),
        row("10000002", "95000.0", **changed),
    ]


def csv_bytes(rows: list[Row], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """The rows as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def jsonl_bytes(*tenders: Tender | str) -> bytes:
    """The tenders as a file; a text stands as the line it is."""
    lines = [each if isinstance(each, str) else json.dumps(each) for each in tenders]
    return "".join(f"{line}\n" for line in lines).encode()


def written(
    folder: Path,
    tenders: list[Tender | str] | bytes | None = None,
    rows: list[Row] | bytes | None = None,
) -> tuple[Path, Path]:
    """Both files; what is left out is clean."""
    jsonl, table = folder / "t.jsonl", folder / "b.csv"
    given = [tender()] if tenders is None else tenders
    bids = two_bids() if rows is None else rows
    jsonl.write_bytes(given if isinstance(given, bytes) else jsonl_bytes(*given))
    table.write_bytes(bids if isinstance(bids, bytes) else csv_bytes(bids))
    return jsonl, table


def read(
    folder: Path,
    tenders: list[Tender | str] | bytes | None = None,
    rows: list[Row] | bytes | None = None,
) -> RealData:
    """What is read of both files."""
    return read_real(*written(folder, tenders, rows))


def changed(path: str, value: object, **chosen: Any) -> Tender:
    """A tender with one member changed, named as `lots.0.value.amount`; None takes it out."""
    made = copy.deepcopy(tender(**chosen))
    *way, last = path.split(".")
    at: Any = made
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    key: Any = int(last) if last.isdigit() else last
    if value is None:
        del at[key]
    else:
        at[key] = value
    return made
