"""When a try at a password is one too many, and when a session is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.refusal import Refusal, refuse

WINDOW = timedelta(minutes=15)
# Low enough to make guessing hopeless, high enough for somebody who mixes up three passwords.
TRIES_PER_ACCOUNT_AND_ADDRESS_MAX = 8
# An office behind one address shares this one.
TRIES_PER_ADDRESS_MAX = 60
# NIST SP 800-63B section 5.2.2: no more than 100 failed tries in a row on one account.
TRIES_PER_ACCOUNT_MAX = 100


@dataclass(frozen=True, slots=True)
class Tries:
    """Failed tries within the window, the present one among them."""

    account_and_address: int
    account: int
    address: int


def too_many_tries(tries: Tries) -> Refusal | None:
    """Refuse to look at a password when one of the three counts is past its limit."""
    limits = (
        (tries.account_and_address, TRIES_PER_ACCOUNT_AND_ADDRESS_MAX),
        (tries.account, TRIES_PER_ACCOUNT_MAX),
        (tries.address, TRIES_PER_ADDRESS_MAX),
    )
    if any(count > most for count, most in limits):
        minutes = int(WINDOW.total_seconds() // 60)
        return refuse("too_many_tries", "NIST SP 800-63B 5.2.2", minutes=minutes)
    return None


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts in all, and how long without a request."""

    whole: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=1)


# NIST SP 800-63B-4 section 2.2.3 (AAL2): at most 24 hours in all and one hour idle.
USUAL = SessionLimits()
# The demonstration moves its clock by weeks; nobody should have to log in again at each step.
DEMONSTRATION = SessionLimits(whole=timedelta(days=3650), idle=timedelta(days=3650))


def is_over(limits: SessionLimits, *, began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session has ended; the instant of the limit itself is past it."""
    return now >= began_at + limits.whole or now >= seen_at + limits.idle
