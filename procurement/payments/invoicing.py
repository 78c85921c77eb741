"""Invoices: sent, matched to the cent, or returned.

The contract is always held first, so that what claims a part of its amount comes one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from journal.work import Work
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import NotFound, Refusal, StaleWrite, enforce
from kernel.vocabulary import Action, Actor, ContractStage, InvoiceStage
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import amount_of
from procurement.contracts.stages import CONTRACT
from procurement.parties.capacities import act
from procurement.payments import matching, queries, rules
from procurement.payments.entries import (
    InvoiceMatched,
    InvoiceReturned,
    InvoiceSubmitted,
)
from procurement.payments.models import Invoice
from procurement.payments.stages import INVOICE
from procurement.profiles import Profile
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.standing import calendar_of, pinned_profile, subject_of


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice, by the number of the contract's line."""

    number: int
    quantity: Decimal
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice as the supplier sends it; without lines it claims all that was agreed at once."""

    contract: str
    number: str
    amount: Money
    issued_on: date
    lines: tuple[InvoiceLine, ...] = ()
    content: str | None = None


def submit_invoice(work: Work, actor: Actor, new: NewInvoice) -> str:
    """Send an invoice for a delivery that was accepted; it claims its part of the contract."""
    contract, tender, profile = held(work, new.contract)
    on = subject_of(work, tender, organization=contract.supplier_id)
    act(work, actor, Action.SUBMIT_INVOICE, on, purchase=contract.purchase_id)
    CONTRACT.after(ContractStage(contract.stage), Action.SUBMIT_INVOICE)
    now = work.clock.now()
    enforce(
        rules.invoice_complete(
            number=new.number,
            amount=new.amount,
            currency=contract.currency,
            issued_on=new.issued_on,
            today=local_date(profile, now),
        )
    )
    known = queries.invoice_by_number(work.session, contract.supplier_id, new.number)
    enforce(rules.invoice_known(known=known is not None))
    enforce(
        rules.within_contract(
            profile=profile,
            contract=amount_of(contract),
            claimed=[Money.of_minor(contract.invoiced_minor, contract.currency)],
            amount=new.amount,
        )
    )
    contract.invoiced_minor += new.amount.minor
    invoice = Invoice(
        id=new_id("inv"),
        contract_id=contract.id,
        supplier_id=contract.supplier_id,
        number=new.number,
        amount_minor=new.amount.minor,
        currency=new.amount.currency,
        lines=_lines_as_stored(new.lines),
        issued_on=new.issued_on,
        content=new.content,
        stage=str(INVOICE.start),
        submitted_by=actor.person,
        submitted_at=now,
    )
    work.session.add(invoice)
    flush_or_stale(work, "invoice", new.number)
    work.record(
        actor,
        InvoiceSubmitted(
            object=invoice.id,
            tender=tender.id,
            contract=contract.id,
            amount=new.amount.as_record(),
            number=new.number,
            issued_on=new.issued_on.isoformat(),
            content=new.content,
        ),
    )
    return invoice.id


def mismatch(work: Work, new: NewInvoice) -> Refusal | None:
    """What finance would find in the three-way match, said before the invoice is sent."""
    contract = contracts.contract(work.session, new.contract)
    tender = tenders.tender(work.session, contract.tender_id)
    invoice = Invoice(
        id="",
        contract_id=contract.id,
        amount_minor=new.amount.minor,
        currency=new.amount.currency,
        lines=_lines_as_stored(new.lines),
    )
    facts = matching.facts_of(
        contract, invoice, queries.invoices_of_contract(work.session, contract.id)
    )
    profile = pinned_profile(tender)
    return rules.three_way_match(
        profile=profile,
        contracted=facts.contracted,
        accepted=facts.accepted,
        invoiced=facts.invoiced,
        invoiced_before=facts.invoiced_before,
    ) or rules.sum_agrees(profile=profile, invoiced=new.amount, agreed=facts.agreed)


def match_invoice(work: Work, actor: Actor, invoice_id: str) -> date:
    """Compare invoice, contract and acceptance to the cent; the day by which it must be paid."""
    invoice, contract, tender, profile = held_invoice(work, invoice_id)
    act(
        work,
        actor,
        Action.MATCH_INVOICE,
        subject_of(work, tender),
        purchase=contract.purchase_id,
    )
    stage = INVOICE.after(InvoiceStage(invoice.stage), Action.MATCH_INVOICE)
    acceptance = contracts.accepted(work.session, contract.id)
    if acceptance is None:
        raise NotFound("acceptance", contract.id)
    others = queries.invoices_of_contract(work.session, contract.id)
    facts = matching.facts_of(contract, invoice, others)
    enforce(
        rules.three_way_match(
            profile=profile,
            contracted=facts.contracted,
            accepted=facts.accepted,
            invoiced=facts.invoiced,
            invoiced_before=facts.invoiced_before,
        )
    )
    enforce(
        rules.sum_agrees(profile=profile, invoiced=amount_of_invoice(invoice), agreed=facts.agreed)
    )
    started_on = rules.clock_starts_on(
        delivered_on=local_date(profile, acceptance.delivered_at),
        accepted_on=local_date(profile, acceptance.inspected_at),
        from_acceptance=contract.pays_from_acceptance,
    )
    # The time to pay cannot begin before there is anything to pay (财库〔2019〕38号).
    arrived_on = local_date(profile, invoice.submitted_at)
    due = rules.due_on(
        profile=profile,
        calendar=calendar_of(profile),
        started_on=max(started_on or arrived_on, arrived_on),
        agreed_days=contract.payment_days,
    )
    invoice.stage = str(stage)
    invoice.matched_by, invoice.matched_at = actor.person, work.clock.now()
    invoice.acceptance_id, invoice.due_on = acceptance.id, due.on
    work.session.flush()
    work.record(
        actor,
        InvoiceMatched(
            object=invoice.id,
            tender=tender.id,
            contract=contract.id,
            acceptance=acceptance.id,
            amount=amount_of_invoice(invoice).as_record(),
            due_on=due.on.isoformat(),
        ),
    )
    return due.on


def return_invoice(work: Work, actor: Actor, invoice_id: str, code: str, reason: str) -> None:
    """Send an invoice back with the reason; it no longer claims any part of the contract."""
    invoice, contract, tender, _ = held_invoice(work, invoice_id)
    act(
        work,
        actor,
        Action.RETURN_INVOICE,
        subject_of(work, tender),
        purchase=contract.purchase_id,
    )
    stage = INVOICE.after(InvoiceStage(invoice.stage), Action.RETURN_INVOICE)
    enforce(rules.return_reasoned(reason=reason))
    invoice.stage = str(stage)
    invoice.returned_at = work.clock.now()
    invoice.returned_code, invoice.returned_reason = code, reason
    contract.invoiced_minor -= invoice.amount_minor
    work.session.flush()
    work.record(
        actor,
        InvoiceReturned(
            object=invoice.id, tender=tender.id, contract=contract.id, code=code, reason=reason
        ),
    )


def _lines_as_stored(lines: Sequence[InvoiceLine]) -> list[dict[str, object]]:
    return [
        {
            "number": line.number,
            "quantity": format(line.quantity, "f"),
            "amount_minor": None if line.amount is None else line.amount.minor,
        }
        for line in lines
    ]


def amount_of_invoice(invoice: Invoice) -> Money:
    """What an invoice claims."""
    return Money.of_minor(invoice.amount_minor, invoice.currency)


def held(work: Work, contract_id: str) -> tuple[Contract, Tender, Profile]:
    """The contract, held, with its tender and profile: whatever moves its money begins here."""
    contract = contracts.contract_for_change(work.session, contract_id)
    tender = tenders.tender(work.session, contract.tender_id)
    return contract, tender, pinned_profile(tender)


def held_invoice(work: Work, invoice_id: str) -> tuple[Invoice, Contract, Tender, Profile]:
    """Contract, then invoice, both held; always in this order."""
    known = queries.invoice(work.session, invoice_id)
    contract, tender, profile = held(work, known.contract_id)
    return queries.invoice_for_change(work.session, invoice_id), contract, tender, profile


def flush_or_stale(work: Work, kind: str, id: str) -> None:
    """Write what a unique index guards; who loses the race is told so."""
    try:
        work.session.flush()
    except IntegrityError as lost:
        raise StaleWrite(kind, id) from lost
