"""The real data, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

import app.replay
from app.replay.reading import RealData, read_real

DATA = Path(app.replay.__file__).parent / "data"
TENDERS = DATA / "prozorro-lviv-2026w41.tenders.jsonl"
BIDS = DATA / "prozorro-lviv-2026w41.replay.csv"


@pytest.fixture(scope="session")
def real() -> RealData:
    """What was really tendered, bid and awarded in the data that is shipped."""
    return read_real(TENDERS, BIDS)
