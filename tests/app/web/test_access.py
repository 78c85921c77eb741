"""Every route is closed but to those it is declared for; log-in, log-out and forged forms."""

from __future__ import annotations

import base64
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import services as accounts
from app.accounts.second_factor import code_at, step_at
from app.container import Container
from app.web.access import ROLES
from app.web.addresses import local_address
from kernel.clock import FixedClock
from kernel.vocabulary import Audience, Role
from tests.app.conftest import PASSWORD
from tests.app.web.conftest import log_in


def test_public_page_is_open(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/undeclared", "/closed"])
def test_route_without_audience_is_closed_to_everybody(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    log_in(client)
    assert client.get(path).status_code == 404


def test_visitor_is_sent_to_log_in_and_comes_back(client: FlaskClient) -> None:
    sent = client.get("/for/signed_in?x=1")
    assert sent.status_code == 303
    assert sent.location == "/account/log-in?next=/for/signed_in?x%3D1"
    assert log_in(client, next="/for/signed_in?x=1").location == "/for/signed_in?x=1"
    assert client.get("/for/signed_in").status_code == 200


def test_audience_is_asked_of_the_roles_held_now(client: FlaskClient) -> None:
    log_in(client)
    assert client.get("/for/admin").status_code == 200
    assert client.get("/for/supplier").status_code == 403


def test_log_out_closes_the_pages_and_the_session(web: Flask, client: FlaskClient) -> None:
    log_in(client)
    cookie = client.get_cookie("sunlit")
    assert cookie
    token = client.get("/token").text
    assert client.post("/account/log-out", data={"csrf_token": token}).status_code == 303
    assert client.get("/for/signed_in").status_code == 303
    # The cookie of before, kept by a thief, is worth nothing either.
    thief = web.test_client()
    thief.set_cookie("sunlit", cookie.value)
    assert thief.get("/for/signed_in").status_code == 303


def test_forged_form_changes_nothing(client: FlaskClient) -> None:
    log_in(client)
    assert client.post("/change").status_code == 400
    assert client.post("/change", data={"csrf_token": client.get("/token").text}).status_code == 200


def test_form_sent_without_log_in_is_refused(client: FlaskClient) -> None:
    assert client.post("/change", data={"csrf_token": client.get("/token").text}).status_code == 401


def test_wrong_password_is_told_on_the_form(client: FlaskClient) -> None:
    data = {"login": "lin", "password": "wrong", "csrf_token": client.get("/token").text}
    told = client.post("/account/log-in", data=data)
    assert told.status_code == 422
    page = told.get_data(as_text=True)
    assert "登录名或密码不对" in page
    assert 'value="lin"' in page
    assert "wrong" not in re.sub(r'class="[^"]*"', "", page)
    data["csrf_token"] = client.get("/token").text
    assert "is wrong" in client.post("/en/account/log-in", data=data).get_data(as_text=True)


def test_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    flags = log_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags


def test_bearer_token_opens_the_api_and_a_cookie_does_not(
    container: Container, client: FlaskClient
) -> None:
    done = accounts.log_in(container.journal, "lin", PASSWORD, address="", kind="api")
    bearer = {"Authorization": f"Bearer {done.secret}"}
    assert client.get("/api/v1/for/signed_in", headers=bearer).text == done.person
    assert client.get("/api/v1/for/supplier", headers=bearer).status_code == 403
    assert client.get("/for/signed_in", headers=bearer).status_code == 303
    log_in(client)
    assert client.get("/api/v1/for/signed_in").status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer x", "Basic bGluOng=", "bearer x"])
def test_api_without_a_good_token_is_closed(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/for/signed_in", headers={"Authorization": header})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/a\\b", "/a\nb", ""],
)
def test_address_after_log_in_stays_with_us(address: str) -> None:
    assert local_address(address) == ""


def test_every_audience_is_declared_by_roles_or_needs_none() -> None:
    without = {Audience.PUBLIC, Audience.SIGNED_IN, Audience.NOBODY}
    assert set(ROLES) == set(Audience) - without
    assert frozenset().union(*ROLES.values()) == set(Role) - {Role.SYSTEM}


def test_form_for_logging_in_has_labels_and_a_token(client: FlaskClient) -> None:
    form = client.get("/account/log-in?next=/tenders").get_data(as_text=True)
    for part in ('for="login"', 'for="password"', 'name="csrf_token"', 'value="/tenders"'):
        assert part in form


def test_one_time_codes_are_switched_on_by_the_person(
    client: FlaskClient, clock: FixedClock
) -> None:
    log_in(client)
    for _ in range(2):  # Looking at the page makes no secret.
        assert "otpauth" not in client.get("/account/second-factor").get_data(as_text=True)
    empty = {"code": "000000", "csrf_token": client.get("/token").text}
    assert client.post("/account/second-factor", data=empty).status_code == 404
    asked = {"csrf_token": client.get("/token").text}
    for _ in range(2):  # Asked for twice, it is the same one.
        assert client.post("/account/second-factor/secret", data=asked).status_code == 303
    secret = re.compile(r'otpauth://[^"]*secret=([A-Z2-7]+)')
    found = secret.search(client.get("/account/second-factor").get_data(as_text=True))
    again = secret.search(client.get("/account/second-factor").get_data(as_text=True))
    assert found
    assert again
    assert found.group(1) == again.group(1)
    wrong = {"code": "000000", "csrf_token": client.get("/token").text}
    assert client.post("/account/second-factor", data=wrong).status_code == 422
    code = code_at(base64.b32decode(found[1]), step_at(clock.now()))
    right = {"code": code, "csrf_token": client.get("/token").text}
    assert client.post("/account/second-factor", data=right).status_code == 303
    # A stale tab's button makes no new secret of one that is in use.
    assert client.post("/account/second-factor/secret", data=right).status_code == 303
    assert "otpauth" not in client.get("/account/second-factor").get_data(as_text=True)


def test_a_name_that_no_account_can_have_is_a_wrong_name(client: FlaskClient) -> None:
    assert log_in(client, "lin\x00").status_code == 422
