"""One journey through HTTP and Chromium over all roles, from need to payment.

Everybody does by hand what the pages offer; between the stages a citizen looks.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.pages import chromium
from tests.journeys.by_hand import buying, judging, paying, supplying
from tests.journeys.by_hand.album import Album
from tests.journeys.by_hand.people import Town
from tests.journeys.test_offline_tool import served
from tests.world import PUBLISHED_AT, World

TOUR = os.environ.get("SUNLIT_TOUR")


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_from_need_to_payment(world: World, tmp_path: Path, language: str) -> None:
    album = Album(Path(TOUR) if TOUR and language == "zh" else None)
    with served(world) as address, chromium() as fresh:
        town = Town(world, address, fresh, tmp_path, language, album)
        try:
            walk(town)
        except Exception:
            town.shows_all(tmp_path / "at-the-fault")
            raise


def walk(town: Town) -> None:
    buying.needs_and_plans(town)
    buying.tender_file(town)
    buying.published(town)
    first, second = (town.person(town.world.supplier(number)) for number in (1, 2))
    town.until(PUBLISHED_AT.replace(day=3))
    supplying.tests_computer(first)
    supplying.asks(second)
    buying.answers(town)
    supplying.bids(first, "980", pictured=True)
    supplying.bids(second, "1050")
    supplying.bids_at_home(town, 3, "1100000.00")
    judging.opened(town)
    judging.qualified(town)
    judging.judged(town)
    judging.awarded(town)
    paying.contracted(town, first)
    paying.delivered(town, first)
    paying.paid(town)
