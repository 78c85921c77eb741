"""Contracts: parties, lines, inspections, money, and what may be done now (S52)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.outcome import words
from app.outcome.money_views import (
    ContractHead,
    ContractPage,
    Found,
    Inspected,
    Line,
    Party,
)
from app.outcome.permits import Permit, permit
from app.outcome.reading.invoices import invoice_rows
from app.outcome.reading.seeing import BUYING, buys_for, public_url
from app.outcome.reading.telling import due_of, firms, person_named, record_of
from app.outcome.views import Act, Due
from app.web.refusals import words_of
from app.web.shown import Stage, StageName, StageState, When, WhenKind
from bidding.evaluation import loading
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.money import Money
from kernel.refusal import NotFound, Refusal, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Actor, ContractStage, LotStage, Role
from procurement.awards import queries as awards
from procurement.awards import rules as award_rules
from procurement.challenges import queries as challenges
from procurement.challenges import rules as challenge_rules
from procurement.contracts import queries, rules
from procurement.contracts.deadlines import signing_deadline
from procurement.contracts.models import Acceptance, Contract
from procurement.contracts.services import amount_of
from procurement.contracts.stages import CONTRACT
from procurement.plans import queries as plans
from procurement.plans.models import Need
from procurement.tenders.models import Lot
from procurement.tenders.standing import calendar_of, pinned_profile

_UNITS = (Role.ACCEPTOR, Role.USING_UNIT, Role.UNIT_APPROVER)
_PAYING = (Role.FINANCE, Role.TREASURER)
_RECORD = (
    Action.DRAFT_CONTRACT,
    Action.SIGN_AS_SUPPLIER,
    Action.SIGN_AS_BUYER,
    Action.ACCEPT_DELIVERY,
    Action.REJECT_DELIVERY,
)
_WAITING = {
    ContractStage.DRAFTED: Text("等供应商签名。", "The supplier signs first."),
    ContractStage.OFFERED: Text("供应商已签，等采购审批人签名。", "The approver signs next."),
    ContractStage.IN_FORCE: Text("等交付和验收。", "Delivery and inspection come next."),
    ContractStage.ACCEPTED: Text("等供应商开发票、财务付款。", "Invoice and payment come next."),
    ContractStage.CLOSED: Text("全部付清。", "All is paid."),
}


def contract_of(work: Work, actor: Actor, contract_id: str) -> Contract:
    """A contract for those who buy, accept, use or pay; NotFound for anybody else."""
    found = queries.contract(work.session, contract_id)
    if not _sees(work.session, actor, found):
        raise NotFound("contract", contract_id)
    return found


def contracts_of_actor(work: Work, actor: Actor) -> list[Contract]:
    """The contracts that a person may see, newest first."""
    wanted = select(Contract).order_by(Contract.drafted_at.desc())
    if not any(actor.has(role) for role in _PAYING):
        buyers = {firm for role in (*BUYING, *_UNITS) for firm in actor.organizations(role)}
        of_unit = select(Need.purchase_id).where(Need.unit_id.in_(buyers))
        wanted = wanted.where(or_(Contract.buyer_id.in_(buyers), Contract.purchase_id.in_(of_unit)))
    return list(work.session.scalars(wanted))


def contract_head(work: Work, actor: Actor, contract: Contract) -> ContractHead:
    """Which contract it is."""
    session = work.session
    lot = loading.lot(session, contract.lot_id)
    return ContractHead(
        id=contract.id,
        title=Text(lot.title_zh, lot.title_en),
        number=plans.purchase(session, contract.purchase_id).ocid,
        supplier=firms(session, [contract.supplier_id])[contract.supplier_id],
        amount=amount_of(contract),
        stage=words.CONTRACT_STAGES[ContractStage(contract.stage)],
        lot_url=url_for("outcome.lot", lot=lot.id) if buys_for(actor, contract.buyer_id) else None,
        public_url=public_url(session, lot.tender),
    )


def contract_page(work: Work, actor: Actor, contract: Contract) -> ContractPage:
    """The whole of a contract."""
    session = work.session
    lot = loading.lot(session, contract.lot_id)
    inspected = queries.acceptances(session, contract.id)
    invoices = invoice_rows(work, contract)
    return ContractPage(
        head=contract_head(work, actor, contract),
        waiting=_WAITING[ContractStage(contract.stage)],
        steps=_course(contract, inspected),
        due=signing_due(work, lot, contract),
        hindrance=hindrance(work, lot, contract),
        acts=_acts(work, actor, lot, contract),
        parties=parties_of(session, contract),
        lines=lines_of(contract),
        payment_days=contract.payment_days,
        from_acceptance=contract.pays_from_acceptance,
        delivery=delivery_of(session, contract),
        digest=contract.digest,
        standards=standards_of(contract),
        inspections=[_inspected(session, contract, row) for row in inspected],
        invoices=invoices,
        invoiced=Money.of_minor(contract.invoiced_minor, contract.currency),
        paid=Money.of_minor(contract.paid_minor, contract.currency),
        record=record_of(session, [contract.id], _RECORD),
    )


def parties_of(session: Session, contract: Contract) -> list[Party]:
    """Both parties with their signatures."""
    names = firms(session, [contract.supplier_id, contract.buyer_id])
    return [
        Party(
            names[contract.supplier_id],
            Text("供应商（乙方）", "Supplier"),
            person_named(session, contract.supplier_signed_by),
            contract.supplier_signed_at,
        ),
        Party(
            names[contract.buyer_id],
            Text("采购人（甲方）", "Buyer"),
            person_named(session, contract.buyer_signed_by),
            contract.buyer_signed_at,
        ),
    ]


def lines_of(contract: Contract) -> list[Line]:
    """The lines of a contract."""
    return [
        Line(
            what=Text(line.description_zh, line.description_en),
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            amount=None
            if line.amount_minor is None
            else Money.of_minor(line.amount_minor, contract.currency),
        )
        for line in contract.lines
    ]


def standards_of(contract: Contract) -> list[Text]:
    """What an inspection passes or fails, in the order of the contract."""
    return [Text(row["zh"], row["en"]) for row in contract.standards]


def delivery_of(session: Session, contract: Contract) -> str:
    """The delivery that the bid promised."""
    award = awards.award(session, contract.award_id)
    bid = session.get_one(OpenedBid, award.bid_id)
    return str((bid.readout or {}).get("delivery", ""))


def signing_due(work: Work, lot: Lot, contract: Contract) -> Due | None:
    """Until when both must have signed, while they have not."""
    award = awards.award(work.session, contract.award_id)
    if award.lapsed_at is not None or award.published_at is None:
        return None
    profile, now = pinned_profile(lot.tender), work.clock.now()
    deadline = signing_deadline(
        stage=LotStage(lot.stage),
        award=award.id,
        tender=lot.tender_id,
        published_at=award.published_at,
        suspended=challenges.time_suspended(work.session, lot, since=award.published_at, now=now),
        profile=profile,
        calendar=calendar_of(profile),
    )
    paused = bool(challenges.suspending(work.session, lot, now))
    return due_of(deadline, work, profile, paused=paused)


def hindrance(work: Work, lot: Lot, contract: Contract) -> Text | None:
    """What keeps the contract from being signed now, in the refusal's words; None for nothing."""
    found = _hindered(work, lot, contract)
    return None if found is None else words_of(found)


def sign_permit(work: Work, actor: Actor, lot: Lot, contract: Contract) -> Permit:
    """Whether the person may sign for the buyer; not whoever signed for the supplier."""
    on = loading.lot_subject(work, lot, kind="contract", id=contract.id)
    return permit(actor, Action.SIGN_AS_BUYER, on)


def inspect_permit(work: Work, actor: Actor, lot: Lot, contract: Contract) -> Permit:
    """Whether the person may inspect: an acceptor of the buyer or of a unit that will use it."""
    units = {need.unit_id for need in queries.needs(work.session, contract.purchase_id)}
    accepting = sorted(actor.organizations(Role.ACCEPTOR) & (units | {contract.buyer_id})) or [
        contract.buyer_id
    ]
    on = loading.lot_subject(work, lot, kind="contract", id=contract.id, organization=accepting[0])
    return permit(actor, Action.ACCEPT_DELIVERY, on)


def is_public_service(work: Work, contract: Contract) -> bool:
    """Whether users have to be heard before it is accepted (GPR 45)."""
    return any(need.public_service for need in queries.needs(work.session, contract.purchase_id))


def _acts(work: Work, actor: Actor, lot: Lot, contract: Contract) -> list[Act]:
    stage, found = ContractStage(contract.stage), []
    if _hindered(work, lot, contract) is None and CONTRACT.allows(stage, Action.SIGN_AS_BUYER):
        may = sign_permit(work, actor, lot, contract)
        url = url_for("outcome.sign_contract", contract=contract.id)
        found.append(Act(Text("代表采购人签合同", "Sign for the buyer"), url, may, may.may))
    if CONTRACT.allows(stage, Action.ACCEPT_DELIVERY):
        may = inspect_permit(work, actor, lot, contract)
        url = url_for("outcome.inspect", contract=contract.id)
        found.append(Act(Text("验收", "Inspect the delivery"), url, may, may.may))
    return found


def _hindered(work: Work, lot: Lot, contract: Contract) -> Refusal | None:
    if ContractStage(contract.stage) not in (ContractStage.DRAFTED, ContractStage.OFFERED):
        return None
    award = awards.award(work.session, contract.award_id)
    lapsed = rules.award_stands(lapsed=award.lapsed_at is not None)
    if lapsed is not None or award.published_at is None:
        return lapsed or refuse("award_lapsed")
    profile, now = pinned_profile(lot.tender), work.clock.now()
    return award_rules.standstill_over(
        profile=profile,
        calendar=calendar_of(profile),
        published_at=award.published_at,
        now=now,
    ) or challenge_rules.not_suspended(
        profile=profile, suspensions=challenges.suspending(work.session, lot, now)
    )


def _course(contract: Contract, inspected: Sequence[Acceptance]) -> list[Stage]:
    """Award, contract and delivery with their dates."""
    accepted = next((row.inspected_at for row in inspected if row.accepted), None)
    stage = ContractStage(contract.stage)
    in_force = contract.buyer_signed_at is not None
    steps = [
        Stage(StageName.AWARD, StageState.DONE),
        Stage(
            StageName.CONTRACT,
            StageState.DONE if in_force else StageState.NOW,
            _on(contract.buyer_signed_at),
        ),
    ]
    state = StageState.NEXT
    if in_force:
        state = StageState.DONE if stage is ContractStage.CLOSED else StageState.NOW
    at = contract.closed_at or accepted
    return [*steps, Stage(StageName.DELIVERY, state, _on(at))]


def _on(at: datetime | None) -> When | None:
    return None if at is None else When(WhenKind.ON, at)


def _inspected(session: Session, contract: Contract, row: Acceptance) -> Inspected:
    names = {item["code"]: Text(item["zh"], item["en"]) for item in contract.standards}
    return Inspected(
        number=row.number,
        accepted=row.accepted,
        delivered_at=row.delivered_at,
        inspected_at=row.inspected_at,
        by=person_named(session, row.inspected_by),
        results=[
            Found(names[one["code"]], one["found"] == "passed", one["note"]) for one in row.results
        ],
        opinions=list(row.opinions),
    )


def _sees(session: Session, actor: Actor, contract: Contract) -> bool:
    if any(actor.has(role) for role in _PAYING) or buys_for(actor, contract.buyer_id):
        return True
    units = {need.unit_id for need in queries.needs(session, contract.purchase_id)}
    own = units | {contract.buyer_id}
    return any(own & actor.organizations(role) for role in _UNITS)
