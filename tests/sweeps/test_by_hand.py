"""A person at a real browser: with the keyboard alone, and with a rough hand on a poor line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, func, select

from app.surfaces import application
from kernel.vocabulary import TenderStage
from procurement.plans.models import Need
from tests.browser.pages import chromium, served
from tests.sweeps.looking import log_in
from tests.world import PASSWORD, World

# What has the focus: a mark of it is drawn, and nothing lies over it.
_SEEN = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  if (style.opacity === "0") return "";  // a box or a dot, drawn by its label
  if (style.outlineStyle === "none" && style.boxShadow === "none") return "no mark";
  const [line] = one.getClientRects();
  const top = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
  return top && (one.contains(top) || top.contains(one)) ? "" : "hidden";
}"""


@dataclass
class Place:
    """An installation behind a socket, and browsers."""

    world: World
    address: str
    fresh: Callable[[], Page]

    def at(self, path: str, login: str | None = None) -> Page:
        """A browser of its own at a page, logged in."""
        page = self.fresh()
        log_in(page, self.address, login, PASSWORD)
        page.goto(self.address + path)
        return page

    def needs(self) -> int:
        """How many needs there are."""
        with self.world.installation.journal.read() as work:
            return work.session.scalar(select(func.count()).select_from(Need)) or 0


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    world = World(engine, tmp_path)
    with served(application(world.installation)) as address, chromium() as fresh:
        yield Place(world, address, fresh)


def reach(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the element has the focus; whatever had it on the way was to be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        fault = page.evaluate(_SEEN)
        assert not fault, (fault, page.evaluate("document.activeElement.outerHTML"))
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def press(page: Page, selector: str) -> None:
    """Go to the element with Tab and press Enter; a page comes."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_need(page: Page, title: str) -> None:
    page.fill("#title_zh", title)
    page.check("input[name=category][value=goods]")
    page.fill("#specification_zh", "学生课桌椅1000套。")
    page.fill("#estimate", "1200000")
    for name in ("unit", "buyer"):
        page.select_option(f"#{name}", index=1)


SEND = "main form button[type=submit]"


def test_a_need_is_written_with_the_keyboard_alone(place: Place) -> None:
    page = place.at("/")
    page.keyboard.press("Tab")
    expect(page.locator(".govuk-skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.goto(f"{place.address}/account/log-in?next=/needs/new")
    reach(page, "#login")
    page.keyboard.type(place.world.staff.author.login)
    reach(page, "#password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/needs/new")

    # Sent empty: the summary has the focus, and its first link leads into its field.
    press(page, SEND)
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#title_zh")).to_be_focused()
    page.keyboard.type("课桌椅采购")
    reach(page, "input[name=category]")
    page.keyboard.press("Space")
    reach(page, "#specification_zh")
    page.keyboard.type("学生课桌椅1000套。")
    reach(page, "#estimate")
    page.keyboard.type("1200000")
    for name in ("unit", "buyer"):
        reach(page, f"#{name}")
        if not page.input_value(f"#{name}"):
            page.keyboard.press("ArrowDown")
    press(page, SEND)
    assert "/needs/nee" in page.url, page.inner_text("main")
    assert place.needs() == 1
    press(page, "a[lang=en], a[hreflang=en]")
    assert "/en/needs/" in page.url


def test_a_double_click_sends_once(place: Place) -> None:
    page = place.at("/needs/new", place.world.staff.author.login)
    fill_need(page, "双击")
    page.dblclick(SEND)
    page.wait_for_url("**/needs/nee*")
    assert place.needs() == 1
    page.go_back()
    assert place.needs() == 1


def test_what_is_typed_outlives_the_session(place: Place) -> None:
    """The session ends while somebody types: after the log-in the form is sent as it was."""
    author = place.world.staff.author
    page = place.at("/needs/new", author.login)
    fill_need(page, "打了很久的字")
    place.world.clock.advance(place.world.installation.session_limits.whole)
    page.click(SEND)
    expect(page.locator("main")).to_contain_text("您填的内容还在")
    page.fill("#login", author.login)
    page.fill("#password", PASSWORD)
    page.click(SEND)
    page.click(SEND)
    page.wait_for_url("**/needs/nee*")
    expect(page.locator("h1")).to_contain_text("打了很久的字")
    assert place.needs() == 1


def test_a_cut_line_loses_nothing(place: Place) -> None:
    page = place.at("/needs/new", place.world.staff.author.login)
    page.context.set_offline(True)
    fill_need(page, "断网")
    expect(page.locator("[data-draft-said]")).to_contain_text("网络断了")
    page.context.set_offline(False)
    expect(page.locator("[data-draft-said]")).to_contain_text("已保存")
    again = page.context.new_page()
    again.goto(f"{place.address}/needs/new")
    assert again.input_value("#title_zh") == "断网"


def test_a_file_that_is_too_large_is_told_before_it_is_sent(place: Place, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate((64 << 20) + 1)
    plan = place.world.play().plan()
    officer = place.world.staff.officer.login
    page = place.at(f"/buying/tenders/{plan}/parts/documents", officer)
    page.set_input_files("#file", large)
    assert "64 MB" in page.eval_on_selector("#file", "one => one.validationMessage")


def test_a_tender_is_found_with_the_keyboard_alone(place: Place) -> None:
    place.world.tender()
    page = place.at("/")
    reach(page, "#q")
    page.keyboard.type("课桌椅")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/tenders?" in page.url
    reach(page, "#status")
    page.keyboard.press("ArrowDown")
    chosen = page.input_value("#status")
    assert chosen
    press(page, "main form button[type=submit]")
    assert f"status={chosen}" in page.url
    page.goto(f"{place.address}/tenders?q=课桌椅&status=open")
    press(page, ".sl-card h3 a")
    expect(page.locator("h1")).to_contain_text("课桌椅")


def test_a_task_is_opened_from_the_desk_with_the_keyboard_alone(place: Place) -> None:
    place.world.play().plan()
    page = place.at("/desk", place.world.staff.officer.login)
    words = page.inner_text(".sl-tasks a >> nth=0")
    press(page, ".sl-tasks a")
    assert not page.url.endswith("/desk"), words
    expect(page.locator("h1")).to_be_visible()


def test_prices_are_typed_and_pasted_with_the_keyboard_alone(place: Place) -> None:
    """A row out of a spreadsheet gives its last number; the sum follows, and is kept here."""
    play = place.world.tender()
    supplier = place.world.supplier(1).login
    page = place.at(f"/supply/bids/{play.tender}/{play.lots[0]}/prepare/price", supplier)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reach(page, "[data-bid-unit]")
    page.keyboard.type("900")
    expect(page.locator("[data-bid-sum]")).to_contain_text("900,000")
    page.evaluate("navigator.clipboard.writeText('可升降学生课桌椅\\t套\\t980.50')")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    expect(page.locator("[data-bid-unit]").first).to_have_value("980.50")
    expect(page.locator("[data-bid-sum]")).to_contain_text("980,500")
    expect(page.locator("[data-bid-said]").first).to_contain_text("已保存")
    page.reload()
    expect(page.locator("[data-bid-unit]").first).to_have_value("980.50")


def test_what_cannot_be_undone_is_confirmed_with_the_keyboard_alone(place: Place) -> None:
    """Enter alone ends nothing: a reason and a mark that it is meant are asked for."""
    play = place.world.tender()
    page = place.at(f"/buying/tenders/{play.tender}/cancel", place.world.staff.officer.login)
    press(page, SEND)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert play.stage is TenderStage.OPEN
    reach(page, "#reason_zh")
    page.keyboard.type("上级取消了这笔预算，项目不再需要。")
    reach(page, "input[type=checkbox]")
    page.keyboard.press("Space")
    press(page, SEND)
    assert play.stage is TenderStage.CANCELLED, page.inner_text("main")


def test_the_calendar_of_a_date_gives_the_focus_back(place: Place) -> None:
    """Opened and left with the keyboard, it changes nothing that was typed."""
    page = place.at("/supply/company", place.world.supplier(1).login)
    reach(page, "input[type=date]")
    page.keyboard.type("06302027")
    typed = page.evaluate("document.activeElement.value")
    assert typed
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('input[type=date]')")
    assert page.evaluate("document.activeElement.value") == typed
