"""`sunlit database`: bring its schema up to date, or say where it is."""

from __future__ import annotations

import click

from app import database
from app.settings import Settings


@click.group("database")
def command() -> None:
    """The database."""


@command.command("upgrade")
@click.pass_obj
def upgrade(settings: Settings) -> None:
    """Bring the schema up to this version of Sunlit; nothing happens if it is."""
    with database.reached(settings) as url:
        engine = database.engine_for(url)
        try:
            database.upgrade(engine)
        finally:
            engine.dispose()
    click.echo("The schema is up to date.")


@command.command("address")
@click.pass_obj
def address(settings: Settings) -> None:
    """Say which database is used, without its password."""
    with database.reached(settings) as url:
        click.echo(url.render_as_string(hide_password=True))
