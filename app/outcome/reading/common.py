"""What the pages have in common: who may see a lot, names, deadlines with lamps, the record."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from flask import current_app, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.outcome import words
from app.outcome.views import Done, Due, Head
from app.web.shown import Lamp, Proof, ProofState
from bidding.evaluation import loading
from bidding.evaluation.deadlines import Deadline
from journal import logs
from journal.models import CheckpointRow, EntryPosition, EntryRow
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage, Role
from procurement.parties.models import Organization, Person
from procurement.plans import queries as plans
from procurement.profiles import Profile
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile
from reports import labels

_HUNDREDTH = Decimal("0.01")
BUYING = (Role.OFFICER, Role.APPROVER)


def lot_of(work: Work, actor: Actor, lot_id: str) -> Lot:
    """A published lot for the buyer's officer or approver; NotFound for anybody else."""
    lot = loading.lot(work.session, lot_id)
    if lot.tender.published_at is None or not buys_for(actor, lot.tender.buyer_id):
        raise NotFound("lot", lot_id)
    return lot


def buys_for(actor: Actor, buyer: str) -> bool:
    """Whether the person runs purchases for this buyer or approves them."""
    return any(buyer in actor.organizations(role) for role in BUYING)


def head_of(work: Work, lot: Lot) -> Head:
    """What stands above every page of a lot."""
    tender = lot.tender
    return Head(
        id=lot.id,
        title=Text(lot.title_zh, lot.title_en),
        number=plans.purchase(work.session, tender.purchase_id).ocid,
        tender=tender.id,
        tender_url=tender_url(tender),
        public_url=public_url(work.session, tender),
        lots=len(tender.lots),
        stage=labels.LOT_STAGES[LotStage(lot.stage)],
    )


def tender_url(tender: Tender) -> str:
    """The buyer's page of a tender, where that surface is there."""
    if "buyer.tender" in current_app.view_functions:
        return url_for("buyer.tender", tender=tender.id)
    return ""


def public_url(session: Session, tender: Tender) -> str:
    """The public page of a tender."""
    return url_for("portal.tender", key=plans.purchase(session, tender.purchase_id).ocid)


def firms(session: Session, ids: Collection[str]) -> dict[str, Text]:
    """The names of organizations, by id."""
    rows = session.execute(
        select(Organization.id, Organization.name_zh, Organization.name_en).where(
            Organization.id.in_(ids)
        )
    )
    return {row.id: Text(row.name_zh, row.name_en) for row in rows}


def people(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The names of persons, by id."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def person_named(session: Session, id: str | None) -> str:
    """Who it was; where nobody did it the clock did."""
    if id is None:
        return "—"
    return people(session, [id]).get(id, labels.ROLES[Role.SYSTEM].zh)


def due_of(
    deadline: Deadline | None, work: Work, profile: Profile, *, paused: bool = False
) -> Due | None:
    """A deadline as a page shows it, with its lamp."""
    if deadline is None:
        return None
    lamp = Lamp.PAUSED if paused else Lamp(str(deadline.light(profile, work.clock.now())))
    return Due(words.LIMITS[deadline.limit], deadline.due_at, lamp)


def record_of(session: Session, objects: Iterable[str], actions: Collection[Action]) -> list[Done]:
    """What has happened to these things, newest first, each with its proof."""
    rows = session.execute(
        select(EntryRow.id, EntryRow.action, EntryRow.recorded_at)
        .where(
            EntryRow.object.in_(tuple(objects)),
            EntryRow.action.in_([str(action) for action in actions]),
        )
        .order_by(EntryRow.seq.desc())
    ).all()
    proofs = _proofs(session, [row.id for row in rows])
    return [
        Done(row.recorded_at, labels.ACTIONS[Action(row.action)], proofs[row.id]) for row in rows
    ]


def shown_points(points: Decimal | None) -> Decimal | None:
    """Points to two places for the eye; the arithmetic keeps them all (requirement 081)."""
    return None if points is None else points.quantize(_HUNDREDTH)


def profile_of(lot: Lot) -> Profile:
    """The rules of the lot's tender."""
    return pinned_profile(lot.tender)


def _proofs(session: Session, entries: Collection[str]) -> dict[str, Proof]:
    """The badge of each entry: a number once a signed checkpoint holds it, until then a wait."""
    size = session.scalar(select(func.max(CheckpointRow.size))) or 0
    placed = session.execute(
        select(EntryPosition.entry, EntryPosition.position).where(
            EntryPosition.log == logs.PUBLIC,
            EntryPosition.entry.in_(entries),
            EntryPosition.position < size,
        )
    )
    numbers = {row.entry: row.position for row in placed}
    return {
        entry: Proof(ProofState.LOGGED, numbers[entry], entry)
        if entry in numbers
        else Proof(ProofState.WAITING, entry=entry)
        for entry in entries
    }
