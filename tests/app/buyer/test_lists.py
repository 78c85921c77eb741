"""The buyer's lists, page by page, and what is searched in them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask

from app.buyer import listing, lists, need_pages, plan_pages
from app.rehearsal.play import Play
from kernel.money import Money
from tests.app.visiting import Visit
from tests.world import PUBLISHED_AT, World


def _drafted(world: World, count: int) -> list[Play]:
    """So many purchases, each with a saved tender."""
    plays = [world.play() for _ in range(count)]
    for play in plays:
        play.plan()
        play.intend()
    world.clock.set(PUBLISHED_AT)
    for play in plays:
        play.draft()
    return plays


@pytest.fixture
def one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of one row, so that two rows are two pages."""
    for module in (listing, lists, need_pages, plan_pages):
        monkeypatch.setattr(module, "PAGE_ROWS", 1)


@pytest.mark.usefixtures("one_row")
@pytest.mark.parametrize("path", ["/needs", "/plans", "/buying/tenders"])
def test_every_row_stands_on_one_page_and_no_row_on_two(
    world: World, web: Flask, path: str
) -> None:
    _drafted(world, 2)
    officer = Visit(web, world.staff.officer)
    page, seen = officer.open(path), []
    for _ in range(2):
        (link,) = page.html.select("tbody th a")
        seen.append(link["href"])
        following = page.html.select_one("nav.sl-pages a[rel=next]")
        if following is not None:
            page = officer.open(following["href"])
    assert len(set(seen)) == 2
    assert following is None
    assert page.html.find("a", string="回到第一页")


@pytest.mark.parametrize(
    ("path", "here", "elsewhere"),
    [
        ("/needs", "planned", "returned"),
        ("/plans", "intended", "ended"),
        ("/buying/tenders", "approved", "cancelled"),
    ],
)
def test_a_list_is_searched_by_words_and_state(
    world: World, web: Flask, path: str, here: str, elsewhere: str
) -> None:
    _drafted(world, 1)
    officer = Visit(web, world.staff.officer)
    title = officer.open(path).html.select_one("tbody th a").get_text(strip=True)
    page = officer.open(f"{path}?stage={here}&q={quote(title[:2])}")
    assert title in page.html.select_one("tbody").get_text()
    for nothing in (
        f"{path}?q=%25%25",
        f"{path}?stage={elsewhere}",
        f"{path}?q={quote(title)}+absent",
    ):
        page = officer.open(nothing)
        assert not page.html.select("tbody")
        assert "没有符合条件的" in page
    assert officer.open(f"{path}?stage=nonsense").html.select("tbody")


@pytest.mark.parametrize("path", ["/needs", "/plans", "/buying/tenders"])
def test_a_page_after_a_row_that_is_not_there_is_the_first(
    world: World, web: Flask, path: str
) -> None:
    _drafted(world, 1)
    page = Visit(web, world.staff.officer).open(f"{path}?after=nothing")
    assert page.html.select("tbody th a")


@pytest.mark.parametrize("path", ["/needs?q=x", "/plans?q=x", "/buying/tenders?q=x"])
def test_an_empty_list_searched_says_so(world: World, web: Flask, path: str) -> None:
    assert "没有符合条件的" in Visit(web, world.staff.officer).open(path)


@pytest.mark.usefixtures("one_row")
def test_a_list_is_carried_away_whole(world: World, web: Flask) -> None:
    """Every tender that is asked for, not the page alone; of bids nothing before the closing."""
    play = _drafted(world, 3)[0]
    play.make_keys()
    play.set_committee()
    play.publish()
    world.clock.advance(timedelta(days=1))
    play.bid(world.supplier(1), play.lots[0], Money.parse("980000.00", "CNY"))
    officer = Visit(web, world.staff.officer)
    page = officer.open("/buying/tenders")
    link = page.html.find("a", string="这些项目（CSV）")["href"]
    rows = officer.browser.get(link).body.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 3
    asked = officer.browser.get("/buying/tenders.csv?stage=open").body.decode("utf-8-sig")
    assert len(asked.splitlines()) == 1 + 1
    assert world.supplier(1).firm.name.zh not in asked
    assert officer.browser.get("/en/buying/tenders.xlsx").body.startswith(b"PK")
    Visit(web, world.supplier(1)).open("/buying/tenders.csv", status=403)
    others = Visit(web, world.staff.acceptor).browser.get("/buying/tenders.csv")
    assert len(others.body.decode("utf-8-sig").splitlines()) == 1
