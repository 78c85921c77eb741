"""The payment order: what the second of two persons releases by signature (BL 61)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kernel import canonical
from kernel.money import Money
from kernel.text import Text
from procurement.contracts import queries as contracts
from procurement.parties import queries as parties
from procurement.payments import queries as payments
from procurement.tenders import queries as tenders
from reports.documents.frame import CHINESE, Edition, Page, Signatory
from reports.documents.purchase import bought, lot_title, name_of
from reports.documents.rendering import render_pdf

ORDER = Text("付款凭单", "Payment order")
RELEASER = Text("付款放行人", "Treasurer who releases")


@dataclass(frozen=True, slots=True)
class PaymentOrderPage(Page):
    """Everything that the order says."""

    payee: Text
    identifier: str
    amount: Money
    contract: str
    contract_amount: Money
    paid_before: Money
    invoice_number: str
    issued_on: date
    due_on: date | None
    prepared_by: str
    text: str


def payment_order_pdf(
    session: Session,
    payment_id: str,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> bytes:
    """The unsigned PDF of a prepared payment."""
    page = payment_order_page(session, payment_id, statement, edition, signer=signer)
    return render_pdf("payment_order.html", page)


def payment_order_page(
    session: Session,
    payment_id: str,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> PaymentOrderPage:
    """What the order says: whom, what for, how much, by when."""
    payment = payments.payment(session, payment_id)
    invoice = payments.invoice(session, payment.invoice_id)
    contract = contracts.contract(session, payment.contract_id)
    lot = tenders.lot(session, contract.lot_id)
    about = bought(session, lot.tender)
    payee = parties.organization(session, invoice.supplier_id)
    frame = about.frame(
        edition,
        ORDER,
        proof=canonical.digest(statement),
        statement=statement,
        title=lot_title(about, lot),
        signatories=(Signatory(RELEASER, signer),),
    )
    return PaymentOrderPage(
        frame=frame.enclosing(frame.enclosed, at=payment.prepared_at),
        payee=name_of(payee),
        identifier=payee.identifier,
        amount=Money.of_minor(payment.amount_minor, payment.currency),
        contract=contract.id,
        contract_amount=Money.of_minor(contract.amount_minor, contract.currency),
        paid_before=Money.of_minor(contract.paid_minor, contract.currency),
        invoice_number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        prepared_by=parties.person(session, payment.prepared_by).name,
        text=contract.digest,
    )
