"""A published tender, and the people at its API."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api import api
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from app.rehearsal.sealed import SealedBid
from app.web.audience import open_to
from app.web.factory import create_app
from app.web.site import Site
from kernel.text import Text
from kernel.vocabulary import Audience
from tests.world import PASSWORD, World


@pytest.fixture
def play(world: World) -> Play:
    """A tender that takes bids."""
    return world.tender()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A program that talks to the API."""
    installation = world.installation
    home = Blueprint("portal", __name__)

    @home.get("/")
    @open_to(Audience.PUBLIC)
    def index() -> str:
        return ""

    def frame() -> Site:
        zone = ZoneInfo("Asia/Shanghai")
        return Site(Text("青山县"), world.clock.now(), zone, nav=(), footer=())

    made = create_app(installation, frame, [home, api(installation)], without_form_token=["api"])
    return made.test_client()


@dataclass
class Caller:
    """A person's program, with its token."""

    client: FlaskClient
    headers: dict[str, str]

    def get(self, path: str, **query: str) -> TestResponse:
        """Ask."""
        return self.client.get(f"/api/v1{path}", headers=self.headers, query_string=query)

    def post(self, path: str, body: object) -> TestResponse:
        """Send JSON."""
        return self.client.post(f"/api/v1{path}", headers=self.headers, json=body)

    def upload(self, data: bytes, name: str | None = None) -> TestResponse:
        """Send bytes under their digest, or under another name."""
        digest = name or hashlib.sha256(data).hexdigest()
        return self.client.put(f"/api/v1/blobs/{digest}", headers=self.headers, data=data)


def caller(client: FlaskClient, player: Player) -> Caller:
    """Log a player in."""
    body = {"account": player.login, "password": PASSWORD}
    given = client.post("/api/v1/session", json=body)
    assert given.status_code == 201, given.text
    return Caller(client, {"Authorization": f"Bearer {given.json['token']}"})


def b64(raw: bytes) -> str:
    """Bytes as the API takes them."""
    return base64.b64encode(raw).decode()


def act_body(made: SealedBid) -> dict[str, Any]:
    """The request that sends a sealed bid."""
    boxes = made.submission.boxes
    return {
        "act": b64(made.submission.signed.statement),
        "cms": b64(made.submission.signed.cms),
        "boxes": {part: [b64(box) for box in given] for part, given in boxes.items()},
    }
