"""The signing driver on a page, in Chromium, under the strict policy."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import request
from playwright.sync_api import Page, expect
from weasyprint import HTML

from kernel import canonical
from signatures import cms, pades
from signatures.certificates import Certificate
from signatures.development import EXPIRED
from tests.browser.pages import chromium, document, served, small_app
from tests.signatures.conftest import NOW, World

ORIGIN = "sunlit.example/log"
STATEMENT = canonical.encode({"origin": ORIGIN, "text": "公告", "type": "sunlit/notice/v1"})
PASSWORD = "right"


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def statement_item(key: str, statement: bytes, digest: str | None = None) -> str:
    return (
        f'<div data-sign-item="{key}" data-kind="statement"'
        f' data-digest="{digest or canonical.digest(statement)}">'
        f'<input type="hidden" name="sign-{key}-statement" value="{b64(statement)}">'
        f'<input type="hidden" name="sign-{key}-cms" value="">'
        f'<input type="file" name="sign-{key}-file"></div>'
    )


def pdf_item(prepared: pades.Prepared, **other: str) -> str:
    end = prepared.reserved_end
    given = {
        "url": "/prepared.pdf",
        "attributes": b64(prepared.attributes),
        "range": f"0,{prepared.reserved_start},{end},{len(prepared.document) - end}",
        "certificate": prepared.certificate.fingerprint,
        **other,
    }
    data = " ".join(f'data-{name}="{value}"' for name, value in given.items())
    return (
        f'<div data-sign-item="pdf" data-kind="pdf" {data}>'
        '<input type="hidden" name="sign-pdf-request" value="R">'
        '<input type="hidden" name="sign-pdf-value" value="">'
        '<input type="file" name="sign-pdf-file"></div>'
    )


class Site:
    """A form, and what was posted."""

    def __init__(self) -> None:
        self.items = ""
        self.lang = "zh-Hans"
        self.document = b""
        self.posted: list[dict[str, Any]] = []
        self.app = small_app()
        self.app.add_url_rule("/", view_func=self.form)
        self.app.add_url_rule("/post", view_func=self.post, methods=["POST"])
        self.app.add_url_rule("/prepared.pdf", view_func=lambda: self.document)

    def form(self) -> str:
        body = (
            '<form method="post" action="/post" enctype="multipart/form-data">'
            '<button formaction="/post" id="download" name="asked" value="file">download</button>'
            f'<div data-sign data-origin="{ORIGIN}">{self.items}'
            '<input type="file" data-sign-p12 accept=".p12,.pfx">'
            '<input type="password" data-sign-password autocomplete="off">'
            '<p data-sign-said role="status" aria-live="polite"></p>'
            '<button type="submit" data-sign-go name="verb" value="publish">go</button>'
            "</div></form>"
        )
        return document(body, "sign.js", self.lang)

    def post(self) -> str:
        files = {name: each.read() for name, each in request.files.items()}
        self.posted.append({"form": request.form.to_dict(), "files": files})
        return "<!doctype html><title>t</title><p id=thanks>thanks"


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    with served(site.app) as address, chromium() as fresh:
        found = fresh()
        found.goto(address, wait_until="commit")
        found.address = address  # type: ignore[attr-defined]
        yield found


@pytest.fixture
def key_file(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "wang.p12"
    path.write_bytes(world.bidder.to_p12(PASSWORD))
    return path


def sign(page: Page, key_file: Path, password: str = PASSWORD) -> None:
    page.set_input_files("[data-sign-p12]", key_file)
    page.fill("[data-sign-password]", password)
    page.click("[data-sign-go]")


def reload(page: Page) -> None:
    page.goto(page.address)  # type: ignore[attr-defined]


def test_one_press_signs_everything_and_sends_it(
    world: World, site: Site, page: Page, key_file: Path
) -> None:
    pdf: bytes = HTML(string="<h1>合同</h1>").write_pdf()
    prepared = pades.prepare(pdf, world.bidder.certificate, reason="签", field="Buyer")
    site.document = prepared.document
    site.items = statement_item("notice", STATEMENT) + pdf_item(prepared)
    reload(page)
    sign(page, key_file)
    expect(page.locator("#thanks")).to_be_visible()
    (posted,) = site.posted
    form = posted["form"]
    assert form["verb"] == "publish"
    assert base64.b64decode(form["sign-notice-statement"]) == STATEMENT
    verdict = cms.verify_statement(
        STATEMENT, base64.b64decode(form["sign-notice-cms"]), world.trust, NOW
    )
    assert verdict.passed
    value = pades.signature_from_webcrypto(
        base64.b64decode(form["sign-pdf-value"]), world.bidder.certificate
    )
    signed = pades.finish(prepared, value, tsa=world.stamper)
    assert pades.verify_pdf(signed, world.trust, NOW)[0].passed
    # Nothing of the key file went out.
    everything = str(posted)
    assert PASSWORD not in form.values()
    assert "p12" not in everything
    assert not any(posted["files"].values())


def test_what_was_signed_while_the_network_was_cut_is_sent_afterwards(
    site: Site, page: Page, key_file: Path
) -> None:
    site.items = statement_item("notice", STATEMENT)
    reload(page)
    page.context.set_offline(True)
    sign(page, key_file)
    said = page.locator("[data-sign-said]")
    expect(said).to_contain_text("不用重新签名")
    assert said.get_attribute("data-code") == "sign_not_sent"
    signed = page.input_value('[name="sign-notice-cms"]')
    assert signed
    page.click("[data-sign-go]")  # Still cut: the page stays, and so does what was signed.
    expect(said).to_contain_text("不用重新签名")
    assert site.posted == []
    page.context.set_offline(False)
    page.click("[data-sign-go]")
    expect(page.locator("#thanks")).to_be_visible()
    (posted,) = site.posted
    assert posted["form"]["sign-notice-cms"] == signed
    assert posted["form"]["verb"] == "publish"


@pytest.mark.parametrize(("lang", "word"), [("zh-Hans", "密码不对"), ("en", "password is wrong")])
def test_a_wrong_password_is_told_and_can_be_mended(
    site: Site, page: Page, key_file: Path, lang: str, word: str
) -> None:
    site.items, site.lang = statement_item("notice", STATEMENT), lang
    reload(page)
    sign(page, key_file, "wrong")
    expect(page.locator("[data-sign-said]")).to_contain_text(word)
    assert site.posted == []
    page.fill("[data-sign-password]", PASSWORD)
    page.press("[data-sign-password]", "Enter")
    expect(page.locator("#thanks")).to_be_visible()
    assert site.posted[0]["form"]["sign-notice-cms"]


def test_a_file_of_the_offline_tool_and_other_buttons_need_no_key(
    site: Site, page: Page, tmp_path: Path
) -> None:
    site.items = statement_item("notice", STATEMENT)
    reload(page)
    page.click("#download")
    expect(page.locator("#thanks")).to_be_visible()
    reload(page)
    (tmp_path / "notice.p7s").write_bytes(b"signed elsewhere")
    page.set_input_files('[name="sign-notice-file"]', tmp_path / "notice.p7s")
    page.click("[data-sign-go]")
    expect(page.locator("#thanks")).to_be_visible()
    assert [each["form"].get("asked") for each in site.posted] == ["file", None]
    assert site.posted[1]["files"]["sign-notice-file"] == b"signed elsewhere"


def refused(page: Page, site: Site, key_file: Path) -> str:
    """The code with which the driver refused; nothing was sent and nothing stays in the fields."""
    sign(page, key_file)
    said = page.locator("[data-sign-said][data-code]")
    expect(said).to_be_visible()
    assert site.posted == []
    assert all(
        not each.input_value() for each in page.locator('[type="hidden"][name$="-cms"]').all()
    )
    return said.get_attribute("data-code") or ""


def test_nothing_is_signed_that_is_not_what_the_page_shows(
    world: World, site: Site, page: Page, key_file: Path
) -> None:
    other = canonical.encode({"origin": "another", "text": "x", "type": "sunlit/notice/v1"})
    prepared = pades.prepare(
        HTML(string="<h1>合同</h1>").write_pdf(), world.bidder.certificate, reason="签", field="B"
    )
    site.document = prepared.document
    changed = bytearray(prepared.document)
    changed[30] ^= 1
    authority: Certificate = world.pki.authority.certificate
    good = statement_item("good", STATEMENT)
    for items, bytes_, code in (
        (statement_item("a", STATEMENT, canonical.digest(b"other")), b"", "statement_differs"),
        (statement_item("a", other), b"", "statement_of_another_installation"),
        (pdf_item(prepared), bytes(changed), "pdf_digest_differs"),
        (pdf_item(prepared, certificate=authority.fingerprint), b"", "certificate_other"),
        (pdf_item(prepared, url="/nowhere"), b"", "pdf_not_fetched"),
        (pdf_item(prepared, attributes=b64(b"\x31\x00")), b"", "pdf_attributes_other"),
    ):
        site.items, site.document = good + items, bytes_ or prepared.document
        reload(page)
        assert refused(page, site, key_file) == code


def test_an_expired_certificate_signs_nothing(
    world: World, site: Site, page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "expired.p12"
    path.write_bytes(world.pki.person(EXPIRED).to_p12(PASSWORD))
    site.items = statement_item("notice", STATEMENT)
    reload(page)
    assert refused(page, site, path) == "certificate_expired"


def test_without_a_key_file_the_driver_asks_for_one(site: Site, page: Page) -> None:
    site.items = statement_item("notice", STATEMENT)
    reload(page)
    page.click("[data-sign-go]")
    expect(page.locator("[data-sign-said]")).to_contain_text(".p12")
    assert site.posted == []


Fresh = Callable[[], Page]


@pytest.mark.parametrize("form", ["p12", "pem", "der"])
def test_only_the_certificate_leaves_a_key_file(world: World, tmp_path: Path, form: str) -> None:
    certificate = world.bidder.certificate
    raw = {
        "p12": world.bidder.to_p12(PASSWORD),
        "pem": certificate.pem(),
        "der": certificate.der,
    }[form]
    (tmp_path / "file").write_bytes(raw)
    posted: list[dict[str, Any]] = []
    app = small_app()

    def enrol() -> str:
        if request.method == "POST":
            posted.append({**request.form.to_dict(), "files": len(request.files)})
            return "<!doctype html><title>t</title><p id=thanks>thanks"
        return document(
            '<form method="post" enctype="multipart/form-data"><div data-certificate-from-p12>'
            "<input type=file data-certificate-p12><input type=password data-certificate-password>"
            '<input type="hidden" name="certificate" data-certificate-value>'
            "<p data-certificate-said role=status></p><dl data-certificate-facts hidden>"
            '<dd data-certificate-fact="name"></dd></dl>'
            "</div><button id=go>go</button></form>",
            "sign.js",
        )

    app.add_url_rule("/", view_func=enrol, methods=["GET", "POST"])
    with served(app) as address, chromium() as fresh:
        page = fresh()
        page.goto(address)
        page.set_input_files("[data-certificate-p12]", tmp_path / "file")
        if form == "p12":
            page.click("#go")
            expect(page.locator("[data-certificate-said]")).to_contain_text("请输入证书密码")
            page.fill("[data-certificate-password]", "other")
            page.click("#go")
            expect(page.locator("[data-certificate-said]")).to_contain_text("密码不对")
        page.fill("[data-certificate-password]", PASSWORD)
        page.click("#go")
        expect(page.locator("#thanks")).to_be_visible()
    assert posted == [{"certificate": b64(certificate.der), "files": 0}]
