"""Where a form sends what is typed while it is typed."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from app.container import Container
from app.drafts import services
from app.web import moments
from app.web.access import actor
from app.web.audience import open_to
from app.web.errors import answer_to
from app.web.site import site
from kernel.clock import instant
from kernel.refusal import Refused
from kernel.vocabulary import Audience

# Never kept, even if a page should send them by mistake.
_NOT_KEPT = ("csrf_token", "password", "sign-")


def draft_routes(container: Container) -> Blueprint:
    """Saving by script; forms themselves find and drop their draft through the services."""
    routes = Blueprint("drafts", __name__)

    @routes.post("/drafts/<kind>/<subject>")
    @open_to(Audience.SIGNED_IN)
    def save(kind: str, subject: str) -> tuple[Response, int]:
        fields = {
            name: values for name, values in request.form.lists() if not name.startswith(_NOT_KEPT)
        }
        try:
            with container.journal.write() as work:
                saved_at = services.keep(work, actor().person, kind, subject, fields)
        except Refused as refused:
            answer = answer_to(refused)
            return jsonify(answer.as_record() if answer else {}), 422
        # On the clock of the page's other times, which is the office's and not the computer's.
        shown = f"{moments.local(saved_at, site().zone):%H:%M:%S}"
        return jsonify({"saved_at": instant(saved_at), "shown": shown}), 200

    return routes
