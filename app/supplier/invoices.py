"""S28: a supplier's invoices under a contract, from their form to their payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.supplier.company import FILE_BYTES_MAX
from app.web.forms import Amount, Attachment, Day, Form, Number, Words
from app.web.shown import Lamp
from journal.work import Work
from kernel.money import Money
from kernel.vocabulary import InvoiceStage
from procurement.contracts.models import Contract
from procurement.payments import invoicing
from procurement.payments import queries as payments
from procurement.payments.invoicing import InvoiceLine, NewInvoice
from procurement.payments.models import Invoice, Payment

_DUE_SOON_DAYS = 5


class InvoiceForm(Form):
    """An invoice, compared with the contract before it is sent."""

    number = Words(_l("发票号码"), most=60, missing=_l("填写发票号码"))
    issued_on = Day(_l("开票日期"), missing=_l("填写开票日期"))
    amount = Amount(_l("价税合计"), missing=_l("填写价税合计，如1168000.00"))
    file = Attachment(
        _l("发票文件"),
        needed=False,
        most=FILE_BYTES_MAX,
        hint=_l("电子发票的PDF、OFD或XML，最大20 MB"),
    )
    refused_at: ClassVar[Mapping[str, str]] = {
        "invoice_known": "number",
        "invoice_incomplete": "amount",
        "invoice_of_the_future": "issued_on",
        "above_contract": "amount",
        "sum_differs": "amount",
    }

    @property
    def quantities(self) -> list[Any]:
        """The fields for the quantities of this invoice, line by line."""
        return [field for field in self if field.name.startswith("line_")]


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice on its way to its payment."""

    number: str
    amount: Money
    stage: InvoiceStage
    submitted_at: datetime
    due_on: date | None
    paid_on: date | None
    interest: Money | None
    reference: str | None
    returned: str | None
    lamp: Lamp


def invoice_form(
    contract: Contract, *, sent: bool = False, data: dict[str, Any] | None = None
) -> InvoiceForm:
    """The form with a field for the quantity of each line that has a price of its own."""
    lines = {
        f"line_{line.number}": Number(
            _("本次数量：%(line)s", line=f"{line.number}. {line.description_zh}"),
            most=line.quantity,
            places=4,
            needed=False,
            suffix=line.unit,
        )
        for line in contract.lines
        if line.amount_minor is not None
    }
    form: InvoiceForm = type("InvoiceForm", (InvoiceForm,), lines)(data, sent=sent)
    return form


def new_invoice(contract: Contract, form: InvoiceForm, content: str | None) -> NewInvoice:
    lines = []
    for line in contract.lines:
        name = f"line_{line.number}"
        if name not in form or not form[name].data or line.amount_minor is None:
            continue
        whole = Money.of_minor(line.amount_minor, contract.currency)
        lines.append(
            InvoiceLine(
                line.number,
                form[name].data,
                whole.share_rounded(form[name].data / line.quantity),
            )
        )
    return NewInvoice(
        contract=contract.id,
        number=form.number.data,
        amount=form.amount.data,
        issued_on=form.issued_on.data,
        lines=tuple(lines),
        content=content,
    )


def quantities_left(work: Work, found: Contract) -> dict[str, Decimal]:
    """What is left of each priced line, once a part was invoiced; before that nothing need be."""
    claimed: dict[int, Decimal] = {}
    for row in payments.invoices_of_contract(work.session, found.id):
        if row.stage != InvoiceStage.RETURNED:
            for line in row.lines:
                before = claimed.get(line["number"], Decimal(0))
                claimed[line["number"]] = before + Decimal(line["quantity"])
    if not claimed:
        return {}
    left = {line.number: line.quantity - claimed.get(line.number, 0) for line in found.lines}
    return {
        f"line_{number}": quantity.quantize(Decimal(1)) if quantity % 1 == 0 else quantity
        for number, quantity in left.items()
        if quantity > 0
    }


def invoice_rows(work: Work, found: Contract, today: date) -> list[InvoiceRow]:
    paid = {row.invoice_id: row for row in payments.payments_of_contract(work.session, found.id)}
    return [
        _invoice_row(row, paid.get(row.id), today)
        for row in payments.invoices_of_contract(work.session, found.id)
    ]


def _invoice_row(row: Invoice, payment: Payment | None, today: date) -> InvoiceRow:
    stage = InvoiceStage(row.stage)
    settled = payment is not None and payment.settled_at is not None
    return InvoiceRow(
        number=row.number,
        amount=invoicing.amount_of_invoice(row),
        stage=stage,
        submitted_at=row.submitted_at,
        due_on=row.due_on,
        paid_on=payment.paid_on if payment else None,
        interest=Money.of_minor(payment.interest_minor, payment.currency)
        if payment is not None and payment.interest_minor
        else None,
        reference=payment.treasury_reference if payment else None,
        returned=row.returned_reason,
        lamp=payment_lamp(stage, row.due_on, today, settled=settled),
    )


def payment_lamp(stage: InvoiceStage, due_on: date | None, today: date, *, settled: bool) -> Lamp:
    """How the time to pay stands: the last day itself is in time."""
    if settled or stage is InvoiceStage.PAID:
        return Lamp.GREEN
    if stage is InvoiceStage.RETURNED or due_on is None:
        return Lamp.IDLE
    if today > due_on:
        return Lamp.RED
    return Lamp.AMBER if (due_on - today).days <= _DUE_SOON_DAYS else Lamp.GREEN
