"""Walks through the pages as one person: every link that is drawn, every form that is met."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from flask import Flask
from webtest import TestResponse
from webtest.forms import Form

from app.demo.building import PASSWORD
from tests.app.visiting import Visit

# One person of each role; suppliers twice, since they see different stages of their purchases.
LOGINS = (
    None, "unit", "officer", "approver", "finance", "treasurer", "acceptor", "holder1", "expert1",
    "supplier1", "supplier4", "reviewer", "supervisor", "admin1",
)  # fmt: skip

# Where the same kind of page comes again and again, a few stand for all; the public's purchases
# are at all stages.
_ALIKE_MAX, _ALIKE_PUBLIC_MAX = 3, 10
_ID = re.compile(
    r"(?:[a-z]{2,5}_[a-z2-7]{26}|ocds-[a-z0-9-]+|sha256:[0-9a-f]{64}|\b\d+\b|[0-9a-f]{64})"
)
_PUBLIC_STARTS = ("/", "/tenders", "/help", "/register")
_OWN_STARTS = ("/desk", "/account", "/tenders")
_SKIPPED = ("/log/", "/static/", "/account/log-out", "/demo/")
# What runs in a page, other than from a file of ours (the policy forbids it anyway).
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=|\sstyle=|javascript:"
)


def kind_of(path: str) -> str:
    """The page's kind: its path with every id taken out."""
    return _ID.sub("*", urlsplit(path).path)


@dataclass
class Walk:
    """What one person met."""

    visit: Visit
    pages: dict[str, TestResponse] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def new_pages(self, met: set[tuple[str, str]]) -> Iterator[str]:
        """Pages that draw something not yet `met` on a page of their kind; it is then met."""
        for path, response in self.pages.items():
            kind = kind_of(path)
            drawn = {(kind, one) for tag in response.html.select("[class]") for one in tag["class"]}
            drawn |= {
                (kind, kind_of(form.get("action", "")))
                for form in response.html.select("main form")
            }
            if not drawn <= met:
                met |= drawn
                yield path

    @property
    def kinds(self) -> set[str]:
        """The kinds of the pages."""
        return {kind_of(path) for path in self.pages}

    def forms(self, met: set[str] | None = None) -> Iterator[tuple[str, Form]]:
        """Every form that posts, once a kind of action, but for those `met` before."""
        met = set() if met is None else met
        for path, response in self.pages.items():
            for form in response.forms.values():
                if form.method.upper() != "POST":
                    continue
                kind = (
                    kind_of(urljoin(path, form.action))
                    + "|"
                    + ",".join(sorted(map(str, form.fields)))
                )
                if kind not in met and not urljoin(path, form.action).startswith(_SKIPPED):
                    met.add(kind)
                    yield path, form


def walk(
    web: Flask,
    login: str | None,
    *,
    language: str = "zh",
    password: str = PASSWORD,
    known: Collection[str] = (),
) -> Walk:
    """Follow every link from where the person begins, in one language.

    What is wrong with a page is noted as a fault. Of `known` kinds one page stands for all.
    """
    visit = Visit(web)
    if login is not None:
        visit.log_in(login, password)
    prefix = "" if language == "zh" else f"/{language}"
    start = [prefix + path for path in (_PUBLIC_STARTS if login is None else _OWN_STARTS)]
    found = Walk(visit)
    waiting, seen, kinds = deque(start), set(start), {}
    while waiting:
        path = waiting.popleft()
        response = visit.browser.get(path, status="*")
        if 300 <= response.status_int < 400:
            response = response.follow(status="*")
        if response.status_int != 200:
            found.faults.append(f"{login}: {path} answers {response.status}")
            continue
        carried = response.headers.get("Content-Disposition", "").startswith("attachment")
        if carried or "html" not in response.content_type:
            continue
        found.pages[path] = response
        found.faults += [f"{login}: {path}: {fault}" for fault in faults_of(response)]
        for link in response.html.select("a[href]"):
            to = urldefrag(urljoin(path, link["href"]))[0]
            to = to.removeprefix("http://localhost")
            if not to.startswith("/") or to in seen or to.startswith(_SKIPPED):
                continue
            if to.startswith("/en/") != (language == "en"):
                continue
            seen.add(to)
            kind = kind_of(to) + "?" + ",".join(sorted(re.findall(r"[?&](\w+)=", to)))
            kinds[kind] = kinds.get(kind, 0) + 1
            most = _ALIKE_PUBLIC_MAX if login is None else _ALIKE_MAX
            if kinds[kind] <= (1 if kind_of(to) in known else most):
                waiting.append(to)
    return found


def faults_of(response: TestResponse) -> Iterator[str]:
    """What no page may have: two headings, no title, anything inline, words without translation."""
    page: BeautifulSoup = response.html
    if len(page.select("h1")) != 1:
        yield f"{len(page.select('h1'))} headings"
    if not page.title or not page.title.text.strip(" –·"):
        yield "no title"
    if not page.html.get("lang"):
        yield "no language"
    if found := _INLINE.search(re.sub(r">[^<]*<", "><", response.text)):
        yield f"inline: {found[0]}"
    ids = [one["id"] for one in page.select("[id]")]
    if twice := {one for one in ids if ids.count(one) > 1}:
        yield f"ids twice: {sorted(twice)[:3]}"
    for image in page.select("img:not([alt])"):
        yield f"an image without words: {image.get('src')}"
    for form in page.select("form"):
        posts = form.get("method", "get").lower() == "post"
        # What the verify page is sent changes nothing.
        if posts and "/verify" not in form["action"] and not form.select("[name=csrf_token]"):
            yield f"a form without its token: {form.get('action')}"
    primary = [
        b
        for b in page.select(".govuk-button")
        if not {"govuk-button--secondary", "govuk-button--warning"} & set(b.get("class", []))
        and not b.find_parent(hidden=True)
    ]
    if len(primary) > 1:
        yield f"{len(primary)} primary buttons"
    if re.search(r"\bNone\b|\{\{|Undefined|Text\(zh", page.get_text()):
        yield "code among the words"
