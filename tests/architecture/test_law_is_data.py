"""The law is data: no statutory number stands in code; rules take named facts and no database."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = [*ROOT.glob("procurement/**/*.py"), *ROOT.glob("bidding/**/*.py")]
# Rows say how wide a column is, and the loader how many digits a hash has: no law is in there.
NOT_RULES = {"models.py"}
DECIDING = {"rules.py", "scoring.py", "prices.py", "timetable.py", "stages.py", "checks.py"}
# Nothing, one (half-open ends, first of a list) and minus one decide nothing by themselves, and a
# thousand is how many of the next smaller unit there are.
HARMLESS = {0, 1, -1, 1000}
PERIODS = {"days", "weeks", "hours"}


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _numbers(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node


def _decimal_texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in {"Decimal", "Fraction"}:
            for given in node.args:
                if isinstance(given, ast.Constant):
                    yield str(given.value)


@pytest.mark.parametrize(
    "path", sorted(p for p in DOMAIN if p.name in DECIDING), ids=lambda path: _named(path)
)
def test_no_number_of_the_law_stands_in_a_rule(path: Path) -> None:
    tree = ast.parse(path.read_text())
    found = [(node.lineno, node.value) for node in _numbers(tree) if node.value not in HARMLESS]
    # `Fraction(10) ** places` is how decimals are written, and no rule of any law.
    if path.name == "scoring.py":
        found = [(at, value) for at, value in found if value != 10]
    assert found == []
    assert [text for text in _decimal_texts(tree) if text not in {"0", "1", "10"}] == []


@pytest.mark.parametrize(
    "path", sorted(p for p in DOMAIN if p.name not in NOT_RULES), ids=lambda path: _named(path)
)
def test_no_period_of_days_is_written_into_the_domain(path: Path) -> None:
    periods = [
        (node.lineno, word.arg)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg in PERIODS
        and isinstance(word.value, ast.Constant)
        and word.value.value not in HARMLESS
    ]
    assert periods == []


@pytest.mark.parametrize(
    "path", sorted(p for p in DOMAIN if p.name == "rules.py"), ids=lambda path: _named(path)
)
def test_every_rule_takes_named_facts_and_says_what_it_holds(path: Path) -> None:
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        assert ast.get_docstring(node), f"{node.name} says nothing"
        if "Refusal" in ast.unparse(node.returns or ast.Constant(None)):
            assert not node.args.args, f"{node.name} takes facts without their names"


@pytest.mark.parametrize(
    "path",
    sorted(p for p in DOMAIN if p.name in DECIDING or "profiles" in p.parts),
    ids=lambda path: _named(path),
)
def test_rules_know_no_database_and_no_cryptography(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        barred = {name for name in names if name.split(".")[0] in {"sqlalchemy", "cryptography"}}
        assert not barred, f"{_named(path)} imports {barred}"
