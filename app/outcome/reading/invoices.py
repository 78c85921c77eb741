"""Invoices and payments: the queue, the three-way match, who prepared and who released (S53)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask import url_for

from app.outcome import words
from app.outcome.money_views import InvoicePage, InvoiceRow, MatchRow, PaymentsPage
from app.outcome.permits import Permit, permit
from app.outcome.reading.telling import due_of, firms, person_named, record_of
from app.web.forms import Form
from app.web.refusals import words_of
from app.web.signing import ToSign
from journal.work import Work
from kernel.money import Money
from kernel.refusal import Refusal
from kernel.text import Text
from kernel.vocabulary import Action, Actor, InvoiceStage
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import amount_of
from procurement.payments import matching, queries, rules
from procurement.payments.deadlines import payment_deadline
from procurement.payments.invoicing import amount_of_invoice
from procurement.payments.models import Invoice, Payment
from procurement.payments.stages import INVOICE
from procurement.profiles import Profile
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile, subject_of

WAITING = (
    InvoiceStage.SUBMITTED,
    InvoiceStage.MATCHED,
    InvoiceStage.PREPARED,
    InvoiceStage.RELEASED,
)
_STEPS = (
    Action.MATCH_INVOICE,
    Action.RETURN_INVOICE,
    Action.PREPARE_PAYMENT,
    Action.RELEASE_PAYMENT,
    Action.SETTLE_PAYMENT,
)
_RECORD = (Action.SUBMIT_INVOICE, *_STEPS)
_NOT_ACCEPTED = Text(
    "还没有验收合格，不能核对。", "Nothing has been accepted yet to match against."
)


def payments_page(work: Work) -> PaymentsPage:
    """The queue of everything that waits for a payment, and what was paid last."""
    found = queries.invoices_in(work.session, WAITING)
    rows = [row_of(work, invoice) for invoice in found]
    rows.sort(key=lambda row: (row.due_on is None, row.due_on or date.max))
    past = queries.invoices_in(work.session, (InvoiceStage.PAID, InvoiceStage.RETURNED))
    amounts = [row.amount for row in rows]
    one_currency = len({amount.currency for amount in amounts}) == 1
    return PaymentsPage(
        waiting=rows,
        done=[row_of(work, invoice) for invoice in past[-20:]],
        late=sum(row.days_late > 0 for row in rows),
        total=sum(amounts[1:], amounts[0]) if one_currency else None,
    )


def invoice_rows(work: Work, contract: Contract) -> list[InvoiceRow]:
    """The invoices of a contract as a list shows them."""
    return [row_of(work, row) for row in queries.invoices_of_contract(work.session, contract.id)]


def row_of(work: Work, invoice: Invoice) -> InvoiceRow:
    """An invoice in a list, with how late it is today."""
    session = work.session
    contract = contracts.contract(session, invoice.contract_id)
    profile = pinned_profile(tenders.tender(session, contract.tender_id))
    lot = session.get_one(Lot, contract.lot_id)
    payment = queries.payment_of_invoice(session, invoice.id)
    paid_on = payment.paid_on if payment else None
    today = local_date(profile, work.clock.now())
    due = None
    if invoice.matched_at is not None and invoice.due_on is not None:
        deadline = payment_deadline(
            stage=InvoiceStage(invoice.stage),
            invoice=invoice.id,
            tender=contract.tender_id,
            matched_at=invoice.matched_at,
            due_on=invoice.due_on,
            profile=profile,
        )
        due = due_of(deadline, work, profile)
    return InvoiceRow(
        id=invoice.id,
        url=url_for("outcome.invoice", invoice=invoice.id),
        number=invoice.number,
        supplier=firms(session, [invoice.supplier_id])[invoice.supplier_id],
        title=Text(lot.title_zh, lot.title_en),
        amount=amount_of_invoice(invoice),
        stage=words.INVOICE_STAGES[InvoiceStage(invoice.stage)],
        due_on=invoice.due_on,
        due=due,
        days_late=rules.days_late(due=invoice.due_on, paid_on=paid_on or today)
        if invoice.due_on
        else 0,
        paid_on=paid_on,
    )


def invoice_page(
    work: Work,
    actor: Actor,
    invoice: Invoice,
    *,
    forms: tuple[Form, Form, Form],
    to_sign: Sequence[ToSign] = (),
) -> InvoicePage:
    """One invoice with the match, the payment and the steps that the stage allows."""
    session = work.session
    contract = contracts.contract(session, invoice.contract_id)
    tender = tenders.tender(session, contract.tender_id)
    profile = pinned_profile(tender)
    acceptance = contracts.accepted(session, contract.id)
    payment = queries.payment_of_invoice(session, invoice.id)
    others = queries.invoices_of_contract(session, contract.id)
    facts = matching.facts_of(contract, invoice, others)
    waits = InvoiceStage(invoice.stage) is InvoiceStage.SUBMITTED
    mismatch = _mismatch(profile, facts, invoice) if waits else None
    row = row_of(work, invoice)
    plain, back, settle = forms
    return InvoicePage(
        row=row,
        contract_url=url_for("outcome.contract", contract=contract.id),
        contract_amount=amount_of(contract),
        paid=Money.of_minor(contract.paid_minor, contract.currency),
        issued_on=invoice.issued_on,
        submitted_at=invoice.submitted_at,
        accepted_at=acceptance.inspected_at if acceptance else None,
        lines=_lines(contract, facts, accepted=acceptance is not None),
        agreed=facts.agreed,
        mismatch=_NOT_ACCEPTED
        if waits and acceptance is None
        else words_of(mismatch)
        if mismatch
        else None,
        mismatch_cites=mismatch.cites if mismatch else (),
        returned=(
            words.named(words.RETURNS, invoice.returned_code or ""),
            invoice.returned_reason or "",
        )
        if invoice.returned_at
        else None,
        prepared_by=person_named(session, payment.prepared_by) if payment else None,
        prepared_at=payment.prepared_at if payment else None,
        released_by=person_named(session, payment.released_by)
        if payment and payment.released_by
        else None,
        released_at=payment.released_at if payment else None,
        reference=payment.treasury_reference if payment else None,
        paid_on=payment.paid_on if payment else None,
        interest=_interest(profile, invoice, payment, row),
        interest_rate=f"{format((profile.late_interest_per_day.value * 100).normalize(), 'f')}%",
        acts=[
            (step.name.lower(), _permit(work, actor, step, tender, payment, profile))
            for step in _STEPS
            if INVOICE.allows(InvoiceStage(invoice.stage), step)
        ],
        return_form=back,
        settle_form=settle,
        form=plain,
        to_sign=to_sign,
        record=record_of(session, [invoice.id, payment.id] if payment else [invoice.id], _RECORD),
    )


def _permit(
    work: Work,
    actor: Actor,
    step: Action,
    tender: Tender,
    payment: Payment | None,
    profile: Profile,
) -> Permit:
    """Whether the person may take the step; who prepared a payment may not release it."""
    other = None
    if step is Action.RELEASE_PAYMENT and payment is not None:
        other = rules.two_people(
            profile=profile, prepared_by=payment.prepared_by, released_by=actor.person
        )
    return permit(actor, step, subject_of(work, tender), other)


def _mismatch(profile: Profile, facts: matching.Facts, invoice: Invoice) -> Refusal | None:
    return rules.three_way_match(
        profile=profile,
        contracted=facts.contracted,
        accepted=facts.accepted,
        invoiced=facts.invoiced,
        invoiced_before=facts.invoiced_before,
    ) or rules.sum_agrees(profile=profile, invoiced=amount_of_invoice(invoice), agreed=facts.agreed)


def _lines(contract: Contract, facts: matching.Facts, *, accepted: bool) -> list[MatchRow]:
    """The invoice's lines beside those of contract and acceptance."""
    names = {
        str(line.number): Text(line.description_zh, line.description_en) for line in contract.lines
    }
    found = []
    for name, line in facts.invoiced.items():
        agreed = facts.contracted.get(name)
        owed = None
        if agreed is not None and agreed.amount is not None:
            owed = agreed.amount.share_rounded(line.quantity / agreed.quantity)
        found.append(
            MatchRow(
                what=names.get(name, Text(f"合同没有的第{name}行", f"Line {name}, not agreed")),
                contracted=agreed.quantity if agreed else None,
                accepted=facts.accepted.get(name) if accepted else None,
                before=facts.invoiced_before.get(name, Decimal(0)),
                invoiced=line.quantity,
                amount=line.amount,
                agreed=owed,
            )
        )
    return found


def _interest(
    profile: Profile, invoice: Invoice, payment: Payment | None, row: InvoiceRow
) -> Money | None:
    """What is owed on top for delay: as settled, or as it would be today (802-17)."""
    if payment is not None and payment.settled_at is not None:
        return Money.of_minor(payment.interest_minor, payment.currency)
    if not row.days_late:
        return None
    return rules.late_interest(
        profile=profile, amount=amount_of_invoice(invoice), days=row.days_late
    )
