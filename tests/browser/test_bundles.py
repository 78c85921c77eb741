"""The bundles in the tree are what their sources and the pinned packages make."""

from __future__ import annotations

import json
import re

from scripts import build_browser


def test_the_bundles_are_made_of_their_sources() -> None:
    assert build_browser.differing(build_browser.built()) == []


def test_the_lock_pins_digests_and_names_no_address() -> None:
    lock = json.loads(build_browser.LOCK.read_text("utf-8"))
    packages = {place: about for place, about in lock["packages"].items() if place}
    assert all(about["integrity"].startswith("sha512-") for about in packages.values())
    assert not any("resolved" in about for about in packages.values())


def test_bundles_need_nothing_that_the_policy_forbids() -> None:
    for path in build_browser.BUNDLES.glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"\beval\(|new Function\(|WebAssembly", text), path.name
