"""`sunlit account`: what the person at the server does for somebody who cannot log in."""

from __future__ import annotations

import click

from app.accounts import services
from app.accounts.passwords import hash_password, password_fits
from app.cli.installation import installation
from app.settings import Settings
from kernel.refusal import NotFound, enforce
from procurement.parties.queries import account_by_login


@click.group("account")
def command() -> None:
    """Accounts."""


@command.command("password")
@click.argument("login")
@click.pass_obj
def password(settings: Settings, login: str) -> None:
    """Set a new password for LOGIN, asked for twice, and end all sessions of that person."""
    new = click.prompt("密码 / password", hide_input=True, confirmation_prompt=True)
    enforce(password_fits(new))
    with installation(settings) as container, container.journal.write() as work:
        account = account_by_login(work.session, login)
        if account is None:
            raise NotFound("account", login)
        account.password_hash = hash_password(new)
        services.end_all_sessions(work, account.person_id)
    click.echo("Changed; all sessions of this account have ended.")


@command.command("forget-telephone")
@click.argument("login")
@click.pass_obj
def forget_telephone(settings: Settings, login: str) -> None:
    """Ask LOGIN for no one-time codes any more, and end all sessions of that person."""
    with installation(settings) as container, container.journal.write() as work:
        account = account_by_login(work.session, login)
        if account is None:
            raise NotFound("account", login)
        services.remove_second_factor(work, account.person_id)
    click.echo("Forgotten; all sessions of this account have ended.")
