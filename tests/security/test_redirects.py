"""Nothing that a link or a form says leads away from here by us."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask

from app.demo.building import PASSWORD
from app.web.addresses import local_address

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_LEADS = re.compile(r'(?:href|action|src|value)="([^"]*)"')
AWAY = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "https:evil.example", "https:/evil.example", "https://evil.example", "javascript:alert(1)",
    "\t//evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    " //evil.example",
    "//evil.example\\@localhost", "//localhost@evil.example", "evil.example", "/\x00/evil.example",
    "data:text/html,x", "\u2028//evil.example", "/\u00a0/evil.example", "//\u202eevil.example",
)  # fmt: skip


def leads_away(address: str) -> bool:
    """Whether a browser would leave: it drops tabs and line ends, and reads `\\` as `/`."""
    read = re.sub(r"[\t\r\n]", "", address).strip("\x00 ").replace("\\", "/")
    found = urlsplit(urljoin("http://localhost/account/log-in", read))
    return found.netloc != "localhost" or found.scheme not in ("http", "https")


@pytest.mark.parametrize("away", AWAY)
def test_the_address_after_log_in(web: Flask, away: str) -> None:
    """Given in the link, typed into the form, and percent-encoded once and twice."""
    for written in (away, quote(away, safe=""), quote(quote(away, safe=""), safe="")):
        assert not leads_away(local_address(written) or "/")
        client = web.test_client()
        asked = client.get("/account/log-in", query_string={"next": written})
        if "\x00" in written:
            assert asked.status_code == 404
            continue
        page = asked.text
        assert 'value="//' not in page
        token = _TOKEN.search(page)
        assert token
        data = {"login": "unit", "password": PASSWORD, "csrf_token": token[1], "next": written}
        if written == away:
            answer = client.post("/account/log-in", data=data)
            assert answer.status_code == 303
            assert not leads_away(answer.location)
            again = client.get("/account/log-in", query_string={"next": written})
            assert not leads_away(again.location)


@pytest.mark.parametrize("away", AWAY)
def test_a_held_form_goes_nowhere_else(web: Flask, away: str) -> None:
    """Even if our own page had been made to send it."""
    client = web.test_client()
    token = _TOKEN.search(client.get("/account/log-in").text)
    assert token
    held = {"held-action": away, "held-name": "x", "held-value": "1"}
    data = {"login": "unit", "password": PASSWORD, "csrf_token": token[1], **held}
    headers = {"Origin": "http://localhost"}
    answer = client.post("/account/log-in", data=data, headers=headers)
    forms = re.findall(r'<form[^>]*action="([^"]*)"', answer.text)
    assert answer.status_code == 303 or forms
    assert not [action for action in forms if leads_away(action)]


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/en//evil.example", "/en///evil.example/x", "/en/\\evil.example",
     "/en/%5Cevil.example", "/en//evil.example/?x=//evil.example", "/en/%09/evil.example",
     "/en/%2F/evil.example", "/en/%2Fevil.example", "///evil.example/..;/"],
)  # fmt: skip
def test_the_language_switch_stays_here(web: Flask, path: str) -> None:
    """Also on the page that says there is no such page."""
    answer = web.test_client().get("http://localhost" + path)
    if answer.status_code < 400:
        assert not leads_away(answer.location)
        return
    assert answer.status_code in (400, 404)
    assert not [to for to in _LEADS.findall(answer.text) if "evil" in to and leads_away(to)]


def test_slashes_are_merged_on_our_own_host(web: Flask) -> None:
    answer = web.test_client().get("/en//tenders")
    assert answer.status_code in (200, 301, 308, 404)
    assert not leads_away(answer.location or "/")
