"""What scripts make and the repository holds: static files and catalogues are never behind."""

from __future__ import annotations

import gzip
import importlib.util
import io
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from app.web.icons import ICONS

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "app" / "static"


def script(name: str) -> ModuleType:
    """A script as a module; scripts are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def test_the_served_files_are_those_of_the_sources() -> None:
    _manifest, files = script("build_static").built()
    served = {path.name for path in (STATIC / "dist").iterdir()} - {"manifest.json"}
    assert served == set(files) | {f"{name}.gz" for name in files}
    for name, data in files.items():
        assert (STATIC / "dist" / name).read_bytes() == data
        assert gzip.decompress((STATIC / "dist" / f"{name}.gz").read_bytes()) == data


def test_the_stylesheet_is_within_its_budget_and_has_nothing_of_govuk_s_face() -> None:
    css = script("build_static").stylesheet()
    assert len(gzip.compress(css, mtime=0)) <= 18_000
    for trace in (b"GDS Transport", b"crest", b"crown", b"url(", b"data:", b"#1d70b8;--govuk-link"):
        assert trace not in css


def test_every_class_of_the_templates_has_its_rule() -> None:
    css = script("build_static").stylesheet().decode()
    used: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        if "documents" in path.parts or "mail" in path.parts:
            continue
        text = re.sub(r"\{[%#{].*?[%#}]\}", " ", path.read_text("utf-8"), flags=re.S)
        for classes in re.findall(r'class="([^"]*)"', text):
            used |= {one for one in classes.split() if not one.endswith("--")}
    # Hooks of the grid and of pages that need no rule of their own.
    without_rule = {"sl-main", "sl-side", "sl-more", "sl-lead", "govuk-template__body"}
    assert {one for one in used if f".{one}" not in css} <= without_rule


def test_gov_uk_components_that_no_page_draws_are_gone() -> None:
    vendor = script("vendor_govuk")
    css = (STATIC / "vendor" / "govuk-frontend.css").read_text("utf-8")
    named = {match["block"] for match in vendor._BLOCK.finditer(css)}
    assert named <= vendor.KEPT_BLOCKS | {"frontend-supported"}


@pytest.mark.parametrize(
    ("css", "purged"),
    [
        (".govuk-tabs{a:b}.govuk-link{c:d}", ".govuk-link{c:d}"),
        (".govuk-tabs a,.govuk-link:not(.x,.y){c:d}", ".govuk-link:not(.x,.y){c:d}"),
        ("@media print{.govuk-tabs{a:b}}", ""),
        ("@media print{.govuk-tabs{a:b}p{c:d}}", "@media print{p{c:d}}"),
        ('@charset "UTF-8";:root{--a:b}', '@charset "UTF-8";:root{--a:b}'),
        (".govuk-input--width-2{a:b}", ".govuk-input--width-2{a:b}"),
        (".govuk-header__logo{a:b}", ""),
        (r".govuk-\!-margin-0{a:b}", ""),
    ],
)
def test_purging(css: str, purged: str) -> None:
    assert script("vendor_govuk").purge(css) == purged


def test_minifying_keeps_the_meaning() -> None:
    minified = script("build_static").minified
    assert minified("/* x */\na b > c { d: e f ;\n g: calc(1px + 2px) ; }\n") == (
        "a b > c{d: e f;g: calc(1px + 2px)}"
    )


def test_icons_are_whole_and_take_the_colour_of_their_word() -> None:
    for name, drawing in ICONS.items():
        assert drawing.count("<") == drawing.count(">"), name
        assert name == "mark" or "currentColor" in drawing


# Both languages


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_catalogue_is_complete_and_not_behind(locale: str) -> None:
    words = script("words")
    catalog = words.updated(locale, words.extracted())
    assert list(words.faults(locale, catalog)) == []
    assert words.po_path(locale).read_bytes() == words.po_bytes(catalog), "run scripts/words.py"


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_compiled_catalogue_says_what_the_readable_one_says(locale: str) -> None:
    def said(catalog: Catalog) -> dict[object, object]:
        return {
            one.id if isinstance(one.id, str) else tuple(one.id): one.string
            if isinstance(one.string, str)
            else tuple(one.string)
            for one in catalog
            if one.id
        }

    path = script("words").po_path(locale)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = said(read_mo(file))
    with path.open("rb") as file:
        readable = said(read_po(file, locale=locale))
    # A form without plural is written as one; Chinese has but that one.
    assert {name: _one(words) for name, words in compiled.items()} == {
        name: _one(words) for name, words in readable.items()
    }


def _one(words: object) -> object:
    return words[0] if isinstance(words, tuple) and len(words) == 1 else words


def test_the_lint_of_words_finds_what_it_should() -> None:
    words = script("words")

    def faults(text: str, locale: str = "en") -> list[str]:
        catalog = read_po(io.BytesIO(text.encode()), locale=locale)
        return list(words.faults(locale, catalog))

    assert faults('msgid "天"\nmsgstr ""\n')
    assert faults('msgid "第%(n)s天"\nmsgstr "day"\n')
    assert faults('msgid "天"\nmsgstr "天"\n')
    assert faults('msgid "天,地"\nmsgstr "天,地"\n', "zh_Hans_CN")
    assert not faults('msgid "第%(n)s天"\nmsgstr "day %(n)s"\n')
