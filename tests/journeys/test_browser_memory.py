"""Sealing and sending 100 MB takes less than 150 MB more of the browser's memory."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.jobs import timekeeping
from tests.browser.pages import chromium
from tests.journeys.browser_pages import PASSPHRASE, Visitor, served
from tests.world import World

FILE_BYTES = 100 << 20
MORE_BYTES_MAX = 150 << 20
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Watch:
    """The most memory that the pages' processes held at once, sampled."""

    def __init__(self, page: Page) -> None:
        browser = page.context.browser
        assert browser is not None
        found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        kinds = ("renderer", "utility", "browser")
        self._pids = [each["id"] for each in found["processInfo"] if each["type"] in kinds]
        self._renderers = [each["id"] for each in found["processInfo"] if each["type"] == kinds[0]]
        self.before, self.before_all = self.now(self._renderers), self.now(self._pids)
        self.peak, self.peak_all = self.before, self.before_all
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def now(self, pids: list[int]) -> int:
        return sum(_resident(pid) for pid in pids)

    def _sample(self) -> None:
        while not self._over.wait(0.05):
            self.peak = max(self.peak, self.now(self._renderers))
            self.peak_all = max(self.peak_all, self.now(self._pids))

    def end(self) -> None:
        self._over.set()
        self._thread.join()


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except OSError:
        return 0


@pytest.mark.slow
def test_a_hundred_megabytes_are_sealed_in_little_memory(world: World, tmp_path: Path) -> None:
    play = world.tender()
    timekeeping.publish_record(world.installation)
    big = tmp_path / "big.bin"
    with big.open("wb") as out:
        for _ in range(FILE_BYTES >> 20):
            out.write(os.urandom(1 << 20))
    with served(world) as address, chromium() as fresh:
        supplier = Visitor(fresh(), address, world.supplier(1), tmp_path / "supplier")
        page, firm = supplier.page, supplier.player.firm
        supplier.at("seal", tender=play.tender, lot=play.lots[0], bidder=firm.identifier)
        page.set_input_files('[data-seal-files="technical"]', big)
        page.fill("[data-seal-total]", "970000")
        page.fill("[data-seal-passphrase]", PASSPHRASE)
        page.fill("[data-seal-passphrase-again]", PASSPHRASE)
        page.check("[data-seal-fingerprint-seen]")
        supplier.unlocks("seal")
        page.click("[data-seal-check]")
        supplier.reaches("seal", "ready")
        watch = Watch(page)
        began = time.monotonic()
        page.click("[data-seal-go]")
        supplier.reaches("seal", "uploading", seconds=300)
        sealed = time.monotonic()
        at_sealing = watch.peak - watch.before
        supplier.reaches("seal", "done", seconds=300)
        watch.end()
        more, more_all = watch.peak - watch.before, watch.peak_all - watch.before_all
        print(
            f"sealed in {sealed - began:.1f} s, sent in {time.monotonic() - sealed:.1f} s;"
            f" before {watch.before >> 20} MiB, more while sealing {at_sealing >> 20} MiB,"
            f" in all {more >> 20} MiB; all processes {more_all >> 20} MiB"
        )
        assert more < MORE_BYTES_MAX
