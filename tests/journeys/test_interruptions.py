"""What comes between a person and a bid: another window, a log-out, a cut line. Nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.browser_pages import Visitor
from tests.journeys.test_browser_pages import Scene, scene
from tests.world import PASSWORD

__all__ = ["scene"]
pytestmark = pytest.mark.slow


def hold(page: Page, pattern: str) -> list[Route]:
    """Keep the next request waiting, as a slow line would; the later ones pass."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(pattern, keep)
    return held


def until(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(50)


def held_while_sealing(scene: Scene) -> tuple[Visitor, list[Route]]:
    """A bidder whose sealed bid is on its way and does not arrive yet."""
    bidder = scene.visitor(scene.world.supplier(1))
    scene.at_seal(bidder)
    scene.fills(bidder)
    held = hold(bidder.page, "**/uploads")
    bidder.page.click("[data-seal-go]")
    until(bidder.page, held)
    return bidder, held


def another_window(scene: Scene, supplier: Visitor) -> Visitor:
    """The same person in the same browser."""
    found = object.__new__(Visitor)
    found.__dict__.update(supplier.__dict__, page=supplier.page.context.new_page())
    scene.at_seal(found)
    return found


def log_out(scene: Scene, page: Page) -> None:
    page.goto(f"{scene.address}/account/log-out")
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "log-out" not in url)


def log_in(scene: Scene, page: Page, login: str) -> None:
    page.goto(f"{scene.address}/account/log-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "log-in" not in url)


def test_a_second_window_waits_while_the_first_is_sealing(scene: Scene) -> None:
    first, held = held_while_sealing(scene)
    second = another_window(scene, first)
    scene.fills(second)
    second.page.click("[data-seal-go]")
    assert second.refused("seal") == "seal_in_other_window"
    held[0].continue_()
    first.reaches("seal", "done")
    assert scene.acts() == 1
    # What was filled in is still there; now it replaces the first.
    second.page.click("[data-seal-go]")
    second.reaches("seal", "done")
    assert scene.acts() == 2


def test_a_bid_replaced_from_another_computer_while_this_one_seals(scene: Scene) -> None:
    here, held = held_while_sealing(scene)
    there = scene.visitor(scene.world.supplier(1))
    scene.at_seal(there)
    scene.fills(there)
    there.page.click("[data-seal-go]")
    there.reaches("seal", "done")
    held[0].continue_()
    assert here.refused("seal") == "bid_overtaken"
    expect(here.page.locator("[data-seal-said]")).to_contain_text("那一次有效")
    assert scene.acts() == 1
    here.page.click("[data-seal-discard]")
    expect(here.page.locator("[data-seal-unsent]")).to_be_hidden()
    scene.fills(here)
    here.page.click("[data-seal-go]")
    here.reaches("seal", "done")
    assert scene.acts() == 2


def test_logged_out_in_another_window_while_a_bid_is_sent(scene: Scene) -> None:
    supplier, held = held_while_sealing(scene)
    other = supplier.page.context.new_page()
    log_out(scene, other)
    held[0].continue_()
    assert supplier.refused("seal") == "session_over"
    expect(supplier.page.locator("[data-seal-unsent]")).to_be_visible()
    assert scene.acts() == 0
    log_in(scene, other, supplier.player.login)
    # The old page's token went with the session; the page asks for a new one and goes on.
    supplier.page.click("[data-seal-resume]")
    supplier.reaches("seal", "done")
    assert scene.acts() == 1


def test_somebody_else_logged_in_meanwhile(scene: Scene) -> None:
    """A page of one firm takes no token for another's, and the sealed bid waits."""
    supplier, held = held_while_sealing(scene)
    other = supplier.page.context.new_page()
    log_out(scene, other)
    held[0].continue_()
    assert supplier.refused("seal") == "session_over"
    log_in(scene, other, scene.world.supplier(2).login)
    supplier.page.click("[data-seal-resume]")
    said = supplier.page.locator("[data-seal-said]")
    expect(said).not_to_have_attribute("data-code", "session_over")
    assert supplier.refused("seal")
    expect(supplier.page.locator("[data-seal-unsent]")).to_be_visible()
    assert scene.acts() == 0


def test_an_upload_goes_on_by_itself_when_the_line_is_back(scene: Scene) -> None:
    supplier, held = held_while_sealing(scene)
    supplier.page.context.set_offline(True)
    held[0].abort()
    expect(supplier.page.locator("[data-seal-said]")).to_contain_text("正在自动重试")
    assert scene.acts() == 0
    supplier.page.context.set_offline(False)
    supplier.reaches("seal", "done")
    assert scene.acts() == 1
