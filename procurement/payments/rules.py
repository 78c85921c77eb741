"""Rules of invoice and payment: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.calendar import Counted, WorkCalendar
from kernel.money import Money
from kernel.refusal import Refusal
from procurement.profiles import timetable
from procurement.profiles.model import Profile


@dataclass(frozen=True, slots=True)
class Line:
    """A line as contract or invoice has it; without an amount where one sum is agreed."""

    quantity: Decimal
    amount: Money | None = None


def three_way_match(
    *,
    profile: Profile,
    contracted: Mapping[str, Line],
    accepted: Mapping[str, Decimal],
    invoiced: Mapping[str, Line],
    invoiced_before: Mapping[str, Decimal] | None = None,
) -> Refusal | None:
    """Contract, acceptance and invoice agree line by line (requirement 117).

    A line is of the contract, at the contract's price for its quantity, and with what was invoiced
    before asks for no more than was accepted.
    """
    if not profile.three_way_match.value:
        return None
    before = invoiced_before or {}
    for name, line in invoiced.items():
        code = _mismatch(name, line, contracted, accepted, before.get(name, Decimal(0)))
        if code is not None:
            return profile.refuse(code, profile.three_way_match, line=name, quantity=line.quantity)
    return None


def two_people(*, profile: Profile, prepared_by: str, released_by: str) -> Refusal | None:
    """Who prepares a payment does not release it (requirement 119)."""
    if profile.payment_two_people.value and prepared_by == released_by:
        return profile.refuse("one_person_pays", profile.payment_two_people)
    return None


def within_contract(
    *, profile: Profile, contract: Money, claimed: Iterable[Money], amount: Money
) -> Refusal | None:
    """With what was claimed before, nothing passes what was contracted (GPR art. 51)."""
    total = sum(claimed, amount)
    if total > contract:
        return profile.refuse(
            "above_contract", profile.three_way_match, contract=contract, claimed=total
        )
    return None


def payment_days_allowed(*, profile: Profile, days: int) -> Refusal | None:
    """A contract gives itself no more days to pay than the law allows (Decree 802 art. 9)."""
    most = profile.payment_days_agreed_max
    if not 0 <= days <= most.value:
        return profile.refuse("payment_days_too_many", most, days=days)
    return None


def clock_starts_on(
    *,
    delivered_on: date,
    accepted_on: date | None,
    from_acceptance: bool,
    inspection_due_on: date | None = None,
) -> date | None:
    """The day from which the time to pay is counted; None while it has not begun.

    From delivery, or from acceptance where so agreed; a late inspection does not help the buyer,
    for then the agreed end of the inspection counts (Decree 802 art. 9 and 10; requirement 115).
    """
    if not from_acceptance:
        return delivered_on
    if accepted_on is None:
        return inspection_due_on
    return min(accepted_on, inspection_due_on or accepted_on)


def due_on(
    *, profile: Profile, calendar: WorkCalendar, started_on: date, agreed_days: int | None = None
) -> Counted:
    """The last day to pay in time: the agreed days, else the law's (P27)."""
    length = profile.payment_days_max
    days = length.value if agreed_days is None else agreed_days
    return timetable.count(profile, calendar, days, length.unit, started_on)


def days_late(*, due: date, paid_on: date) -> int:
    """How many days a payment is late; none if it came on its last day."""
    return max(0, (paid_on - due).days)


def late_interest(
    *, profile: Profile, amount: Money, days: int, agreed_per_day: Decimal | None = None
) -> Money:
    """What is owed on top for days of delay, rounded once to the smallest unit (P28; N10)."""
    rate = profile.late_interest_per_day.value if agreed_per_day is None else agreed_per_day
    return amount.share_rounded(rate * days)


def _mismatch(
    name: str,
    line: Line,
    contracted: Mapping[str, Line],
    accepted: Mapping[str, Decimal],
    before: Decimal,
) -> str | None:
    agreed = contracted.get(name)
    if agreed is None:
        return "line_not_in_contract"
    if line.quantity <= 0 or before + line.quantity > accepted.get(name, Decimal(0)):
        return "line_not_accepted"
    if agreed.amount is None or line.amount is None:
        return None if agreed.amount == line.amount else "line_price_differs"
    if line.amount != agreed.amount.share_rounded(line.quantity / agreed.quantity):
        return "line_price_differs"
    return None
