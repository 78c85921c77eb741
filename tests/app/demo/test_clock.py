"""The demo's clock: an instant in a file that every process reads and one hand moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.demo.clock import FILE_NAME, FileClock

AT = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)


def test_processes_see_the_same_instant(tmp_path: Path) -> None:
    moved, looking = FileClock(tmp_path / FILE_NAME, AT), FileClock(tmp_path / FILE_NAME)
    assert looking.now() == AT
    moved.advance(timedelta(days=1, milliseconds=1))
    assert looking.now() == AT + timedelta(days=1, milliseconds=1)
    looking.set(AT)
    assert moved.now() == AT


def test_what_is_finer_than_a_millisecond_is_cut(tmp_path: Path) -> None:
    """Statements hold milliseconds: a clock that knew more would contradict what it signed."""
    clock = FileClock(tmp_path / FILE_NAME, AT + timedelta(microseconds=1999))
    assert clock.now() == AT + timedelta(milliseconds=1)


def test_the_database_is_told_the_same(tmp_path: Path, engine: Engine) -> None:
    clock = FileClock(tmp_path / FILE_NAME, AT)
    with Session(engine) as session:
        assert session.scalar(select(clock.sql_now())) == AT


def test_a_reader_never_finds_half_an_instant(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / FILE_NAME, AT)
    clock.set(AT + timedelta(hours=1))
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
