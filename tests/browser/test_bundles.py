"""The bundles in the tree are what their sources and the pinned packages make."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts import build_browser


def test_the_bundles_are_made_of_their_sources() -> None:
    assert build_browser.differing(build_browser.built()) == []


def test_two_that_fetch_at_once_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the workers of a fresh clone asks; one fetches, and the others find it done."""
    monkeypatch.setattr(build_browser, "MODULES", tmp_path / "node_modules")
    began: list[int] = []

    def slowly() -> None:
        began.append(1)
        assert len(began) == 1, "two fetch at once"
        time.sleep(0.3)
        build_browser.MODULES.mkdir()

    monkeypatch.setattr(build_browser, "_fetch", slowly)
    with ThreadPoolExecutor(3) as workers:
        for asked in [workers.submit(build_browser.install) for _ in range(3)]:
            asked.result()
    assert len(began) == 1


def test_the_lock_pins_digests_and_names_no_address() -> None:
    lock = json.loads(build_browser.LOCK.read_text("utf-8"))
    packages = {place: about for place, about in lock["packages"].items() if place}
    assert all(about["integrity"].startswith("sha512-") for about in packages.values())
    assert not any("resolved" in about for about in packages.values())


def test_bundles_need_nothing_that_the_policy_forbids() -> None:
    for path in build_browser.BUNDLES.glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"\beval\(|new Function\(|WebAssembly", text), path.name
