"""The evaluation as the buyer may watch it: progress, not scores, until the law says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.outcome import words
from app.outcome.reading.telling import firms, people, shown_points
from app.outcome.views import (
    Asked,
    Draw,
    Fixed,
    ListedPerson,
    Panel,
    Place,
    Ranking,
    Seat,
)
from bidding.evaluation import binding, queries
from bidding.evaluation.models import PanelDraw, PanelMember, RankedBid
from bidding.opening import queries as openings
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Role
from procurement.awards import queries as awards
from procurement.tenders.models import Lot
from reports import labels
from reports.deductions import deductions_of

_BEHIND = Text("同品牌另有得分更高者，不作为候选人", "behind a bid of the same brand")
_LAPSED = Text("中标资格已失效", "its award lapsed")


def panel_of(work: Work, lot: Lot) -> Panel | None:
    """The panel with how far each member has come; None before the draw."""
    session = work.session
    draws = queries.draws(session, lot.id)
    if not draws:
        return None
    members = queries.members(session, lot.id)
    listed = {str(row["person"]) for draw in draws for row in draw.listed}
    names = people(session, listed | {m.person_id for m in members} | {d.drawn_by for d in draws})
    checked = {one.member_id for one in queries.opinions(session, members)}
    sheets = {sheet.member_id: sheet.submitted_at for sheet in queries.sheets(session, members)}
    signed = {row.member_id: row for row in queries.report_signatures(session, lot.id)}
    seats = [
        Seat(
            name=names[member.person_id],
            role=labels.ROLES[Role(member.role)],
            declared_at=member.declared_at,
            checked=member.id in checked,
            scored_at=sheets.get(member.id),
            signed_at=signed[member.id].signed_at if member.id in signed else None,
            dissents=member.id in signed and signed[member.id].dissent is not None,
            left=words.named(words.HINDRANCES, member.left_code or "") if member.left_at else None,
        )
        for member in members
    ]
    return Panel(
        seats=seats,
        wanted=draws[-1].seats,
        scores_asked=bool(queries.scored_criteria(session, lot.tender_id)),
        draws=[_draw(draw, members, names) for draw in draws],
    )


def asked_of(session: Session, lot: Lot) -> list[Asked]:
    """The prices that were questioned."""
    rows = queries.price_questions(session, lot.id)
    bidders = bidders_of(session, lot)
    return [
        Asked(
            bidder=bidders[row.bid_id],
            triggers=[words.named(words.TRIGGERS, one) for one in row.triggers],
            text=row.text,
            due_at=row.due_at,
            answer=row.answer,
            answered_at=row.answered_at,
            accepted=row.accepted,
            judgement=Text(row.judgement_zh, row.judgement_en or "") if row.judgement_zh else None,
        )
        for row in sorted(rows.values(), key=lambda row: row.asked_at)
    ]


def fixed_of(session: Session, lot: Lot) -> list[Fixed]:
    """The prices that were corrected."""
    bids = {bid.id: bid for bid in openings.opened_bids(session, lot.id)}
    names = bidders_of(session, lot)
    return [
        Fixed(
            bidder=names[row.bid_id],
            read_out=binding.read_out_price(bids[row.bid_id]),
            corrected=Money.of_minor(row.price_minor, lot.tender.currency),
            due_at=row.due_at,
            confirmed=row.confirmed,
        )
        for row in binding.corrections(session, lot.id).values()
    ]


def ranking_of(session: Session, lot: Lot) -> Ranking | None:
    """The ranking; there is none before the last sheet is in (87-55)."""
    try:
        found = queries.ranking(session, lot.id)
    except NotFound:
        return None
    places = places_of(session, lot)
    return Ranking(
        ranked_at=found.ranked_at,
        digest=found.digest,
        places=places,
        reported_at=found.reported_at,
        scored=any(place.total is not None for place in places),
    )


def places_of(session: Session, lot: Lot) -> list[Place]:
    """The ranked bids, best first, with what keeps one from being chosen."""
    bound = binding.binding_prices(session, lot.id)
    names = bidders_of(session, lot)
    lapsed = {award.bid_id for award in awards.awards_of_lot(session, lot.id) if award.lapsed_at}
    live = awards.live_award(session, lot.id)
    steps = queries.ranking(session, lot.id).steps
    return [
        _place(
            row,
            names,
            bound,
            [
                None if row.candidate else _BEHIND,
                _LAPSED if row.bid_id in lapsed else None,
                deductions_of(steps, row.bid_id),
            ],
            won=live.bid_id if live else None,
        )
        for row in queries.ranked_bids(session, lot.id)
    ]


def _place(
    row: RankedBid,
    names: Mapping[str, Text],
    bound: Mapping[str, Money],
    notes: Sequence[Text | None],
    *,
    won: str | None,
) -> Place:
    return Place(
        bid=row.bid_id,
        rank=row.rank,
        bidder=names[row.bid_id],
        price=bound[row.bid_id],
        evaluation_price=row.evaluation_price,
        price_points=shown_points(row.price_points),
        quality_points=shown_points(row.quality_points),
        total=shown_points(row.total_points),
        notes=[note for note in notes if note is not None],
        won=won == row.bid_id,
    )


def _draw(draw: PanelDraw, members: Sequence[PanelMember], names: Mapping[str, str]) -> Draw:
    seated = {member.person_id for member in members if member.draw_id == draw.id}
    return Draw(
        number=draw.number,
        at=draw.drawn_at,
        by=names.get(draw.drawn_by, ""),
        seats=draw.seats,
        chance=words.named(words.CHANCES, draw.chance),
        closing=draw.closing,
        seed=draw.seed,
        people=[
            ListedPerson(
                name=names.get(row["person"], row["person"]),
                role=labels.ROLES[Role(row["role"])],
                hindrance=words.named(words.HINDRANCES, row["excluded"])
                if row["excluded"]
                else None,
                seated=row["person"] in seated,
            )
            for row in draw.listed
        ],
    )


def bidders_of(session: Session, lot: Lot) -> dict[str, Text]:
    """The bidder's name by bid."""
    bids: Sequence[OpenedBid] = openings.opened_bids(session, lot.id)
    names = firms(session, {bid.bidder_id for bid in bids})
    return {bid.id: names[bid.bidder_id] for bid in bids}
