"""Every refusal that can be raised has its sentence, whole and in both languages."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from app.web.refusals import FILES, sentences
from procurement.profiles.model import Profile

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kernel", "signatures", "journal", "procurement", "bidding", "reports", "app")
# Functions that make a refusal of the code that is their first argument.
MAKERS = {"refuse", "Refusal"}


def _codes() -> Iterator[tuple[str, frozenset[str], str]]:
    """Each code with the facts that go with it and where it stands."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and _name(node.func) in MAKERS
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                ):
                    # `*` stands for facts that are put together elsewhere (`**facts`).
                    facts = frozenset(word.arg or "*" for word in node.keywords)
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    yield str(node.args[0].value), facts, where


def test_every_code_has_its_sentence() -> None:
    missing = {code: where for code, _, where in _codes() if code not in sentences()}
    assert not missing, "\n".join(f"{code}  {where}" for code, where in missing.items())


def test_no_code_has_two_sentences() -> None:
    codes = [code for file in FILES for code in tomllib.loads(file.read_text(encoding="utf-8"))]
    assert len(codes) == len(set(codes)), {code for code in codes if codes.count(code) > 1}


def test_every_sentence_is_whole() -> None:
    for code, words in sentences().items():
        assert words.zh.endswith("。"), code
        assert words.en.endswith("."), code
        assert _names(words.zh) == _names(words.en), code


def test_sentence_asks_only_for_facts_that_its_refusals_carry() -> None:
    # A rule tells the values of the profile's parameters that it looked at, by their names.
    parameters = {entry.name for entry in fields(Profile)} | {"profile"}
    facts: dict[str, frozenset[str]] = {}
    for code, given, _ in _codes():
        facts[code] = facts.get(code, given) | given
    for code, words in sentences().items():
        if code in facts and "*" not in facts[code]:
            assert _names(words.zh) <= facts[code] | parameters, code


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _name(called: ast.expr) -> str:
    """The last part of what is called: `refuse` of `profile.refuse`."""
    return getattr(called, "id", "") or getattr(called, "attr", "")
