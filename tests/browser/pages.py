"""Pages made for one test, served with the real headers and the real static files."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from app.web.assets import asset, static_files
from app.web.headers import install_headers

CHROMIUM, FIREFOX = "/usr/bin/chromium", "/usr/bin/firefox-esr"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
DOWNLOAD_SECONDS = 60
# Where a browser that does not tell of its downloads puts them.
_folders: dict[str, Path] = {}


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of an application that runs in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def small_app() -> Flask:
    """An application with nothing but headers and static files; a test adds its routes."""
    app = Flask("pages", static_folder=None)
    install_headers(app)
    app.register_blueprint(static_files())
    return app


def document(body: str, script: str, lang: str = "zh-Hans") -> str:
    """A page whose one script is a module of ours."""
    return (
        f'<!doctype html><html lang="{lang}"><title>t</title><body>{body}'
        f'<script type="module" src="{asset(script)}"></script>'
    )


@contextmanager
def chromium() -> Iterator[Callable[[], Page]]:
    """Debian's Chromium; every page that is asked for is a browser without memory."""
    with _pages(
        lambda playwright: playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(ARGUMENTS)
        )
    ) as fresh:
        yield fresh


@contextmanager
def firefox() -> Iterator[Callable[[], Page]]:
    """Debian's Firefox as it is, over WebDriver BiDi."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _pages(
            lambda playwright: playwright.firefox.launch(
                channel="moz-firefox",
                executable_path=FIREFOX,
                downloads_path=folder,
            )
        ) as fresh,
    ):
        _folders["firefox"] = Path(folder)
        yield fresh


def downloaded(page: Page, act: Callable[[], None], path: Path) -> Path:
    """Save at `path` what an act lets the browser download.

    Over BiDi Firefox does not tell of a download that a script begins: it is looked for.
    """
    browser = page.context.browser
    if browser is None or browser.browser_type.name != "firefox":
        with page.expect_download() as begun:
            act()
        begun.value.save_as(path)
        return path
    folder = _folders["firefox"]
    before = set(folder.iterdir())
    act()
    for _ in range(DOWNLOAD_SECONDS * 10):
        new = [one for one in set(folder.iterdir()) - before if one.stat().st_size]
        if len(new) == 1 and new[0].suffix != ".part":
            path.write_bytes(new[0].read_bytes())
            return path
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.url}: nothing was downloaded")


@contextmanager
def _pages(launch: Callable[[Playwright], Browser]) -> Iterator[Callable[[], Page]]:
    """What a page logs as an error fails the test: a violation of the policy is one.

    Answers that refuse are logged by the browser itself and are no fault.
    """
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)

        def fresh() -> Page:
            page = browser.new_context(accept_downloads=True).new_page()
            page.on(
                "console", lambda said: problems.append(said.text) if said.type == "error" else None
            )
            page.on("pageerror", lambda problem: problems.append(str(problem)))
            page.set_default_timeout(20_000)
            return page

        yield fresh
        browser.close()
    unexpected = [each for each in problems if "Failed to load resource" not in each]
    assert not unexpected, unexpected
