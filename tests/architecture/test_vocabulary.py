"""Every verb has its row in each table that is keyed by it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Set
from pathlib import Path

import pytest

from journal.entries import Entry, entry_kinds
from kernel.vocabulary import Action, Audience, Log, Role
from procurement.authority import RIGHTS
from procurement.disclosure import DISCLOSURE
from reports.labels import ACTIONS, ROLES
from reports.ocds.tags import TAGS, UNTAGGED

ROOT = Path(__file__).resolve().parents[2]
# Verbs that never leave an entry of their own, each with its reason.
WITHOUT_ENTRY: Mapping[Action, str] = {}


def _kinds() -> list[type[Entry]]:
    for package in ("journal", "procurement", "bidding"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name == "entries.py" or package == "journal":
                importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [kind for kind in entry_kinds() if kind.__module__.partition(".")[0] != "tests"]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("procurement.authority.RIGHTS", RIGHTS.keys()),
        ("procurement.disclosure.DISCLOSURE", DISCLOSURE.keys()),
        ("reports.labels.ACTIONS", ACTIONS.keys()),
        ("reports.ocds.tags", TAGS.keys() | UNTAGGED),
    ],
)
def test_every_verb_has_its_row(table: str, rows: Set[Action]) -> None:
    missing = [str(action) for action in Action if action not in rows]
    assert not missing, f"{table} has no row for {missing}"


def test_no_verb_is_both_tagged_and_untagged() -> None:
    assert not TAGS.keys() & UNTAGGED


def test_every_label_is_in_both_languages() -> None:
    assert all(label.zh and label.en for label in (*ACTIONS.values(), *ROLES.values()))
    assert ROLES.keys() == set(Role)


def test_every_verb_leaves_an_entry() -> None:
    made = {kind.action for kind in _kinds()}
    assert {str(action) for action in Action} == {str(action) for action in made} | {
        str(action) for action in WITHOUT_ENTRY
    }


def test_entry_is_named_as_a_fact_and_says_what_it_is() -> None:
    for kind in _kinds():
        assert kind.__doc__, kind
        assert DISCLOSURE[kind.action].log in Log


def test_nobody_may_read_what_is_sealed() -> None:
    assert RIGHTS[Action.READ_SEALED] == ()


def test_administrator_has_no_right_to_bid_score_or_key() -> None:
    """DESIGN 3: the system administrator has no right to any bid, score or key."""
    closed = ("bid.", "bids.", "shares.", "holder_key.", "report.", "panel.", "lot.", "award.")
    for action, rights in RIGHTS.items():
        if str(action).startswith(closed):
            assert Role.ADMINISTRATOR not in {right.role for right in rights}, action


def test_audiences_are_all_used_or_known() -> None:
    assert Audience.NOBODY in Audience
