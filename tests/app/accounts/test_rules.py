"""When a try is one too many, and when a session is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.rules import USUAL, Tries, is_over, too_many_tries

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("tries", "refused"),
    [
        (Tries(account_and_address=8, account=8, address=8), False),
        (Tries(account_and_address=9, account=9, address=9), True),
        (Tries(account_and_address=1, account=100, address=1), False),
        (Tries(account_and_address=1, account=101, address=1), True),
        (Tries(account_and_address=1, account=1, address=60), False),
        (Tries(account_and_address=1, account=1, address=61), True),
    ],
)
def test_each_of_three_counts_has_its_limit(tries: Tries, refused: bool) -> None:
    assert (too_many_tries(tries) is not None) is refused


@pytest.mark.parametrize(
    ("seen", "now", "over"),
    [
        (NINE, NINE, False),
        (NINE, NINE + USUAL.idle - TICK, False),
        (NINE, NINE + USUAL.idle, True),
        (NINE + USUAL.whole - TICK, NINE + USUAL.whole - TICK, False),
        (NINE + USUAL.whole - TICK, NINE + USUAL.whole, True),
    ],
)
def test_session_ends_at_the_instant(seen: datetime, now: datetime, over: bool) -> None:
    assert is_over(USUAL, began_at=NINE, seen_at=seen, now=now) is over
