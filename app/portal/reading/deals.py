"""Contracts, payments with their due dates, and complaints whose decision is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal.reading.record import Seen, Story
from app.portal.views import Challenge, Contract, Document, Payment
from app.web.shown import Lamp
from bidding.evaluation.deadlines import Deadline
from kernel.blobs import Blobs
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, ContractStage, InvoiceStage
from procurement.challenges.models import Challenge as ChallengeRow
from procurement.contracts import queries
from procurement.contracts.models import Contract as ContractRow
from procurement.parties.models import Organization
from procurement.payments.deadlines import payment_deadline
from procurement.payments.models import Invoice
from procurement.payments.models import Payment as PaymentRow
from procurement.profiles.timetable import Light, light
from procurement.tenders.models import Tender
from procurement.tenders.standing import pinned_profile

_LAMPS = {Light.GREEN: Lamp.GREEN, Light.AMBER: Lamp.AMBER, Light.RED: Lamp.RED}
_RULINGS: Mapping[str, Text] = {
    "upheld": Text("投诉成立", "Upheld"),
    "partly": Text("部分成立", "Upheld in part"),
    "dismissed": Text("驳回投诉", "Dismissed"),
}


def in_force(session: Session, tender: Tender) -> Sequence[ContractRow]:
    """The contracts of the tender that both parties have signed."""
    return queries.contracts_of_purchase(session, tender.purchase_id)


def paid_lots(rows: Sequence[ContractRow]) -> set[str]:
    """The lots whose contract is fully paid."""
    return {row.lot_id for row in rows if row.stage == str(ContractStage.CLOSED)}


def contracts(
    session: Session,
    rows: Sequence[ContractRow],
    story: Story,
    blobs: Blobs,
    lots: Mapping[str, Text],
    zone: ZoneInfo,
) -> tuple[Contract, ...]:
    """The contracts in force, with the text that both signed where it is rendered."""
    firms = {
        row.id: Text(row.name_zh, row.name_en)
        for row in session.execute(
            select(Organization.id, Organization.name_zh, Organization.name_en).where(
                Organization.id.in_({row.supplier_id for row in rows})
            )
        )
    }
    return tuple(
        Contract(
            number=row.id,
            supplier=firms[row.supplier_id],
            amount=Money.of_minor(row.amount_minor, row.currency),
            signed_on=_day(row.buyer_signed_at or row.drafted_at, zone),
            lot=lots.get(row.lot_id),
            documents=_text_of(row, story, blobs),
            proof=story.proof(Action.SIGN_AS_BUYER, row.id),
        )
        for row in rows
    )


def _text_of(row: ContractRow, story: Story, blobs: Blobs) -> tuple[Document, ...]:
    if row.pdf is None:
        return ()
    proof = story.proof(Action.SIGN_AS_BUYER, row.id)
    title = Text("合同文本", "The contract")
    return (Document(title, row.pdf, "PDF", blobs.size(row.pdf), proof),)


def payments(
    session: Session,
    tender: Tender,
    rows: Sequence[ContractRow],
    story: Story,
    lots: Mapping[str, Text],
    now: datetime,
    of: Sequence[ContractRow] | None = None,
) -> tuple[Payment, ...]:
    """What is due and what was paid, from the day on which invoice and acceptance agreed.

    `of` are the contracts whose payments are listed, if not all: numbers count the whole tender's.
    """
    here = {row.id for row in (rows if of is None else of)}
    lot_of = {row.id: lots.get(row.lot_id) for row in rows}
    found = session.execute(
        select(Invoice, PaymentRow)
        .outerjoin(PaymentRow, PaymentRow.invoice_id == Invoice.id)
        .where(Invoice.contract_id.in_(lot_of), Invoice.due_on.is_not(None))
        .order_by(Invoice.due_on, Invoice.id)
    ).all()
    made = []
    for number, (invoice, payment) in enumerate(found, start=1):
        if invoice.due_on is None or invoice.contract_id not in here:
            continue
        settled = story.last(Action.SETTLE_PAYMENT, payment.id) if payment else None
        newest = settled or story.last(Action.MATCH_INVOICE, invoice.id)
        made.append(
            Payment(
                what=_called(number, len(found), lot_of[invoice.contract_id]),
                amount=Money.of_minor(invoice.amount_minor, invoice.currency),
                due_on=invoice.due_on,
                lamp=_lamp(tender, invoice, payment, now),
                paid_on=payment.paid_on if payment else None,
                proof=newest.proof if newest else None,
            )
        )
    return tuple(made)


def _called(number: int, of: int, lot: Text | None) -> Text:
    name = (
        Text(f"第{number}笔", f"Payment {number}") if of > 1 else Text("合同款", "Contract price")
    )
    if lot is None:
        return name
    return Text(f"{name.zh}（{lot.zh}）", f"{name.en} ({lot.en or lot.zh})")


def _lamp(tender: Tender, invoice: Invoice, payment: PaymentRow | None, now: datetime) -> Lamp:
    if payment is not None and payment.paid_on is not None:
        late = invoice.due_on is not None and payment.paid_on > invoice.due_on
        return Lamp.RED if late else Lamp.GREEN
    deadline = _deadline(tender, invoice)
    if deadline is None:
        return Lamp.IDLE
    return _LAMPS[light(pinned_profile(tender), deadline.started_at, deadline.due_at, now)]


def _deadline(tender: Tender, invoice: Invoice) -> Deadline | None:
    if invoice.matched_at is None or invoice.due_on is None:
        return None
    return payment_deadline(
        stage=InvoiceStage(invoice.stage),
        invoice=invoice.id,
        tender=tender.id,
        matched_at=invoice.matched_at,
        due_on=invoice.due_on,
        profile=pinned_profile(tender),
    )


def challenges(session: Session, story: Story) -> tuple[Challenge, ...]:
    """Complaints that were decided; before that a challenge is its parties' business (GPR 58)."""
    decided = [seen for seen in story.entries if seen.action is Action.DECIDE_COMPLAINT]
    rows = {
        row.id: row
        for row in session.scalars(
            select(ChallengeRow).where(ChallengeRow.id.in_([seen.object for seen in decided]))
        )
    }
    return tuple(_decided(seen, rows[seen.object]) for seen in decided)


def _decided(seen: Seen, row: ChallengeRow) -> Challenge:
    ruling = _RULINGS[str(seen.body["ruling"])]
    words = seen.text("decision")
    outcome = (
        Text(f"{ruling.zh}。{words.zh}", f"{ruling.en}. {words.en or words.zh}")
        if words
        else ruling
    )
    about = _ABOUT[row.about]
    return Challenge(about, row.complained_at or row.filed_at, outcome, seen.proof)


_ABOUT: Mapping[str, Text] = {
    "documents": Text("对采购文件的投诉", "Complaint about the tender documents"),
    "process": Text("对采购过程的投诉", "Complaint about the process"),
    "result": Text("对采购结果的投诉", "Complaint about the result"),
}


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
