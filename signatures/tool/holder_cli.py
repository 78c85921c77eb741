"""The commands of a key holder: keys before publication, boxes and shares after the closing."""

from __future__ import annotations

from pathlib import Path

import click

from kernel.clock import Clock
from signatures import cms
from signatures.sealed import statements
from signatures.sealed.judging import Signed
from signatures.tool import holding, options
from signatures.tool.options import Server, connect


@click.group()
def keys() -> None:
    """A key holder's keys for the parts of one tender."""


@keys.command("make")
@click.option("--origin", required=True, help="The name of the installation's log.")
@click.option("--tender", required=True)
@click.option("--part", "parts", multiple=True, type=click.Choice(statements.PARTS), required=True)
@click.option("--index", type=click.IntRange(1, statements.HOLDERS_MAX), required=True)
@click.option("--out", type=options.NEW_FOLDER, required=True)
@options.signer
@options.keys_passphrase(new=True)
@options.clock
def keys_make(
    origin: str,
    tender: str,
    parts: tuple[str, ...],
    index: int,
    out: Path,
    p12: Path,
    p12_password: str,
    keys_passphrase: str,
    clock: Clock,
) -> None:
    """Make a fresh key for each part, keep it under a passphrase, sign a statement about it."""
    signer = options.load_signer(p12, p12_password)
    made = holding.make_keys(
        out,
        keys_passphrase,
        signer,
        origin=origin,
        tender=tender,
        parts=parts,
        index=index,
        made_at=clock.now(),
    )
    for part, recipient in made.items():
        click.echo(f"{part}: {recipient}")


@keys.command("possession")
@click.option("--keys", "key_file", type=options.FILE, required=True)
@click.option("--checkpoint", required=True, help="The digest of a public checkpoint's text.")
@click.option("--out", type=options.FOLDER, required=True)
@options.signer
@options.keys_passphrase()
def keys_possession(
    key_file: Path,
    checkpoint: str,
    out: Path,
    p12: Path,
    p12_password: str,
    keys_passphrase: str,
) -> None:
    """Show that the keys are at hand, on a box made here: nothing of the server's is decrypted."""
    signer = options.load_signer(p12, p12_password)
    for name in holding.show_possession(key_file, keys_passphrase, signer, checkpoint, out):
        click.echo(name)


@keys.command("destruction")
@click.option("--keys", "key_file", type=options.FILE, required=True)
@click.option("--out", type=options.FOLDER, required=True)
@options.signer
@options.keys_passphrase()
@options.clock
def keys_destruction(
    key_file: Path, out: Path, p12: Path, p12_password: str, keys_passphrase: str, clock: Clock
) -> None:
    """Sign that the keys are destroyed, and delete their file."""
    signer = options.load_signer(p12, p12_password)
    names = holding.destroy_keys(key_file, keys_passphrase, signer, out, clock.now())
    for name in names:
        click.echo(name)


@keys.command("place")
@options.server
@options.account
@click.option("--tender", required=True)
def keys_place(server: Server, account: str, password: str, tender: str) -> None:
    """Ask where you are named as key holder: what `keys make` and `possession` need to know."""
    with connect(server) as session:
        session.log_in(account, password)
        said = session.own_places(tender)
    click.echo(f"origin       {said['origin']}")
    click.echo(f"checkpoint   {said['checkpoint']}")
    for each in said["places"]:
        click.echo(f"{each['part']}: index {each['index']}, {each['recipient'] or 'no key yet'}")


@keys.command("register")
@options.server
@options.account
@click.argument("home", type=options.FOLDER)
def keys_register(server: Server, account: str, password: str, home: Path) -> None:
    """Send the signed statements in a folder: about the keys, then that they are at hand."""
    with connect(server) as session:
        session.log_in(account, password)
        for name in holding.register_keys(session, home):
            click.echo(name)


@click.group()
def boxes() -> None:
    """A key holder's boxes, after the closing."""


@boxes.command("open")
@options.holder_work
@options.clock
def boxes_open(work: options.HolderWork, clock: Clock) -> None:
    """Check everything, open the boxes, and say what a release would hold; nothing is sent."""
    statement = holding.prepare_release(work, clock.now())
    said = statements.read(statement, "release")
    for each in said["shares"]:
        click.echo(f"{each['context']}  {each.get('refused', 'a share')}")


@click.command()
@options.holder_work
@options.signer
@options.clock
def release(work: options.HolderWork, p12: Path, p12_password: str, clock: Clock) -> None:
    """Check everything, open the boxes, sign and send the shares."""
    statement = holding.prepare_release(work, clock.now())
    signer = options.load_signer(p12, p12_password)
    signed = Signed(statement, cms.sign_statement(statement, signer))
    with connect(work.server) as session:
        session.log_in(work.account, work.password)
        answer = session.send_release(work.tender, signed)
    click.echo(f"release {answer['release']}")
