"""A backup holds all that cannot be made again, shows that it was touched, overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, func, select, text

from app import backups
from app.container import Container
from app.database import create_if_missing, engine_for
from app.settings import Settings
from app.wiring import wire
from journal.models import EntryRow
from kernel.clock import FixedClock
from kernel.refusal import Refused


@pytest.fixture
def backup(container: Container, database: URL, tmp_path: Path) -> Path:
    """A backup of an installation with a blob."""
    container.blobs.put(b"a notice")
    folder = tmp_path / "backup"
    backups.create(container.settings, database, folder)
    return folder


@pytest.fixture
def empty(template: tuple[Engine, str], postgres: URL, database: URL):  # type: ignore[no-untyped-def]
    """The address of an empty database."""
    name = f"{database.database}_restored"
    create_if_missing(postgres, name)
    yield postgres.set(database=name)
    with template[0].connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_restore_gives_the_same_installation(
    container: Container, backup: Path, empty: URL, tmp_path: Path, clock: FixedClock
) -> None:
    settings = Settings(var=tmp_path / "other", demo=True)
    backups.restore(settings, empty, backup)
    engine = engine_for(empty)
    try:
        again = wire(settings, engine, clock)
        assert again.keys.log_vkey == container.keys.log_vkey
        assert again.journal.origin == container.journal.origin
        assert set(again.blobs) == set(container.blobs)
        count = select(func.count()).select_from(EntryRow)
        with again.journal.read() as new, container.journal.read() as old:
            assert new.session.scalar(count) == old.session.scalar(count) > 0
        # The triggers that keep the journal came along.
        with pytest.raises(Exception, match="insert-only"), engine.begin() as connection:
            connection.execute(text("DELETE FROM entry"))
    finally:
        engine.dispose()


def test_what_the_server_last_signed_is_not_rolled_back(
    container: Container, database: URL, tmp_path: Path
) -> None:
    container.publication.memory.write_text("the newest checkpoint")
    backups.create(container.settings, database, tmp_path / "backup")
    assert not list((tmp_path / "backup").rglob("last-checkpoint*"))


@pytest.mark.parametrize("change", ["alter", "remove", "add"])
def test_touched_backup_is_refused(backup: Path, change: str) -> None:
    assert backups.check(backup) > 3
    victim = next((backup / "files" / "blobs").rglob("*/*"))
    match change:
        case "alter":
            victim.write_bytes(b"another notice")
        case "remove":
            victim.unlink()
        case "add":
            victim.with_name("0" * 64).write_bytes(b"x")
    with pytest.raises(Refused, match="backup_damaged"):
        backups.check(backup)


def test_restore_overwrites_neither_files_nor_rows(
    container: Container, backup: Path, database: URL, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="restore_over_data"):
        backups.restore(container.settings, database, backup)
    with pytest.raises(Refused, match="restore_over_data"):
        backups.restore(Settings(var=tmp_path / "other"), database, backup)


def test_existing_folder_is_not_written_into(
    container: Container, backup: Path, database: URL
) -> None:
    with pytest.raises(FileExistsError):
        backups.create(container.settings, database, backup)
