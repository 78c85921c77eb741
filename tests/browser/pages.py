"""Pages made for one test, served with the real headers and the real static files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from app.web.assets import asset, static_files
from app.web.headers import install_headers

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


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
    """Debian's Chromium; every page that is asked for is a browser without memory.

    What a page logs as an error fails the test: a violation of the policy is one. Answers that
    refuse are logged by the browser itself and are no fault.
    """
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))

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
