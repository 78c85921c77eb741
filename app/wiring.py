"""Puts an installation together: the one place that knows every part, and hands each its needs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine

from app.container import Container
from app.demo.clock import FILE_NAME, FileClock
from app.settings import Settings
from bidding.envelopes.examining import Examiner
from journal.checkpoints import Publication
from journal.entries import Entry
from journal.tiles import TileFolder
from journal.work import Handler, Journal
from kernel.blobs import FileBlobs
from kernel.clock import Clock, SystemClock
from kernel.refusal import Refused, refuse
from procurement.disclosure import DISCLOSURE
from reports.ocds import publishing
from signatures.development import DevelopmentPki
from signatures.files import make_private_folder, write_private
from signatures.serverkeys import LOG_KEY, ServerKeys
from signatures.stampers import DevelopmentStamper, HttpStamper
from signatures.timestamps import Stamper
from signatures.trust import Trust


def handlers(settings: Settings) -> Mapping[type[Entry], Sequence[Handler]]:
    """What happens, in the same transaction, when a fact is recorded.

    It is how a later stage, or a report, learns of it without the earlier stage knowing them.
    """
    return publishing.handlers(settings.base_url)


def clock_of(settings: Settings) -> Clock:
    """The computer's clock, or in the demonstration the one that is moved by hand."""
    path = settings.var / FILE_NAME
    return FileClock(path) if settings.demo and path.exists() else SystemClock()


def stamper_of(settings: Settings, clock: Clock) -> Stamper | None:
    """Who makes time stamps: the authority that is set, in the demonstration its own, or nobody.

    Without one the opening record says that late insertion rests on the operator's word.
    """
    if settings.tsa_url:
        return HttpStamper(settings.tsa_url)
    folder = settings.var / "pki"
    if settings.demo and folder.exists():
        return DevelopmentStamper(DevelopmentPki.load(folder), clock)
    return None


def wire(
    settings: Settings, engine: Engine, clock: Clock, *, stamper: Stamper | None = None
) -> Container:
    """An installation on this database and these folders, with what it lacks made."""
    keys = server_keys(settings.var / "keys", settings.host_name)
    trust = Trust.from_directory(settings.var / "trust")
    if trust.is_development and not settings.demo:
        raise Refused(refuse("development_pki_in_production", "DESIGN 6"))
    origin = keys.log_vkey.name
    blobs = FileBlobs(settings.var / "blobs")
    return Container(
        settings=settings,
        engine=engine,
        clock=clock,
        journal=Journal(engine, clock, origin, DISCLOSURE, handlers(settings)),
        blobs=blobs,
        trust=trust,
        keys=keys,
        cookie_key=settings.secret_key or cookie_key(settings.var / "keys"),
        publication=Publication(
            engine=engine,
            clock=clock,
            origin=origin,
            tiles=TileFolder(settings.var / "log"),
            # Beside the keys and not in the database: what a restore must not roll back.
            memory=settings.var / "keys" / "last-checkpoint",
            keys=(keys.log,),
        ),
        examiner=Examiner(
            origin=origin,
            trust=trust,
            blobs=blobs,
            stamper=stamper or stamper_of(settings, clock),
            clock=clock,
        ),
    )


def server_keys(folder: Path, host_name: str) -> ServerKeys:
    """The server's own keys: loaded, or made on the first start and never replaced after.

    The log's origin is made with them and stays with the log key, whatever the host is called
    later: 128 random bits, so that nothing signed here can be replayed elsewhere (SEALED_BID 1).
    """
    if not (folder / LOG_KEY).exists():
        return ServerKeys.create(folder, f"{host_name}/{secrets.token_hex(16)}")
    return ServerKeys.load(folder)


def cookie_key(folder: Path) -> str:
    """The key of cookies and form tokens, made on the first start."""
    make_private_folder(folder)
    path = folder / "cookies.key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48).encode())
    return path.read_text(encoding="ascii")
