"""`sunlit backup`: database, blobs, keys and log together, and back again."""

from __future__ import annotations

from pathlib import Path

import click

from app import backups
from app.database import reached
from app.settings import Settings


@click.group("backup")
def command() -> None:
    """Backups."""


@command.command("create")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def create(settings: Settings, folder: Path) -> None:
    """Write a backup into FOLDER, which must not exist."""
    with reached(settings) as url:
        click.echo(f"{backups.create(settings, url, folder)} files")


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(folder: Path) -> None:
    """Compare the backup in FOLDER with its digests."""
    click.echo(f"{backups.check(folder)} files, all as they were written")


@command.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_obj
def restore(settings: Settings, folder: Path) -> None:
    """Put the backup in FOLDER into an empty database and an empty SUNLIT_VAR."""
    with reached(settings) as url:
        backups.restore(settings, url, folder)
    click.echo(
        "Restored. Before serving, compare the log with the newest checkpoint that is known."
    )
