"""What docs/ says of commands, settings and licences is what is there."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click

from app.cli import main
from app.settings import each_setting

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def _commands(group: click.Group, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_every_command_is_in_the_docs_and_none_besides() -> None:
    told = {found.strip() for found in re.findall(r"`(sunlit(?: [a-z-]+)+)", OPERATIONS)}
    there = set(_commands(main, "sunlit"))
    assert there <= told, there - told
    assert told <= there, told - there


def test_every_command_says_what_it_does() -> None:
    context = click.Context(main)
    for name, command in main.commands.items():
        assert command.get_short_help_str(), name
        assert command.get_params(context)


def test_every_setting_is_in_the_docs_with_its_default_and_its_words() -> None:
    rows = {
        row[0]: row[1:]
        for row in re.findall(r"^\| `([A-Z_]+)` \| (.*?) ?\| (.+) \|$", OPERATIONS, re.M)
    }
    for setting in each_setting():
        name = setting.metadata["name"]
        default, says = rows.pop(name)
        assert default.strip("` ") == setting.metadata["default"], name
        assert says == setting.metadata["says"].en, name
        assert re.search(r"[\u4e00-\u9fff]", setting.metadata["says"].zh), name
    assert not rows


def test_limits_in_the_docs_are_those_of_the_code() -> None:
    from app.accounts import passwords, rules

    assert passwords.CHARACTERS_MIN == 10
    assert rules.TRIES_PER_ACCOUNT_AND_ADDRESS_MAX == 8
    assert rules.TRIES_PER_ADDRESS_MAX == 60
    assert rules.TRIES_PER_ACCOUNT_MAX == 100
    for words in ("Ten characters", "Eight wrong tries", "60 from", "100 on one"):
        assert words in OPERATIONS


def _licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "scripts" / "licences.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_licences_page_is_what_is_installed() -> None:
    licences = _licences()
    assert licences.TARGET.read_text(encoding="utf-8") == licences.page(), "run make licences"


def test_nothing_is_under_gpl_or_agpl_or_unknown() -> None:
    """But for what one test runs in a process of its own, which the product never imports."""
    licences = _licences()
    for lock, allowed in (
        ("requirements.txt", frozenset()),
        ("requirements-dev.txt", licences.CHECKS_ONLY),
    ):
        for name in licences.locked(lock) - allowed:
            found = licences.licence(name)
            assert not licences.REFUSED.search(found), f"{name}: {found}"
            assert found not in ("unknown", "not installed here", ""), name


def test_lock_holds_hashes_and_no_addresses() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") > text.count("==") > 0
