"""`sunlit journal`: the record, and whether it holds together."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from app.cli.installation import installation
from app.settings import Settings
from journal import checkpoints, sequencer, verify


@click.group("journal")
def command() -> None:
    """The journal."""


@command.command("verify", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def verify_(arguments: tuple[str, ...]) -> None:
    """Check a downloaded log and receipts, as `python -m journal.verify` does anywhere."""
    sys.exit(verify.main(arguments))


@command.command("sequence")
@click.pass_obj
def sequence(settings: Settings) -> None:
    """Give every committed entry its position now, and name those that have waited too long."""
    with installation(settings) as container:
        click.echo(f"placed: {sequencer.sequence(container.engine)}")
        waiting = sequencer.alarms(container.engine, container.clock.now())
    for alarm in waiting:
        click.echo(str(alarm), err=True)
    sys.exit(1 if waiting else 0)


@command.command("adopt")
@click.argument("checkpoint", type=click.File(encoding="utf-8"))
@click.pass_obj
def adopt(settings: Settings, checkpoint: TextIO) -> None:
    """After a restore: take the newest CHECKPOINT that a witness, mirror or anchor holds.

    Only then is the log signed again, and only as a continuation of that checkpoint.
    """
    with installation(settings) as container:
        taken = checkpoints.adopt(container.publication, checkpoint.read())
    click.echo(f"taken: {taken.size} entries")


@command.command("key")
@click.pass_obj
def key(settings: Settings) -> None:
    """Print the public log key and receipt key, for publishing them elsewhere."""
    folder = Path(settings.var / "keys")
    for name in ("log.vkey", "receipt.vkey"):
        click.echo((folder / name).read_text(encoding="utf-8").strip())
