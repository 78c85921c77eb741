"""Every kind of page in a real Chromium: no WCAG 2.2 A or AA failure, no sideways scroll, light.

A kind is looked at by the first person who meets it, in Chinese on a phone and in English on a
desk. The public pages are looked at in the usual checks, all others in the long ones.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from app.demo.building import PASSWORD, Demo
from tests.browser.pages import chromium, served
from tests.sweeps.crawling import kind_of, walk
from tests.sweeps.test_pages import LOGINS

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    }
}
PHONE, DESK, NARROWEST = 360, 1200, 320
# reference/ux.md section 8: what a first public view and the next one may weigh, compressed.
FIRST_VIEW_BYTES_MAX, NEXT_VIEW_BYTES_MAX = 35 * 1024, 6 * 1024
Browser = Callable[[], Page]
Kinds = list[tuple[str | None, str]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; each page that is asked for is a browser without memory."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(web: Flask, demo: Demo) -> Iterator[str]:
    """The demo's address."""
    with served(web) as found:
        yield found


@pytest.fixture(scope="session")
def kinds(web: Flask, demo: Demo) -> Kinds:
    """One page of each kind, with the person who meets it first."""
    met: set[str] = set()
    found = []
    for login in LOGINS:
        start = ("/", "/tenders", "/help", "/register") if login is None else ("/desk", "/account")
        for path in walk(web, login, start=start).pages:
            if kind_of(path) not in met:
                met.add(kind_of(path))
                found.append((login, path))
    return found


def public(kinds: Kinds) -> list[str]:
    return [path for login, path in kinds if login is None]


def log_in(page: Page, site: str, login: str | None) -> None:
    if login is not None:
        page.goto(f"{site}/account/log-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("main button.govuk-button[type=submit]")
        page.wait_for_url("**/desk")


def looked_at(page: Page, address: str, width: int) -> list[str]:
    """What is wrong with a page at a width."""
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(address, wait_until="load")
    found = Axe().run(page, options=RULES)
    faults = [
        f"{address} at {width}: {one['id']} {[node['target'] for node in one['nodes']][:2]}"
        for one in found.response["violations"]
    ]
    page.set_viewport_size({"width": NARROWEST, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > NARROWEST:
        faults.append(f"{address}: {wide} wide on a screen of {NARROWEST}")
    return faults


def test_public_pages(kinds: Kinds, site: str, browser: Browser) -> None:
    page, faults = browser(), []
    for path in public(kinds):
        faults += looked_at(page, site + path, PHONE)
        faults += looked_at(page, f"{site}/en{path}", DESK)
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("login", LOGINS[1:])
def test_pages_of_everybody(kinds: Kinds, site: str, browser: Browser, login: str) -> None:
    page, faults = browser(), []
    log_in(page, site, login)
    for whose, path in kinds:
        if whose == login:
            faults += looked_at(page, site + path, PHONE)
            faults += looked_at(page, f"{site}/en{path}", DESK)
    assert faults == []


def test_a_public_page_is_light(kinds: Kinds, web: Flask) -> None:
    """HTML, styles and icon of a first view, and HTML alone of the next, as they go out."""
    client = web.test_client()
    headers = {"Accept-Encoding": "gzip"}
    for path in public(kinds):
        found = client.get(path, headers=headers)
        if "html" not in found.content_type:
            continue
        # What holds a form's token goes as it is: compressed, its length would tell of the secret.
        packed = found.headers.get("Content-Encoding") == "gzip"
        assert packed or "private" in found.headers["Cache-Control"], path
        plain = (gzip.decompress(found.data) if packed else found.data).decode()
        static = {part for part in plain.split('"') if part.startswith("/static/")}
        whole = len(found.data) + sum(len(client.get(s, headers=headers).data) for s in static)
        assert whole <= FIRST_VIEW_BYTES_MAX, (path, whole)
        if urlsplit(path).path in ("/", "/tenders", "/help"):
            assert len(found.data) <= NEXT_VIEW_BYTES_MAX, (path, len(found.data))
