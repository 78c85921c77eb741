"""The pinned npm packages, which the modules' sources import."""

from __future__ import annotations

import subprocess

import pytest

from scripts import build_browser
from tests.signatures.conftest import world as world  # the development PKI, made once


@pytest.fixture(scope="session", autouse=True)
def modules() -> None:
    """Fetch what package-lock.json pins; where no npm registry can be reached there is no test."""
    try:
        build_browser.install()
    except (subprocess.CalledProcessError, OSError) as problem:
        pytest.skip(f"the npm packages cannot be fetched: {problem}")
