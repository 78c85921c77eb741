"""While a challenge or complaint is open nothing is signed (GPR 54, GPL 57)."""

from __future__ import annotations

from journal.work import Work
from kernel.identifiers import new_id
from procurement.challenges import queries, rules
from procurement.challenges.models import Challenge, Suspension
from procurement.profiles import Profile
from procurement.tenders.standing import calendar_of


def suspend(work: Work, profile: Profile, challenge: Challenge) -> Suspension | None:
    """Suspend the signing, for the longest term at most (GPR 54, GPL 57).

    Whether a matter could change the result is what the procedure is there to find out; until it
    has, each of them may.
    """
    if not rules.suspends(profile=profile, may_affect_result=True):
        return None
    now = work.clock.now()
    suspension = Suspension(
        id=new_id("sus"),
        challenge_id=challenge.id,
        tender_id=challenge.tender_id,
        lot_id=challenge.lot_id,
        from_at=now,
        until_at=rules.suspended_until(
            profile=profile, calendar=calendar_of(profile), suspended_at=now
        ),
    )
    work.session.add(suspension)
    work.session.flush()
    return suspension


def end_suspensions(work: Work, challenge: Challenge) -> None:
    """The signing is free again of what this challenge had suspended."""
    now = work.clock.now()
    for suspension in queries.suspensions_of_challenge(work.session, challenge.id):
        suspension.ended_at = min(now, suspension.until_at)
