"""The section `contracts/implementation`: what was accepted, what was due and what was paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kernel.money import Money
from procurement.contracts.models import Acceptance, Contract
from procurement.parties.models import Organization
from procurement.payments.models import Invoice, Payment
from procurement.profiles import Profile
from procurement.profiles.timetable import end_of
from reports.ocds import parties
from reports.ocds.values import Object, filled, translated, value, when

_A_MOMENT = timedelta(milliseconds=1)


def accepted(acceptance: Acceptance) -> Object:
    """What was delivered passed every standard (GPR 45)."""
    passed = len(acceptance.results)
    return {
        "milestones": [
            filled(
                id=acceptance.id,
                **translated("title", "验收合格", "Delivery accepted"),
                **translated(
                    "description",
                    f"全部{passed}项标准合格",
                    f"Passed on all standards: {passed} of {passed}",
                ),
                type="delivery",
                dateMet=when(acceptance.inspected_at),
                status="met",
            )
        ]
    }


def paid(
    contract: Contract,
    invoice: Invoice,
    payment: Payment,
    buyer: Organization,
    supplier: Organization,
    profile: Profile,
) -> Object:
    """A payment, and the day on which it was due."""
    at = paid_at(payment, profile)
    amount = value(Money.of_minor(payment.amount_minor, contract.currency))
    return {
        "transactions": [
            filled(
                id=payment.id,
                date=when(at),
                value=amount,
                payer=parties.reference(buyer),
                payee=parties.reference(supplier),
            )
        ],
        "milestones": [
            filled(
                id=invoice.id,
                **translated("title", "付款", "Payment"),
                **translated("description", *_how_late(invoice, payment)),
                type="payment",
                dueDate=when(_last_moment(profile, invoice.due_on)) if invoice.due_on else None,
                dateMet=when(at),
                status="met",
            )
        ],
    }


def paid_at(payment: Payment, profile: Profile) -> datetime | None:
    """The instant of a payment: of its day the last, but never after it was noted here."""
    if payment.paid_on is None or payment.settled_at is None:
        return None
    return min(payment.settled_at, _last_moment(profile, payment.paid_on))


def _last_moment(profile: Profile, on: date) -> datetime:
    return end_of(profile, on) - _A_MOMENT


def _how_late(invoice: Invoice, payment: Payment) -> tuple[str, str]:
    if invoice.due_on is None or payment.paid_on is None or payment.paid_on <= invoice.due_on:
        return "按期支付", "Paid in time"
    days = (payment.paid_on - invoice.due_on).days
    interest = Money.of_minor(payment.interest_minor, payment.currency)
    return (
        f"逾期{days}天，利息{interest.currency} {interest}",
        f"{days} days late, interest {interest.currency} {interest}",
    )
