"""A citizen without an account looks between the stages: the right things are there, not more."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.text import Text
from kernel.vocabulary import Action
from tests.journeys.by_hand.buying import TITLE
from tests.journeys.by_hand.people import Person, Town, Visitor, absolute
from tests.journeys.evidence import Evidence

PRICES = ("980000", "1050000", "1100000", "980,000", "1,050,000", "1,100,000")
COUNTED = re.compile(r"[\d三]\s?份投标|\d+ bids?\b|numberOfTenderers")


@dataclass
class Citizen:
    """Somebody who comes back now and then."""

    town: Town
    browser: Visitor

    def finds_no_purchase(self) -> None:
        """Neither among the notices nor among the intentions."""
        assert self.town.say(TITLE) not in self.list_of_tenders()
        self.browser.follow("看采购意向：计划中、还没有公告的项目", within="main")
        assert self.town.say(TITLE) not in self.browser.text()

    def list_of_tenders(self) -> str:
        """What the list says; it is the page that is open now."""
        self.browser.at_home()
        self.browser.follow("找项目", within="nav.sl-nav")
        return self.browser.text()

    def tender(self) -> str:
        """What the tender's page says, reached by the list."""
        if self.town.say(TITLE) not in self.list_of_tenders():
            self.browser.follow("看采购意向：计划中、还没有公告的项目", within="main")
        self.browser.follow(TITLE, within="main")
        return self.browser.text()

    def open_data(self) -> dict[str, Any]:
        """The record of the purchase as open data, by the link on the tender's page."""
        link = self.browser.main.get_by_role("link", name=self.town.say("开放数据（OCDS）"))
        found: dict[str, Any] = json.loads(self._fetched(link.get_attribute("href") or ""))
        return found

    def everything(self) -> Iterable[tuple[str, str]]:
        """Each public page and file, with its address."""
        self.tender()
        yield self.browser.page.url, self.browser.page.content()
        hrefs = ["/", "/tenders", "/verify", "/rules", "/log/entries/000.jsonl", "/ocds/releases"]
        hrefs += self.browser.main.locator("a").evaluate_all(
            "all => all.map(a => a.href).filter(href => /tenders|ocds|feed/.test(href))"
        )
        for href in dict.fromkeys(hrefs):
            response = self.browser.page.request.get(absolute(self.browser, href))
            kind = response.headers.get("content-type", "")
            if response.ok and re.search("html|json|xml|text", kind):
                yield (
                    href,
                    _of_the_purchase(response.text()) if "/log/" in href else response.text(),
                )

    def _fetched(self, href: str) -> str:
        response = self.browser.page.request.get(absolute(self.browser, href))
        assert response.ok, href
        return response.text()

    def finds(self, *words: str | Text) -> None:
        """All of these stand on the tender's page."""
        self.tender()
        self.browser.reads(*words)

    def finds_nothing_of_bids(self, *, closed: bool = False) -> None:
        """No bidder, no price, in any form, wherever a citizen can look; before the closing no
        count either.
        """
        for address, text in self.everything():
            for secret in _bidders(self.town):
                assert secret not in text, (address, secret)
            visible = re.sub(r"[0-9a-f]{32,}|[A-Za-z0-9+/=]{40,}", "", text)
            for price in PRICES:
                assert price not in visible, (address, price)
            found = None if closed else COUNTED.search(visible)
            assert not found, (address, found)
        self.tender()
        assert not _bids_in(self.open_data())

    def finds_no_panel(self) -> None:
        """Who judges is secret until the result is out (87-49)."""
        names = [player.name for player in self.town.world.staff.panelists]
        for address, text in self.everything():
            assert not [name for name in names if name in text], address

    def verifies_the_log(self, receipts: Iterable[Path]) -> None:
        """Download the log; each bidder brings a receipt; the verifier judges them at home."""
        self.browser.at_home()
        self.browser.follow("核验", within="nav.sl-nav")
        link = self.browser.main.locator("a[href$='/log.tar']")
        packed = self.browser.download(link, "log.tar")
        with tarfile.open(packed) as archive:
            archive.extractall(self.browser.folder, filter="data")
        log = self.browser.folder / "log"
        key = (log / "log.vkey").read_text("utf-8").strip()
        assert key in self.browser.page.content()
        receipt_key = (log / "receipt.vkey").read_text("utf-8").strip()
        evidence = Evidence(log, tuple(receipts), ("--key", key, "--receipt-key", receipt_key))
        done = evidence.judged()
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.endswith("FITS\n")


def receipt_of(supplier: Person) -> Path:
    """The receipt with its place in the closed tree, from the page of the opening."""
    supplier.desk()
    supplier.follow(TITLE, within="main table")
    supplier.follow("您的回执", within="main")
    return supplier.download(supplier.button("下载回执文件"), "receipt-after.json")


def _of_the_purchase(entries: str) -> str:
    """Lines of the log without those by which firms were registered, long before and for all."""
    lines = [line for line in entries.splitlines() if Action.REGISTER_ORGANIZATION not in line]
    assert len(lines) < len(entries.splitlines())
    return "\n".join(lines)


def _bidders(town: Town) -> Iterable[str]:
    for number in (1, 2, 3):
        firm = town.world.supplier(number).firm
        yield from (firm.identifier, firm.name.zh, firm.name.en)


def _bids_in(value: object) -> bool:
    """Whether any object of the record speaks of bids."""
    if isinstance(value, dict):
        return any(name in ("bids", "awards") or _bids_in(each) for name, each in value.items())
    return isinstance(value, list) and any(_bids_in(each) for each in value)
