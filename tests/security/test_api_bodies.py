"""Every route of the API and of the pages' modules, sent what no program of ours sends.

As Schemathesis does it: JSON after the schema of the route's fields, with wild values in each
place, and bodies that are no JSON at all. Answers are of the documented statuses, errors are JSON
with code, words and citations, and nothing is ever a fault.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.demo.building import Demo
from app.web.access import is_open_to
from app.web.audience import audiences_of
from kernel.vocabulary import Part
from tests.security.addresses import Ids, address, routes
from tests.security.conftest import Strangers
from tests.security.people import Browser

# docs/api.md: what an answer may be. 409, 412, 415 and 460 are the uploads' own.
DOCUMENTED = {200, 201, 204, 400, 401, 403, 404, 405, 409, 411, 412, 413, 415, 422, 429, 460}
_SENT = {"POST", "PUT", "PATCH", "DELETE"}
DEEP = "[" * 100_000 + "]" * 100_000
DEEP_OBJECT = '{"a":' * 50_000 + "1" + "}" * 50_000

BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b""),
    ("application/json", b"{"),
    ("application/json", b"null"),
    ("application/json", b"[]"),
    ("application/json", b"\xff\xfe{\x00}\x00"),
    ("application/json", b'{"account": "\xff", "password": "x"}'),
    ("application/json", b'{"account": "\\ud800", "password": "\\udfff", "code": "\\u0000"}'),
    ("application/json", b'{"account": "a\\u0000b", "password": "a\\u0000b"}'),
    ("application/json", b'{"account": "nobody", "password": "x", "code": {"a": [1]}}'),
    ("application/json", b'{"a": 1e999, "b": NaN, "c": -Infinity}'),
    ("application/json", b'{"a": ' + b"9" * 10_000 + b"}"),
    ("application/json", DEEP.encode()),
    ("application/json", DEEP_OBJECT.encode()),
    ("application/json", ('{"boxes": ' + DEEP + ', "lot": "x"}').encode()),
    ("application/json; charset=utf-7", b"{}"),
    ("application/json; charset=nonsense", b"{}"),
    ("text/plain", b'{"account": "a", "password": "b"}'),
    ("application/x-www-form-urlencoded", b"a=%ff&b=%00&csrf_token=%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(5000))),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--" + b"x" * 300),
    ("\x00/\x01", b"x"),
    ("application/offset+octet-stream", b"x" * 1000),
)


def spoken(web: Flask, browser: Browser) -> list[tuple[Rule, str]]:
    """The routes of programs that this person may ask."""
    return [
        (rule, method)
        for rule, method in routes(web)
        if rule.endpoint.split(".")[0] in ("api", "browser", "uploads", "drafts")
        and method in _SENT
        and is_open_to(browser.actor, audiences_of(web.view_functions[rule.endpoint]))
        # It would end the session that asks.
        and (method, rule.rule) != ("DELETE", "/api/v1/session")
    ]


def fault_in(answer: TestResponse) -> str | None:
    """What is wrong with an answer to a program."""
    if answer.status_code not in DOCUMENTED:
        return f"answers {answer.status}"
    if answer.status_code < 400:
        return None
    if answer.mimetype != "application/json":
        return f"an error that is {answer.mimetype}"
    told = answer.get_json()
    missing = {"error", "words", "cites", "facts"} - set(told)
    return f"an error without {sorted(missing)}" if missing else None


@pytest.mark.parametrize("role", ["supplier", "holder"])
def test_bodies_that_nobody_sends(
    web: Flask, strangers: Strangers, there: tuple[Ids, ...], role: Any
) -> None:
    browser, faults = strangers[role], []
    for rule, method in spoken(web, browser):
        if rule.endpoint == "drafts.save":
            continue  # a form, and any form is kept: the pages' own test has it
        for media_type, body in BODIES:
            path = address(rule, there[0])
            answer = browser.ask(method, path, data=body, content_type=media_type)
            if fault := fault_in(answer):
                faults.append(f"{method} {path} {media_type} {body[:40]!r}: {fault}")
    assert faults == []


def test_forms_bear_them_too(web: Flask, strangers: Strangers, there: tuple[Ids, ...]) -> None:
    """Every page that takes a form, without being told that it is one; each by one person."""
    faults, seen = [], set()
    for browser in strangers.values():
        for rule, method in routes(web):
            view = web.view_functions[rule.endpoint]
            if method != "POST" or not is_open_to(browser.actor, audiences_of(view)):
                continue
            if rule.endpoint in ("demo.go_on", "account.log_out", "api.log_in", *seen):
                continue
            seen.add(rule.endpoint)
            for media_type, body in BODIES[::4]:
                path = address(rule, {})
                answer = browser.ask(method, path, data=body, content_type=media_type)
                if answer.status_code >= 500:
                    faults.append(f"{browser.login} {method} {path} {media_type}: {answer.status}")
    assert faults == []


_WILD_TEXT = st.text(max_size=40) | st.sampled_from(
    ["\x00", "\ud800", "sha256:" + "0" * 64, "price", "whole", "../../x", "\u202e", "9" * 400]
)
_BASE64 = st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode())
_JSON_STATEMENT = st.dictionaries(
    st.sampled_from(["type", "lot", "part", "tender", "seq", "origin", "bidder"]),
    st.sampled_from(
        ["sunlit/bid/v1", "sunlit/withdrawal/v1", *map(str, Part), "\u0000", 1, None, [], {}]
    ),
).map(
    lambda found: base64.b64encode(
        json.dumps(found, sort_keys=True, separators=(",", ":")).encode()
    ).decode()
)
_WILD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WILD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WILD_TEXT, inner, max_size=3),
    max_leaves=6,
)
_VALUE = _WILD_TEXT | _BASE64 | _JSON_STATEMENT | _WILD
# The fields that docs/api.md names, of all routes together: each takes what is another's too.
_FIELDS = (
    "account", "password", "code", "act", "cms", "boxes", "keys", "release", "holder", "possession",
    "lot", "text", "receipt", "note", "part", "identity",
)  # fmt: skip
_BODY = st.fixed_dictionaries(
    {}, optional={name: _VALUE for name in _FIELDS if name not in ("boxes", "keys")}
    | {
        "boxes": st.dictionaries(_WILD_TEXT, st.lists(_VALUE, max_size=3), max_size=3) | _VALUE,
        "keys": st.lists(
            st.dictionaries(
                st.sampled_from(["part", "holder", "holder_cms", "possession", "possession_cms"]),
                _VALUE,
            ),
            max_size=3,
        )
        | _VALUE,
    },
)  # fmt: skip


def _looked_at(web: Flask, strangers: Strangers, ids: Ids, body: dict[str, Any]) -> None:
    raw = json.dumps(body)
    for role in ("supplier", "holder"):
        browser = strangers[role]  # type: ignore[index]
        for rule, method in spoken(web, browser):
            if rule.endpoint.startswith(("uploads", "drafts")) or method != "POST":
                continue
            path = address(rule, ids)
            answer = browser.ask(method, path, data=raw, content_type="application/json")
            assert fault_in(answer) is None, (method, path, raw, answer.status, answer.text[:300])
            assert answer.status_code >= 400, (path, raw)


_SETTINGS = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@settings(max_examples=12, **_SETTINGS)
@example(body={"lot": "x\x00", "text": "\x00", "part": "\x00", "identity": "\ud800"})
@example(body={"lot": "\ud800", "text": "\ud800", "part": "price", "identity": "\x00"})
@given(body=_BODY)
def test_generated_bodies(
    web: Flask, strangers: Strangers, there: tuple[Ids, ...], body: dict[str, Any]
) -> None:
    _looked_at(web, strangers, there[0], body)


@pytest.mark.slow
@settings(max_examples=400, **_SETTINGS)
@given(body=_BODY)
def test_many_generated_bodies(
    web: Flask, strangers: Strangers, there: tuple[Ids, ...], body: dict[str, Any]
) -> None:
    _looked_at(web, strangers, there[-1], body)


@settings(max_examples=25, **_SETTINGS)
@given(
    headers=st.fixed_dictionaries(
        {"Tus-Resumable": st.sampled_from(["1.0.0", "1.0.0", "0", ""])},
        optional={
            name: st.sampled_from(
                ["0", "1", "-1", "9" * 15, "9" * 30, "٣", "", "x", "digest x", "digest c2hh",
                 "sha256 AAAA", "sha1 \u00e9", "md5 AAAA", "digest c2hhMjU2OgA=",
                 "digest " + base64.b64encode(b"sha256:" + b"0" * 64).decode()]
            )
            for name in ("Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum")
        },
    ),
    media_type=st.sampled_from(["application/offset+octet-stream", "text/plain", ""]),
    data=st.binary(max_size=50),
)  # fmt: skip
def test_generated_uploads(
    web: Flask, strangers: Strangers, headers: dict[str, str], media_type: str, data: bytes
) -> None:
    browser = strangers["supplier"]  # type: ignore[index]
    for prefix in ("/uploads", "/api/v1/uploads"):
        for method, path in (("POST", prefix), ("PATCH", f"{prefix}/x"), ("DELETE", f"{prefix}/x")):
            answer = browser.ask(method, path, headers=headers, data=data, content_type=media_type)
            assert fault_in(answer) is None, (method, path, answer.status, answer.text[:200])


def test_an_upload_is_its_owners(demo: Demo, web: Flask, strangers: Strangers) -> None:
    """Asked for, gone on with or removed by another firm's person, it was never there."""
    digest = base64.b64encode(b"sha256:" + b"0" * 64).decode()
    tus = {"Tus-Resumable": "1.0.0"}
    begun = {**tus, "Upload-Length": "5", "Upload-Metadata": f"digest {digest}"}
    for prefix in ("/uploads", "/api/v1/uploads"):
        owner = strangers["supplier"]  # type: ignore[index]
        made = owner.ask("POST", prefix, headers=begun)
        assert made.status_code == 201
        path = made.location.removeprefix("http://localhost")
        piece = {
            "headers": {**tus, "Upload-Offset": "0"},
            "data": b"ab",
            "content_type": "application/offset+octet-stream",
        }
        for role in ("holder", "officer", "administrator", "panelist"):
            other = strangers[role]  # type: ignore[index]
            for method, asked in (("GET", {"headers": tus}), ("PATCH", piece),
                                  ("DELETE", {"headers": tus})):  # fmt: skip
                answer = other.ask(method, path, **asked)
                unknown = other.ask(method, f"{prefix}/upl_" + "a" * 26, **asked)
                assert answer.status_code == unknown.status_code == 404, (role, method)
                assert answer.get_json() == unknown.get_json()
        assert owner.ask("GET", path, headers=tus).headers["Upload-Offset"] == "0"
        assert owner.ask("DELETE", path, headers=tus).status_code == 204
