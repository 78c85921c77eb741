"""An application with one route for each audience, and a client that can log in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from app.container import Container
from app.web.access import actor
from app.web.audience import open_to
from app.web.factory import create_app
from app.web.site import Site
from kernel.refusal import NotFound, Refused, StaleWrite, refuse
from kernel.text import Text
from kernel.vocabulary import Audience
from tests.app.conftest import PASSWORD


def _surface() -> Blueprint:
    surface = Blueprint("portal", __name__)

    @surface.get("/")
    @open_to(Audience.PUBLIC)
    def home() -> str:
        return "home"

    @surface.get("/tenders")
    @open_to(Audience.PUBLIC)
    def tenders() -> str:
        return "tenders"

    @surface.get("/token")
    @open_to(Audience.PUBLIC)
    def token() -> str:
        return generate_csrf()

    @surface.get("/undeclared")
    def undeclared() -> str:
        return "nobody should read this"

    @surface.get("/closed")
    @open_to(Audience.NOBODY)
    def closed() -> str:
        return "nobody should read this"

    for audience in (Audience.SIGNED_IN, Audience.ADMIN, Audience.SUPPLIER):

        @surface.get(f"/for/{audience}", endpoint=f"for_{audience}")
        @surface.get(f"/api/v1/for/{audience}", endpoint=f"api_for_{audience}")
        @open_to(audience)
        def page() -> str:
            return actor().person

    @surface.post("/change")
    @open_to(Audience.SIGNED_IN)
    def change() -> str:
        return "changed"

    @surface.get("/crash")
    @open_to(Audience.PUBLIC)
    def crash() -> str:
        raise RuntimeError("the password is swordfish")

    @surface.get("/refuse")
    @open_to(Audience.PUBLIC)
    def refusing() -> str:
        raise Refused(refuse("no_such_sentence", "Order 87 art. 33", days=3))

    @surface.get("/missing")
    @open_to(Audience.PUBLIC)
    def missing() -> str:
        raise NotFound("tender", "ten_x")

    @surface.get("/stale")
    @open_to(Audience.PUBLIC)
    def stale() -> str:
        raise StaleWrite("tender", "ten_x")

    return surface


@pytest.fixture
def web(container: Container) -> Flask:
    """The application."""

    def frame() -> Site:
        return Site(
            Text("青山县"), container.clock.now(), ZoneInfo("Asia/Shanghai"), nav=(), footer=()
        )

    return create_app(container, frame, [_surface()])


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    """A browser that nobody has logged in with."""
    return web.test_client()


def log_in(client: FlaskClient, login: str = "lin", next: str = "") -> TestResponse:
    """Fill in and send the form for logging in; the response to it."""
    token = client.get("/token").text
    return client.post(
        "/account/log-in",
        data={"login": login, "password": PASSWORD, "next": next, "csrf_token": token},
    )
