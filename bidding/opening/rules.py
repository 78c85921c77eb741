"""Rules of the opening: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from kernel.refusal import Refusal, refuse
from procurement.profiles.model import Profile


def not_before_closing(*, profile: Profile, now: datetime, closes_at: datetime) -> Refusal | None:
    """Nothing is opened before the closing instant (Order 87 art. 33 and 39; requirement 061)."""
    if now < closes_at:
        return profile.refuse(
            "before_closing", profile.opening_at_closing, now=now, closes_at=closes_at
        )
    return None


def not_before_objection_period(
    *, profile: Profile, now: datetime, closed_at: datetime
) -> Refusal | None:
    """Shares wait the profile's minutes after the closing, for whoever misses his receipt."""
    earliest = closed_at + timedelta(minutes=profile.objection_minutes.value)
    if now < earliest:
        return profile.refuse(
            "objection_period_runs", profile.objection_minutes, now=now, earliest=earliest
        )
    return None


def enough_bids(*, profile: Profile, bids: int) -> Refusal | None:
    """Below the least number of live bids everything stays sealed (Order 87 art. 41)."""
    least = profile.bidders_min_to_open
    if bids < least.value:
        return profile.refuse("too_few_bids", least, bids=bids)
    return None


def shares_suffice(*, profile: Profile, threshold: int, holders: int) -> Refusal | None:
    """As many different holders gave a valid share as the committee's threshold asks."""
    if holders < threshold:
        return profile.refuse(
            "too_few_shares", profile.threshold_min, holders=holders, threshold=threshold
        )
    return None


def evaluator_absent(*, profile: Profile, person: str, panel: Collection[str]) -> Refusal | None:
    """A member of the panel takes no part in the opening (Order 87 art. 40; requirement 063)."""
    if not profile.panel_at_opening.value and person in panel:
        return profile.refuse("evaluator_at_opening", profile.panel_at_opening)
    return None


def failed_to_open_as(*, profile: Profile, bidders_fault: bool) -> str:
    """What a bid counts as that does not open: `revoked` or `withdrawn` (Order 20 art. 31)."""
    outcomes = profile.failed_to_open.value
    return outcomes["bidder"] if bidders_fault else outcomes["other"]


def holders_fall_short_at(
    *,
    profile: Profile,
    closed_at: datetime,
    threshold: int,
    valid: int,
    holders: int,
    released_at: Collection[datetime],
) -> datetime | None:
    """From when on it counts that the holders do not open an envelope; None if they do.

    `valid` is how many good shares of it there are, `released_at` when each holder released the
    part, all for this closing. Once every holder has spoken it is certain. While one is silent,
    holders have the minutes of decryption from the first instant at which they may release (order
    20 art. 30); one who comes later still helps.
    """
    if valid >= threshold:
        return None
    if len(released_at) >= holders:
        return max(released_at)
    minutes = profile.objection_minutes.value + profile.decryption_minutes.value
    return closed_at + timedelta(minutes=minutes)


def own_key_needed(
    *, profile: Profile, now: datetime, fell_short_at: datetime | None
) -> Refusal | None:
    """A bidder's own key is taken only where the holders fall short, and not before."""
    if fell_short_at is None or now < fell_short_at:
        return profile.refuse("own_key_not_needed", profile.decryption_minutes, now=now)
    return None


def own_key_ends_at(*, profile: Profile, fell_short_at: datetime) -> datetime:
    """When the window for a bidder's own key is over; the lot is read out after it."""
    return fell_short_at + timedelta(minutes=profile.decryption_minutes.value)


def own_key_in_time(*, profile: Profile, now: datetime, fell_short_at: datetime) -> Refusal | None:
    """A bidder's own key helps within its window, and never after the read-out began."""
    if now >= own_key_ends_at(profile=profile, fell_short_at=fell_short_at):
        return profile.refuse(
            "own_key_too_late", profile.decryption_minutes, now=now, fell_short_at=fell_short_at
        )
    return None


def read_out_complete(*, profile: Profile, present: Collection[str]) -> Refusal | None:
    """The read-out holds all that the profile has read out (Order 87 art. 41)."""
    missing = [name for name in profile.read_out.value if name not in present]
    return (
        profile.refuse("read_out_incomplete", profile.read_out, missing=missing)
        if missing
        else None
    )


def opened_with_others(*, bidder: str, bidders: Collection[str]) -> Refusal | None:
    """The record is confirmed by those whose bids it names (Order 87 art. 42)."""
    if bidder not in bidders:
        return refuse("not_in_the_opening", "Order 87 art. 42")
    return None


def confirmed_once(*, bidder: str, confirmed: Collection[str]) -> Refusal | None:
    """A firm confirms the record of a lot once."""
    if bidder in confirmed:
        return refuse("opening_confirmed_already", "Order 87 art. 42")
    return None
