"""What the pages' modules refuse, what leaves them, and how they go on after a break."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from app.jobs import timekeeping
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries
from kernel import canonical
from kernel.vocabulary import TenderStage
from signatures.tool import keyfiles
from tests.browser.pages import chromium, downloaded
from tests.journeys.browser_pages import (
    ITEMS,
    P12_PASSWORD,
    PASSPHRASE,
    Heard,
    Visitor,
    served,
)
from tests.world import World

SECRET = b"a trade secret that nobody may read before the opening"
TOTAL = "987654.32"
Bend = Callable[[Any], None]


@dataclass
class Scene:
    """A published tender behind a socket, and browsers."""

    world: World
    play: Play
    address: str
    fresh: Callable[[], Page]
    folder: Path
    heard: Heard

    def visitor(self, player: Player) -> Visitor:
        return Visitor(self.fresh(), self.address, player, self.folder / player.login)

    def at_seal(self, supplier: Visitor) -> None:
        lot, bidder = self.play.lots[0], supplier.player.firm.identifier
        supplier.at("seal", tender=self.play.tender, lot=lot, bidder=bidder)

    def fills(self, supplier: Visitor, technical: Path | None = None) -> None:
        """All that a bid needs, but for the last press."""
        page = supplier.page
        files = [technical or self.file("技术.txt", SECRET)]
        page.set_input_files('[data-seal-files="technical"]', files)
        page.fill("[data-seal-total]", TOTAL)
        page.fill("[data-seal-passphrase]", PASSPHRASE)
        page.fill("[data-seal-passphrase-again]", PASSPHRASE)
        page.check("[data-seal-fingerprint-seen]")
        supplier.unlocks("seal")

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def acts(self) -> int:
        """How many acts the tender has."""
        with self.world.installation.journal.read() as work:
            firm = self.world.supplier(1).firm.id
            return len(queries.acts_of_organization(work.session, self.play.tender, firm))


@pytest.fixture
def scene(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    stage, bids = getattr(request, "param", (TenderStage.OPEN, 0))
    play = world.tender(stage=stage, bids=bids)
    timekeeping.publish_record(world.installation)
    heard = Heard()
    with served(world, heard) as address, chromium() as fresh:
        yield Scene(world, play, address, fresh, tmp_path, heard)


def bent(page: Page, pattern: str, bend: Bend) -> None:
    """Let the server's JSON answers be something else."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        bend(body)
        route.fulfill(response=response, json=body)

    page.route(pattern, answer)


def test_nothing_of_a_bid_leaves_the_page_in_the_clear(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))
    scene.at_seal(supplier)
    scene.heard.bodies.clear()
    scene.fills(supplier)
    path = scene.folder / "secrets.age"
    downloaded(supplier.page, lambda: supplier.page.click("[data-seal-go]"), path)
    supplier.reaches("seal", "done")
    identities = keyfiles.read_bid_secrets(path, PASSPHRASE)
    everything = b"".join(scene.heard.bodies)
    assert len(everything) > 1_000_000, "the ciphertexts were heard"
    secrets = [SECRET, TOTAL.encode(), PASSPHRASE.encode(), "技术.txt".encode()]
    secrets += [each.encode() for each in identities.values()]
    secrets += [supplier.player.signer.to_p12(P12_PASSWORD)[:40], path.read_bytes()[200:260]]
    assert [each for each in secrets if scene.heard.holds(each)] == []
    assert scene.acts() == 1
    for name in ("password", "passphrase", "passphrase-again"):
        assert supplier.page.input_value(f"[data-seal-{name}]") == ""
    receipt = supplier.page.locator('[data-seal-fact="receipt"]').inner_text()
    with scene.world.installation.journal.read() as work:
        firm = supplier.player.firm.id
        [row] = queries.acts_of_organization(work.session, scene.play.tender, firm)
        assert canonical.digest(row.receipt) == receipt

    # Taken back, and then there is nothing left to take back.
    scene.at_seal(supplier)
    supplier.unlocks("seal")
    supplier.page.click("[data-seal-withdraw]")
    supplier.reaches("seal", "done")
    assert scene.acts() == 2
    scene.at_seal(supplier)
    supplier.unlocks("seal")
    supplier.page.click("[data-seal-withdraw]")
    assert supplier.refused("seal") == "nothing_to_withdraw"


def swap_holders(package: Any) -> None:
    package["holders"][0]["holder"], package["holders"][1]["holder"] = (
        package["holders"][1]["holder"],
        package["holders"][0]["holder"],
    )


def alter_statement(signed: Any) -> None:
    raw = base64.b64decode(signed["statement"])
    signed["statement"] = base64.b64encode(raw.replace(b'"threshold":', b'"threshold" :')).decode()


def swap_possession(package: Any) -> None:
    first, second = (package["holders"][at]["possession"] for at in (0, 1))
    first["cms"] = second["cms"]


def lower_threshold(package: Any) -> None:
    signed = package["committee"]
    said = json.loads(base64.b64decode(signed["statement"]))
    said["threshold"] = 3 if said["threshold"] == 2 else 2
    signed["statement"] = base64.b64encode(canonical.encode(said)).decode()


def drop_root(trust: Any) -> None:
    trust["roots"] = trust["timestamp_roots"][:0]


PACKAGE = "**/api/v1/tenders/*/committee"
LIES: dict[str, tuple[str, Bend, str]] = {
    "holders in another order": (PACKAGE, swap_holders, "committee_holders_differ"),
    "a holder left out": (PACKAGE, lambda it: it["holders"].pop(), "committee_holders_differ"),
    "another threshold": (PACKAGE, lower_threshold, "signature_not_valid"),
    "not canonical": (
        PACKAGE,
        lambda it: alter_statement(it["committee"]),
        "statement_not_canonical",
    ),
    "no notice": (PACKAGE, lambda it: it["notices"].clear(), "notice_missing"),
    "another tender": (PACKAGE, lambda it: it.update(tender="tender_x"), "statement_mismatch"),
    "another installation": (PACKAGE, lambda it: it.update(origin="x/y"), "notice_chain_broken"),
    "the wrong signature": (
        PACKAGE,
        lambda it: it["committee"].update(cms=it["notices"][0]["signed"]["cms"]),
        "signature_not_valid",
    ),
    "a possession under another's signature": (PACKAGE, swap_possession, "signature_not_valid"),
    "no roots": ("**/api/v1/trust", drop_root, "signature_not_valid"),
    "another log key": (
        "**/api/v1/trust",
        lambda it: it.update(log_key=it["receipt_key"]),
        "log_checkpoint_wrong",
    ),
}


def test_lies_about_committee_and_notice_are_found_before_anything_is_sealed(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))
    for name, (pattern, bend, code) in LIES.items():
        bent(supplier.page, pattern, bend)
        scene.at_seal(supplier)
        supplier.page.click("[data-seal-check]")
        assert supplier.refused("seal") == code, name
        supplier.page.unroute(pattern)
    assert scene.acts() == 0


def test_a_committee_that_is_not_in_the_log_is_refused(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))

    def hide(route: Route) -> None:
        response = route.fetch()
        lines = response.text().splitlines(keepends=True)
        kept = [line for line in lines if '"tender.publish"' not in line]
        assert len(kept) < len(lines)
        route.fulfill(response=response, body="".join(kept))

    supplier.page.route("**/log/entries/*.jsonl", hide)
    scene.at_seal(supplier)
    supplier.page.click("[data-seal-check]")
    assert supplier.refused("seal") == "notices_not_in_log"


def test_a_false_receipt_is_not_taken_for_one(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))
    page = supplier.page

    def lie(answer: Any) -> None:
        raw = json.loads(base64.b64decode(answer["receipt"]))
        raw["blind"] = "0" * 64
        answer["receipt"] = base64.b64encode(canonical.encode(raw)).decode()

    bent(page, "**/browser/tenders/*/acts", lie)
    scene.at_seal(supplier)
    scene.fills(supplier)
    page.click("[data-seal-go]")
    assert supplier.refused("seal") == "receipt_note_wrong"
    # What was sealed waits: sent again, the same act gets the same, true receipt.
    page.unroute("**/browser/tenders/*/acts")
    page.click("[data-seal-resume]")
    supplier.reaches("seal", "done")
    assert scene.acts() == 1


def test_an_upload_goes_on_after_the_page_was_left(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))
    page = supplier.page
    technical = scene.file("big.bin", bytes(range(256)) * 50_000)
    sent: list[int] = []

    def cut(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(len(route.request.post_data_buffer or b""))
            if len(sent) == 2:
                route.abort()  # The line breaks once: the module tries again by itself.
                return
            if len(sent) > 3:
                return  # Nothing answers any more.
        route.continue_()

    page.route("**/uploads/*", cut)
    scene.at_seal(supplier)
    scene.fills(supplier, technical)
    page.click("[data-seal-go]")
    supplier.reaches("seal", "uploading")
    while len(sent) <= 3:
        page.wait_for_timeout(100)
    page.unroute("**/uploads/*")
    scene.at_seal(supplier)
    expect(page.locator("[data-seal-unsent]")).to_be_visible()
    scene.heard.bodies.clear()
    page.click("[data-seal-resume]")
    supplier.reaches("seal", "done")
    assert scene.acts() == 1
    again = sum(map(len, scene.heard.bodies))
    assert again < 10_000_000, "what was there already was not sent again"
    scene.at_seal(supplier)
    page.wait_for_timeout(500)
    expect(page.locator("[data-seal-unsent]")).to_be_hidden()


def test_a_sealed_bid_that_was_not_sent_can_be_thrown_away(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))
    supplier.page.route("**/browser/tenders/*/acts", lambda route: route.abort())
    scene.at_seal(supplier)
    scene.fills(supplier)
    supplier.page.click("[data-seal-go]")
    assert supplier.refused("seal") == "network"
    supplier.page.click("[data-seal-discard]")
    expect(supplier.page.locator("[data-seal-unsent]")).to_be_hidden()
    assert scene.acts() == 0


def test_what_is_wrong_with_a_bid_is_told_before_it_is_sealed(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))
    page = supplier.page
    scene.at_seal(supplier)
    scene.fills(supplier)
    for selector, value, code in (
        ("[data-seal-passphrase]", "short", "passphrase_too_short"),
        ("[data-seal-passphrase-again]", PASSPHRASE + "x", "passphrases_differ"),
        ("[data-seal-total]", "", "readout_missing"),
        ("[data-seal-total]", "-5", "readout_malformed"),
        ("[data-seal-total]", "12.345", "readout_malformed"),
        ("[data-seal-total]", "0", "readout_malformed"),
        ("[data-seal-delivery]", "x" * 301, "readout_malformed"),
        ("[data-seal-password]", "wrong", "key_file_password_wrong"),
    ):
        before = page.input_value(selector)
        page.fill(selector, value)
        page.click("[data-seal-go]")
        assert supplier.refused("seal") == code, (selector, value)
        page.fill(selector, before)
    own = scene.file("readout.json", b"{}")
    page.set_input_files('[data-seal-files="price"]', own)
    page.click("[data-seal-go]")
    assert supplier.refused("seal") == "readout_given_twice"
    page.set_input_files('[data-seal-files="price"]', [])
    page.set_input_files('[data-seal-files="technical"]', [])
    page.click("[data-seal-go]")
    assert supplier.refused("seal") == "part_missing"
    assert scene.acts() == 0


def key_file(scene: Scene, holder: Player) -> Path:
    """The keys that a holder of the play made, in a file of the tool's."""
    path = scene.folder / f"{holder.login}.age"
    with scene.world.installation.journal.read() as work:
        index = sealed.index_of(work.session, holder, scene.play.tender, "price")
    identities = {
        part: key
        for (tender, part), key in holder.identities.items()
        if tender == scene.play.tender
    }
    origin = scene.world.installation.journal.origin
    keyfiles.write_part_keys(
        path,
        PASSPHRASE,
        origin=origin,
        tender=scene.play.tender,
        index=index,
        identities=identities,
    )
    return path


@pytest.mark.parametrize("scene", [(TenderStage.CLOSED, 3)], indirect=True)
def test_a_holder_is_lied_to_and_releases_nothing(scene: Scene) -> None:
    scene.world.clock.advance(timedelta(minutes=31))
    timekeeping.publish_record(scene.world.installation)
    player = scene.play.staff.holders[0]
    holder = scene.visitor(player)
    page, keys = holder.page, key_file(scene, player)
    other = key_file(scene, scene.play.staff.holders[1])
    scene.heard.bodies.clear()

    def tries(code: str, chosen: Path = keys, button: str = "check") -> None:
        holder.at("release", tender=scene.play.tender, lot=scene.play.lots[0])
        page.set_input_files("[data-release-keyfile]", chosen)
        page.fill("[data-release-passphrase]", PASSPHRASE)
        page.check("[data-release-waive]")
        holder.unlocks("release")
        page.click(f"[data-release-{button}]")
        assert holder.refused("release") == code

    def alter_closing(work: Any) -> None:
        said = json.loads(base64.b64decode(work["closing"]))
        said["size"] -= 1
        work["closing"] = base64.b64encode(canonical.encode(said)).decode()

    lies: tuple[tuple[Bend, str], ...] = (
        (lambda it: it["leaves"].pop(), "tree_size"),
        (lambda it: it["leaves"].reverse(), "tree_root"),
        (lambda it: it["acts"].popitem(), "act_missing"),
        (alter_closing, "closing_not_in_log"),
    )
    for bend, code in lies:
        bent(page, "**/browser/tenders/*/work*", bend)
        tries(code, button="go")
        page.unroute("**/browser/tenders/*/work*")
    tries("holder_key_differs", other)
    assert not any(b"release" in body for body in scene.heard.bodies)
    # A box that is not the one the act names is released as refused; the others go on.
    bent(page, "**/browser/tenders/*/work*", lambda it: it["boxes"].popitem())
    holder.at("release", tender=scene.play.tender, lot=scene.play.lots[0], lang="en")
    page.set_input_files("[data-release-keyfile]", keys)
    page.fill("[data-release-passphrase]", PASSPHRASE)
    page.check("[data-release-waive]")
    page.click("[data-release-check]")
    holder.reaches("release", "ready")
    lines = page.locator("[data-release-list] li").all_inner_texts()
    assert sum("box_missing" in line for line in lines) == 2
    assert sum("a share" in line for line in lines) == 4
    # Another closing than the first that this browser saw.
    page.evaluate(
        "() => { for (const key of Object.keys(localStorage)) localStorage[key] = 'sha256:' }"
    )
    page.unroute("**/browser/tenders/*/work*")
    tries("closing_differs")


def test_the_self_test_says_what_works(scene: Scene) -> None:
    supplier = scene.visitor(scene.world.supplier(1))
    origin = scene.world.installation.journal.origin
    supplier.at("selftest", origin=origin)
    supplier.page.click("[data-selftest-go]")
    supplier.reaches("selftest", "done")
    items = {
        name: supplier.page.locator(f'[data-selftest-item="{name}"]').get_attribute("data-state")
        for name in ITEMS
    }
    assert items == {**dict.fromkeys(ITEMS, "passed"), "signature": "skipped"}
    supplier.unlocks("selftest")
    supplier.page.click("[data-selftest-go]")
    signature = supplier.page.locator('[data-selftest-item="signature"]')
    expect(signature).to_have_attribute("data-state", "passed")
    supplier.unlocks("selftest", "wrong")
    supplier.page.click("[data-selftest-go]")
    expect(signature).to_have_attribute("data-state", "failed")
    supplier.reaches("selftest", "failed")


def test_a_browser_that_keeps_nothing_seals_and_says_so(scene: Scene) -> None:
    """WebKit outside Safari has no `navigator.storage`: what is sealed stays in memory."""
    supplier = scene.visitor(scene.world.supplier(1))
    supplier.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'storage', { get: () => undefined })"
    )
    supplier.at("selftest", origin=scene.world.installation.journal.origin)
    supplier.page.click("[data-selftest-go]")
    supplier.reaches("selftest", "done")
    storage = supplier.page.locator('[data-selftest-item="storage"]')
    expect(storage).to_have_attribute("data-state", "passed")
    scene.at_seal(supplier)
    scene.fills(supplier)
    supplier.page.click("[data-seal-go]")
    supplier.reaches("seal", "done")
    assert scene.acts() == 1
