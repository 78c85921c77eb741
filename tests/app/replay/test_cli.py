"""`sunlit replay` as somebody else runs it: other files of the same form, another database."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from app.database import engine_for
from tests.app.replay.making import FIRST, SECOND, csv_bytes, row, tender, two_bids, written

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def empty(postgres: URL) -> Iterator[str]:
    """The address of a database without tables."""
    server = engine_for(postgres, isolation_level="AUTOCOMMIT")
    name = f"test_{os.getpid()}_{secrets.token_hex(4)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def sunlit_replay(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "app.cli", "replay"),
            *("--tenders", folder / "t.jsonl", "--bids", folder / "b.csv"),
            *("--report", folder / "report.json"),
            *more,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def report(folder: Path) -> dict[str, list[dict[str, object]]]:
    """The report that was written."""
    found: dict[str, list[dict[str, object]]] = json.loads(
        (folder / "report.json").read_text("utf-8")
    )
    return found


def test_other_files_with_dirty_rows(tmp_path: Path, empty: str) -> None:
    rows = [
        *two_bids(),
        row("10000003", "-7"),
        row("10000004", "91000.0", lot_id="lot-2"),
        *two_bids(tenderID=SECOND),
    ]
    written(tmp_path, [tender(FIRST), "{broken", tender(SECOND)], csv_bytes(rows))
    done = sunlit_replay(tmp_path, "--database", empty)
    assert done.returncode == 0, done.stderr
    agreed = {
        "expected_winner": "10000001",
        "awarded_winner": "10000001",
        "expected_amount": "90000.00",
        "awarded_amount": "90000.00",
    }
    found = report(tmp_path)
    assert list(found) == ["lots", "refused"]
    assert found["lots"] == [
        {"tender": FIRST, "lot": "lot-1", **agreed},
        {"tender": SECOND, "lot": "lot-1", **agreed},
    ]
    refused = found["refused"]
    assert all(list(each) == ["file", "line", "field", "reason"] for each in refused)
    assert [(each["file"], each["line"], each["field"]) for each in refused] == [
        ("b.csv", 4, "bid_amount"),
        ("b.csv", 5, "lot_id"),
        ("t.jsonl", 2, "(line)"),
    ]
    assert "b.csv:4: bid_amount: " in done.stderr
    assert "tender 2 of 2; 2 of 2 lots agree" in done.stderr
    assert done.stdout.startswith("2 of 2 lots agree; 3 rows refused")


def test_a_difference_is_exit_code_1(tmp_path: Path, empty: str) -> None:
    written(tmp_path, rows=[row("10000001", "90000.0", "won"), row("10000002", "80000.0")])
    done = sunlit_replay(tmp_path, "--database", empty)
    assert done.returncode == 1
    assert "differs" in done.stderr
    [lot] = report(tmp_path)["lots"]
    assert (lot["expected_winner"], lot["awarded_winner"]) == ("10000001", "10000002")
    assert (lot["expected_amount"], lot["awarded_amount"]) == ("90000.00", "80000.00")
    # What was filled once is not filled again: two logs cannot share a database.
    again = sunlit_replay(tmp_path, "--database", empty)
    assert again.returncode == 2
    assert "empty database" in again.stderr


def test_without_a_database_one_is_made_and_thrown_away(tmp_path: Path) -> None:
    written(tmp_path)
    done = sunlit_replay(tmp_path, "--limit", "1", "--documents", "none")
    assert done.returncode == 0, done.stderr
    assert len(report(tmp_path)["lots"]) == 1


def test_files_without_anything_in_them(tmp_path: Path, empty: str) -> None:
    written(tmp_path, b"", b"")
    done = sunlit_replay(tmp_path, "--database", empty)
    assert done.returncode == 0, done.stderr
    assert report(tmp_path)["lots"] == []
    assert done.stdout.startswith("0 of 0 lots agree; 1 rows refused")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert sunlit_replay(tmp_path).returncode == 2
