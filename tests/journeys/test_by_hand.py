"""One journey through HTTP and a browser over all roles, from need to payment.

Everybody does by hand what the pages offer; between the stages a citizen looks.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from scripts.tour import PICTURES
from tests.browser.pages import FIREFOX, chromium, firefox
from tests.journeys.by_hand import buying, judging, paying, supplying
from tests.journeys.by_hand.album import Album
from tests.journeys.by_hand.looking import Citizen, receipt_of
from tests.journeys.by_hand.papers import judge_papers
from tests.journeys.by_hand.people import Town
from tests.journeys.test_offline_tool import served
from tests.world import PUBLISHED_AT, World

TOUR = os.environ.get("SUNLIT_TOUR")


# How many signatures the PDFs bear that these people are led to, by the kind of their address.
SIGNATURES = {
    "/tenders/*/documents/*": 11,
    "/supply/bids/*/*/receipts/1.pdf": 3,  # the installation's seal, for three bidders
    "/supply/contracts/*/contract.pdf": 2,  # both parties
    "/supply/results/*/letter.pdf": 1,  # the installation's seal
}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_need_to_payment(world: World, tmp_path: Path, language: str) -> None:
    goes(world, tmp_path, language, chromium, Path(TOUR) if TOUR and language == "zh" else None)


@pytest.mark.slow
@pytest.mark.skipif(not Path(FIREFOX).exists(), reason="needs Debian's firefox-esr")
def test_from_need_to_payment_in_firefox(world: World, tmp_path: Path) -> None:
    goes(world, tmp_path, "zh", firefox)


def goes(
    world: World,
    tmp_path: Path,
    language: str,
    browser: Callable[[], AbstractContextManager[Callable[[], Page]]],
    pictures: Path | None = None,
) -> None:
    """The journey in a language and a browser; a picture of everybody's page where it fails."""
    album = Album(pictures)
    with served(world) as address, browser() as fresh:
        town = Town(world, address, fresh, tmp_path, language, album)
        try:
            walk(town)
        except Exception:
            town.shows_all(tmp_path / "at-the-fault")
            raise


def walk(town: Town) -> None:
    """All of it; what a citizen sees is asked after each stage."""
    citizen = Citizen(town, town.citizen())
    winner, second, at_home = (town.person(town.world.supplier(number)) for number in (1, 2, 3))
    buying.needed(town)
    citizen.finds_no_purchase()
    buying.planned(town)
    citizen.finds("计划中", "¥1,200,000.00")
    buying.tender_file(town)
    assert town.say("准备投标") not in citizen.tender()
    buying.published(town)
    citizen.finds("正在接收投标", "公告已签名", "准备投标", "采购文件.pdf")
    citizen.browser.picture("tender")
    citizen.browser.picture("tender-phone")

    town.until(PUBLISHED_AT + timedelta(days=1))
    supplying.tests_computer(winner)
    supplying.asks(second)
    buying.answers(town)
    town.work()
    citizen.finds("桌面高度可否无级升降？")
    supplying.bids(winner, "980", pictured=True)
    supplying.bids(second, "1050")
    supplying.bids_at_home(town, 3, "1100000.00")
    town.work()
    citizen.finds_nothing_of_bids()
    judging.first_share(town)
    citizen.finds_nothing_of_bids(closed=True)
    judging.opened(town)
    names = [each.player.firm.name for each in (winner, second, at_home)]
    citizen.finds(*names, "980,000.00", "1,050,000.00", "1,100,000.00")
    citizen.browser.picture("opened")
    receipts = [receipt_of(each) for each in (winner, second, at_home)]

    judging.qualified(town)
    judging.judged(town)
    citizen.finds_no_panel()
    judging.awarded(town)
    citizen.finds("中标", names[0], "¥980,000.00")
    citizen.browser.picture("awarded")
    citizen.browser.picture("awarded-phone")
    supplying.reads_letter(second)
    paying.contracted(town, winner)
    citizen.finds("合同")
    paying.delivered(town, winner)
    paying.paid(town)
    citizen.finds("已支付")
    citizen.browser.picture("public-payment", at="#payments")
    citizen.verifies_the_log(receipts)
    # Receipts and letters bear the seal of the installation, whose certificate is its own root.
    trust = town.world.pki.trust()
    trust = replace(trust, roots=(*trust.roots, town.world.installation.keys.seal.certificate))
    signatures = judge_papers(
        [citizen.browser, *town.people.values()], trust, town.world.clock.now()
    )
    assert signatures == SIGNATURES
    assert town.album.taken == list(PICTURES)
