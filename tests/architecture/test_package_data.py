"""A wheel holds every file that the packages read beside their code."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "bidding", "journal", "kernel", "procurement", "reports", "signatures")
# Sources of translations: the compiled catalogues beside them are what is read.
NOT_READ = {".po", ".py", ".pyc"}


def test_every_file_beside_the_code_is_packaged() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = configured["tool"]["setuptools"]["package-data"]
    packaged = {
        path
        for package, globs in patterns.items()
        for pattern in globs
        for path in (ROOT / package).glob(pattern)
    }
    there = {
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in NOT_READ
    }
    assert there <= packaged, sorted(str(path.relative_to(ROOT)) for path in there - packaged)
