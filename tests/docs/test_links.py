"""What the README and the pages in docs/ link to is there, and commands they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        *ROOT.glob("docs/**/*.md"),
    ]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [each for each in local if not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_are_named_are_there(page: Path) -> None:
    """`kernel/clock.py`, `tests/world.py`: whole paths in code marks, from the root."""
    said = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_0-9-]+/)+[A-Za-z_0-9.-]+\.(?:py|md|sh|toml|json))`", said)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_make_targets_that_are_named_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    for page in PAGES:
        said = page.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", said, re.M)) <= targets, page


def test_decisions_are_numbered_without_gap_and_have_their_four_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        said = page.read_text(encoding="utf-8")
        assert said.startswith(f"# {page.name[:4]} ")
        for part in ("Question", "Weighed", "Choice", "Price"):
            assert f"**{part}.**" in said, f"{page.name} has no {part}"
