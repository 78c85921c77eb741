"""Pages with the hooks of docs/browser.md and nothing else, on the real application."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template_string, request
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from app.rehearsal.cast import Player
from app.surfaces import application
from app.web.assets import asset
from app.web.audience import open_to
from kernel.vocabulary import Audience
from tests.world import PASSWORD, World

P12_PASSWORD = "p12"
PASSPHRASE = "a long passphrase of one's own"

SEAL = """<div data-seal data-tender="{{ q.tender }}" data-lot="{{ q.lot }}"
 data-bidder="{{ q.bidder }}" data-csrf="{{ csrf_token() }}">
<button type="button" data-seal-check>check</button><b data-seal-fact="fingerprint"></b>
<ul data-seal-holders></ul><input type="checkbox" data-seal-fingerprint-seen>
<b data-seal-fact="seq"></b><b data-seal-fact="receipt"></b><b data-seal-fact="logged"></b>
<input type="file" multiple data-seal-files="technical">
<input type="file" multiple data-seal-files="price">
<input type="text" data-seal-total><input type="text" data-seal-delivery>
<input type="file" data-seal-p12><input type="password" data-seal-password>
<input type="password" data-seal-passphrase><input type="password" data-seal-passphrase-again>
<progress data-seal-progress max="1" value="0"></progress><p data-seal-said role="status"></p>
<button type="button" data-seal-go>go</button>
<button type="button" data-seal-withdraw>withdraw</button>
<div data-seal-unsent hidden><button type="button" data-seal-resume>resume</button>
<button type="button" data-seal-discard>discard</button></div>
<div data-seal-done hidden><a data-seal-download="recovery">a</a><a data-seal-download="bid">b</a>
<a data-seal-download="receipt">c</a></div></div>"""

HOLDER = """<div data-holder data-tender="{{ q.tender }}" data-index="{{ q.index }}"
 data-origin="{{ q.origin }}" data-parts="technical price" data-csrf="{{ csrf_token() }}">
<input type="password" data-holder-passphrase><input type="password" data-holder-passphrase-again>
<button type="button" data-holder-make>make</button><input type="file" data-holder-keyfile>
<input type="file" data-holder-p12><input type="password" data-holder-password>
<button type="button" data-holder-register>register</button>
<p data-holder-said role="status"></p></div>"""

RELEASE = """<div data-release data-tender="{{ q.tender }}" data-lot="{{ q.lot }}"
 data-parts="technical price" data-csrf="{{ csrf_token() }}"
 {% if 'certificates' in q %}data-certificates="{{ q.certificates }}"{% endif %}>
<input type="file" data-release-keyfile><input type="password" data-release-passphrase>
<input type="file" data-release-p12><input type="password" data-release-password>
<input type="file" multiple data-release-objections><input type="file" data-release-token>
<input type="checkbox" data-release-waive><button type="button" data-release-check>check</button>
<button type="button" data-release-go>go</button><ol data-release-list></ol>
<b data-release-fact="bids"></b><p data-release-said role="status"></p></div>"""

ITEMS = ("browser", "secure", "crypto", "storage", "clock", "upload", "signature", "sealing")
SELFTEST = (
    '<div data-selftest data-csrf="{{ csrf_token() }}" data-origin="{{ q.origin }}"><ul>'
    + "".join(f'<li data-selftest-item="{name}">' for name in ITEMS)
    + "</ul><input type=file data-selftest-p12><input type=password data-selftest-password>"
    '<button type="button" data-selftest-go>go</button><p data-selftest-said></p></div>'
)
BODIES = {
    "seal": (SEAL, "seal.js"),
    "holder": (HOLDER, "hold.js"),
    "release": (RELEASE, "hold.js"),
    "selftest": (SELFTEST, "seal.js"),
}


def hooks() -> Blueprint:
    """The pages as a surface."""
    routes = Blueprint("hooks", __name__)

    @routes.get("/hooks/<name>")
    @open_to(Audience.SIGNED_IN)
    def page(name: str) -> str:
        body, script = BODIES[name]
        lang = request.args.get("lang", "zh-Hans")
        head = f'<!doctype html><html lang="{lang}"><title>t</title><body>'
        tail = f'<script type="module" src="{asset(script)}"></script>'
        return head + render_template_string(body, q=request.args) + tail

    return routes


@dataclass
class Heard:
    """The bodies that came in at the server: a browser does not tell what it streams."""

    bodies: list[bytes] = field(default_factory=list)

    def holds(self, text: bytes) -> bool:
        """Whether these bytes came in, as they are or in base64."""
        forms = [text, *(_within_base64(text, at) for at in range(3))]
        return any(each in body for each in forms for body in self.bodies)

    def at(self, app: Callable[..., Any]) -> Callable[..., Any]:
        """The application behind a listener."""

        def listening(environ: dict[str, Any], start_response: Any) -> Any:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            self.bodies.append(body)
            environ["wsgi.input"] = io.BytesIO(body)
            return app(environ, start_response)

        return listening


def _within_base64(text: bytes, at: int) -> bytes:
    """What base64 makes of the text behind `at` bytes that are not known, whatever surrounds it.

    A character stands for six bits: those that are all of the text's. Fewer would be met by chance
    in a megabyte of ciphertext.
    """
    written = base64.b64encode(bytes(at) + text)
    return written[-(-8 * at // 6) : 8 * (at + len(text)) // 6]


@contextmanager
def served(world: World, heard: Heard | None = None) -> Iterator[str]:
    """The installation with these pages behind a socket; its address."""
    app = application(world.installation)
    app.register_blueprint(hooks())
    listening = heard.at(app) if heard else app
    server = make_server("127.0.0.1", 0, listening, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visitor:
    """A person at a browser, with their key file."""

    def __init__(self, page: Page, address: str, player: Player, folder: Path) -> None:
        self.page = page
        self.address = address
        self.player = player
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.p12 = folder / "me.p12"
        self.p12.write_bytes(player.signer.to_p12(P12_PASSWORD))
        page.goto(f"{address}/account/log-in")
        page.fill("#login", player.login)
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "log-in" not in url)

    def at(self, name: str, **query: str) -> None:
        """Open a page."""
        pairs = "&".join(f"{key}={value}" for key, value in query.items())
        self.page.goto(f"{self.address}/hooks/{name}?{pairs}")

    def unlocks(self, prefix: str, password: str = P12_PASSWORD) -> None:
        """Choose the key file."""
        self.page.set_input_files(f"[data-{prefix}-p12]", self.p12)
        self.page.fill(f"[data-{prefix}-password]", password)

    def reaches(self, prefix: str, state: str, seconds: float = 60) -> None:
        """Wait until the page's module is that far; what it says otherwise is shown."""
        root = self.page.locator(f"[data-{prefix}]")
        try:
            expect(root).to_have_attribute("data-state", state, timeout=seconds * 1000)
        except AssertionError as problem:
            said = self.page.locator(f"[data-{prefix}-said]")
            code = said.get_attribute("data-code")
            raise AssertionError(f"{code}: {said.inner_text()}") from problem

    def refused(self, prefix: str) -> str:
        """The code with which the page's module ended."""
        self.reaches(prefix, "failed")
        return self.page.locator(f"[data-{prefix}-said]").get_attribute("data-code") or ""
