"""How a lawful no, a missing thing, a lost race and a fault of ours look as pages.

A fault gets a code that the reader can quote on the telephone; the same code stands in the log
beside the traceback. Nothing else of the fault is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, Unauthorized

from app.web.held import LogInPage, held_form
from app.web.pages import page
from kernel.refusal import NotFound, Refusal, Refused, StaleWrite
from kernel.text import Text

# Letters and figures that are not mistaken for each other on the telephone.
_LETTERS, _FIGURES = "ABCDEFGHJKLMNPQRSTUVWXYZ", "0123456789"
RefusalWords = Callable[[Refusal], Text | None]


@dataclass(frozen=True, slots=True)
class FaultPage:
    """A page that says what did not happen, and what to do next."""

    status: int
    code: str | None = None
    """What to quote to the help."""
    words: Text | None = None
    """Why, where the rule that forbids it has words."""
    cites: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    bytes_max: int | None = None
    """What may be sent here at most, where too much was sent."""


def install_faults(app: Flask, refusal_words: RefusalWords = lambda _refusal: None) -> None:
    """Turn the exceptions of use cases and of HTTP into pages."""

    @app.errorhandler(NotFound)
    def missing(_error: NotFound) -> Response:
        return _fault(FaultPage(404))

    @app.errorhandler(StaleWrite)
    def lost_race(_error: StaleWrite) -> Response:
        return _fault(FaultPage(409))

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        refusal = error.refusal
        facts = tuple((name, str(value)) for name, value in refusal.facts.items())
        return _fault(FaultPage(422, refusal.code, refusal_words(refusal), refusal.cites, facts))

    @app.errorhandler(Unauthorized)
    def session_over(_error: Unauthorized) -> Response:
        held = held_form()
        if held is None:
            return _fault(FaultPage(401))
        return page("account/log_in.html", LogInPage(held=held), status=401)

    @app.errorhandler(CSRFError)
    def form_is_old(_error: CSRFError) -> Response:
        held = held_form()
        if held is None:
            return _fault(FaultPage(400))
        return page("account/go_on.html", held, status=400)

    @app.errorhandler(SecurityError)
    def another_host(_error: SecurityError) -> Response:
        # No page of ours: its links would be made from the name that is not ours.
        words = (
            "这里不以这个主机名提供服务；运维人员请核对SUNLIT_HOST_NAME。\n"
            "This host name is not served here; operators, look at SUNLIT_HOST_NAME.\n"
        )
        return Response(words, 400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()  # type: ignore[return-value]
        most = request.max_content_length if error.code == 413 else None
        response = _fault(FaultPage(error.code or 500, bytes_max=most))
        # `Allow` and `Retry-After` say what would work; the type and length are the page's own.
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(InternalServerError)
    def crashed(_error: InternalServerError) -> Response:
        code = fault_code()
        app.logger.error("fault %s: the traceback stands above", code)
        return _fault(FaultPage(500, code))


def fault_code() -> str:
    """A code such as `GS 204 771`: short enough to say, random so that it tells nothing."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(2))
    figures = "".join(secrets.choice(_FIGURES) for _ in range(6))
    return f"{letters} {figures[:3]} {figures[3:]}"


def _fault(view: FaultPage) -> Response:
    return page("portal/fault.html", view, status=view.status)
