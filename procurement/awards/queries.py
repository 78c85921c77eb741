"""Reads of awards and letters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bidding.evaluation.models import PanelMember, RankedBid, Ranking
from kernel.refusal import NotFound
from kernel.vocabulary import LotStage
from procurement.awards.models import Award, AwardLetter
from procurement.parties.models import Organization, Person
from procurement.tenders.models import Lot, Tender


def award(session: Session, award_id: str) -> Award:
    """An award by its id; NotFound if there is none."""
    found = session.get(Award, award_id)
    if found is None:
        raise NotFound("award", award_id)
    return found


def awards_of_lot(session: Session, lot_id: str) -> list[Award]:
    """All awards of a lot in the order of their decisions, those that lapsed among them."""
    return list(
        session.scalars(
            select(Award).where(Award.lot_id == lot_id).order_by(Award.decided_at, Award.rank)
        )
    )


def live_award(session: Session, lot_id: str) -> Award | None:
    """The award of a lot that has not lapsed, if there is one."""
    return session.scalars(
        select(Award).where(Award.lot_id == lot_id, Award.lapsed_at.is_(None))
    ).one_or_none()


def candidates(session: Session, lot_id: str) -> list[RankedBid]:
    """The ranked bids that can still be awarded, first-ranked first."""
    lapsed = select(Award.bid_id).where(Award.lot_id == lot_id, Award.lapsed_at.is_not(None))
    return list(
        session.scalars(
            select(RankedBid)
            .where(
                RankedBid.lot_id == lot_id,
                RankedBid.candidate,
                RankedBid.bid_id.not_in(lapsed),
            )
            .order_by(RankedBid.rank)
        )
    )


def awarded_minor(session: Session, purchase_id: str) -> int:
    """What the live awards of a purchase add up to, in minor units."""
    return session.scalars(
        select(func.coalesce(func.sum(Award.amount_minor), 0)).where(
            Award.purchase_id == purchase_id, Award.lapsed_at.is_(None)
        )
    ).one()


def panel_names(session: Session, lot_id: str) -> list[str]:
    """The names of those who signed the report, published with the award (87-69)."""
    return list(
        session.scalars(
            select(Person.name)
            .join(PanelMember, PanelMember.person_id == Person.id)
            .where(PanelMember.lot_id == lot_id, PanelMember.left_at.is_(None))
            .order_by(Person.name, Person.id)
        )
    )


def letters_to(session: Session, organization_id: str) -> list[tuple[AwardLetter, Award]]:
    """The letters that a firm got: its own and nobody else's (requirement 096)."""
    rows = session.execute(
        select(AwardLetter, Award)
        .join(Award, Award.id == AwardLetter.award_id)
        .where(AwardLetter.bidder_id == organization_id)
        .order_by(AwardLetter.sent_at.desc())
    )
    return [(letter, found) for letter, found in rows]


def published_awards(session: Session, tender_id: str) -> list[tuple[Award, Organization]]:
    """The published awards of a tender with their winners, for its page."""
    rows = session.execute(
        select(Award, Organization)
        .join(Organization, Organization.id == Award.supplier_id)
        .join(Lot, Lot.id == Award.lot_id)
        .where(Award.tender_id == tender_id, Award.published_at.is_not(None))
        .order_by(Lot.number, Award.published_at)
    )
    return [(found, winner) for found, winner in rows]


def awaiting_decision(session: Session) -> list[tuple[Lot, Tender, datetime]]:
    """The lots whose report stands and whose award is not decided, with the report's instant."""
    rows = session.execute(
        select(Lot, Tender, Ranking.reported_at)
        .join(Tender, Tender.id == Lot.tender_id)
        .join(Ranking, Ranking.lot_id == Lot.id)
        .where(Lot.stage == str(LotStage.REPORTED), Ranking.reported_at.is_not(None))
        .order_by(Ranking.reported_at)
    )
    return [(lot, tender, at) for lot, tender, at in rows if at is not None]


def awaiting_notice(session: Session) -> list[tuple[Award, Tender]]:
    """The decided awards that are not published."""
    rows = session.execute(
        select(Award, Tender)
        .join(Tender, Tender.id == Award.tender_id)
        .where(Award.published_at.is_(None), Award.lapsed_at.is_(None))
        .order_by(Award.decided_at)
    )
    return [(found, tender) for found, tender in rows]
