"""Reads of an evaluation: for its use cases, for the panel's pages, for the report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bidding.evaluation import rules
from bidding.evaluation.models import (
    BidStanding,
    ComplianceOpinion,
    Interest,
    PanelDraw,
    PanelMember,
    PriceQuestion,
    RankedBid,
    Ranking,
    ReportSignature,
    ScoreSheet,
)
from bidding.evaluation.panels import Tie
from bidding.opening.models import OpenedBid, OpeningObjection
from kernel.refusal import NotFound, enforce
from kernel.vocabulary import Part, Role
from procurement.parties.models import Organization, Person, RoleGrant, SignedDocument
from procurement.tenders.models import Criterion, Lot
from procurement.tenders.standing import pinned_profile


def stopping_objections(session: Session, lot: Lot) -> list[str]:
    """The objections at the opening that stop the lot."""
    return list(
        session.scalars(
            select(OpeningObjection.id).where(
                OpeningObjection.lot_id == lot.id, OpeningObjection.stops_the_lot
            )
        )
    )


def standings(session: Session, lot_id: str) -> Mapping[str, BidStanding]:
    """How the bids of a lot stand, by bid."""
    rows = session.scalars(
        select(BidStanding).where(BidStanding.lot_id == lot_id).order_by(BidStanding.bid_id)
    )
    return {row.bid_id: row for row in rows}


def racing(session: Session, lot_id: str) -> list[str]:
    """The bids that nothing has taken out so far."""
    return [bid for bid, row in standings(session, lot_id).items() if row.in_the_race]


def draws(session: Session, lot_id: str) -> list[PanelDraw]:
    """The draws of a lot's panel, in order."""
    return list(
        session.scalars(
            select(PanelDraw).where(PanelDraw.lot_id == lot_id).order_by(PanelDraw.number)
        )
    )


def members(session: Session, lot_id: str) -> list[PanelMember]:
    """Everybody who sits or has sat on a lot's panel, in the order of the seats taken."""
    return list(
        session.scalars(
            select(PanelMember)
            .where(PanelMember.lot_id == lot_id)
            .order_by(PanelMember.seated_at, PanelMember.id)
        )
    )


def seated(session: Session, lot_id: str) -> list[PanelMember]:
    """The members who sit now."""
    return [member for member in members(session, lot_id) if member.left_at is None]


def seat_of(seats: Sequence[PanelMember], person: str) -> PanelMember:
    """A person's seat; NotFound for somebody who has none."""
    for member in seats:
        if member.person_id == person:
            return member
    raise NotFound("panel_member", person)


def lots_of_panelist(session: Session, person: str) -> list[Lot]:
    """The lots on whose panel a person sits now: the panel's own front page."""
    return list(
        session.scalars(
            select(Lot)
            .join(PanelMember, PanelMember.lot_id == Lot.id)
            .where(PanelMember.person_id == person, PanelMember.left_at.is_(None))
            .order_by(PanelMember.seated_at.desc())
        )
    )


def seats_of_panelist(session: Session, person: str) -> list[tuple[Lot, PanelMember]]:
    """Every seat a person has or had, with its lot, the newest first."""
    rows = session.execute(
        select(Lot, PanelMember)
        .join(PanelMember, PanelMember.lot_id == Lot.id)
        .where(PanelMember.person_id == person)
        .order_by(PanelMember.seated_at.desc(), Lot.id)
    )
    return [(row[0], row[1]) for row in rows]


def expert_list(session: Session) -> dict[str, str]:
    """The persons who may be drawn as experts, with the organization that employs them."""
    rows = session.execute(
        select(RoleGrant.person_id, Person.organization_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == str(Role.PANELIST),
            RoleGrant.confirmed_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
        )
    )
    return {row.person_id: row.organization_id for row in rows}


def buyer_panelists(session: Session, buyer_id: str) -> dict[str, str]:
    """The persons whom the buyer may name to a panel, with the organization that employs them."""
    rows = session.execute(
        select(RoleGrant.person_id, Person.organization_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == str(Role.BUYER_PANELIST),
            RoleGrant.organization_id == buyer_id,
            RoleGrant.confirmed_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
        )
    )
    return {row.person_id: row.organization_id for row in rows}


def declared_ties(
    session: Session, persons: Collection[str], organizations: Collection[str]
) -> dict[str, list[Tie]]:
    """What these persons have ever declared about these organizations."""
    rows = session.scalars(
        select(Interest).where(
            Interest.person_id.in_(persons), Interest.organization_id.in_(organizations)
        )
    )
    found: dict[str, list[Tie]] = {}
    for row in rows:
        tie = Tie(row.organization_id, row.kind, row.ended_on)
        found.setdefault(row.person_id, []).append(tie)
    return found


def opinions(session: Session, seats: Sequence[PanelMember]) -> list[ComplianceOpinion]:
    """The opinions of these members; those of members who left are void and not among them."""
    return list(
        session.scalars(
            select(ComplianceOpinion).where(
                ComplianceOpinion.member_id.in_([member.id for member in seats])
            )
        )
    )


def price_questions(session: Session, lot_id: str) -> Mapping[str, PriceQuestion]:
    """The questioned prices of a lot, by bid."""
    rows = session.scalars(select(PriceQuestion).where(PriceQuestion.lot_id == lot_id))
    return {row.bid_id: row for row in rows}


def price_question(session: Session, id: str) -> PriceQuestion:
    """A questioned price by its id."""
    found = session.get(PriceQuestion, id)
    if found is None:
        raise NotFound("price_question", id)
    return found


def questions_to(session: Session, organization_id: str) -> list[PriceQuestion]:
    """The questions about prices that a bidder was asked: for the supplier's pages."""
    return list(
        session.scalars(
            select(PriceQuestion)
            .join(OpenedBid, OpenedBid.id == PriceQuestion.bid_id)
            .where(OpenedBid.bidder_id == organization_id)
            .order_by(PriceQuestion.asked_at)
        )
    )


def scored_criteria(session: Session, tender_id: str) -> dict[str, Criterion]:
    """The criteria that the panel scores, by id."""
    rows = session.scalars(
        select(Criterion)
        .where(Criterion.tender_id == tender_id, Criterion.kind == "quality", Criterion.weight > 0)
        .order_by(Criterion.number)
    )
    return {row.id: row for row in rows}


def price_weight(session: Session, tender_id: str) -> Decimal:
    """The points of the price among the scored criteria; 0 where price alone decides."""
    found = session.scalars(
        select(Criterion.weight).where(Criterion.tender_id == tender_id, Criterion.kind == "price")
    )
    return sum(found, Decimal(0))


def signed_statement(session: Session, document_id: str) -> bytes:
    """The bytes of a signed statement that is kept; NotFound for a document of another form."""
    found = session.get(SignedDocument, document_id)
    if found is None or found.statement is None:
        raise NotFound("signed_document", document_id)
    return found.statement


def sheets(session: Session, seats: Sequence[PanelMember]) -> list[ScoreSheet]:
    """The sheets of these members with their scores. Services only: see `visible_sheets`."""
    return list(
        session.scalars(
            select(ScoreSheet)
            .where(ScoreSheet.member_id.in_([member.id for member in seats]))
            .options(selectinload(ScoreSheet.scores))
            .order_by(ScoreSheet.member_id)
        )
    )


def visible_sheets(session: Session, lot_id: str, person: str) -> list[ScoreSheet]:
    """What a member may see: his own sheet, and the others' once every one is in (87-55, 62)."""
    seats = seated(session, lot_id)
    mine = seat_of(seats, person)
    found = sheets(session, seats)
    if len(found) == len(seats):
        return found
    return [sheet for sheet in found if sheet.member_id == mine.id]


def points_of(sheet: ScoreSheet) -> dict[tuple[str, str], Decimal]:
    """The points of a sheet, by bid and criterion."""
    return {(score.bid_id, score.criterion_id): score.points for score in sheet.scores}


def ranking(session: Session, lot_id: str) -> Ranking:
    """The ranking of a lot; NotFound before there is one."""
    found = session.get(Ranking, lot_id)
    if found is None:
        raise NotFound("ranking", lot_id)
    return found


def ranked_bids(session: Session, lot_id: str) -> list[RankedBid]:
    """The ranked bids of a lot, best first."""
    return list(
        session.scalars(
            select(RankedBid)
            .where(RankedBid.lot_id == lot_id)
            .order_by(RankedBid.rank, RankedBid.bid_id)
        )
    )


def report_signatures(session: Session, lot_id: str) -> list[ReportSignature]:
    """The signatures on a lot's report so far."""
    return list(
        session.scalars(
            select(ReportSignature)
            .where(ReportSignature.lot_id == lot_id)
            .order_by(ReportSignature.signed_at)
        )
    )


@dataclass(frozen=True, slots=True)
class Bidder:
    """A bidder with what an evaluation asks of the firm."""

    id: str
    identifier: str
    name_zh: str
    name_en: str
    size: str


def bidders(session: Session, organizations: Collection[str]) -> dict[str, Bidder]:
    """The firms behind bids, by id."""
    rows = session.scalars(select(Organization).where(Organization.id.in_(organizations)))
    return {
        row.id: Bidder(row.id, row.identifier, row.name_zh, row.name_en, row.size) for row in rows
    }


@dataclass(frozen=True, slots=True)
class PanelBid:
    """A bid as a member of the panel sees it; its price is None while it may not be seen."""

    bid: str
    bidder: Bidder
    price_minor: int | None
    currency: str
    delivery: str
    files: tuple[Mapping[str, Any], ...]
    in_the_race: bool
    compliant: bool | None


def bids_for_member(session: Session, lot: Lot, person: str) -> list[PanelBid]:
    """What a member sees of the qualified bids, once the interests are declared (requirement 077).

    Where the profile says so, prices and the price part stay hidden until every sheet is in.
    """
    profile = pinned_profile(lot.tender)
    seats = seated(session, lot.id)
    member = seat_of(seats, person)
    enforce(rules.interests_declared(profile=profile, declared_at=member.declared_at))
    locked = len(sheets(session, seats)) == len(seats)
    hidden = rules.price_may_be_seen(profile=profile, quality_locked=locked) is not None
    found = standings(session, lot.id)
    rows = session.scalars(
        select(OpenedBid).where(OpenedBid.id.in_(found)).order_by(OpenedBid.position, OpenedBid.id)
    ).all()
    firms = bidders(session, [row.bidder_id for row in rows])
    return [
        PanelBid(
            bid=row.id,
            bidder=firms[row.bidder_id],
            price_minor=None if hidden else row.price_minor,
            currency=row.currency or lot.tender.currency,
            delivery=(row.readout or {}).get("delivery", ""),
            files=tuple(
                file
                for part, files in row.files.items()
                for file in files
                if not (hidden and part == Part.PRICE)
            ),
            in_the_race=found[row.id].in_the_race,
            compliant=found[row.id].compliant,
        )
        for row in rows
        if found[row.id].qualified
    ]
