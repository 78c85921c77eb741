"""A page with a form has two routes: one that reads and changes nothing, and one that acts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from werkzeug.wrappers import Response

from app.web.audience import open_to
from kernel.vocabulary import Audience

View = Callable[..., Response]


def form_page(pages: Blueprint, address: str, *audiences: Audience) -> Callable[[View], View]:
    """Register a view for reading under its name, and for sending its form as `<name>_sent`.

    The view is told by `sent` which of the two it is: by the first it cannot act.
    """

    def declare(view: View) -> View:
        @open_to(*audiences)
        def read(**named: str) -> Response:
            return view(sent=False, **named)

        @open_to(*audiences)
        def send(**named: str) -> Response:
            return view(sent=True, **named)

        name = view.__name__
        pages.add_url_rule(address, name, read, methods=["GET"])
        pages.add_url_rule(address, f"{name}_sent", send, methods=["POST"])
        return view

    return declare
