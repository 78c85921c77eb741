"""Reads of challenges and of the suspensions they bring."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bidding.envelopes.models import BidAct
from bidding.opening.models import OpeningRecord
from kernel.refusal import NotFound
from kernel.vocabulary import ChallengeStage, Role
from procurement.challenges.models import Challenge, Suspension
from procurement.challenges.rules import suspended_time
from procurement.parties.models import Capacity, Person
from procurement.tenders.models import Lot, Notice, Tender
from procurement.tenders.queries import tender_for_bid


def challenge(session: Session, challenge_id: str) -> Challenge:
    """A challenge by its id; NotFound if there is none."""
    found = session.get(Challenge, challenge_id)
    if found is None:
        raise NotFound("challenge", challenge_id)
    return found


def challenge_for_change(session: Session, challenge_id: str) -> Challenge:
    """A challenge, held until the transaction ends, as it is now."""
    found = session.get(Challenge, challenge_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("challenge", challenge_id)
    return found


def lots_for_change(session: Session, tender_id: str, lot_id: str | None) -> list[Lot]:
    """The lots that a challenge concerns, all of them held, in one order for everybody."""
    tender_for_bid(session, tender_id)
    wanted = select(Lot).where(Lot.tender_id == tender_id)
    if lot_id is not None:
        wanted = wanted.where(Lot.id == lot_id)
    found = list(
        session.scalars(
            wanted.order_by(Lot.id).with_for_update().execution_options(populate_existing=True)
        )
    )
    if not found:
        raise NotFound("lot", lot_id or tender_id)
    return found


def challenges_of_tender(session: Session, tender_id: str) -> list[Challenge]:
    """The challenges of a tender, oldest first: for buyer, reviewer and supervisor."""
    return list(
        session.scalars(
            select(Challenge).where(Challenge.tender_id == tender_id).order_by(Challenge.filed_at)
        )
    )


def challenges_of_supplier(session: Session, organization_id: str) -> list[Challenge]:
    """A firm's own challenges, newest first."""
    return list(
        session.scalars(
            select(Challenge)
            .where(Challenge.supplier_id == organization_id)
            .order_by(Challenge.filed_at.desc())
        )
    )


def complaints_to_decide(session: Session) -> list[Challenge]:
    """What waits for the reviewing body, the most urgent first."""
    return list(
        session.scalars(
            select(Challenge)
            .where(Challenge.stage == str(ChallengeStage.COMPLAINED))
            .order_by(Challenge.decision_due_at)
        )
    )


def running(
    session: Session, tender_id: str, lot_id: str | None, supplier_id: str, about: str
) -> Challenge | None:
    """A challenge of the same firm about the same thing that is not answered or decided yet."""
    return session.scalars(
        select(Challenge).where(
            Challenge.tender_id == tender_id,
            Challenge.lot_id.is_(None) if lot_id is None else Challenge.lot_id == lot_id,
            Challenge.supplier_id == supplier_id,
            Challenge.about == about,
            Challenge.stage.in_((str(ChallengeStage.FILED), str(ChallengeStage.COMPLAINED))),
        )
    ).first()


def suspensions(session: Session, lot: Lot) -> list[Suspension]:
    """Every suspension that ever concerned a lot."""
    return list(
        session.scalars(
            select(Suspension)
            .where(
                Suspension.tender_id == lot.tender_id,
                or_(Suspension.lot_id.is_(None), Suspension.lot_id == lot.id),
            )
            .order_by(Suspension.from_at)
        )
    )


def suspensions_of_challenge(session: Session, challenge_id: str) -> list[Suspension]:
    """The suspensions that a challenge brought and that were not ended."""
    return list(
        session.scalars(
            select(Suspension).where(
                Suspension.challenge_id == challenge_id, Suspension.ended_at.is_(None)
            )
        )
    )


def suspending(session: Session, lot: Lot, now: datetime) -> list[str]:
    """The challenges that suspend a lot at this instant; a term that has run ends by itself."""
    return [
        row.challenge_id
        for row in suspensions(session, lot)
        if row.ended_at is None and now < row.until_at
    ]


def time_suspended(session: Session, lot: Lot, *, since: datetime, now: datetime) -> timedelta:
    """How long a lot was suspended after an instant; what overlaps counts once."""
    return suspended_time(
        (
            (row.from_at, min(row.ended_at or row.until_at, now))
            for row in suspensions(session, lot)
        ),
        since=since,
    )


def took_part(session: Session, tender_id: str, lot_id: str | None, organization_id: str) -> bool:
    """Whether a firm sent a bid for the lot, or for any lot of the tender."""
    wanted = select(BidAct.id).where(
        BidAct.tender_id == tender_id, BidAct.bidder_id == organization_id
    )
    if lot_id is not None:
        wanted = wanted.where(BidAct.lot_id == lot_id)
    return session.scalars(wanted.limit(1)).first() is not None


def last_notice_at(session: Session, tender: Tender) -> datetime:
    """When the notice or its last corrigendum was published."""
    found = session.scalars(
        select(Notice.published_at)
        .where(Notice.tender_id == tender.id)
        .order_by(Notice.number.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFound("notice", tender.id)
    return found


def last_step_at(session: Session, tender: Tender, lot_id: str | None) -> datetime:
    """When the last step that bidders can see ended: the opening, else the closing."""
    wanted = select(OpeningRecord.opened_at).where(OpeningRecord.tender_id == tender.id)
    if lot_id is not None:
        wanted = wanted.where(OpeningRecord.lot_id == lot_id)
    opened = session.scalars(wanted.order_by(OpeningRecord.opened_at.desc()).limit(1)).first()
    return opened or tender.closed_at or tender.closes_at


def buyers_people(session: Session, purchase_id: str, buyer_id: str) -> set[str]:
    """Who acted in the purchase, other than as its reviewer, and who works for the buyer."""
    acted = session.scalars(
        select(Capacity.person_id).where(
            Capacity.purchase_id == purchase_id, Capacity.role != str(Role.REVIEWER)
        )
    )
    employed = session.scalars(select(Person.id).where(Person.organization_id == buyer_id))
    return {*acted, *employed}
