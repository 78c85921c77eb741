"""What every answer carries, whatever was asked; and that no request, however odd, is a fault."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.demo.building import Demo
from app.surfaces import application
from app.web.access import is_open_to
from app.web.audience import audiences_of
from app.web.headers import CONTENT_SECURITY_POLICY, HEADERS
from kernel.vocabulary import Audience
from tests.security.addresses import Ids, address, routes
from tests.security.people import Browser

HTTPS = {"base_url": "https://buying.example"}
# One of each kind of answer: page, not found, wrong method, form without token, static file, log,
# document, JSON, API, redirection, fault of the request.
KINDS = (
    ("GET", "/"), ("GET", "/no-such-page"), ("POST", "/"), ("POST", "/account/log-in"),
    ("GET", "/static/no-such-file"), ("GET", "/log/checkpoint"), ("GET", "/log/verify.py"),
    ("GET", "/health"), ("GET", "/api/v1/trust"), ("GET", "/api/v1/uploads/x"), ("GET", "/desk"),
    ("GET", "/ocds/records"), ("GET", "/ocds/nothing"), ("POST", "/api/v1/session"),
    ("GET", "/en/tenders"), ("OPTIONS", "/tenders"), ("GET", "/tenders?after=%00"),
)  # fmt: skip


@pytest.fixture(scope="module")
def real(demo: Demo) -> Flask:
    """The same installation as it would run in earnest, behind HTTPS."""
    settings = replace(demo.installation.settings, demo=False, host_name="buying.example")
    return application(replace(demo.installation, settings=settings))


@pytest.mark.parametrize(("method", "path"), KINDS)
def test_every_answer_is_hardened(nobody: Browser, method: str, path: str) -> None:
    answer = nobody.client.open(path, method=method, buffered=True)
    assert answer.status_code < 500
    for name, value in HEADERS.items():
        # Open data may be read by pages of any other site: nothing there is not public.
        of_all = path.startswith("/ocds/") and name == "Cross-Origin-Resource-Policy"
        if name != "Content-Security-Policy" and not of_all:
            assert answer.headers[name] == value, name
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "Strict-Transport-Security" not in answer.headers
    assert "Server" not in answer.headers


def test_the_policy_lets_only_our_own_files_run() -> None:
    parts = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert set(parts.values()) <= {"'none'", "'self'"}
    assert parts["default-src"] == parts["base-uri"] == parts["frame-ancestors"] == "'none'"
    assert parts["form-action"] == "'self'"


@pytest.mark.parametrize(("method", "path"), KINDS)
def test_behind_https_it_stays_there(real: Flask, method: str, path: str) -> None:
    answer = real.test_client().open(path, method=method, buffered=True, **HTTPS)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_static_file_is_hardened_too(nobody: Browser) -> None:
    page = nobody.client.get("/").text
    file = next(part for part in page.split('"') if part.startswith("/static/"))
    answer = nobody.client.get(file)
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_pages_of_a_person_are_kept_by_no_cache(strangers: dict[object, Browser]) -> None:
    for browser in strangers.values():
        for path in ("/desk", "/account", "/", "/tenders", "/no-such-page", "/buying/tenders"):
            answer = browser.ask("GET", path)
            kept = answer.headers["Cache-Control"]
            assert "private" in kept, (browser.login, path)
            assert "no-store" in kept, (browser.login, path)


def test_json_is_served_as_json(nobody: Browser) -> None:
    for path in ("/health", "/api/v1/trust", "/ocds/records", "/browser/clock", "/api/v1/x"):
        answer = nobody.ask("GET", path)
        assert answer.mimetype == "application/json", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "buying.example.evil.example", "evil.example:80"])
def test_a_foreign_host_name_gets_no_page(real: Flask, host: str) -> None:
    """Addresses on pages are made from the name that was asked for: only ours is answered."""
    for path in ("/", "/data", "/ocds/records", "/account/forgotten", "/api/v1/trust", "/en/x"):
        answer = real.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil" not in answer.text


def test_our_own_name_and_the_monitor_are_answered(real: Flask) -> None:
    reader = real.test_client()
    for host in ("buying.example", "buying.example:443", "localhost:8000", "127.0.0.1:8000"):
        assert reader.get("/health", headers={"Host": host}).status_code in (200, 503)


ODD = (
    {"query_string": "q=" + "x" * 100_000},
    {"query_string": "&".join(f"a{n}=1" for n in range(20_000))},
    {"query_string": "q=%ff%fe%00%c0%af"},
    {"query_string": "after=%00&status=%00&q=%00&lot=%ED%A0%80&part=%00"},
    {"query_string": "after=" + "9" * 5000},
    {"headers": {f"X-Header-{n}": "x" for n in range(500)}},
    {"headers": {"Accept-Language": "zh" + ",x" * 20_000}},
    {"headers": {"Accept-Encoding": "gzip;q=x, *;q=nan"}},
    {"headers": {"If-None-Match": '"' + "x" * 20_000}},
    {"headers": {"Range": "bytes=5-1,-,99999999999999999999-"}},
    {"headers": {"If-Modified-Since": "Thu, 99 Foo 99999 99:99:99 GMT"}},
    {"headers": {"Cookie": "sunlit=" + "x" * 8000 + "; =; ;\x00"}},
    {"headers": {"Authorization": "Bearer " + "\x00" * 100}},
    {"headers": {"Authorization": "Bearer " + "\u00e9" * 100}},
    {"headers": {"Origin": "http://[::1", "Referer": "http://[", "Content-Type": "\x01"}},
)
PAGES = ("/", "/tenders", "/verify", "/ocds/releases", "/ocds/records", "/desk", "/log/checkpoint",
         "/en/tenders", "/account/log-in", "/api/v1/tenders/x/committee", "/oversight/cases",
         "/admin/people", "/api/v1/tenders/x/work", "/data", "/health")  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_an_odd_request_is_no_fault(
    nobody: Browser, strangers: dict[object, Browser], odd: dict[str, object]
) -> None:
    for browser in (nobody, strangers["administrator"], strangers["supervisor"]):
        for path in PAGES:
            answer = browser.ask("GET", path, **odd)
            assert answer.status_code < 500, (path, odd)


@pytest.mark.parametrize(
    "path",
    ["/%00", "/tenders/%00", "/tenders/%ff%fe", "/tenders/" + "x" * 9000, "/log/tile/..%2f..%2fx",
     "/log/entries/../../x", "/static/..%2f..%2fwsgi.py", "/static/%2e%2e/wsgi.py",
     "/demo/files/..%2fadmin1.p12", "/ocds/record/%00", "/ocds/files/%00", "/rules/..%2f/x",
     "/rules/%00", "/log/proof/%00.tlog-proof", "/tenders/x/documents/sha256:..%2f..%2f",
     "/en/en/en/", "/account/new-password/%00", "/account/confirm-address/%00",
     "/tenders/%00/openings/99999999999999999999999", "/en/%00"],
)  # fmt: skip
def test_an_odd_address_is_no_fault(nobody: Browser, path: str) -> None:
    assert nobody.ask("GET", path).status_code < 500


def test_an_odd_id_is_no_fault(
    web: Flask, strangers: dict[object, Browser], there: tuple[Ids, ...]
) -> None:
    """A NUL, what nobody sees, and a long one, in every place of an id."""
    faults, seen = [], set()
    for browser in strangers.values():
        for rule, method in routes(web):
            audiences = audiences_of(web.view_functions[rule.endpoint])
            if method != "GET" or not is_open_to(browser.actor, audiences):
                continue
            # What is anybody's has the test before.
            if Audience.PUBLIC in audiences or rule.endpoint in seen:
                continue
            seen.add(rule.endpoint)
            for odd in ("\x00", "\ufffd\u202e", "x" * 3000):
                ids = {
                    name: odd
                    for name in rule.arguments
                    if f"<{name}>" in rule.rule or f"<path:{name}>" in rule.rule
                }
                if ids and browser.ask(method, address(rule, ids)).status_code >= 500:
                    faults.append(f"{browser.login} {rule.rule} {odd[:4]!r}")
    assert faults == []
