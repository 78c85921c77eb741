"""Every kind of page in a real Chromium: no WCAG 2.2 A or AA failure, no sideways scroll, light.

A page is looked at by the first person who meets something on it that no page of its kind had: in
Chinese on a phone and in English on a desk. The usual checks look at the public pages, each one
way; the long ones at all pages both ways, and at what a form answers. `test_states.py` looks at an
installation where nothing has begun.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.demo.building import Demo
from tests.browser.pages import chromium, served
from tests.sweeps.conftest import Walks
from tests.sweeps.crawling import LOGINS, Walk, kind_of
from tests.sweeps.looking import DESK, LONG_ZH, PHONE, log_in, looked_at, sent_form

# reference/ux.md section 8: what a first public view and the next one may weigh, compressed.
FIRST_VIEW_BYTES_MAX, NEXT_VIEW_BYTES_MAX = 35 * 1024, 6 * 1024
Browser = Callable[[], Page]
New = Callable[[str | None], list[str]]


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


@pytest.fixture(scope="module")
def new(walks: Walks) -> New:
    """The pages on which a person is the first to meet something: those before are asked first."""
    met: set[tuple[str, str]] = set()

    @cache
    def pages(login: str | None) -> list[str]:
        for earlier in LOGINS[: LOGINS.index(login)]:
            pages(earlier)
        return list(walks(login).new_pages(met))

    return pages


def one_of_each(found: Walk) -> list[str]:
    """The first page of each kind."""
    return list({kind_of(path): path for path in reversed(found.pages)}.values())


def test_public_pages(walks: Walks, site: str, browser: Browser) -> None:
    page, faults = browser(), []
    for number, path in enumerate(["/demo/", *one_of_each(walks(None))]):
        address, width = (f"/en{path}", DESK) if number % 2 else (path, PHONE)
        faults += looked_at(page, site + address, width)
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("login", LOGINS)
def test_pages_of_everybody(new: New, site: str, browser: Browser, login: str | None) -> None:
    page, faults = browser(), []
    log_in(page, site, login)
    for path in new(login):
        faults += looked_at(page, site + path, PHONE)
        faults += looked_at(page, f"{site}/en{path}", DESK)
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("login", LOGINS)
def test_what_a_form_answers(walks: Walks, site: str, browser: Browser, login: str | None) -> None:
    """Sent empty and sent with long words: a summary that has the focus, and no barrier."""
    page, faults = browser(), []
    log_in(page, site, login)
    for path, form in walks(login).forms():
        for text in ("", LONG_ZH):
            faults += sent_form(page, site + path, form.action, text)
    assert faults == []


def test_a_public_page_is_light(walks: Walks, web: Flask) -> None:
    """HTML, styles and icon of a first view, and HTML alone of the next, as they go out."""
    headers = {"Accept-Encoding": "gzip"}
    for path in one_of_each(walks(None)):
        client = web.test_client()  # a visitor with a session is answered uncompressed
        found = client.get(path, headers=headers)
        # What holds a form's token goes as it is: compressed, its length would tell of the secret.
        packed = found.headers.get("Content-Encoding") == "gzip"
        assert packed or "private" in found.headers["Cache-Control"], path
        plain = (gzip.decompress(found.data) if packed else found.data).decode()
        static = {part for part in plain.split('"') if part.startswith("/static/")}
        whole = len(found.data) + sum(len(client.get(s, headers=headers).data) for s in static)
        assert whole <= FIRST_VIEW_BYTES_MAX, (path, whole)
        if urlsplit(path).path in ("/", "/tenders", "/help"):
            assert len(found.data) <= NEXT_VIEW_BYTES_MAX, (path, len(found.data))
