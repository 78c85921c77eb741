"""The ladder of imports, and the fences beside it, as pyproject.toml states them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_is_a_drawer_for_anything() -> None:
    packages = ("kernel", "signatures", "journal", "procurement", "bidding", "reports", "app")
    names = {path.stem for package in packages for path in (ROOT / package).rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_no_file_grows_past_reading() -> None:
    packages = ("kernel", "signatures", "journal", "procurement", "bidding", "reports", "app")
    # The stand-alone verifier is one file on purpose; migrations are read once.
    exempt = {"journal/verify.py"}
    long = {
        name: lines
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        if "migrations/versions" not in (name := path.relative_to(ROOT).as_posix())
        and name not in exempt
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 550
    }
    assert not long
