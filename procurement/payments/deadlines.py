"""The time limit of the payment (P27)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.evaluation.deadlines import Deadline, Limit
from kernel.vocabulary import InvoiceStage
from procurement.contracts.models import Contract
from procurement.payments.models import Invoice
from procurement.profiles import Profile
from procurement.profiles.timetable import end_of
from procurement.tenders.models import Tender
from procurement.tenders.standing import pinned_profile

_WAITING = (InvoiceStage.MATCHED, InvoiceStage.PREPARED, InvoiceStage.RELEASED)


def payment_deadline(
    *,
    stage: InvoiceStage,
    invoice: str,
    tender: str,
    matched_at: datetime,
    due_on: date,
    profile: Profile,
) -> Deadline | None:
    """Until the end of which day a matched invoice is paid, while it is not (802-9)."""
    if stage not in _WAITING:
        return None
    return Deadline(Limit.PAYMENT, invoice, tender, matched_at, end_of(profile, due_on))


def open_deadlines(session: Session) -> list[Deadline]:
    """The payments that are waited for, the most urgent first."""
    rows = session.execute(
        select(Invoice, Tender)
        .join(Contract, Contract.id == Invoice.contract_id)
        .join(Tender, Tender.id == Contract.tender_id)
        .where(Invoice.stage.in_([str(stage) for stage in _WAITING]))
    )
    found = [
        payment_deadline(
            stage=InvoiceStage(invoice.stage),
            invoice=invoice.id,
            tender=tender.id,
            matched_at=invoice.matched_at,
            due_on=invoice.due_on,
            profile=pinned_profile(tender),
        )
        for invoice, tender in rows
        if invoice.matched_at is not None and invoice.due_on is not None
    ]
    return sorted((one for one in found if one is not None), key=lambda one: one.due_at)
