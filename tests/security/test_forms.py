"""Forged forms, the cookie, and sessions: what another site or a thief can do, which is nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.demo.building import PASSWORD, Demo
from app.surfaces import application
from app.web.access import is_open_to
from app.web.audience import audiences_of
from tests.security.addresses import Ids, address, routes
from tests.security.conftest import Strangers
from tests.security.people import Browser, browser_of, content_of

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# What the verify page is sent changes nothing. Below /api/ a bearer token authorises: a browser
# adds none by itself, and a cookie counts for nothing there (see the test below), so that no
# foreign page can send a request that is anybody's.
_WITHOUT = re.compile(r"portal\.check$|api\.")


def changing(web: Flask, browser: Browser, ids: Ids) -> list[tuple[str, str]]:
    """Every method and address at which this person may change something."""
    return [
        (method, address(rule, ids))
        for rule, method in routes(web)
        if method not in ("GET", "OPTIONS")
        and not _WITHOUT.match(rule.endpoint)
        and is_open_to(browser.actor, audiences_of(web.view_functions[rule.endpoint]))
    ]


@pytest.mark.parametrize("forgery", ["missing", "empty", "foreign", "another session's"])
def test_a_forged_form_is_refused_everywhere(
    demo: Demo, web: Flask, strangers: Strangers, there: tuple[Ids, ...], forgery: str
) -> None:
    """Every route that changes something, each by one of those it is open to."""
    others = browser_of(web, demo.installation, "supervisor", PASSWORD).token
    tokens = {"missing": None, "empty": "", "foreign": "x" * 91, "another session's": others}
    token, seen, faults = tokens[forgery], set(), []
    before = content_of(demo.installation.engine)
    for browser in strangers.values():
        for method, path in changing(web, browser, there[0]):
            if (method, path) in seen:
                continue
            seen.add((method, path))
            sent = {} if token is None else {"csrf_token": token}
            by_form = browser.ask(method, path, forged=True, data=sent)
            headers = {} if token is None else {"X-CSRFToken": token}
            by_script = browser.ask(method, path, forged=True, headers=headers)
            faults += [
                f"{method} {path}: {answer.status}"
                for answer in (by_form, by_script)
                if answer.status_code != 400
            ]
    assert faults == []
    assert len(seen) > 80
    assert content_of(demo.installation.engine) == before


def test_a_cookie_counts_for_nothing_below_the_api(
    web: Flask, strangers: Strangers, there: tuple[Ids, ...]
) -> None:
    """So the API may do without a form's token."""
    for rule, method in routes(web):
        if not rule.endpoint.startswith("api.") or rule.endpoint in (
            "api.nothing", "api.log_in", "api.trust", "api.committee",
        ):  # fmt: skip
            continue
        for role in ("supplier", "holder"):
            path = address(rule, there[0])
            answer = strangers[role].client.open(path, method=method)  # type: ignore[index]
            assert answer.status_code == 401, (method, path)


def logged_in(client: FlaskClient, login: str, **where: str) -> list[str]:
    """Log in, and the cookies that the answer sets."""
    found = _TOKEN.search(client.get("/account/log-in", **where).text)
    assert found is not None
    data = {"login": login, "password": PASSWORD, "csrf_token": found[1]}
    headers = {"Referer": where["base_url"] + "/account/log-in"} if where else {}
    answer = client.post("/account/log-in", data=data, headers=headers, **where)
    assert answer.status_code == 303, answer.text
    return answer.headers.getlist("Set-Cookie")


def test_the_cookie_in_earnest(demo: Demo) -> None:
    """Only over HTTPS, to no script, not from other sites, to this host alone."""
    settings = replace(demo.installation.settings, demo=False, host_name="buying.example")
    web = application(replace(demo.installation, settings=settings))
    [cookie] = logged_in(web.test_client(), "officer", base_url="https://buying.example")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-sunlit=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.lower().startswith("domain") for part in parts)


def test_the_session_is_another_after_log_in(web: Flask) -> None:
    """What was put into a browser before the log-in is nobody's afterwards."""
    client, thief = web.test_client(), web.test_client()
    old = _TOKEN.search(client.get("/account/log-in").text)
    planted = client.get_cookie("sunlit")
    assert planted
    assert old
    logged_in(client, "officer")
    mine = client.get_cookie("sunlit")
    assert mine
    assert mine.value != planted.value
    thief.set_cookie("sunlit", planted.value)
    assert thief.get("/desk").status_code == 303
    # The token of the form before is no token now.
    assert client.post("/account/log-out", data={"csrf_token": old[1]}).status_code == 400


def test_log_out_ends_the_session_and_not_the_cookie_alone(web: Flask) -> None:
    client, thief = web.test_client(), web.test_client()
    logged_in(client, "officer")
    cookie = client.get_cookie("sunlit")
    assert cookie
    thief.set_cookie("sunlit", cookie.value)
    assert thief.get("/desk").status_code == 200
    token = _TOKEN.search(client.get("/account/log-out").text)
    assert token
    client.post("/account/log-out", data={"csrf_token": token[1]})
    assert thief.get("/desk").status_code == 303


def test_a_new_password_ends_every_other_session(demo: Demo, web: Flask) -> None:
    client, thief = web.test_client(), web.test_client()
    logged_in(thief, "holder3")
    program = browser_of(web, demo.installation, "holder3", PASSWORD)
    logged_in(client, "holder3")
    page = client.get("/account/password")
    token = _TOKEN.search(page.text)
    assert token
    names = re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="password"', page.text) or re.findall(
        r'<input[^>]*type="password"[^>]*name="([^"]+)"', page.text
    )
    now, new = names[0], names[1:]
    data = {now: PASSWORD, "csrf_token": token[1]} | dict.fromkeys(new, PASSWORD + "-and-longer")
    assert client.post("/account/password", data=data).status_code == 303
    assert thief.get("/desk").status_code == 303
    assert program.ask("GET", "/api/v1/tenders/x/holder-keys").status_code == 401


def test_a_cookie_that_somebody_altered_is_none(web: Flask) -> None:
    client = web.test_client()
    logged_in(client, "officer")
    cookie = client.get_cookie("sunlit")
    assert cookie
    for altered in (cookie.value[:-2] + "xx", "x" + cookie.value, cookie.value.split(".")[0]):
        thief = web.test_client()
        thief.set_cookie("sunlit", altered)
        assert thief.get("/desk").status_code == 303
