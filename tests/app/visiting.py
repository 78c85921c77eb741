"""A person at a page: opens it, fills its form in, signs and sends, without a script.

`Visit(app, player)` wraps WebTest: cookies, hidden fields and form tokens are the page's own.
"""

from __future__ import annotations

import base64
from itertools import count
from typing import Any

from flask import Flask
from webtest import TestApp, TestResponse, Upload
from webtest.forms import Form

from app.rehearsal.cast import Player
from signatures.signers import Signer
from tests.world import PASSWORD

# Each browser has an address of its own: failed tries of one do not keep the others out.
_addresses = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in count(1))


class Visit:
    """A browser of one person, or of nobody."""

    def __init__(
        self, app: Flask, player: Player | None = None, *, password: str = PASSWORD
    ) -> None:
        environ = {"HTTP_ORIGIN": "http://localhost", "REMOTE_ADDR": next(_addresses)}
        self.browser = TestApp(app, extra_environ=environ)
        self.player = player
        if player is not None:
            self.log_in(player.login, password)

    def log_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        """Fill in the form for logging in; it must succeed."""
        form = self.browser.get("/account/log-in").forms[0]
        form["login"], form["password"] = login, password
        response = form.submit(status="*")
        assert response.status_int == 303, f"{login} is not logged in: {said(response)}"
        return response.follow(status="*").maybe_follow()

    def open(self, path: str, *, status: int = 200) -> TestResponse:
        """Open a page; a redirection is followed."""
        response = self.browser.get(path, status="*").maybe_follow()
        assert response.status_int == status, f"{path}: {response.status}\n{said(response)}"
        return response

    def send(
        self, page: TestResponse, *, form: str | int = 0, status: int = 200, **fields: Any
    ) -> TestResponse:
        """Fill in a form of a page and send it; a redirection is followed."""
        return self.submit(filled(page.forms[form], fields), status=status)

    def submit(self, form: Form, *, status: int = 200, **options: Any) -> TestResponse:
        """Send a form; a redirection is followed."""
        response = form.submit(status="*", **options)
        while 300 <= response.status_int < 400:
            response = response.follow(status="*")
        assert response.status_int == status, f"{response.status}\n{said(response)}"
        return response

    def sign(
        self,
        page: TestResponse,
        *,
        form: str | int = 0,
        signer: Signer | None = None,
        status: int = 200,
        **fields: Any,
    ) -> TestResponse:
        """Sign everything that a form asks for, as `sign.js` would, and send it."""
        sent = filled(page.forms[form], fields)
        sign_form(page, sent, signer or self._signer())
        return self.submit(sent, status=status)

    def _signer(self) -> Signer:
        if self.player is None:
            raise RuntimeError("nobody signs nothing")
        return self.player.signer


def sign_form(page: TestResponse, form: Form, signer: Signer) -> None:
    """Put the signatures over a form's statements and prepared PDFs into its fields."""
    from signatures import cms

    for item in page.html.select("[data-sign-item]"):
        key = item["data-sign-item"]
        if item["data-kind"] == "statement":
            statement = base64.b64decode(form[f"sign-{key}-statement"].value)
            value = cms.sign_statement(statement, signer)
            form[f"sign-{key}-cms"] = base64.b64encode(value).decode()
        else:
            # As the offline tool writes it; a browser's form of the value is tried in a browser.
            value = signer.sign(base64.b64decode(item["data-attributes"]))
            form[f"sign-{key}-file"] = Upload("value.sig", value)


def filled(form: Form, fields: dict[str, Any]) -> Form:
    """A form with these fields filled in; a tuple of name and bytes is a file."""
    for name, value in fields.items():
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], bytes):
            form[name] = Upload(*value)
        elif isinstance(value, list):
            for box in form.fields[name]:
                box.checked = box._value in value
        else:
            form[name] = value
    return form


def said(response: TestResponse) -> str:
    """The main words of a page, for a failing test to show."""
    main = response.html.select_one("main") if "html" in response.content_type else None
    return main.get_text(" ", strip=True)[:2000] if main else response.text[:1000]
