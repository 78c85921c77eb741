"""What the case file is read from: the journal, as the disclosure table opens it to the reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from app.oversight.views import (
    Act,
    Capacity,
    CasePage,
    CaseRow,
    CasesPage,
    Signature,
    TimeLimit,
)
from app.web.shown import Lamp, Proof, ProofState
from bidding.evaluation import deadlines as of_evaluation
from bidding.evaluation.deadlines import Deadline, Limit
from bidding.evaluation.models import PanelMember, PriceCorrection
from journal import logs
from journal.disclose import ShownEntry, State, show
from journal.models import LOST, CheckpointRow, EntryPosition, EntryRow
from journal.work import Work
from kernel.canonical import JsonValue
from kernel.clock import instant
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Audience, PurchaseStage, Role
from procurement.awards import deadlines as of_awards
from procurement.awards.models import Award
from procurement.awards.moments import Moments
from procurement.challenges import deadlines as of_challenges
from procurement.contracts import deadlines as of_contracts
from procurement.contracts.models import Acceptance, Contract
from procurement.parties.models import Capacity as CapacityRow
from procurement.parties.models import Organization, Person, SignedDocument
from procurement.payments import deadlines as of_payments
from procurement.payments.models import Invoice, Payment
from procurement.plans.models import Need, Purchase
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile
from reports import labels
from signatures.verdicts import Indication

PAGE_ROWS = 30
LIMITS_MAX = 50
LIMITS: dict[Limit, Text] = {
    Limit.REPORT: Text("签署评审报告", "Sign the evaluation report"),
    Limit.DECISION: Text("确定中标人", "Decide the award"),
    Limit.NOTICE: Text("公告中标结果", "Publish the award"),
    Limit.ANSWER: Text("答复质疑", "Answer the challenge"),
    Limit.RULING: Text("处理投诉", "Decide the complaint"),
    Limit.SIGNING: Text("签订合同", "Sign the contract"),
    Limit.PAYMENT: Text("付款", "Pay"),
}
_PAPER = "pades"
_PRESSING = {Lamp.RED: 0, Lamp.AMBER: 1, Lamp.GREEN: 2}


def audience_of(roles: frozenset[Role]) -> Audience:
    """As whom the reader looks: a supervisor or auditor sees more than a reviewer."""
    watching = {Role.SUPERVISOR, Role.AUDITOR}
    return Audience.SUPERVISOR if roles & watching else Audience.REVIEWER


def time_limits(session: Session, now: datetime, tender: str | None = None) -> list[TimeLimit]:
    """Every time limit that runs, the most pressing first; of one tender if one is named."""
    running: list[Deadline] = [
        *of_evaluation.open_deadlines(session),
        *of_awards.open_deadlines(session),
        *of_challenges.open_deadlines(session),
        *of_contracts.open_deadlines(session, now),
        *of_payments.open_deadlines(session),
    ]
    wanted = [one for one in running if tender is None or one.tender == tender]
    rows = {
        row.id: (row, ocid)
        for row, ocid in session.execute(
            select(Tender, Purchase.ocid)
            .join(Purchase, Purchase.id == Tender.purchase_id)
            .where(Tender.id.in_({one.tender for one in wanted}))
        )
    }
    found = [
        TimeLimit(
            what=LIMITS[one.limit],
            title=Text(rows[one.tender][0].title_zh, rows[one.tender][0].title_en),
            url=url_for("oversight.case", key=rows[one.tender][1]),
            due_at=one.due_at,
            lamp=Lamp(str(one.light(pinned_profile(rows[one.tender][0]), now))),
        )
        for one in wanted
    ]
    return sorted(found, key=lambda limit: (_PRESSING.get(limit.lamp, 3), limit.due_at))


def cases_page(work: Work, asked: str, after: str | None) -> CasesPage:
    """Purchases by title or number, the newest first; and what presses."""
    session, now = work.session, work.now()
    limits = time_limits(session, now)
    wanted = (
        select(Purchase, Organization, Tender.id)
        .join(Organization, Organization.id == Purchase.buyer_id)
        .outerjoin(Tender, Tender.purchase_id == Purchase.id)
        .order_by(Purchase.id.desc())
        .limit(PAGE_ROWS + 1)
    )
    if asked:
        like = f"%{asked.replace('%', '').replace('_', '')}%"
        wanted = wanted.where(
            or_(
                Purchase.title_zh.ilike(like),
                Purchase.title_en.ilike(like),
                Purchase.ocid.ilike(like),
                Organization.name_zh.ilike(like),
            )
        )
    if after:
        wanted = wanted.where(Purchase.id < after)
    rows = session.execute(wanted).all()
    shown = rows[:PAGE_ROWS]
    worst = {limit.url: limit.lamp for limit in reversed(limits)}
    return CasesPage(
        asked,
        limits[:LIMITS_MAX],
        [
            CaseRow(
                purchase.ocid,
                Text(purchase.title_zh, purchase.title_en),
                Text(buyer.name_zh, buyer.name_en),
                labels.PURCHASE_STAGES[PurchaseStage(purchase.stage)],
                worst.get(url_for("oversight.case", key=purchase.ocid), Lamp.IDLE),
                _last_change(session, purchase, tender),
            )
            for purchase, buyer, tender in shown
        ],
        shown[-1][0].id if len(rows) > PAGE_ROWS else None,
    )


def _last_change(session: Session, purchase: Purchase, tender: str | None) -> datetime:
    found = session.scalar(
        # Of the public log alone: when a bid came would tell that one came.
        select(func.max(EntryRow.recorded_at)).where(
            EntryRow.log == logs.PUBLIC,
            (EntryRow.tender == tender) | (EntryRow.object == purchase.id),
            EntryRow.action != str(Action.SEAL_HEADS),
        )
    )
    if found is None:
        raise NotFound("entry", purchase.id)
    return found


def case_page(work: Work, key: str, audience: Audience) -> CasePage:
    """The whole chain of a purchase, as far as the table opens it to the audience."""
    session = work.session
    purchase, tender = _find(session, key)
    buyer = session.get_one(Organization, purchase.buyer_id)
    objects = _objects(session, purchase, tender)
    return CasePage(
        key=purchase.ocid,
        title=Text(purchase.title_zh, purchase.title_en),
        buyer=Text(buyer.name_zh, buyer.name_en),
        stage=labels.PURCHASE_STAGES[PurchaseStage(purchase.stage)],
        limits=time_limits(session, work.now(), tender.id) if tender else (),
        capacities=_capacities(
            session, purchase.id, closed=tender is not None and tender.closed_at is not None
        ),
        signatures=_signatures(session, purchase.ocid, objects, audience),
        acts=acts(work, purchase, tender, audience),
        public=tender is not None and tender.published_at is not None,
    )


def _find(session: Session, key: str) -> tuple[Purchase, Tender | None]:
    row = session.execute(
        select(Purchase, Tender)
        .outerjoin(Tender, Tender.purchase_id == Purchase.id)
        .where(Purchase.ocid == key)
    ).one_or_none()
    if row is None:
        raise NotFound("purchase", key)
    return row[0], row[1]


def _objects(session: Session, purchase: Purchase, tender: Tender | None) -> set[str]:
    """Everything of the purchase that may have been signed."""
    found = {purchase.id, *session.scalars(select(Need.id).where(Need.purchase_id == purchase.id))}
    if tender is None:
        return found
    found |= {tender.id}
    for rows, column in (
        (Lot, Lot.tender_id),
        (Award, Award.tender_id),
        (Contract, Contract.tender_id),
    ):
        found |= set(session.scalars(select(rows.id).where(column == tender.id)))
    lots = select(Lot.id).where(Lot.tender_id == tender.id)
    found |= set(session.scalars(select(PanelMember.id).where(PanelMember.lot_id.in_(lots))))
    corrections = select(PriceCorrection.id).where(PriceCorrection.lot_id.in_(lots))
    found |= set(session.scalars(corrections))
    contracts = select(Contract.id).where(Contract.tender_id == tender.id)
    accepted = select(Acceptance.id).where(Acceptance.contract_id.in_(contracts))
    found |= set(session.scalars(accepted))
    invoices = select(Invoice.id).where(Invoice.contract_id.in_(contracts))
    found |= set(session.scalars(invoices))
    found |= set(session.scalars(select(Payment.id).where(Payment.invoice_id.in_(invoices))))
    return found


def _capacities(session: Session, purchase: str, *, closed: bool) -> list[Capacity]:
    """Who has acted; suppliers from the closing on, since a bid makes its bidder one of them."""
    rows = session.execute(
        select(CapacityRow, Person.name, Organization)
        .join(Person, Person.id == CapacityRow.person_id)
        .join(Organization, Organization.id == Person.organization_id)
        .where(
            CapacityRow.purchase_id == purchase,
            literal(closed) | (CapacityRow.role != str(Role.SUPPLIER)),
        )
        .order_by(CapacityRow.since, Person.id, CapacityRow.role)
    )
    return [
        Capacity(name, Text(firm.name_zh, firm.name_en), labels.ROLES[Role(row.role)], row.since)
        for row, name, firm in rows
    ]


def signed_paper(session: Session, key: str, digest: str) -> tuple[str, Text]:
    """A signed PDF of this purchase and what it is; NotFound for anything else."""
    purchase, tender = _find(session, key)
    kind = session.scalar(
        select(SignedDocument.kind)
        .where(
            SignedDocument.subject_id.in_(_objects(session, purchase, tender)),
            SignedDocument.form == _PAPER,
            SignedDocument.content == digest,
        )
        .limit(1)
    )
    if kind is None:
        raise NotFound("signed_document", digest)
    return digest, labels.signed_called(kind)


def _signatures(
    session: Session, key: str, objects: set[str], audience: Audience
) -> list[Signature]:
    rows = session.execute(
        select(SignedDocument, Person.name)
        .join(Person, Person.id == SignedDocument.signer_person)
        .where(SignedDocument.subject_id.in_(objects))
        .order_by(SignedDocument.signed_at, SignedDocument.id)
    )
    return [
        Signature(
            kind=labels.signed_called(row.kind),
            signer=name,
            signed_at=row.signed_at,
            form={"cms": "CAdES", "pades": "PAdES"}[row.form],
            digest=row.content,
            file_url=url_for("oversight.paper", key=key, digest=row.content)
            if row.form == _PAPER and audience is Audience.SUPERVISOR
            else None,
            indication=str(row.verdict.get("indication", "")),
            good=str(row.verdict.get("indication", "")) == str(Indication.TOTAL_PASSED),
        )
        for row, name in rows
    ]


def acts(work: Work, purchase: Purchase, tender: Tender | None, audience: Audience) -> list[Act]:
    """The entries of the purchase, the oldest first; heads say nothing else and are left out."""
    rows, shown, proofs = _entries(work, purchase, tender, audience)
    people = [str(entry.value("actor") or "") for entry in shown]
    names = _names(work.session, people)
    return [
        Act(
            id=row.id,
            at=row.recorded_at,
            what=labels.ACTIONS[Action(row.action)],
            who=names.get(who, who),
            log=row.log.partition(":")[0],
            fields=[(name, _written(value)) for name, value in entry.body.items()],
            withheld=sum(field.state is not State.SHOWN for field in entry.fields.values()),
            proof=proofs.get(row.id),
        )
        for row, entry, who in zip(rows, shown, people, strict=True)
    ]


def export(work: Work, key: str, audience: Audience) -> bytes:
    """The same as data: fields with their salts, so that each can be checked against the log."""
    purchase, tender = _find(work.session, key)
    rows, shown, proofs = _entries(work, purchase, tender, audience)
    entries: list[JsonValue] = [
        {
            "id": row.id,
            "recorded_at": instant(row.recorded_at),
            "log": row.log.partition(":")[0],
            "number": proofs[row.id].number if row.id in proofs else None,
            "commitment": entry.commitment.hex(),
            "fields": {name: field.as_record() for name, field in entry.fields.items()},
        }
        for row, entry in zip(rows, shown, strict=True)
    ]
    record = {"ocid": purchase.ocid, "origin": work.origin, "entries": entries}
    return json.dumps(record, ensure_ascii=False, indent=1).encode()


def _entries(
    work: Work, purchase: Purchase, tender: Tender | None, audience: Audience
) -> tuple[Sequence[EntryRow], list[ShownEntry], dict[str, Proof]]:
    session = work.session
    needs = select(Need.id).where(Need.purchase_id == purchase.id)
    belongs = or_(
        EntryRow.object.in_((purchase.id, purchase.budget_line_id)), EntryRow.object.in_(needs)
    )
    if tender is not None:
        belongs = or_(belongs, EntryRow.tender == tender.id)
    rows = session.scalars(
        select(EntryRow)
        .where(belongs, EntryRow.action.not_in((str(Action.SEAL_HEADS), LOST)))
        .order_by(EntryRow.seq)
    ).all()
    shown = show(
        session,
        [row.id for row in rows],
        disclosure=work.disclosure,
        audience=audience,
        reached=Moments(session).reached,
    )
    # Of what shows nothing not even that it is there is told: it may be a bid that is still sealed.
    told = [
        (row, one) for row, one in zip(rows, shown, strict=True) if one.value("act") is not None
    ]
    public = [row.id for row, _one in told if row.log == logs.PUBLIC]
    return [row for row, _one in told], [one for _row, one in told], _proofs(session, public)


def _proofs(session: Session, entries: Sequence[str]) -> dict[str, Proof]:
    size = session.scalar(select(func.max(CheckpointRow.size))) or 0
    placed = session.execute(
        select(EntryPosition.entry, EntryPosition.position).where(
            EntryPosition.log == logs.PUBLIC,
            EntryPosition.entry.in_(entries),
            EntryPosition.position < size,
        )
    )
    numbers: dict[str, int] = {row.entry: row.position for row in placed}
    return {
        one: Proof(ProofState.LOGGED, numbers[one], one)
        if one in numbers
        else Proof(ProofState.WAITING, entry=one)
        for one in entries
    }


def _names(session: Session, people: Sequence[str]) -> dict[str, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(set(people))))
    return {row.id: row.name for row in rows}


def _written(value: JsonValue) -> str:
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return str(value["zh"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
