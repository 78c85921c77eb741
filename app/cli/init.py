"""`sunlit init`: found the installation with two administrators."""

from __future__ import annotations

import click

from app.accounts.passwords import hash_password, password_fits
from app.cli.installation import installation
from app.database import upgrade
from app.jobs.timekeeping import publish_record
from app.settings import Settings
from kernel.refusal import enforce
from kernel.text import Text
from procurement.parties.services import NewOrganization, NewPerson, found_installation


@click.command("init")
@click.option("--name", prompt="机构名称 / name of the operating office", help="In Chinese.")
@click.option("--name-en", default="", help="The name in English, if it has one.")
@click.option("--identifier", prompt="统一社会信用代码 / registered identifier")
@click.option("--scheme", default="CN-USCC", show_default=True, help="Of the identifier.")
@click.pass_obj
def command(settings: Settings, name: str, name_en: str, identifier: str, scheme: str) -> None:
    """Found the installation: schema, the server's keys, and two administrators.

    Two, because every role is proposed by one person and confirmed by another. Their names stand in
    the first entry of the journal.
    """
    founders = [_ask_for_administrator(number) for number in (1, 2)]
    with installation(settings) as container:
        upgrade(container.engine)
        with container.journal.write() as work:
            found_installation(
                work,
                NewOrganization(identifier, scheme, Text(name, name_en)),
                founders,
                log_key=container.keys.log_vkey.encode(),
            )
        # From the first checkpoint on, a backup that is older than the log can be told.
        publish_record(container)
        click.echo(f"log key: {container.keys.log_vkey.encode()}")
    click.echo("Founded. Publish the log key outside of this server. 请在本机之外公布日志公钥。")


def _ask_for_administrator(number: int) -> NewPerson:
    click.echo(f"管理员 / administrator {number}")
    name = click.prompt("  姓名 / name")
    login = click.prompt("  登录名 / log-in name")
    password = click.prompt("  密码 / password", hide_input=True, confirmation_prompt=True)
    enforce(password_fits(password))
    return NewPerson(name, login, hash_password(password))
