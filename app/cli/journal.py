"""`sunlit journal`: the record, and whether it holds together."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from app.cli.installation import installation
from app.settings import Settings
from journal import checkpoints, sequencer, verify
from journal.audit import audit
from journal.export import export
from journal.restore import restore
from procurement.awards.moments import Moments


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


@command.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export_(settings: Settings, folder: Path) -> None:
    """Write the public log into FOLDER, with what may be shown now, for anybody to verify."""
    with installation(settings) as container, container.journal.read() as work:
        latest = export(
            work.session,
            container.publication.tiles,
            folder,
            disclosure=container.journal.disclosure,
            reached=Moments(work.session).reached,
            keys={"log.vkey": container.keys.log_vkey},
        )
    click.echo(f"{latest.size} entries in {folder}; check: python -m journal.verify {folder}")


@command.command("audit")
@click.pass_obj
def audit_(settings: Settings) -> None:
    """Check the database itself, the private trees included; exit code 1 names each fault."""
    with installation(settings) as container, container.journal.read() as work:
        faults = audit(work.session, container.journal.origin)
    for fault in faults:
        click.echo(f"{fault.code}: {fault.where} {fault.what}".rstrip(), err=True)
    click.echo("good" if not faults else f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


@command.command("restore")
@click.pass_obj
def restore_(settings: Settings) -> None:
    """After a backup was put back: bring rows and signed log together again.

    First `adopt` the newest checkpoint that anybody holds, and put the published tiles back.
    """
    with installation(settings) as container:
        done = restore(container.journal, container.publication)
    click.echo("rows and log agree" if done is None else str(done))


@command.command("key")
@click.pass_obj
def key(settings: Settings) -> None:
    """Print the public log key and receipt key, for publishing them elsewhere."""
    folder = Path(settings.var / "keys")
    for name in ("log.vkey", "receipt.vkey"):
        click.echo((folder / name).read_text(encoding="utf-8").strip())
