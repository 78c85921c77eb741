"""A scene that nobody plays is a scene that nobody tries: each of `app/rehearsal` is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENES = sorted((ROOT / "app" / "rehearsal").glob("*.py"))
PLAYED_IN = ("app", "tests", "benchmarks")


def public(tree: ast.Module) -> Iterator[str]:
    """Names of public functions, methods and properties."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


def test_each_scene_is_played_somewhere() -> None:
    text = "\n".join(
        path.read_text("utf-8")
        for folder in PLAYED_IN
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__)
    )
    words = re.findall(r"(?<!def )\b[a-z_]+\b", re.sub(r"(?m)^\s*#.*$", "", text))
    used = set(words)
    scenes = {name for path in SCENES for name in public(ast.parse(path.read_text("utf-8")))}
    assert len(scenes) > 50
    assert scenes - used == set()
