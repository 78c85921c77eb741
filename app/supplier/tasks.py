"""What the desk shows a supplier (S15): what is to be done, what waits for others, own bids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from flask import url_for

from app.supplier import bidding, company_file
from app.supplier.bidding import BidStanding
from app.supplier.firms import Firm, firm_of, lamp_until, title_of
from app.supplier.invoices import payment_lamp
from app.supplier.openings import awaits_confirmation
from app.web import moments
from app.web.shown import Lamp
from app.web.site import site
from app.web.tasks import Desk, File, Start, Task, Waiting
from bidding.envelopes import queries as envelopes
from bidding.envelopes.models import BidAct
from bidding.evaluation import binding
from bidding.evaluation import queries as evaluation
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import (
    Actor,
    ChallengeStage,
    ContractStage,
    InvoiceStage,
    LotStage,
    Role,
    TenderStage,
)
from procurement.awards import queries as awards
from procurement.challenges import queries as challenges
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.parties import queries as parties
from procurement.payments import queries as payments
from procurement.plans import queries as plans
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile
from reports import amounts

_STATES: dict[LotStage, Text] = {
    LotStage.SEALED: Text("已密封", "Sealed"),
    LotStage.OPENED: Text("已开标", "Opened"),
    LotStage.QUALIFIED: Text("评审中", "In evaluation"),
    LotStage.EVALUATED: Text("评审中", "In evaluation"),
    LotStage.REPORTED: Text("等待定标", "Awaiting decision"),
    LotStage.DECIDED: Text("等待公告", "Awaiting notice"),
    LotStage.AWARDED: Text("已公布结果", "Result published"),
    LotStage.CONTRACTED: Text("已签合同", "Contract signed"),
    LotStage.FAILED: Text("没有结果", "No result"),
    LotStage.CANCELLED: Text("已终止", "Cancelled"),
}


def supplier_tasks(work: Work, actor: Actor) -> Desk:
    """What waits for a supplier's person; nothing for anybody else."""
    if len(actor.organizations(Role.SUPPLIER)) != 1:
        return Desk()
    firm = firm_of(work, actor)
    bids = bidding.bids_of(work, firm)
    tasks = [
        *_answers(work, firm),
        *_to_bid(work, actor, bids),
        *_to_confirm(work, firm, bids),
        *_contracts(work, firm),
        *_disputes(work, firm),
        *_papers(work, firm),
    ]
    return Desk(
        tasks=tasks,
        waiting=[*_waiting_bids(bids), *_waiting_others(work, firm)],
        files=[_file(work, firm, *one) for one in bids],
        starts=[
            Start(Text("找可以投标的项目", "Find a tender to bid for"), url_for("portal.tenders"))
        ],
        notes=[
            _before(
                ban.until_on,
                "贵单位在{}前被禁止参加政府采购活动。",
                "Your firm is barred from public procurement until {}.",
            )
            for ban in parties.bans_of(work.session, firm.id)
            if ban.from_on <= work.now().date() <= ban.until_on
        ],
    )


def _answers(work: Work, firm: Firm) -> Iterator[Task]:
    """Minutes count here: the panel waits."""
    now = work.now()
    for correction in binding.corrections_of(work.session, firm.id):
        if correction.confirmed is None and now < correction.due_at:
            lot = tenders.lot(work.session, correction.lot_id)
            yield _task(
                work, "确认修正后的报价", "Confirm the corrected price", lot,
                url_for("supplier.correction", correction=correction.id),
                correction.noted_at, correction.due_at,
            )  # fmt: skip
    for question in evaluation.questions_to(work.session, firm.id):
        if question.answered_at is None and now < question.due_at:
            lot = tenders.lot(work.session, question.lot_id)
            yield _task(
                work, "说明报价为什么低", "Explain why your price is low", lot,
                url_for("supplier.price_question", question=question.id),
                question.asked_at, question.due_at,
            )  # fmt: skip


def _to_bid(
    work: Work, actor: Actor, bids: Sequence[tuple[Tender, Lot, list[BidAct]]]
) -> Iterator[Task]:
    now = work.now()
    sent = {lot.id: acts for _, lot, acts in bids}
    for lot_id, done in bidding.tenders_with_ticks(work, actor).items():
        lot = work.session.get(Lot, lot_id)
        live = bidding.standing_of(sent.get(lot_id, ())) is BidStanding.LIVE
        if lot is None or live or not bidding.takes_bids(lot.tender, now):
            continue
        count = len(done & {str(task) for task in bidding.BidTask})
        yield _task(
            work, "完成投标", "Finish your bid", lot, _bid_url(lot),
            lot.tender.published_at or now, lot.tender.closes_at,
            note=Text(f"已完成{count}项，共4项。", f"{count} of 4 tasks done."),
        )  # fmt: skip
    for tender, lot, acts in bids:
        if not bidding.takes_bids(tender, now) or acts[-1].kind != "bid":
            continue
        named = envelopes.as_act(acts[-1]).statement["notice"]
        if named != tenders.last_notice(work.session, tender.id).digest:
            yield _task(
                work, "公告有更正，请重新密封提交", "The notice was corrected: seal and send again",
                lot, _bid_url(lot), acts[-1].accepted_at, tender.closes_at,
            )  # fmt: skip


def _to_confirm(
    work: Work, firm: Firm, bids: Sequence[tuple[Tender, Lot, list[BidAct]]]
) -> Iterator[Task]:
    for _tender, lot, _acts in bids:
        if awaits_confirmation(work, lot, firm.id):
            yield Task(
                _titled("核对并确认开标记录", "Check and confirm the opening record", lot),
                url_for("supplier.opening", lot=lot.id),
                note=Text("不签的，视为认可。", "Silence counts as acceptance."),
            )


def _contracts(work: Work, firm: Firm) -> Iterator[Task]:
    for contract in contracts.contracts_of_supplier(work.session, firm.id):
        lot = tenders.lot(work.session, contract.lot_id)
        url = url_for("supplier.contract", contract=contract.id)
        lapsed = awards.award(work.session, contract.award_id).lapsed_at is not None
        if contract.stage == ContractStage.DRAFTED and not lapsed:
            yield _task(
                work, "签订合同", "Sign the contract", lot, url,
                contract.drafted_at, contract.sign_until,
            )  # fmt: skip
        if contract.stage != ContractStage.ACCEPTED:
            continue
        left = Money.of_minor(contract.amount_minor - contract.invoiced_minor, contract.currency)
        if left.minor > 0:
            returned = [
                one
                for one in payments.invoices_of_contract(work.session, contract.id)
                if one.stage == InvoiceStage.RETURNED
            ]
            yield Task(
                _titled("重开发票" if returned else "开具发票",
                        "Send the invoice anew" if returned else "Send the invoice", lot),
                url,
                note=Text(
                    f"还可以开{amounts.amount(left, 'zh')}。",
                    f"{amounts.amount(left, 'en')} is left to invoice.",
                ),
            )  # fmt: skip


def _disputes(work: Work, firm: Firm) -> Iterator[Task]:
    now = work.now()
    for one in challenges.challenges_of_supplier(work.session, firm.id):
        until = one.complaint_due_at
        if one.stage != ChallengeStage.ANSWERED or until is None or now >= until:
            continue
        title = title_of(tenders.tender(work.session, one.tender_id))
        yield Task(
            Text(
                f"看质疑答复：{title.zh}",
                f"Read the answer to your challenge: {title.en or title.zh}",
            ),
            url_for("supplier.challenge", challenge=one.id),
            note=Text("不同意的，可以投诉。", "If you disagree, you can complain."),
            due_at=until,
            lamp=lamp_until(now, one.answered_at or one.filed_at, until),
            label=_by(until),
        )


def _papers(work: Work, firm: Firm) -> Iterator[Task]:
    """Documents that run out."""
    now = work.now()
    late = [
        row
        for row in company_file.documents(work, firm)
        if row.valid_until is not None
        and row.valid_until - now.date() <= company_file.WARNED_BEFORE
    ]
    if late:
        first = min(row.valid_until for row in late if row.valid_until)
        yield Task(
            Text(
                f"更新企业档案：{len(late)}份文件快到期或已过期",
                "Renew your company file: "
                + ("1 document runs out" if len(late) == 1 else f"{len(late)} documents run out"),
            ),
            url_for("supplier.company", _anchor="documents"),
            due_at=datetime.combine(first + timedelta(days=1), time(), site().zone),
            lamp=Lamp.RED if first < now.date() else Lamp.AMBER,
        )


def _waiting_bids(
    bids: Sequence[tuple[Tender, Lot, list[BidAct]]],
) -> Iterator[Waiting]:
    for tender, lot, acts in bids:
        if acts[-1].kind != "bid" or tender.stage == TenderStage.CANCELLED:
            continue
        if lot.stage == LotStage.SEALED:
            yield Waiting(
                _titled("开标", "Opening", lot),
                url_for("supplier.receipts", tender=tender.id, lot=lot.id),
                Text("开标人，截止以后", "The key holders, after the closing"),
                label=_on(tender.closes_at),
            )


def _waiting_others(work: Work, firm: Firm) -> Iterator[Waiting]:
    now = work.now()
    for one in challenges.challenges_of_supplier(work.session, firm.id):
        title = title_of(tenders.tender(work.session, one.tender_id))
        due, whom = {
            ChallengeStage.FILED: (one.answer_due_at, Text("采购人答复", "The buyer's answer")),
            ChallengeStage.COMPLAINED: (
                one.decision_due_at,
                Text("财政部门处理决定", "The decision of the finance department"),
            ),
        }.get(ChallengeStage(one.stage), (None, None))
        if due is None or whom is None:
            continue
        yield Waiting(
            Text(f"质疑：{title.zh}", f"Challenge: {title.en or title.zh}"),
            url_for("supplier.challenge", challenge=one.id),
            whom,
            lamp=lamp_until(now, one.complained_at or one.filed_at, due),
            label=_by(due),
        )
    for contract in contracts.contracts_of_supplier(work.session, firm.id):
        yield from _waiting_payments(work, contract)


def _waiting_payments(work: Work, contract: Contract) -> Iterator[Waiting]:
    lot = tenders.lot(work.session, contract.lot_id)
    today = local_date(pinned_profile(lot.tender), work.now())
    for row in payments.invoices_of_contract(work.session, contract.id):
        stage = InvoiceStage(row.stage)
        if stage in (InvoiceStage.RETURNED, InvoiceStage.PAID):
            continue
        yield Waiting(
            Text(f"付款：发票{row.number}", f"Payment of invoice {row.number}"),
            url_for("supplier.contract", contract=contract.id, _anchor="payments"),
            Text("采购人和国库", "The buyer and the treasury"),
            lamp=payment_lamp(stage, row.due_on, today, settled=False),
            label=None if row.due_on is None else _before(row.due_on, "应在{}前付", "Due by {}"),
        )


def _file(work: Work, firm: Firm, tender: Tender, lot: Lot, acts: Sequence[BidAct]) -> File:
    withdrawn = acts[-1].kind != "bid"
    stage, is_open = LotStage(lot.stage), bidding.takes_bids(tender, work.now())
    state = Text("已撤回", "Withdrawn") if withdrawn else _STATES[stage]
    if tender.stage == TenderStage.CANCELLED:
        state = _STATES[LotStage.CANCELLED]
    if is_open or stage is LotStage.SEALED:
        url = _bid_url(lot)
    elif stage is LotStage.OPENED:
        url = url_for("supplier.opening", lot=lot.id)
    else:
        url = url_for("supplier.result", lot=lot.id)
    following, lamp = None, Lamp.IDLE
    if is_open:
        lamp = lamp_until(work.now(), tender.published_at or work.now(), tender.closes_at)
        if not withdrawn:
            following = Text("截止前可更换或撤回", "Replace or withdraw until the closing")
    award = awards.live_award(work.session, lot.id)
    if award is not None and award.published_at is not None and award.supplier_id != firm.id:
        until = award.challenge_until
        if until is not None and work.now() < until and not withdrawn:
            lamp = lamp_until(work.now(), award.published_at, until)
            by = _said(until)
            following = Text(f"看结果；{by.zh}前可以质疑", f"See the result; challenge by {by.en}")
    for contract in contracts.contracts_of_supplier(work.session, firm.id):
        if contract.lot_id == lot.id:
            url = url_for("supplier.contract", contract=contract.id)
            following = Text("看合同和付款", "See the contract and payments")
    return File(
        title_of(tender, lot),
        plans.purchase(work.session, tender.purchase_id).ocid,
        url,
        state,
        next=following,
        lamp=lamp,
    )


def _task(
    work: Work,
    zh: str,
    en: str,
    lot: Lot,
    url: str,
    begun_at: datetime,
    due_at: datetime,
    *,
    note: Text | None = None,
) -> Task:
    return Task(
        _titled(zh, en, lot),
        url,
        note=note,
        due_at=due_at,
        lamp=lamp_until(work.now(), begun_at, due_at),
        label=_by(due_at),
    )


def _titled(zh: str, en: str, lot: Lot) -> Text:
    title = title_of(lot.tender, lot)
    return Text(f"{zh}：{title.zh}", f"{en}: {title.en or title.zh}")


def _bid_url(lot: Lot) -> str:
    return url_for("supplier.lot", tender=lot.tender_id, lot=lot.id)


def _by(at: datetime) -> Text:
    said = _said(at)
    return Text(f"{said.zh}前", f"By {said.en}")


def _on(at: datetime) -> Text:
    said = _said(at)
    return Text(f"{said.zh}截止", f"Closes {said.en}")


def _said(at: datetime) -> Text:
    here = site()
    return Text(*(moments.with_weekday(at, lang, here.zone, here.now) for lang in ("zh", "en")))


def _before(on: date, zh: str, en: str) -> Text:
    """A day in a sentence of each language."""
    today = moments.local(site().now, site().zone).date()
    return Text(zh.format(moments.day(on, "zh", today)), en.format(moments.day(on, "en", today)))
