"""Rules of invoice and payment: facts in; None or a Refusal out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.calendar import Counted, WorkCalendar
from kernel.money import Money
from kernel.refusal import Refusal, refuse
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


def sum_agrees(*, profile: Profile, invoiced: Money, agreed: Money) -> Refusal | None:
    """An invoice comes to the sum of its lines, or to the agreed one, to the cent (117)."""
    if profile.three_way_match.value and invoiced != agreed:
        return profile.refuse(
            "sum_differs", profile.three_way_match, invoiced=invoiced, agreed=agreed
        )
    return None


def invoice_complete(
    *, number: str, amount: Money, currency: str, issued_on: date, today: date
) -> Refusal | None:
    """An invoice has its number, a sum above zero in the contract's currency, and a past date."""
    if not number.strip() or amount.minor <= 0 or amount.currency != currency:
        return refuse("invoice_incomplete", "EN 16931", amount=str(amount), currency=currency)
    if issued_on > today:
        return refuse("invoice_of_the_future", "EN 16931", issued_on=issued_on)
    return None


def invoice_known(*, known: bool) -> Refusal | None:
    """The same invoice is not under way twice."""
    return refuse("invoice_known", "EN 16931") if known else None


def return_reasoned(*, reason: str) -> Refusal | None:
    """Who sends an invoice back says why (Decree 802 art. 16)."""
    return None if reason.strip() else refuse("reason_missing", "Decree 802 art. 16")


def settled_by_treasury(
    *, reference: str, paid_on: date, released_on: date, today: date
) -> Refusal | None:
    """A payment is settled under the treasury's reference, after its release, not in the future."""
    if not reference.strip():
        return refuse("treasury_reference_missing", "BL art. 61")
    if not released_on <= paid_on <= today:
        return refuse("paid_out_of_order", "BL art. 61", paid_on=paid_on)
    return None


def reference_known(*, known: bool) -> Refusal | None:
    """A treasury reference stands for one payment."""
    return refuse("treasury_reference_known", "BL art. 61") if known else None


def lots_over(*, open_lots: Collection[str]) -> Refusal | None:
    """A purchase ends when each of its lots has failed, was cancelled, or is paid."""
    if open_lots:
        return refuse("lots_not_over", "GPL art. 42", lots=sorted(open_lots))
    return None


def no_challenge_open(*, challenges: Collection[str]) -> Refusal | None:
    """A purchase does not end over an open challenge (GPR art. 54)."""
    if challenges:
        return refuse("challenge_open", "GPR art. 54", challenges=sorted(challenges))
    return None
