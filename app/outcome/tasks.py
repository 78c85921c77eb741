"""What the desk is told of all that follows the closing: what waits for a person or for others."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from app.outcome.reading import contracts as contract_reading
from app.outcome.reading import disputes, invoices, lots
from app.outcome.reading.judging import panel_of
from app.outcome.reading.opening import opening_of
from app.outcome.views import Due
from app.web.shown import Lamp
from app.web.tasks import Desk, File, Task, Waiting
from bidding.envelopes.models import Closing
from bidding.evaluation import loading
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import (
    Actor,
    ChallengeStage,
    ContractStage,
    InvoiceStage,
    LotStage,
    PurchaseStage,
    Role,
    TenderStage,
)
from procurement.contracts.models import Contract
from procurement.payments import queries as payments
from procurement.plans import queries as plans
from procurement.tenders.models import Lot

_OVER = (LotStage.FAILED, LotStage.CANCELLED)
_SUSPENDED = Text("处理期间暂停签合同。", "The signing is suspended meanwhile.")
_INVOICE_STEPS = {
    InvoiceStage.SUBMITTED: (Role.FINANCE, Text("核对发票", "Match invoice")),
    InvoiceStage.MATCHED: (Role.FINANCE, Text("编制付款", "Prepare the payment of")),
    InvoiceStage.PREPARED: (Role.TREASURER, Text("放行付款", "Release the payment of")),
    InvoiceStage.RELEASED: (Role.TREASURER, Text("登记国库支付", "Note the treasury's payment of")),
}


def outcome_tasks(work: Work, actor: Actor) -> Desk:
    """The person's tasks, files and waits between the closing and the last payment."""
    tasks: list[Task] = []
    waiting: list[Waiting] = []
    files: list[File] = []
    if actor.has(Role.OFFICER) or actor.has(Role.APPROVER):
        for lot in _running(work, actor):
            _of_lot(work, actor, lot, tasks, waiting, files)
        tasks += _challenges(work, actor)
    if any(actor.has(role) for role in (Role.APPROVER, Role.ACCEPTOR)):
        for contract in contract_reading.contracts_of_actor(work, actor):
            _of_contract(work, actor, contract, tasks, files)
    tasks += _invoices(work, actor)
    tasks += _complaints(work, actor)
    return Desk(tasks=tasks, waiting=waiting, files=files)


def _running(work: Work, actor: Actor) -> Iterable[Lot]:
    """The lots after their closing whose purchase has not ended."""
    for lot in lots.lots_of_actor(work, actor):
        if TenderStage(lot.tender.stage) is not TenderStage.CLOSED:
            continue
        purchase = plans.purchase(work.session, lot.tender.purchase_id)
        if PurchaseStage(purchase.stage) is PurchaseStage.CLOSED:
            continue
        if work.session.get(Closing, lot.tender_id) is not None:
            yield lot


def _of_lot(
    work: Work,
    actor: Actor,
    lot: Lot,
    tasks: list[Task],
    waiting: list[Waiting],
    files: list[File],
) -> None:
    row, due = lots.row_of(work, lot), lots.lot_due(work, lot)
    mine = [act for act, aside in lots.acts_of(work, actor, lot) if act.permit.may and not aside]
    for act in mine:
        lamp, label = _lamp(due)
        title = Text(f"{act.label.zh}：{row.title.zh}", f"{act.label.en}: {_en(row.title)}")
        tasks.append(Task(title, act.url, due_at=due.at if due else None, lamp=lamp, label=label))
    files.append(
        File(row.title, row.number, row.url, state=row.stage, next=row.next, lamp=row.lamp)
    )
    if not mine and LotStage(lot.stage) not in _OVER:
        whom = lots.waiting_for(work, lot, opening_of(work, lot), panel_of(work, lot))
        if whom is not None:
            waiting.append(Waiting(row.title, row.url, whom, lamp=row.lamp))


def _of_contract(
    work: Work, actor: Actor, contract: Contract, tasks: list[Task], files: list[File]
) -> None:
    lot = loading.lot(work.session, contract.lot_id)
    url = url_for("outcome.contract", contract=contract.id)
    title = Text(lot.title_zh, lot.title_en)
    stage = ContractStage(contract.stage)
    if stage is ContractStage.OFFERED and actor.has(Role.APPROVER):
        may = contract_reading.sign_permit(work, actor, lot, contract)
        due = contract_reading.signing_due(work, lot, contract)
        hindered = contract_reading.hindrance(work, lot, contract)
        if may.may:
            lamp, label = _lamp(due)
            tasks.append(
                Task(
                    Text(f"代表采购人签合同：{title.zh}", f"Sign the contract: {_en(title)}"),
                    url,
                    note=hindered,
                    due_at=due.at if due else None,
                    lamp=lamp,
                    label=label,
                )
            )
    if stage is ContractStage.IN_FORCE and actor.has(Role.ACCEPTOR):
        may = contract_reading.inspect_permit(work, actor, lot, contract)
        if may.may:
            said = Text(f"验收：{title.zh}", f"Inspect: {_en(title)}")
            tasks.append(Task(said, url, note=Text("交付后逐项验收。", "After the delivery.")))
    if actor.has(Role.ACCEPTOR) and stage is not ContractStage.CLOSED:
        head = contract_reading.contract_head(work, actor, contract)
        files.append(File(title, head.number, url, state=head.stage))


def _challenges(work: Work, actor: Actor) -> list[Task]:
    """The challenges that the officer answers."""
    if not actor.has(Role.OFFICER):
        return []
    waiting = [
        row
        for row in disputes.challenges_of_buyer(work, actor)
        if ChallengeStage(row.stage) is ChallengeStage.FILED
    ]
    return [
        Task(
            Text(f"答复质疑：{row.lot.zh}", f"Answer the challenge: {_en(row.lot)}"),
            row.url,
            note=_SUSPENDED if row.suspends_until else None,
            due_at=row.due.at if row.due else None,
            lamp=_lamp(row.due)[0],
            label=_lamp(row.due)[1],
        )
        for row in disputes.rows_of(work, waiting, endpoint="outcome.challenge")
    ]


def _complaints(work: Work, actor: Actor) -> list[Task]:
    """The complaints that wait for the reviewing body."""
    if not actor.has(Role.REVIEWER):
        return []
    waiting = [row for row in disputes.complaints(work) if disputes.is_open(row)]
    return [
        Task(
            Text(f"处理投诉：{row.lot.zh}", f"Decide the complaint: {_en(row.lot)}"),
            row.url,
            due_at=row.due.at if row.due else None,
            lamp=_lamp(row.due)[0],
            label=_lamp(row.due)[1],
        )
        for row in disputes.rows_of(work, waiting, endpoint="outcome.complaint")
    ]


def _invoices(work: Work, actor: Actor) -> list[Task]:
    """The invoices that wait for finance, and the payments that wait for the treasurer."""
    stages = [stage for stage, (role, _) in _INVOICE_STEPS.items() if actor.has(role)]
    found = []
    for invoice in payments.invoices_in(work.session, stages) if stages else ():
        row = invoices.row_of(work, invoice)
        verb = _INVOICE_STEPS[InvoiceStage(invoice.stage)][1]
        lamp, label = _lamp(row.due)
        found.append(
            Task(
                Text(f"{verb.zh}：{row.number}", f"{verb.en} {row.number}"),
                row.url,
                note=Text(
                    f"{row.supplier.zh}，{row.title.zh}", f"{_en(row.supplier)}, {_en(row.title)}"
                ),
                due_at=row.due.at if row.due else None,
                lamp=lamp,
                label=label,
            )
        )
    return found


def _lamp(due: Due | None) -> tuple[Lamp, Text | None]:
    """The lamp, and beside it what the limit is for where it runs."""
    if due is None:
        return Lamp.IDLE, None
    if due.lamp is Lamp.RED:
        return due.lamp, Text(f"{due.what.zh}：已超时", f"{due.what.en}: overdue")
    return due.lamp, None


def _en(text: Text) -> str:
    return text.en or text.zh
