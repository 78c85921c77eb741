"""Every page in both languages: whole, readable, light, and safe under a strict policy."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.portal.views import HomePage, RulesPage, TenderCard, Verdict
from app.web.headers import CONTENT_SECURITY_POLICY
from app.web.shown import Status
from kernel.text import Text
from tests.app.portal import samples
from tests.app.portal.conftest import STATES
from tests.app.portal.memory import MemoryQueries, make_app
from tests.app.portal.reading import HAN, Page, read

PAGES = (
    "/",
    "/tenders",
    "/tenders?q=没有这个词",
    "/tenders?status=planned",
    "/tenders?after=QS-2026-0152",
    *(f"/tenders/{key}" for key in STATES),
    "/verify",
    "/verify?q=47902",
    *(f"/verify?q={n}" for n in range(1, len(Verdict) + 1)),
    "/verify?q=what%20is%20this",
    "/rules",
    "/rules/cn-gov",
    "/nowhere",
    "/tenders/nowhere",
)
BOTH = [prefix + page for prefix in ("", "/en") for page in PAGES]

HTML_BYTES_MAX = 10_000
FIRST_VIEW_BYTES_MAX = 35_000


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_page_is_whole(client: FlaskClient, address: str) -> None:
    page = read(client, address)
    assert page.status == (404 if address.endswith("nowhere") else 200)
    assert page.is_closed
    assert len(page.named("h1")) == 1
    assert len(page.named("main")) == 1
    assert page.named("title")
    language = "en" if address.startswith("/en") else "zh-Hans"
    assert page.named("html")[0]["lang"] == language
    ids = Counter(at["id"] for _tag, at in page.elements if "id" in at)
    assert [name for name, count in ids.items() if count > 1] == []
    assert "Undefined" not in page.html
    if not address.startswith("/en"):  # English has the word: no bid security is "None"
        assert "None" not in page.html


def test_page_needs_no_exception_from_the_policy(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    page = Page(html=response.get_data(as_text=True))
    assert page.named("style") == []
    assert page.named("script") == []  # no public page needs one
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert [name for name in attributes if name.startswith("on")] == [], tag
        for name in ("href", "src", "action"):
            value = attributes.get(name) or ""
            assert not re.match(r"[a-z]+:|//", value), f"{tag} leads away: {value}"


def test_page_carries_the_icons_it_uses_and_no_other(client: FlaskClient, address: str) -> None:
    page = read(client, address)
    used = {(at["href"] or "").removeprefix("#i-") for at in page.named("use")}
    held = {(at["id"] or "").removeprefix("i-") for at in page.named("symbol")}
    assert used == held


def test_english_page_has_no_chinese_but_where_it_says_so(client: FlaskClient) -> None:
    for address in BOTH:
        if not address.startswith("/en"):
            continue
        page = read(client, address)
        left = [text for lang, text in page.texts if lang != "zh-Hans" and HAN.search(text)]
        # Citations and notes on them quote the law; what was searched for is said back.
        quoted = ("第", "没有这个词", "财库", "投标报价", "撤销")
        assert [text for text in left if not any(one in text for one in quoted)] == [], address


def test_page_is_light(client: FlaskClient, address: str) -> None:
    page = client.get(address).get_data()
    html = len(gzip.compress(page))
    assert html <= HTML_BYTES_MAX
    links = [at["href"] or "" for at in Page(html=page.decode()).named("link")]
    files = [link for link in links if link.startswith("/static/")]
    assert len(files) == 2
    accepts = {"Accept-Encoding": "gzip"}
    weights = [len(client.get(file, headers=accepts).get_data()) for file in files]
    assert html + sum(weights) <= FIRST_VIEW_BYTES_MAX


def test_every_switch_leads_to_the_same_page(client: FlaskClient) -> None:
    def switch(address: str) -> str:
        found = [at for at in read(client, address).named("a") if "hreflang" in at]
        return str(found[0]["href"])

    assert switch("/tenders?q=X&status=open") == "/en/tenders?q=X&status=open"
    assert switch("/en/tenders?q=X&status=open") == "/tenders?q=X&status=open"
    assert switch("/en/") == "/"
    assert switch("/") == "/en/"


def test_links_stay_in_the_language(client: FlaskClient) -> None:
    links = [at["href"] or "" for at in read(client, "/en/").named("a") if "hreflang" not in at]
    assert [link for link in links if not link.startswith(("/en/", "#"))] == []


def test_a_word_that_only_begins_like_a_language_is_no_language(client: FlaskClient) -> None:
    assert read(client, "/enough").named("html")[0]["lang"] == "zh-Hans"


# Hostile and very long texts

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}%s%(x)s"


def hostile_site() -> MemoryQueries:
    words = Text(HOSTILE, HOSTILE)
    page = replace(
        samples.AWARDED,
        title=words,
        method=words,
        number=HOSTILE,
        summary=words,
        facts=replace(samples.FACTS, buyer=words, delivery=words),
        documents=tuple(replace(one, title=words, kind=HOSTILE) for one in samples.OPEN.documents),
        questions=tuple(replace(one, words=words, answer=words) for one in samples.OPEN.questions),
        record=tuple(replace(one, what=words) for one in samples.RECORD),
        results=(replace(samples.RESULT, winner=words, lot=words, reason=words, others=words),),
        openings=(replace(samples.SETTLED_OPENING, lot=words),),
        criteria=tuple(replace(one, name=words) for one in samples.COLUMNS),
    )
    card = TenderCard("x", words, Status.OPEN, words)
    return MemoryQueries(
        tenders={"x": page}, cards=(card,), home_page=HomePage(1, closing_soon=(card,))
    )


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "address", ["/", "/tenders", "/tenders/x", f"/tenders?q={HOSTILE}zz", f"/verify?q={HOSTILE}"]
)
def test_hostile_words_stay_words(prefix: str, address: str) -> None:
    client = make_app(hostile_site()).test_client()
    page = read(client, prefix + address)
    assert page.status == 200
    assert page.is_closed
    assert page.named("script") == []
    assert page.named("img") == []
    assert "{{7*7}}%s%(x)s" in page.html


def test_long_words_do_not_break_a_page() -> None:
    long = Text("长" * 3000, "long" * 3000)
    page = replace(samples.OPEN, title=long, summary=long)
    client = make_app(MemoryQueries(tenders={"x": page})).test_client()
    assert read(client, "/tenders/x").is_closed
    assert read(client, "/en/tenders/x").is_closed


def test_words_without_english_are_marked_as_chinese() -> None:
    page = replace(samples.OPEN, summary=Text("只有中文。"))
    client = make_app(MemoryQueries(tenders={"x": page})).test_client()
    assert ("zh-Hans", "只有中文。") in read(client, "/en/tenders/x").texts


# Empty states


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_empty_installation_has_pages(prefix: str) -> None:
    bare = replace(samples.SITE, checkpoint=None, help=None, demo=False)
    queries = MemoryQueries(
        home_page=HomePage(0),
        cards=(),
        log=replace(samples.LOG, checkpoint=None, downloads=()),
        rules_page=RulesPage(()),
        profiles={"cn-gov": replace(samples.PROFILE_PAGE, groups=(), editions=(), digest=None)},
    )
    client = make_app(queries, bare).test_client()
    for address in ("/", "/tenders", "/verify", "/rules", "/rules/cn-gov"):
        page = read(client, prefix + address)
        assert page.status == 200
        assert page.is_closed
    assert read(client, "/tenders").text.count("还没有公布项目") == 1
    assert "没有正在接收投标的项目" in read(client, "/").text


def test_a_tender_with_the_least_facts_has_a_page() -> None:
    least = replace(
        samples.OPEN,
        notice=None,
        summary=None,
        clock=None,
        next_steps=(),
        criteria=(),
        documents=(),
        questions=(),
        record=(),
        feed_url=None,
        data_url=None,
        facts=replace(samples.FACTS, budget=None, delivery=None, committee=None),
    )
    client = make_app(MemoryQueries(tenders={"x": least})).test_client()
    page = read(client, "/tenders/x")
    assert page.status == 200
    assert "未写明" in page.text
    assert page.with_class("sl-proof") == []  # where the proof is not there, no badge is
