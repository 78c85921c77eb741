"""Rules of sending a bid: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kernel.refusal import Refusal
from procurement.profiles.model import Profile


@dataclass(frozen=True, slots=True)
class Ban:
    """A span of days in which a supplier may not take part; both days belong to it."""

    from_on: date
    until_on: date
    decision: str = ""


def in_time(*, profile: Profile, now: datetime, closes_at: datetime) -> Refusal | None:
    """A bid, a replacement or a withdrawal comes before the closing instant (requirement 053).

    The closing instant itself is late: Order 87 art. 33 says before the closing time.
    """
    if now >= closes_at:
        return profile.refuse("late", profile.late_bids_refused, now=now, closes_at=closes_at)
    return None


def closing_time_come(*, profile: Profile, now: datetime, closes_at: datetime) -> Refusal | None:
    """The closing begins at the closing instant or after, never before (Order 87 art. 39)."""
    if now < closes_at:
        return profile.refuse(
            "before_closing", profile.opening_at_closing, now=now, closes_at=closes_at
        )
    return None


def supplier_not_banned(*, profile: Profile, on: date, bans: Iterable[Ban]) -> Refusal | None:
    """No ban covers the day; one that has run out bars nobody (GPR art. 19; requirement 040)."""
    if not profile.banned_barred.value:
        return None
    running = [ban for ban in bans if ban.from_on <= on <= ban.until_on]
    if running:
        longest = max(running, key=lambda ban: ban.until_on)
        return profile.refuse(
            "supplier_banned",
            profile.banned_barred,
            until=longest.until_on,
            decision=longest.decision,
        )
    return None


def acts_max(*, profile: Profile, acts: int) -> Refusal | None:
    """There is room for another act of this bidder for this lot, who has sent `acts` so far."""
    if acts >= profile.acts_max.value:
        return profile.refuse("too_many_acts", profile.acts_max, acts=acts)
    return None


def consortium_member_once(
    *, profile: Profile, members: Collection[str], already: Collection[str]
) -> Refusal | None:
    """No firm bids for a lot twice, alone or in a consortium (GPR art. 22; requirement 043).

    `already` names the firms behind the other bids for the lot. Before the closing the server knows
    only what bidders declare openly; the rule is asked again at the opening.
    """
    twice = sorted(set(members) & set(already))
    if profile.consortium_member_once.value and twice:
        return profile.refuse("bids_twice", profile.consortium_member_once, firms=twice)
    return None


def specification_author_barred(
    *, profile: Profile, bidder: str, specification_authors: Collection[str]
) -> Refusal | None:
    """Who wrote the specification or designed the project does not bid (GPR art. 18)."""
    if profile.specification_author_barred.value and bidder in specification_authors:
        return profile.refuse(
            "wrote_the_specification", profile.specification_author_barred, bidder=bidder
        )
    return None


def operator_barred(*, profile: Profile, bidder: str, operators: Collection[str]) -> Refusal | None:
    """Who runs the platform, or belongs to who does, does not bid on it (Order 20 art. 23)."""
    if profile.operator_barred.value and bidder in operators:
        return profile.refuse("operator_bids", profile.operator_barred, bidder=bidder)
    return None
