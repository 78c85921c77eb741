"""People at their browsers: they log in, look at their desk, and do what the pages offer them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, expect

from app.jobs import proceeding, timekeeping
from app.rehearsal.cast import Player
from kernel.text import Text
from tests.browser.pages import downloaded
from tests.journeys.by_hand.album import Album
from tests.journeys.by_hand.words import in_language
from tests.world import PASSWORD, World

P12_PASSWORD = "p12"
PASSPHRASE = "a long passphrase of one's own"
# On a machine that does much else a page takes its time.
PATIENCE_SECONDS = 60
Given = str | bool | Path | tuple[str, ...]


@dataclass
class Town:
    """The installation behind its address, the time, and everybody who has a browser."""

    world: World
    address: str
    fresh: Callable[[], Page]
    folder: Path
    language: str
    album: Album
    people: dict[str, Person] = field(default_factory=dict)
    visitors: list[Visitor] = field(default_factory=list)

    def person(self, player: Player) -> Person:
        """The player's person, who keeps one browser all the way."""
        if player.login not in self.people:
            self.people[player.login] = Person(self, player)
        return self.people[player.login]

    def citizen(self) -> Visitor:
        """Somebody who has no account and a browser without memory."""
        return Visitor(self)

    def until(self, moment: datetime) -> None:
        """Let time pass, with all that the installation does by itself on the way."""
        self.world.clock.set(moment)
        self.work()

    def later(self, **passed: float) -> None:
        """Let so much time pass."""
        self.until(self.world.clock.now() + timedelta(**passed))

    def work(self) -> None:
        """What `sunlit work` does all the time, once."""
        timekeeping.keep_time(self.world.installation)
        proceeding.proceed(self.world.installation)
        timekeeping.publish_record(self.world.installation)

    def shows_all(self, folder: Path) -> None:
        """What everybody sees now, as pictures: for a journey that failed."""
        folder.mkdir()
        for visitor in self.visitors:
            visitor.page.screenshot(path=folder / f"{visitor.folder.name}.png", full_page=True)

    def say(self, words: str | Text) -> str:
        """Words in the language of the run."""
        return in_language(words, self.language)


class Visitor:
    """A browser, in which a person clicks; nobody is logged in."""

    def __init__(self, town: Town) -> None:
        self.town = town
        town.visitors.append(self)
        self.page = town.fresh()
        self.page.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.page.set_default_navigation_timeout(PATIENCE_SECONDS * 1000)
        self.papers: set[str] = set()
        self.page.on("load", lambda _: self._look_for_papers())
        self.at_home()

    def at_home(self) -> None:
        """Type the address of the installation; who reads English says so."""
        self.page.context.clock.set_fixed_time(self.town.world.clock.now())
        self.page.goto(f"{self.town.address}/")
        if self.town.language == "en":
            self._going(lambda: self.page.get_by_role("link", name="English", exact=True).click())
        assert self.heading()

    # Reading

    @property
    def main(self) -> Locator:
        """What the page is about."""
        return self.page.locator("main")

    def heading(self) -> str:
        """The page's one heading."""
        assert self.page.locator("h1").count() == 1, self.page.url
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        """All that a person reads on the page."""
        return self.page.locator("body").inner_text()

    def reads(self, *words: str | Text) -> None:
        """All of these stand on the page."""
        text = self.text()
        for each in words:
            assert self.town.say(each) in text, (self.page.url, each, text)

    # Going on

    def follow(self, words: str | Text, *, within: str = "body", exact: bool = False) -> None:
        """Click the first link whose words these are, or begin with these."""
        said = self.town.say(words)
        place = self.page.locator(within)
        link = place.get_by_role("link", name=said, exact=True)
        if not exact:
            link = link.or_(place.locator("a", has_text=re.compile("^" + re.escape(said))))
        self._going(link.first.click)

    def press(self, words: str | Text, *, within: str = "main") -> None:
        """Click the button that says so, which leads to another page."""
        self._going(self.button(words, within=within).click)

    def button(self, words: str | Text, *, within: str = "main") -> Locator:
        """The button that says so; a link that looks like one is one."""
        place = self.page.locator(within)
        return place.get_by_role("button", name=self.town.say(words), exact=True).first

    def download(self, link: Locator, name: str) -> Path:
        """A file that the page gives, as it was saved on this person's computer."""
        return downloaded(self.page, link.click, self.folder / name)

    @property
    def folder(self) -> Path:
        """The person's own computer."""
        path = self.town.folder / "citizen"
        path.mkdir(exist_ok=True)
        return path

    def picture(self, name: str, *, at: str | None = None) -> None:
        """A picture for the tour, where one is made."""
        self.town.album.take(self.page, name, at=at)

    def _going(self, act: Callable[[], None]) -> None:
        with self.page.expect_navigation():
            act()
        fault = self.page.locator(".govuk-error-summary")
        assert not fault.count(), f"{self.page.url}: {fault.inner_text()}"

    def _look_for_papers(self) -> None:
        """Every PDF to which a page leads, but for those that wait for a signature."""
        found = self.page.eval_on_selector_all(
            "a[href*='.pdf'], a[href*='/documents/']",
            "all => all.filter(a => !a.closest('[data-sign]')).map(a => a.href)",
        )
        self.papers.update(found)


class Person(Visitor):
    """Somebody with an account, a key file and a role."""

    def __init__(self, town: Town, player: Player) -> None:
        self.player = player
        super().__init__(town)
        self.p12 = self.folder / "me.p12"
        self.p12.write_bytes(player.signer.to_p12(P12_PASSWORD))

    @property
    def folder(self) -> Path:
        """The person's own computer."""
        path = self.town.folder / self.player.login
        path.mkdir(exist_ok=True)
        return path

    def log_in(self) -> None:
        """Fill in the form for logging in."""
        self.fill(login=self.player.login, password=PASSWORD)
        self.press("登录")

    def desk(self) -> None:
        """Go to the desk by the header; who was logged out by the time logs in again."""
        self.page.context.clock.set_fixed_time(self.town.world.clock.now())
        self.page.reload()
        header = self.page.locator("header, nav.sl-nav")
        enter = header.get_by_role("link", name=self.town.say("登录"), exact=True)
        if enter.count():
            self._going(enter.click)
            self.log_in()
        else:
            self._going(self.page.locator("nav.sl-nav a").first.click)
        if "/desk" not in self.page.url:
            self._going(self.page.locator("nav.sl-nav a").first.click)

    def takes(self, verb: str | Text) -> None:
        """Open the task at the desk that begins with these words."""
        self.desk()
        self.follow(verb, within="main .sl-tasks")

    def fill(self, **fields: Given) -> None:
        """Fill in fields by their ids: words, a file, a choice, a tick, rows from a spreadsheet."""
        for name, value in fields.items():
            self.enter(name, value)

    def fill_all(self, fields: Mapping[str, Given]) -> None:
        """The same for ids that are no words."""
        for name, value in fields.items():
            self.enter(name, value)

    def enter(self, name: str, value: Given) -> None:
        """Fill in one field."""
        field = self.page.locator(f'main [name="{name}"]')
        kind = field.first.evaluate("it => it.type ?? ''") if field.count() else ""
        if isinstance(value, Path):
            field.set_input_files(value)
        elif isinstance(value, tuple):
            for each in value:
                self.page.check(f'main [name="{name}"][value="{each}"]')
        elif kind == "radio":
            self.page.check(f'main [name="{name}"][value="{value}"]')
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif kind == "select-one":
            field.select_option(str(value))
        elif field.first.get_attribute("data-table") is not None:
            self._paste(name, str(value))
        else:
            field.fill(str(value))

    def all_named(self, start: str) -> list[str]:
        """The names of the fields that begin so, each once, in their order."""
        found = self.page.eval_on_selector_all(
            f'main [name^="{start}"]', "all => all.map(field => field.name)"
        )
        return list(dict.fromkeys(found))

    def sign(self) -> None:
        """Choose the own key file and press the one button; the answer has no fault."""
        self.page.set_input_files("[data-sign-p12]", self.p12)
        self.page.fill("[data-sign-password]", P12_PASSWORD)
        self._going(self.page.locator("[data-sign-go]").click)

    def reaches(self, hook: str, state: str, *, seconds: int = 120) -> None:
        """Wait until the page's module is that far; what it says otherwise is shown."""
        root = self.page.locator(f"[data-{hook}]")
        pattern = re.compile(f"{state}|failed")
        expect(root).to_have_attribute("data-state", pattern, timeout=seconds * 1000)
        said = self.page.locator(f"[data-{hook}-said]")
        told = f"{said.get_attribute('data-code')}: {said.inner_text()}"
        assert root.get_attribute("data-state") == state, told

    def _paste(self, name: str, rows: str) -> None:
        """Copy rows as from a spreadsheet, and paste them into the first cell of the grid."""
        self.page.evaluate(
            """rows => {
                const sheet = document.body.appendChild(document.createElement("textarea"));
                sheet.id = "sheet";
                sheet.value = rows;
                sheet.select();
            }""",
            rows,
        )
        self.page.keyboard.press("Control+c")
        self.page.evaluate(
            """name => {
                document.getElementById("sheet").remove();
                const area = document.querySelector(`textarea[name="${name}"]`);
                area.nextElementSibling.querySelector("tbody input").focus();
            }""",
            name,
        )
        self.page.keyboard.press("Control+v")
        pasted = self.page.input_value(f'textarea[name="{name}"]')
        assert [bool(row.strip()) for row in pasted.split("\n")] == [True] * len(rows.split("\n"))


def absolute(visitor: Visitor, href: str) -> str:
    """The whole address of a link on the page."""
    return urljoin(visitor.page.url, href)
