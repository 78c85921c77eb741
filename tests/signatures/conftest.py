"""A development PKI for all tests of signatures, and the clock it was made under."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from signatures.development import DevelopmentPki
from signatures.signers import Signer
from signatures.stampers import DevelopmentStamper
from signatures.trust import Trust

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIRM = "91330000MA27U00000"


@dataclass(frozen=True)
class World:
    """One PKI, one bidder, one time."""

    pki: DevelopmentPki
    clock: FixedClock
    bidder: Signer
    trust: Trust

    @property
    def stamper(self) -> DevelopmentStamper:
        return DevelopmentStamper(self.pki, self.clock)

    def stamper_at(self, at: datetime) -> DevelopmentStamper:
        return DevelopmentStamper(self.pki, FixedClock(at))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    clock = FixedClock(NOW)
    pki = DevelopmentPki.create(tmp_path_factory.mktemp("pki") / "pki", clock)
    bidder = pki.issue_person("王小明", "东阳建材有限公司", FIRM, "bidder", file_name="wang")
    return World(pki, clock, bidder, pki.trust())


def openssl(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the openssl program: an independent reader of what is written here."""
    return subprocess.run(
        ["openssl", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
