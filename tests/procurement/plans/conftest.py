"""The town of the tests of tenders, for tests of what comes before a tender."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from kernel.clock import FixedClock
from signatures.development import DevelopmentPki
from signatures.signers import Signer
from tests.procurement.tenders.town import Town, found_town, issue_signers


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentPki:
    """Authorities whose lists are of the morning on which the tests begin."""
    clock = FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    return DevelopmentPki.create(tmp_path_factory.mktemp("pki") / "pki", clock)


@pytest.fixture(scope="session")
def signers(pki: DevelopmentPki) -> dict[str, Signer]:
    """Keys of those who sign."""
    return issue_signers(pki)


@pytest.fixture
def town(
    engine: Engine, clock: FixedClock, pki: DevelopmentPki, signers: dict[str, Signer]
) -> Town:
    """People and an empty record."""
    return found_town(engine, clock, pki, signers)
