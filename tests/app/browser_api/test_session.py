"""The pages' modules come in by the cookie, and change nothing without the form token."""

from __future__ import annotations

import base64
import re

import pytest
from flask.testing import FlaskClient

from app.surfaces import application
from kernel import canonical
from tests.world import PASSWORD, World

LOG_IN = "/account/log-in"
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """A supplier who has logged in on the page."""
    client = application(world.installation).test_client()
    given = {
        "login": world.supplier(1).login,
        "password": PASSWORD,
        "csrf_token": token(client, LOG_IN),
    }
    assert client.post("/account/log-in", data=given).status_code == 303
    return client


def token(client: FlaskClient, page: str = "/account/log-out") -> str:
    found = re.search('name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


def begin(client: FlaskClient, data: bytes, **headers: str) -> int:
    digest = base64.b64encode(canonical.digest(data).encode()).decode()
    given = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": f"digest {digest}"}
    answer = client.post("/uploads", headers={**given, **headers})
    return answer.status_code


def test_nothing_changes_without_the_form_token(browser: FlaskClient) -> None:
    assert browser.post("/browser/tenders/x/acts", json={}).status_code == 400
    assert begin(browser, b"x") == 400
    assert begin(browser, b"x", **{"X-CSRFToken": "other"}) == 400
    assert browser.patch("/uploads/x", headers=TUS, data=b"x").status_code == 400
    assert browser.delete("/uploads/x", headers=TUS).status_code == 400


def test_a_bearer_token_does_not_count_on_the_pages_routes(
    world: World, browser: FlaskClient
) -> None:
    stranger = application(world.installation).test_client()
    body = {"account": world.supplier(1).login, "password": PASSWORD}
    bearer = stranger.post("/api/v1/session", json=body).json["token"]  # type: ignore[index]
    headers = {"Authorization": f"Bearer {bearer}", "X-CSRFToken": token(stranger, LOG_IN)}
    assert stranger.post("/browser/tenders/x/acts", json={}, headers=headers).status_code == 401
    assert stranger.get("/browser/tenders/x/acts/mine", headers=headers).status_code == 303


def test_the_cookie_does_not_count_on_the_api(browser: FlaskClient) -> None:
    headers = {"X-CSRFToken": token(browser)}
    assert browser.post("/api/v1/uploads", headers={**TUS, **headers}).status_code == 401
    assert browser.get("/api/v1/tenders/x/acts/mine").status_code == 401


def test_a_piece_larger_than_a_form_is_taken(world: World, browser: FlaskClient) -> None:
    data = bytes(5 << 20)
    digest = base64.b64encode(canonical.digest(data).encode()).decode()
    headers = {**TUS, "X-CSRFToken": token(browser)}
    made = browser.post(
        "/uploads",
        headers={**headers, "Upload-Length": str(len(data)), "Upload-Metadata": f"digest {digest}"},
    )
    assert made.status_code == 201, made.text
    piece = {**headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    place = made.headers["Location"]
    assert place.startswith("/uploads/")
    assert browser.patch(place, headers=piece, data=bytes(9 << 20)).status_code == 413
    assert browser.patch(place, headers=piece, data=data).status_code == 204
    assert world.installation.blobs.size(canonical.digest(data)) == len(data)


def test_who_has_another_role_is_kept_out(browser: FlaskClient) -> None:
    headers = {"X-CSRFToken": token(browser)}
    assert (
        browser.post("/browser/tenders/x/holder-keys", json={}, headers=headers).status_code == 403
    )
    assert browser.get("/browser/tenders/x/work").status_code == 403


def test_the_clock_and_the_trust_are_public(world: World) -> None:
    client = application(world.installation).test_client()
    assert client.get("/browser/clock").json == {"now": "2026-03-02T01:00:00.000Z", "demo": True}
    trust = client.get("/api/v1/trust").json
    assert trust is not None
    roots = [base64.b64decode(each) for each in trust["roots"]]
    assert roots == [each.der for each in world.installation.trust.roots]
    assert trust["receipt_key"] == world.installation.keys.receipt_vkey.encode()
