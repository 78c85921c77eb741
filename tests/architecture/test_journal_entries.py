"""docs/journal-entries.md is what the code records."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from kernel.vocabulary import Action
from procurement.disclosure import DISCLOSURE, Moment

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def entries() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("entries", ROOT / "scripts" / "entries.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_code_records(entries: ModuleType) -> None:
    there = entries.TARGET.read_text(encoding="utf-8")
    assert there == entries.page(), "run python scripts/entries.py"


def test_every_verb_has_an_entry_on_the_page(entries: ModuleType) -> None:
    page = entries.page()
    assert [str(action) for action in Action if f"`{action}`" not in page] == []
    assert {kind.action for kind in entries.kinds()} == set(Action)


def test_nothing_of_a_bid_is_public_before_the_opening() -> None:
    for action in (Action.SUBMIT_BID, Action.REPLACE_BID, Action.WITHDRAW_BID, Action.REFUSE_BID):
        assert DISCLOSURE[action].moment is Moment.AT_OPENING
