"""Rules of contract, change and acceptance: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from kernel.calendar import WorkCalendar
from kernel.money import Money
from kernel.refusal import Refusal, refuse
from procurement.profiles import timetable
from procurement.profiles.model import Profile


def matches_award(
    *, profile: Profile, awarded: Mapping[str, object], contracted: Mapping[str, object]
) -> Refusal | None:
    """A contract says what tender and bid said: supplier, price, quantities, terms (87-71).

    Both sides name the same things; `facts` name those that differ or are missing on one side.
    """
    names = sorted(awarded.keys() | contracted.keys())
    missing = object()
    changed = [
        name for name in names if awarded.get(name, missing) != contracted.get(name, missing)
    ]
    if profile.contract_unchanged.value and changed:
        return profile.refuse("contract_differs", profile.contract_unchanged, changed=changed)
    return None


def sign_by(*, profile: Profile, calendar: WorkCalendar, award_notice_at: datetime) -> datetime:
    """The instant from which the signing is late (GPL art. 46; D8)."""
    return timetable.due_at(profile, calendar, profile.contract_days_max, award_notice_at)


def publication_by(*, profile: Profile, calendar: WorkCalendar, signed_at: datetime) -> datetime:
    """The instant from which the publication of the contract is late (GPR art. 50; D8)."""
    length = profile.contract_publication_workdays_max
    return timetable.due_at(profile, calendar, length, signed_at)


def filing_by(*, profile: Profile, calendar: WorkCalendar, signed_at: datetime) -> datetime:
    """The instant from which the copy to the supervisor is late (GPL art. 47; D8)."""
    return timetable.due_at(profile, calendar, profile.contract_filing_workdays_max, signed_at)


def performance_security_within_cap(
    *, profile: Profile, security: Money, amount: Money
) -> Refusal | None:
    """A performance security stays under its share of the contract (GPR art. 48)."""
    share = profile.performance_security_share_max
    if security.amount > amount.amount * share.value:
        return profile.refuse(
            "performance_security_too_high", share, security=security, amount=amount
        )
    return None


def change_within_cap(
    *,
    profile: Profile,
    original: Money,
    changes: Iterable[Money],
    on: date,
    emergency: bool = False,
) -> Refusal | None:
    """All supplementary contracts together stay under their share of the original (GPL art. 49).

    Emergencies have a share of their own once that rule is in force (requirement 012).
    """
    urgent = profile.change_share_max_emergency
    share = urgent if emergency and urgent.in_force(on) else profile.change_share_max
    zero = Money.of_minor(0, original.currency)
    added = sum(changes, zero)
    if added.amount > original.amount * share.value:
        return profile.refuse("changes_too_large", share, original=original, changes=added)
    return None


def acceptor_is_other(
    *,
    profile: Profile,
    acceptor: str,
    officers: Collection[str],
    contract_reviewers: Collection[str],
) -> Refusal | None:
    """Who accepts neither ran the purchase nor reviewed its contract (GPL art. 61)."""
    if acceptor in officers or acceptor in contract_reviewers:
        return profile.refuse("acceptor_took_part", profile.author_apart_from_approver)
    return None


def every_standard_judged(
    *, profile: Profile, standards: Collection[str], results: Mapping[str, bool]
) -> Refusal | None:
    """The acceptance passes or fails each standard of the contract, and no other (GPR art. 45)."""
    if not profile.acceptance_each_standard.value:
        return None
    unjudged, unknown = set(standards) - results.keys(), results.keys() - set(standards)
    if unjudged or unknown:
        return profile.refuse(
            "standards_unjudged",
            profile.acceptance_each_standard,
            unjudged=unjudged,
            unknown=unknown,
        )
    return None


def acceptance_follows(
    *, profile: Profile, accepted: bool, results: Mapping[str, bool]
) -> Refusal | None:
    """What fails a standard is not accepted (GPR art. 45; requirement 113)."""
    failed = sorted(name for name, passed in results.items() if not passed)
    if accepted and failed:
        return profile.refuse(
            "accepted_though_failed", profile.acceptance_each_standard, failed=failed
        )
    return None


def users_heard(*, profile: Profile, public_service: bool, opinions: int) -> Refusal | None:
    """For a service to the public its users have their say at the acceptance (GPR art. 45)."""
    if profile.acceptance_public_opinion.value and public_service and not opinions:
        return profile.refuse("users_unheard", profile.acceptance_public_opinion)
    return None


def award_stands(*, lapsed: bool) -> Refusal | None:
    """No contract follows from an award that came to nothing (Order 87 art. 70)."""
    return refuse("award_lapsed", "Order 87 art. 70") if lapsed else None


def drafted_once(*, drafted: bool) -> Refusal | None:
    """One award, one contract."""
    return refuse("contract_drafted_already", "GPL art. 46") if drafted else None


def payment_days_agreed(*, profile: Profile, days: int) -> Refusal | None:
    """A contract gives itself no more days to pay than the law allows (Decree 802 art. 9)."""
    most = profile.payment_days_agreed_max
    if not 0 <= days <= most.value:
        return profile.refuse("payment_days_too_many", most, days=days)
    return None


def signing_due(*, sign_until: datetime, suspended: timedelta) -> datetime:
    """The instant from which a signature is late; what a challenge suspended is not counted.

    GPL 46 sets both parties a duty and does not void what they sign later: a late signature is
    taken, and the record says that it was late.
    """
    return sign_until + suspended


def judged_once_each(*, codes: Collection[str]) -> Refusal | None:
    """No standard is judged twice in one inspection."""
    twice = sorted({code for code in codes if list(codes).count(code) > 1})
    return refuse("standard_judged_twice", "GPR art. 45", twice=twice) if twice else None


def rejection_follows(*, accepted: bool, results: Mapping[str, bool]) -> Refusal | None:
    """What passed everything is not rejected (GPR art. 45)."""
    if not accepted and all(results.values()):
        return refuse("rejected_though_passed", "GPR art. 45")
    return None


def delivered_before(
    *, delivered_at: datetime, signed_at: datetime | None, now: datetime
) -> Refusal | None:
    """A delivery lies between the contract and its inspection."""
    if delivered_at > now or signed_at is None or delivered_at < signed_at:
        return refuse("delivery_out_of_order", "GPR art. 45", delivered_at=delivered_at, now=now)
    return None


def document_signed_by_both(*, offered: str | None, base: str | None) -> Refusal | None:
    """The buyer signs the document that the supplier signed, if there is one, and no other."""
    if (offered is None) != (base is None):
        return refuse("document_not_signed_by_both", "GPL art. 46", offered=offered, signed=base)
    return None
