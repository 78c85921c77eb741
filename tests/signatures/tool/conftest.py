"""The tool at work: a real installation behind its API, and a folder on a person's disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from click.testing import CliRunner, Result
from flask import Blueprint, Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.api import api
from app.jobs import timekeeping
from app.rehearsal.cast import Player
from app.web.audience import open_to
from app.web.factory import create_app
from app.web.site import Site
from journal.export import export
from kernel.text import Text
from kernel.vocabulary import Audience
from procurement import disclosure
from signatures.tool.cli import main
from tests.world import PASSWORD, World

PASSPHRASE = "a long passphrase of the holder"
P12_PASSWORD = "p12"


@dataclass
class Desk:
    """Somebody's computer: the tool, their key file, their trust anchors, a network."""

    world: World
    app: Flask
    home: Path

    def run(self, *arguments: object) -> Result:
        """Run `sunlit-bid` with the world's clock; what it prints is in the result."""
        return CliRunner().invoke(
            main,
            [str(each) for each in arguments],
            obj={"clock": self.world.clock, "transport": httpx.WSGITransport(app=self.app)},
            env={
                "SUNLIT_BID_P12_PASSWORD": P12_PASSWORD,
                "SUNLIT_BID_KEYS_PASSPHRASE": PASSPHRASE,
                "SUNLIT_BID_PASSWORD": PASSWORD,
            },
            catch_exceptions=False,
        )

    def does(self, *arguments: object) -> str:
        """Run a command that must succeed."""
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.output

    def is_refused(self, code: str, *arguments: object) -> None:
        """Run a command that must be refused with this code."""
        done = self.run(*arguments)
        assert done.exit_code == 1, done.output
        assert code in done.output

    def p12(self, player: Player) -> Path:
        """The player's key file."""
        path = self.home / f"{player.login}.p12"
        if not path.exists():
            path.write_bytes(player.signer.to_p12(P12_PASSWORD))
        return path

    @property
    def trust(self) -> Path:
        """Trust anchors that came with the authority's own letter."""
        folder = self.home / "trust"
        if not folder.exists():
            folder.mkdir()
            self.world.pki.trust().to_directory(folder)
        return folder

    @property
    def log_key(self) -> str:
        """The log's key as a newspaper printed it."""
        return self.world.installation.keys.log_vkey.encode()

    def log(self) -> Path:
        """The public log as it is published now."""
        installation = self.world.installation
        timekeeping.publish_record(installation)
        folder = self.home / f"log-{len(list(self.home.iterdir()))}"
        with Session(installation.engine) as session:
            export(
                session,
                installation.publication.tiles,
                folder,
                disclosure=disclosure.DISCLOSURE,
                reached=lambda *_: False,
                keys={"log.vkey": installation.keys.log_vkey},
            )
        return folder


@pytest.fixture
def county(engine: Engine, tmp_path: Path) -> World:
    """An installation with its people."""
    return World(engine, tmp_path)


@pytest.fixture
def desk(county: World, tmp_path: Path) -> Desk:
    """A computer that reaches the installation."""
    home = Blueprint("portal", __name__)

    @home.get("/")
    @open_to(Audience.PUBLIC)
    def index() -> str:
        return ""

    def frame() -> Site:
        zone = ZoneInfo("Asia/Shanghai")
        return Site(Text("青山县"), county.clock.now(), zone, nav=(), footer=())

    installation = county.installation
    app = create_app(installation, frame, [home, api(installation)], without_form_token=["api"])
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(county, app, folder)
