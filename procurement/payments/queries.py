"""Reads of invoices and payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.refusal import NotFound
from kernel.vocabulary import ChallengeStage, ContractStage, InvoiceStage
from procurement.challenges.models import Challenge
from procurement.contracts.models import Contract
from procurement.payments.models import Invoice, Payment
from procurement.tenders.models import Lot, Tender


def invoice(session: Session, invoice_id: str) -> Invoice:
    """An invoice by its id; NotFound if there is none."""
    found = session.get(Invoice, invoice_id)
    if found is None:
        raise NotFound("invoice", invoice_id)
    return found


def invoice_for_change(session: Session, invoice_id: str) -> Invoice:
    """An invoice, held until the transaction ends, as it is now."""
    found = session.get(Invoice, invoice_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("invoice", invoice_id)
    return found


def invoice_by_number(session: Session, supplier_id: str, number: str) -> Invoice | None:
    """A firm's invoice under this number that was not returned."""
    return session.scalars(
        select(Invoice).where(
            Invoice.supplier_id == supplier_id,
            Invoice.number == number,
            Invoice.stage != str(InvoiceStage.RETURNED),
        )
    ).one_or_none()


def invoices_of_contract(session: Session, contract_id: str) -> list[Invoice]:
    """The invoices of a contract, oldest first."""
    return list(
        session.scalars(
            select(Invoice)
            .where(Invoice.contract_id == contract_id)
            .order_by(Invoice.submitted_at, Invoice.id)
        )
    )


def invoices_in(session: Session, stages: Sequence[InvoiceStage]) -> list[Invoice]:
    """The invoices in these stages, those due first: what waits for finance and treasurer."""
    return list(
        session.scalars(
            select(Invoice)
            .where(Invoice.stage.in_([str(stage) for stage in stages]))
            .order_by(Invoice.due_on, Invoice.submitted_at)
        )
    )


def overdue(session: Session, on: date) -> list[Invoice]:
    """The matched invoices whose time to pay has run out (802-18)."""
    waiting = (InvoiceStage.MATCHED, InvoiceStage.PREPARED, InvoiceStage.RELEASED)
    return [row for row in invoices_in(session, waiting) if row.due_on and row.due_on < on]


def payment(session: Session, payment_id: str) -> Payment:
    """A payment by its id; NotFound if there is none."""
    found = session.get(Payment, payment_id)
    if found is None:
        raise NotFound("payment", payment_id)
    return found


def payment_for_change(session: Session, payment_id: str) -> Payment:
    """A payment, held until the transaction ends, as it is now."""
    found = session.get(Payment, payment_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("payment", payment_id)
    return found


def payment_of_invoice(session: Session, invoice_id: str) -> Payment | None:
    """The payment of an invoice, once it is prepared."""
    return session.scalars(select(Payment).where(Payment.invoice_id == invoice_id)).one_or_none()


def payment_by_reference(session: Session, reference: str) -> Payment | None:
    """The payment under a treasury reference."""
    return session.scalars(
        select(Payment).where(Payment.treasury_reference == reference)
    ).one_or_none()


def payments_of_contract(session: Session, contract_id: str) -> list[Payment]:
    """The payments of a contract, oldest first."""
    return list(
        session.scalars(
            select(Payment)
            .where(Payment.contract_id == contract_id)
            .order_by(Payment.prepared_at, Payment.id)
        )
    )


def lots_of_purchase(session: Session, purchase_id: str) -> list[tuple[Lot, Contract | None]]:
    """The lots of a purchase with the contract that is in force for each, if there is one."""
    in_force = (ContractStage.IN_FORCE, ContractStage.ACCEPTED, ContractStage.CLOSED)
    rows = session.execute(
        select(Lot, Contract)
        .join(Tender, Tender.id == Lot.tender_id)
        .outerjoin(
            Contract,
            (Contract.lot_id == Lot.id) & Contract.stage.in_([str(stage) for stage in in_force]),
        )
        .where(Tender.purchase_id == purchase_id)
        .order_by(Lot.number)
    )
    return [(lot, contract) for lot, contract in rows]


def challenges_open(session: Session, purchase_id: str) -> list[str]:
    """The challenges of a purchase that nobody has answered or decided."""
    waiting = (ChallengeStage.FILED, ChallengeStage.COMPLAINED)
    return list(
        session.scalars(
            select(Challenge.id).where(
                Challenge.purchase_id == purchase_id,
                Challenge.stage.in_([str(stage) for stage in waiting]),
            )
        )
    )
