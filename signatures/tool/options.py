"""Options that several commands share, and how their values are loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
import httpx

from signatures import notes
from signatures.sealed.statements import PARTS
from signatures.signers import Signer
from signatures.tool import public_log
from signatures.tool import server as api
from signatures.tool.public_log import PublicLog
from signatures.trust import Trust

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is; a test hands in a transport that reaches an application in process."""

    address: str
    transport: httpx.BaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Trusted:
    """The person's own trust anchors, and the public log under keys that came another way."""

    trust: Trust
    log: PublicLog | None


@dataclass(frozen=True, slots=True)
class HolderWork:
    """What a key holder's command needs to fetch and check the work for a lot and part."""

    server: Server
    account: str
    password: str
    tender: str
    lot: str
    part: str
    trusted: Trusted
    key_file: Path
    keys_passphrase: str
    closing_token: bytes | None
    waived: bool
    survivors: tuple[str, ...] | None


def connect(server: Server) -> api.Server:
    """A session with the server."""
    return api.Server(server.address, server.transport)


def load_signer(p12: Path, password: str) -> Signer:
    """The key in a .p12 file."""
    return Signer.from_p12(p12.read_bytes(), password)


def load_trust(folder: Path) -> Trust:
    """Trust anchors from a folder."""
    return Trust.from_directory(folder)


def read_package(path: Path) -> api.Package:
    """A package that `committee fetch` kept."""
    return api.package_of(json.loads(path.read_text("utf-8")))


def signer(command: Command) -> Command:
    """The person's key file."""
    command = click.option("--p12", type=FILE, required=True, help="Your key file.")(command)
    return click.option(
        "--p12-password", prompt=True, hide_input=True, envvar="SUNLIT_BID_P12_PASSWORD"
    )(command)


def keys_passphrase(*, new: bool = False) -> Callable[[Command], Command]:
    """The passphrase over the tool's own secrets."""
    return click.option(
        "--keys-passphrase",
        prompt="Passphrase",
        hide_input=True,
        confirmation_prompt=new,
        envvar="SUNLIT_BID_KEYS_PASSPHRASE",
    )


def account(command: Command) -> Command:
    """Who logs in at the server."""
    command = click.option("--account", required=True)(command)
    return click.option("--password", prompt=True, hide_input=True, envvar="SUNLIT_BID_PASSWORD")(
        command
    )


def package(command: Command) -> Command:
    """A file that `committee fetch` kept."""
    return click.option("--package", type=FILE, required=True)(command)


def clock(command: Command) -> Command:
    """The clock of the context: the computer's, or one that a test set."""

    @click.pass_context
    @wraps(command)
    def with_clock(context: click.Context, /, **given: Any) -> Any:
        return command(clock=context.obj["clock"], **given)

    return with_clock


def server(command: Command) -> Command:
    """The server's address."""

    @click.option("--server", "address", required=True, help="https://…")
    @click.pass_context
    @wraps(command)
    def with_server(context: click.Context, /, address: str, **given: Any) -> Any:
        return command(server=Server(address, context.obj.get("transport")), **given)

    return with_server


def trusted(command: Command) -> Command:
    """Trust anchors and the public log."""

    @click.option("--trust", "trust_folder", type=FOLDER, required=True)
    @click.option("--log", "log_place", help="The public log: an address or a folder.")
    @click.option("--log-key", help="The log's key (vkey), from elsewhere than the log.")
    @click.option("--witness", "witnesses", multiple=True, help="A witness's key (vkey).")
    @wraps(command)
    def with_trust(
        trust_folder: Path,
        log_place: str | None,
        log_key: str | None,
        witnesses: tuple[str, ...],
        **given: Any,
    ) -> Any:
        if (log_place is None) != (log_key is None):
            raise click.UsageError("--log and --log-key go together")
        log = None
        if log_place and log_key:
            log = public_log.read_log(
                public_log.source_of(log_place),
                notes.VerifierKey.decode(log_key),
                tuple(notes.VerifierKey.decode(each) for each in witnesses),
            )
        return command(trusted=Trusted(load_trust(trust_folder), log), **given)

    return with_trust


def holder_work(command: Command) -> Command:
    """All that `boxes open` and `release` have in common."""

    @server
    @account
    @trusted
    @click.option("--tender", required=True)
    @click.option("--lot", required=True)
    @click.option("--part", type=click.Choice(PARTS), required=True)
    @click.option("--keys", "key_file", type=FILE, required=True)
    @click.option("--closing-token", type=FILE, help="An outside time-stamp over the closing.")
    @click.option(
        "--without-outside-evidence",
        "waived",
        is_flag=True,
        help="Go on although late insertion would rest on the operator's word alone.",
    )
    @click.option("--survivor", "survivors", multiple=True, help="By the quality report.")
    @keys_passphrase()
    @wraps(command)
    def with_work(closing_token: Path | None, survivors: tuple[str, ...], **given: Any) -> Any:
        named = {
            name: given.pop(name)
            for name in (
                "server",
                "account",
                "password",
                "tender",
                "lot",
                "part",
                "trusted",
                "key_file",
                "keys_passphrase",
                "waived",
            )
        }
        token = closing_token.read_bytes() if closing_token else None
        work = HolderWork(closing_token=token, survivors=survivors or None, **named)
        return command(work=work, **given)

    return with_work
