"""`sunlit replay`: real tenders through the real use cases, compared with what really happened."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, text

from app.database import engine_for, upgrade
from app.postgres import EmbeddedPostgres
from app.replay.playing import Outcome
from app.replay.reading import read_real
from app.replay.running import replay, write_report

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command("replay")
@click.option("--tenders", type=_FILE, required=True, help="Tenders, one JSON object a line.")
@click.option("--bids", type=_FILE, required=True, help="One row per bid and lot, as CSV.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after about so many lots.")
@click.option("--database", help="An empty PostgreSQL database; left out, a temporary one is made.")
@click.option(
    "--documents",
    type=click.Choice(["none", "signed"]),
    default="none",
    show_default=True,
    help="Whether to render and sign the notice of each tender.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="Where to write the comparison, as JSON.",
)
def command(
    tenders: Path,
    bids: Path,
    limit: int | None,
    database: str | None,
    documents: str,
    report: Path,
) -> None:
    """Play real tenders through the real use cases; exit code 1 if any award differs."""
    data = read_real(tenders, bids)
    for dirty in data.refused:
        click.echo(f"{dirty.file}:{dirty.line}: {dirty.field}: {dirty.reason}", err=True)
    notice = None
    if documents == "signed":
        from app.replay.documents import signed_notices  # WeasyPrint is slow to import

        notice = signed_notices
    with _database(database) as engine, tempfile.TemporaryDirectory() as folder:
        outcome = replay(
            data, engine, Path(folder), limit=limit, notice=notice, progress=_show_progress
        )
    write_report(outcome, report)
    differing = [lot for lot in outcome.lots if not lot.agrees]
    click.echo(
        f"{len(outcome.lots) - len(differing)} of {len(outcome.lots)} lots agree;"
        f" {len(outcome.refused)} rows refused; report: {report}"
    )
    for lot in differing:
        click.echo(f"  differs: {lot.as_record()}", err=True)
    sys.exit(1 if differing else 0)


def _show_progress(done: int, tenders: int, outcome: Outcome) -> None:
    agree = sum(lot.agrees for lot in outcome.lots)
    if sys.stderr.isatty() or done % 10 == 0 or done == tenders:
        end = "\r" if sys.stderr.isatty() and done != tenders else "\n"
        words = f"tender {done} of {tenders}; {agree} of {len(outcome.lots)} lots agree"
        click.echo(words + " " * 4, err=True, nl=False)
        click.echo(end, err=True, nl=False)


@contextmanager
def _database(url: str | None) -> Iterator[Engine]:
    """The database to play in: the one named, which must be empty, or a temporary one."""
    if url is not None:
        engine = engine_for(url)
        try:
            _require_empty(engine)
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres", durable=False).running() as server,
    ):
        engine = engine_for(server.url())
        try:
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()


def _require_empty(engine: Engine) -> None:
    tables = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    with engine.connect() as connection:
        if connection.execute(tables).scalar():
            raise click.UsageError("--database must name an empty database: a replay fills it")
