"""Use cases of invoice and payment, up to the end of the purchase. Money moves under row locks.

The contract is always held first: whatever claims or pays a part of its amount comes one by one,
and the row's own constraint says once more that nothing passes the amount.
"""

from __future__ import annotations

from datetime import date

from journal.work import Work
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, ContractStage, InvoiceStage
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import amount_of
from procurement.contracts.stages import CONTRACT
from procurement.parties import queries as parties
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_pdf,
    keep_signature,
    same_statement,
    statement,
)
from procurement.payments import queries, rules
from procurement.payments.closing import close_purchase
from procurement.payments.entries import (
    PaymentPrepared,
    PaymentReleased,
    PaymentSettled,
)
from procurement.payments.invoicing import (
    InvoiceLine,
    NewInvoice,
    amount_of_invoice,
    flush_or_stale,
    held_invoice,
    match_invoice,
    return_invoice,
    submit_invoice,
)
from procurement.payments.models import Invoice, Payment
from procurement.payments.stages import INVOICE
from procurement.profiles import Profile
from procurement.profiles.timetable import local_date
from procurement.tenders.models import Tender
from procurement.tenders.standing import subject_of

__all__ = [
    "InvoiceLine",
    "NewInvoice",
    "close_purchase",
    "match_invoice",
    "prepare_payment",
    "prepare_release",
    "release_payment",
    "return_invoice",
    "settle_payment",
    "submit_invoice",
]

ORDER_PDF = "payment-order-document"


def prepare_payment(work: Work, actor: Actor, invoice_id: str) -> str:
    """Prepare the payment of a matched invoice: the first of two persons (BL 61)."""
    invoice, contract, tender, profile = held_invoice(work, invoice_id)
    act(
        work,
        actor,
        Action.PREPARE_PAYMENT,
        subject_of(work, tender),
        purchase=contract.purchase_id,
    )
    stage = INVOICE.after(InvoiceStage(invoice.stage), Action.PREPARE_PAYMENT)
    amount = amount_of_invoice(invoice)
    before = queries.payments_of_contract(work.session, contract.id)
    enforce(
        rules.within_contract(
            profile=profile,
            contract=amount_of(contract),
            claimed=[Money.of_minor(row.amount_minor, row.currency) for row in before],
            amount=amount,
        )
    )
    payment = Payment(
        id=new_id("pay"),
        invoice_id=invoice.id,
        contract_id=contract.id,
        amount_minor=amount.minor,
        currency=amount.currency,
        prepared_by=actor.person,
        prepared_at=work.clock.now(),
    )
    work.session.add(payment)
    invoice.stage = str(stage)
    flush_or_stale(work, "payment", invoice.id)
    work.record(
        actor,
        PaymentPrepared(
            object=payment.id,
            tender=tender.id,
            contract=contract.id,
            invoice=invoice.id,
            amount=amount.as_record(),
        ),
    )
    return payment.id


def prepare_release(work: Work, payment_id: str) -> bytes:
    """The bytes that the treasurer signs: whom, what for, how much, by when."""
    payment = queries.payment(work.session, payment_id)
    invoice = queries.invoice(work.session, payment.invoice_id)
    contract = contracts.contract(work.session, payment.contract_id)
    payee = parties.organization(work.session, invoice.supplier_id)
    return statement(
        "payment-release",
        work.origin,
        tender=contract.tender_id,
        contract=contract.id,
        text=contract.digest,
        invoice=invoice.id,
        invoice_number=invoice.number,
        payment=payment.id,
        payee={"identifier": payee.identifier, "name": payee.name_zh},
        amount=Money.of_minor(payment.amount_minor, payment.currency).as_record(),
        due_on=invoice.due_on.isoformat() if invoice.due_on else None,
    )


def release_payment(
    work: Work,
    actor: Actor,
    payment_id: str,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> None:
    """Release a payment by signature: the second of two persons (BL 61; requirement 119).

    `pdf` is the payment order, signed by the same person.
    """
    payment, invoice, contract, tender, profile = _payment(work, payment_id)
    act(
        work,
        actor,
        Action.RELEASE_PAYMENT,
        subject_of(work, tender),
        purchase=contract.purchase_id,
    )
    stage = INVOICE.after(InvoiceStage(invoice.stage), Action.RELEASE_PAYMENT)
    enforce(
        rules.two_people(profile=profile, prepared_by=payment.prepared_by, released_by=actor.person)
    )
    prepared = prepare_release(work, payment.id)
    same_statement(examined, prepared, kind="payment", id=payment.id)
    kept = keep_signature(work, actor, examined, kind="payment-release", subject_id=payment.id)
    if pdf is not None:
        keep_pdf(work, actor, pdf, kind=ORDER_PDF, subject_id=payment.id)
    payment.released_by, payment.released_at = actor.person, work.clock.now()
    payment.document_id = kept.id
    invoice.stage = str(stage)
    work.session.flush()
    work.record(
        actor,
        PaymentReleased(
            object=payment.id,
            tender=tender.id,
            contract=contract.id,
            invoice=invoice.id,
            amount=Money.of_minor(payment.amount_minor, payment.currency).as_record(),
            document=kept.id,
            pdf=pdf.content if pdf else None,
        ),
    )


def settle_payment(
    work: Work, actor: Actor, payment_id: str, treasury_reference: str, paid_on: date
) -> Money:
    """Note that the treasury has paid; returns the interest that is owed for delay (802-17)."""
    payment, invoice, contract, tender, profile = _payment(work, payment_id)
    act(
        work,
        actor,
        Action.SETTLE_PAYMENT,
        subject_of(work, tender),
        purchase=contract.purchase_id,
    )
    stage = INVOICE.after(InvoiceStage(invoice.stage), Action.SETTLE_PAYMENT)
    contract_stage = CONTRACT.after(ContractStage(contract.stage), Action.SETTLE_PAYMENT)
    released_on = local_date(profile, payment.released_at or work.clock.now())
    today = local_date(profile, work.clock.now())
    enforce(
        rules.settled_by_treasury(
            reference=treasury_reference, paid_on=paid_on, released_on=released_on, today=today
        )
    )
    twin = queries.payment_by_reference(work.session, treasury_reference)
    enforce(rules.reference_known(known=twin is not None))
    amount = Money.of_minor(payment.amount_minor, payment.currency)
    due = invoice.due_on or paid_on
    days = rules.days_late(due=due, paid_on=paid_on)
    interest = rules.late_interest(profile=profile, amount=amount, days=days)
    payment.treasury_reference, payment.paid_on = treasury_reference, paid_on
    payment.settled_at, payment.interest_minor = work.clock.now(), interest.minor
    invoice.stage = str(stage)
    contract.paid_minor += payment.amount_minor
    if contract.paid_minor == contract.amount_minor:
        contract.stage, contract.closed_at = str(contract_stage), work.clock.now()
    flush_or_stale(work, "payment", payment.id)
    work.record(
        actor,
        PaymentSettled(
            object=payment.id,
            tender=tender.id,
            contract=contract.id,
            invoice=invoice.id,
            amount=amount.as_record(),
            treasury_reference=treasury_reference,
            paid_on=paid_on.isoformat(),
            due_on=due.isoformat(),
            days_late=days,
            interest=interest.as_record(),
        ),
    )
    return interest


def _payment(work: Work, payment_id: str) -> tuple[Payment, Invoice, Contract, Tender, Profile]:
    """Contract, invoice, payment, all held; always in this order."""
    known = queries.payment(work.session, payment_id)
    invoice, contract, tender, profile = held_invoice(work, known.invoice_id)
    return (
        queries.payment_for_change(work.session, payment_id),
        invoice,
        contract,
        tender,
        profile,
    )
