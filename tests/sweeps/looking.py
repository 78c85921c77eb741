"""Looks at a page in Chromium as somebody would who cannot see, point, or own a wide screen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.demo.building import PASSWORD

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    }
}
PHONE, DESK, NARROWEST = 360, 1200, 320
HEIGHT = 740
# Longer than any screen is wide; the Chinese without a blank, the English in words of 36 letters.
LONG_ZH, LONG_EN = "安陵县" * 60, " ".join(["Anlingcountyschool" * 2] * 5)
# What is wider than the screen without scrolling in itself, by its own name.
_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const out = [...document.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > root.clientWidth + 1;
  }).map((one) => one.tagName.toLowerCase() + (one.className ? "." + one.className : ""));
  return root.scrollWidth + " wide: " + out.slice(-3).join(", ");
}"""
# Every error of the summary leads to something that is there and that takes the focus.
_SUMMARY = """() => {
  const box = document.querySelector(".govuk-error-summary");
  if (!box) return "no error summary";
  if (document.activeElement !== box) return "the error summary has no focus";
  for (const link of box.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(link.hash.slice(1))) return "leads nowhere: " + link.hash;
  }
  return "";
}"""
# As a browser without script sends it: nothing is signed, nothing is held back.
_FILL_AND_SEND = """(form, text) => {
  for (const field of form.elements) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = false;
    else if (["textarea", "text", "email", "password", "tel"].includes(field.type))
      field.value = text;
    else if (["date", "datetime-local", "number"].includes(field.type)) field.value = "";
    else if (field.type === "select-one") field.selectedIndex = -1;
  }
  HTMLFormElement.prototype.submit.call(form);
}"""


def log_in(page: Page, site: str, login: str | None, password: str = PASSWORD) -> None:
    """Log somebody in; nobody needs no log-in."""
    if login is None:
        return
    page.goto(f"{site}/account/log-in")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("main button.govuk-button[type=submit]")
    page.wait_for_load_state()
    assert page.url.endswith("/desk"), f"{login} is not logged in: {page.inner_text('main')}"


def looked_at(page: Page, address: str, width: int) -> list[str]:
    """What is wrong with a page at a width, and what pushes it sideways on the narrowest."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(address, wait_until="load")
    return barriers(page, f"{address} at {width}") + too_wide(page, address)


def barriers(page: Page, name: str) -> list[str]:
    """The rules of WCAG that the open page breaks, as far as a machine sees it."""
    found = Axe().run(page, options=RULES)
    return [
        f"{name}: {one['id']} {[(n['target'], n['html'][:120]) for n in one['nodes']][:2]}"
        for one in found.response["violations"]
    ]


def too_wide(page: Page, name: str) -> list[str]:
    """What pushes the open page sideways on the narrowest screen."""
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    wide = page.evaluate(_WIDE)
    return [f"{name}: {wide}"] if wide else []


def sent_form(page: Page, address: str, action: str, text: str) -> list[str]:
    """Send a page's form with every field saying `text`; what is wrong with a refusal's page."""
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto(address, wait_until="load")
    form = page.locator(f'main form[method=post][action="{action}"]').first
    if not form.count():
        return []  # what was sent before has changed the page
    name = f"{address} -> {action} sent {'with long words' if text else 'empty'}"
    with page.expect_navigation() as sent:
        form.evaluate(_FILL_AND_SEND, text)
    status = sent.value.status if sent.value else 0
    if status != 422:
        return [f"{name}: {status}"] if status >= 500 else []
    fault = page.evaluate(_SUMMARY)
    return [f"{name}: {fault}"] * bool(fault) + barriers(page, name) + too_wide(page, name)
