"""Everybody walks through all that they are shown: links lead somewhere, forms bear bad input."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from webtest.forms import Checkbox, Field, File, Form, Hidden, Radio, Select, Submit, Upload

from app.demo.building import Demo
from tests.sweeps.conftest import Walks
from tests.sweeps.crawling import LOGINS, Walk, walk

HOSTILE = (
    "",
    "x" * 30_000,
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "\u202e2026\u2066\ufeff",
    "' OR 1=1 --",
    "-1e309",
    "../../etc/passwd\x00.pdf",
    "١٢٣",
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("login", LOGINS)
def test_every_link_leads_somewhere(walks: Walks, login: str | None) -> None:
    found = walks(login)
    assert found.faults == []
    assert len(found.pages) > 5


@pytest.mark.slow
@pytest.mark.parametrize("login", LOGINS)
def test_english_pages_are_english(demo: Demo, web: Flask, login: str | None) -> None:
    found = walk(web, login, language="en")
    assert found.faults == []
    for path, response in found.pages.items():
        frame = response.html
        for part in frame.select("[lang^=zh], .sl-hash, code"):
            part.decompose()
        labels = [one.get_text() for one in frame.select("h1, h2, label, legend, button, th, dt")]
        # Names of people, bodies and things that were written in Chinese alone stay so.
        chinese = [label for label in labels if len(_HAN.findall(label)) > 12]
        assert not chinese, f"{path}: {chinese[:3]}"


@pytest.fixture(scope="session")
def tried_before() -> set[str]:
    """The kinds of forms that somebody has tried: what everybody has is tried once."""
    return set()


@pytest.mark.parametrize("login", LOGINS[1:])
def test_every_form_bears_bad_input(walks: Walks, tried_before: set[str], login: str) -> None:
    """Whatever is typed: an answer that says what is wrong, and never a fault or markup."""
    found = walks(login)
    faults = [
        fault for path, form in found.forms(tried_before) for fault in tried(found, path, form)
    ]
    assert faults == []


def tried(found: Walk, path: str, form: Form) -> list[str]:
    """Send the form with each hostile text in every field; the faults that came of it."""
    faults = []
    for text in HOSTILE:
        for name, fields in form.fields.items():
            for one in fields:
                _fill(name, one, text)
        response = form.submit(status="*", expect_errors=True)
        if response.status_int >= 500:
            faults.append(f"{path} -> {form.action}: {response.status} for {text[:30]!r}")
        elif "<img src=x onerror" in response.text:
            faults.append(f"{path} -> {form.action}: markup comes back as markup")
        elif response.status_int == 422 and not response.html.select_one("main p, main li"):
            faults.append(f"{path} -> {form.action}: 422 without words")
    return faults


def _fill(name: str | None, field: Field, text: str) -> None:
    if name in (None, "csrf_token") or isinstance(field, Submit):
        return
    if isinstance(field, File):
        evil = Upload("../evil\u202e.p12", text.encode("utf-8", "surrogatepass") or b"x")
        field.value = [evil] if "multiple" in field.attrs else evil
    elif isinstance(field, Checkbox):
        field.checked = bool(text)
    elif isinstance(field, Radio | Select):
        field.force_value(text or None) if not isinstance(field, Radio) else None
    elif isinstance(field, Hidden):
        field.force_value(text)
    else:
        field.force_value(text)
