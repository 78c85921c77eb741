"""The vectors, answered by an implementation in JavaScript that was written from the page alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.signatures.sealed.vectors import make

PROGRAM = Path(__file__).parents[2] / "vectors" / "sealed-v1.mjs"


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
def test_every_vector_in_another_language() -> None:
    done = subprocess.run(["node", str(PROGRAM)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(len(make.read(name)) for name in make.FILES)
    assert done.stdout.splitlines()[-1] == f"{count} passed, 0 failed"
