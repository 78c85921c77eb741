"""What a signer's client fetches, for the person alone whose signature is waited for."""

from __future__ import annotations

import base64
import re

import pytest
from flask.testing import FlaskClient

from app.documents.requests import PreparedPdf, prepare_pdf
from app.rehearsal.cast import Player
from app.surfaces import application
from tests.world import PASSWORD, World


@pytest.fixture
def waiting(world: World, one_page: bytes) -> PreparedPdf:
    """A document that waits for the officer."""
    return prepare_pdf(
        world.installation,
        world.staff.officer.actor,
        one_page,
        kind="notice",
        subject_id="ten_1",
        field="officer",
        reason="notice",
    )


def signed_in(world: World, player: Player) -> tuple[FlaskClient, str]:
    """The person's browser, and the token its forms carry."""
    client = application(world.installation).test_client()
    token = token_in(client.get("/account/log-in").text)
    sent = client.post(
        "/account/log-in",
        data={"login": player.login, "password": PASSWORD, "csrf_token": token},
    )
    assert sent.status_code == 303
    return client, token_in(client.get("/account/log-out").text)


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def test_the_person_fetches_the_prepared_document(world: World, waiting: PreparedPdf) -> None:
    client, _ = signed_in(world, world.staff.officer)
    answer = client.get(waiting.document_url)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data == waiting.package
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_nobody_else_does(world: World, waiting: PreparedPdf) -> None:
    client, _ = signed_in(world, world.staff.approver)
    assert client.get(waiting.document_url).status_code == 404
    stranger = application(world.installation).test_client()
    assert stranger.get(waiting.document_url).status_code == 303
    assert client.get("/signing/sgn_/document.pdf").status_code == 404


def test_the_files_for_the_offline_tool(world: World, waiting: PreparedPdf) -> None:
    client, token = signed_in(world, world.staff.officer)
    statement = b'{"type":"sunlit/notice/v1"}'
    form = {
        "csrf_token": token,
        "sign-notice-statement": base64.b64encode(statement).decode(),
        "sign-pdf-request": waiting.request,
    }
    said = client.post("/signing/file", data={**form, "want": "notice"})
    assert (said.status_code, said.data) == (200, statement)
    assert "notice.json" in said.headers["Content-Disposition"]
    laid_out = client.post("/signing/file", data={**form, "want": "pdf"})
    assert (laid_out.status_code, laid_out.data) == (200, waiting.package)
    assert laid_out.headers["Content-Disposition"].startswith("attachment")


def test_the_files_are_not_given_for_anything(world: World, waiting: PreparedPdf) -> None:
    client, token = signed_in(world, world.staff.officer)
    for form in (
        {"want": "../notice"},
        {"want": ""},
        {"want": "notice", "sign-notice-statement": "not base64"},
    ):
        assert client.post("/signing/file", data={**form, "csrf_token": token}).status_code == 422
    forged = client.post("/signing/file", data={"want": "pdf", "sign-pdf-request": waiting.request})
    assert forged.status_code == 400
    other, token = signed_in(world, world.staff.approver)
    taken = {"want": "pdf", "sign-pdf-request": waiting.request, "csrf_token": token}
    assert other.post("/signing/file", data=taken).status_code == 404
