"""How large a request may be: a form without files is small, a view that takes files says so.

The limit is set before the form's token is looked for, since that reads the whole form; it is set
after the audience is asked, so that nobody else may send so much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(bytes_max: int) -> Callable[[View], View]:
    """Declare that a view takes files, up to so many bytes together, below `open_to`."""

    def declare(view: View) -> View:
        view.bytes_max = bytes_max  # type: ignore[attr-defined]
        return view

    return declare


def install_sizes(app: Flask) -> None:
    """Let views that take files take them. Call it after the access and before the tokens."""

    @app.before_request
    def allow() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most: int | None = getattr(view, "bytes_max", None)
        if most is not None:
            request.max_content_length = most
