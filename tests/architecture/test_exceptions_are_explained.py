"""The product passes each check of security that ruff knows (bandit's); exceptions say why."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = (
    *("app", "bidding", "journal", "kernel", "procurement", "reports", "signatures"),
    *("scripts", "wsgi.py"),
)
_EXCEPTION = re.compile(r"# noqa:(?P<codes>[ A-Z0-9,]*\bS\d{3}\b[ A-Z0-9,]*)(?P<why>.*)")


def test_the_whole_family_is_on_for_the_product() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    assert "S" in lint["lint"]["select"]
    assert not [code for code in lint["lint"]["ignore"] if re.fullmatch(r"S\d*", code)]
    excused = lint["lint"]["per-file-ignores"]
    assert not [where for where in excused if where.split("/")[0] in PRODUCT]


def test_the_product_passes_migrations_included() -> None:
    """Also where the project's own settings look away."""
    words = ("check", "--isolated", "--select", "S", "--target-version", "py311", "--quiet")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *words, *PRODUCT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_exception_says_why() -> None:
    """On its line, or in the comment that stands in the line before or the statement's first."""
    silent = []
    for path in (path for part in PRODUCT for path in _files(ROOT / part)):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            found = _EXCEPTION.search(line)
            if found is None or found["why"].strip(" -#"):
                continue
            before = lines[max(0, number - 2) : number]
            if not any("#" in each for each in before):
                silent.append(f"{path.relative_to(ROOT)}:{number + 1}")
    assert not silent


def _files(part: Path) -> list[Path]:
    return sorted(part.rglob("*.py")) if part.is_dir() else [part]
