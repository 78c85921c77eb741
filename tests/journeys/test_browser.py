"""Sealing, holding and releasing in Chromium beside `sunlit-bid`: each opens the other's.

One supplier seals in the browser, then with the tool upon the browser's folder, then in the browser
again. One holder makes keys in the browser and releases with the tool; another the other way round.
"""

from __future__ import annotations

import json
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.jobs import timekeeping
from app.rehearsal import sealed
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from kernel.money import Money
from procurement.tenders import queries as tenders
from signatures.sealed import points
from signatures.tool import keyfiles
from tests.browser.pages import chromium, downloaded
from tests.journeys.browser_pages import PASSPHRASE, Visitor, served
from tests.journeys.test_offline_tool import Computer, computer, make_keys, offer, releases
from tests.world import CLOSES_AT, PUBLISHED_AT, World


def saved(page: Page, link: str, target: Path) -> Path:
    """A file that the page gives."""
    return downloaded(page, lambda: page.click(link), target)


def makes_keys(holder: Visitor, world: World, play: Play) -> Path:
    """A holder makes keys in the browser, keeps the file, and registers what it opens."""
    with world.installation.journal.read() as work:
        index = sealed.index_of(work.session, holder.player, play.tender, "price")
    origin = world.installation.journal.origin
    holder.at("holder", tender=play.tender, index=str(index), origin=origin)
    page = holder.page
    page.fill("[data-holder-passphrase]", PASSPHRASE)
    page.fill("[data-holder-passphrase-again]", PASSPHRASE + "x")
    page.click("[data-holder-make]")
    assert holder.refused("holder") == "passphrases_differ"
    page.fill("[data-holder-passphrase-again]", PASSPHRASE)
    keys = saved(page, "[data-holder-make]", holder.folder / "keys.age")
    holder.unlocks("holder")
    page.set_input_files("[data-holder-keyfile]", keys)
    page.fill("[data-holder-passphrase]", PASSPHRASE + "x")
    page.click("[data-holder-register]")
    assert holder.refused("holder") == "passphrase_wrong"
    page.fill("[data-holder-passphrase]", PASSPHRASE)
    page.click("[data-holder-register]")
    holder.reaches("holder", "done")
    said, identities = keyfiles.read_part_keys(keys, PASSPHRASE)
    assert (said["tender"], said["index"]) == (play.tender, index)
    with world.installation.journal.read() as work:
        registered = {
            key.part: key.recipient
            for key in tenders.holder_keys(work.session, play.tender)
            if key.person_id == holder.player.person
        }
    assert registered == {part: points.recipient_of(each) for part, each in identities.items()}
    return keys


def seals(supplier: Visitor, play: Play, total: str, *, technical: Path) -> Path:
    """A supplier seals in the browser and unpacks what the page gives to keep."""
    page, lot = supplier.page, play.lots[0]
    bidder = supplier.player.firm.identifier
    supplier.at("seal", tender=play.tender, lot=lot, bidder=bidder)
    page.set_input_files('[data-seal-files="technical"]', technical)
    page.fill("[data-seal-total]", total)
    page.fill("[data-seal-delivery]", "合同签订后30日内")
    page.fill("[data-seal-passphrase]", PASSPHRASE)
    page.fill("[data-seal-passphrase-again]", PASSPHRASE)
    supplier.unlocks("seal")
    page.click("[data-seal-go]")
    assert supplier.refused("seal") == "fingerprint_not_confirmed"
    page.check("[data-seal-fingerprint-seen]")
    target = supplier.folder / f"bid-{total}"
    target.mkdir()
    saved(page, "[data-seal-go]", target / "secrets-first.age")
    supplier.reaches("seal", "done")
    kept = saved(page, '[data-seal-download="bid"]', target / "bid.tar")
    with tarfile.open(kept) as archive:
        archive.extractall(target, filter="data")
    assert (target / "bid/secrets.age").read_bytes() == (target / "secrets-first.age").read_bytes()
    return target / "bid"


def recovers(world: World, bid: Path) -> None:
    """The recovery file opens what was sealed, by the offline tool's own reader."""
    act = json.loads((bid / "act.json").read_text("utf-8"))
    identities = keyfiles.read_bid_secrets(bid / "secrets.age", PASSPHRASE)
    for envelope in act["envelopes"]:
        identity = points.read_identity(identities[envelope["part"]])
        assert points.recipient_of(identity) == envelope["recipient"]
        assert world.installation.blobs.size(envelope["ciphertext"]) == envelope["size"]


def tool_replaces(supplier: Computer, play: Play, before: Path, total: str) -> Path:
    """`sunlit-bid` goes on from the folder that the browser gave."""
    package, out = supplier.folder / "package.json", supplier.folder / "by-tool"
    supplier.does(
        *("committee", "fetch", "--server", supplier.address),
        *("--tender", play.tender, "--out", package),
    )
    known = ("--package", package, *supplier.trusted)
    shown = supplier.does("committee", "check", *known)
    fingerprint = shown.splitlines()[0].removeprefix("fingerprint  ")
    supplier.does(
        *("seal", *known, "--lot", play.lots[0], "--fingerprint", fingerprint),
        *("--bidder", supplier.player.firm.identifier, *supplier.signed),
        *(*offer(supplier, total), "--after", before, "--out", out),
    )
    supplier.does("submit", *supplier.online, out)
    return out


def released(holder: Visitor, play: Play, keys: Path) -> None:
    """A holder releases in the browser: not before the time, not without evidence or its waiver."""
    page = holder.page
    holder.at("release", tender=play.tender, lot=play.lots[0])
    page.set_input_files("[data-release-keyfile]", keys)
    page.fill("[data-release-passphrase]", PASSPHRASE)
    holder.unlocks("release")
    page.click("[data-release-check]")
    assert holder.refused("release") == "closing_without_outside_evidence"
    page.check("[data-release-waive]")
    page.click("[data-release-check]")
    holder.reaches("release", "ready")
    assert page.locator("[data-release-list] li").count() == 6
    assert page.locator('[data-release-fact="bids"]').inner_text() == "3"
    page.click("[data-release-go]")
    holder.reaches("release", "done")


@pytest.mark.slow
def test_browser_and_tool_open_what_the_other_sealed(world: World, tmp_path: Path) -> None:
    play = world.play()
    play.plan()
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    timekeeping.publish_record(world.installation)
    in_browser, by_tool, absent = play.staff.holders
    with served(world) as address, chromium() as fresh:
        first = Visitor(fresh(), address, in_browser, tmp_path / "first")
        browser_keys = makes_keys(first, world, play)
        second = computer(world, address, tmp_path, by_tool)
        tool_keys = make_keys(second, play)
        play.make_keys(holders=[absent])
        play.set_committee()
        play.publish()
        world.clock.advance(timedelta(days=1))
        timekeeping.publish_record(world.installation)

        technical = tmp_path / "技术方案.pdf"
        technical.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 9000)
        supplier = Visitor(fresh(), address, world.supplier(1), tmp_path / "supplier")
        bid = seals(supplier, play, "990000", technical=technical)
        recovers(world, bid)
        tool = computer(world, address, tmp_path, world.supplier(1))
        receipt_key = world.installation.keys.receipt_vkey.encode()
        seal_trust = tmp_path / "seal-trust"
        seal_trust.mkdir()
        world.installation.keys.seal_trust().to_directory(seal_trust)
        key = ("--receipt-key", receipt_key, "--trust", seal_trust)
        assert "NOT CHECKED" not in tool.does("receipt", "check", bid, *key)
        tool_replaces(tool, play, bid, "980000.00")
        last = seals(supplier, play, "970,000.00", technical=technical)
        assert supplier.page.locator('[data-seal-fact="seq"]').inner_text() == "3"
        recovers(world, last)
        for number, price in ((2, "1050000.00"), (3, "1100000.00")):
            play.bid(world.supplier(number), play.lots[0], Money.parse(price, "CNY"))

        world.clock.set(CLOSES_AT)
        timekeeping.keep_time(world.installation)
        holder = Visitor(fresh(), address, by_tool, tmp_path / "second")
        early(holder, play, tool_keys)
        # The holder of the browser's keys releases by the tool, and the other in the browser.
        releases(computer(world, address, tmp_path, in_browser), play, browser_keys)
        released(holder, play, tool_keys)
    play.open(play.lots[0])
    judging = Judging(play, play.lots[0])
    assert len(play.opened(play.lots[0])) == 3
    judging.qualify()
    play.bidders.setdefault(play.lots[0], {})[supplier.player.firm.id] = supplier.player
    judging.evaluate()
    judging.award()
    assert judging.awarded() == (supplier.player.firm.identifier, "970000.00")


def of_another(holder: Visitor, play: Play, keys: Path) -> None:
    """A certificate that is not the holder's is named before anything is sent."""
    sent: list[str] = []
    holder.page.on("request", lambda request: sent.append(request.method))
    holder.at("release", tender=play.tender, lot=play.lots[0], certificates="sha256:" + "0" * 64)
    holder.page.click("[data-release-go]")
    assert holder.refused("release") == "keys_file_missing"
    holder.page.set_input_files("[data-release-keyfile]", keys)
    holder.page.click("[data-release-go]")
    assert holder.refused("release") == "passphrase_missing"
    holder.page.fill("[data-release-passphrase]", PASSPHRASE)
    holder.unlocks("release", password="")
    holder.page.click("[data-release-go]")
    assert holder.refused("release") == "key_file_password_missing"
    holder.unlocks("release")
    holder.page.click("[data-release-go]")
    assert holder.refused("release") == "certificate_not_yours"
    assert "POST" not in sent


def early(holder: Visitor, play: Play, keys: Path) -> None:
    """Before the minutes for objections have passed nothing is even fetched."""
    asked: list[str] = []
    holder.page.on("request", lambda request: asked.append(request.url))
    holder.at("release", tender=play.tender, lot=play.lots[0])
    holder.page.set_input_files("[data-release-keyfile]", keys)
    holder.page.fill("[data-release-passphrase]", PASSPHRASE)
    holder.page.check("[data-release-waive]")
    holder.page.click("[data-release-check]")
    assert holder.refused("release") == "objection_time_runs"
    assert not any("/work" in url for url in asked)
