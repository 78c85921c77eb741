"""The API's requests once more, for the modules of the pages: under the cookie and the form token.

Its paths lie outside `/api/`, so the access layer takes the cookie, and the check against forged
forms asks for the token (decision 14).
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from app.api.routes import install_bidding, install_holding
from app.container import Container
from app.web.audience import open_to
from app.web.errors import answer_in_json
from kernel.clock import instant
from kernel.vocabulary import Audience

_LOG = logging.getLogger(__name__)


def browser_api(container: Container) -> Blueprint:
    """The blueprint."""
    routes = Blueprint("browser", __name__, url_prefix="/browser")
    answer_in_json(routes, _LOG)
    install_bidding(routes, container)
    install_holding(routes, container)

    @routes.get("/clock")
    @open_to(Audience.PUBLIC)
    def clock() -> Response:
        # The installation's clock, which in the demonstration is moved by hand.
        now = instant(container.clock.now())
        response = jsonify({"now": now, "demo": container.settings.demo})
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes
