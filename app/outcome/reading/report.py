"""The evaluation report as the buyer reads it before the decision: sheets, dissents, the paper.

What the panel decided is the buyer's to see once it is ranked (Order 87 art. 58, 68); until then
nobody sees a sheet, and there is no report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import url_for
from sqlalchemy.orm import Session

from app.outcome.reading.judging import bidders_of, ranking_of
from app.outcome.reading.seeing import head_of
from app.outcome.reading.telling import people, shown_points
from app.outcome.views import Dissent, Judged, ReportPage, ScoredBid, Scores
from app.web.language import say
from app.web.spreadsheet import Cell
from bidding.evaluation import queries
from bidding.evaluation.concluding import REPORT_PDF
from bidding.evaluation.models import PanelMember
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, LotStage
from procurement.awards.stages import AWARD
from procurement.parties import queries as parties
from procurement.tenders.models import Lot

SHEET_HEADS = tuple(
    Text(zh, en)
    for zh, en in (
        ("评审因素", "Criterion"),
        ("满分", "Full points"),
        ("投标人", "Bidder"),
        ("评委", "Panelist"),
        ("得分", "Points"),
        ("理由", "Reason"),
    )
)
RANKING_HEADS = tuple(
    Text(zh, en)
    for zh, en in (
        ("名次", "Rank"),
        ("投标人", "Bidder"),
        ("报价", "Price"),
        ("币种", "Currency"),
        ("评审价", "Compared at"),
        ("价格分", "Price points"),
        ("其他得分", "Other points"),
        ("总分", "Total"),
        ("说明", "Note"),
    )
)


def report_page(work: Work, lot: Lot) -> ReportPage:
    """The report of a ranked lot; NotFound before there is a ranking."""
    session = work.session
    ranking = ranking_of(session, lot)
    if ranking is None:
        raise NotFound("ranking", lot.id)
    seats = queries.seated(session, lot.id)
    names = people(session, {seat.person_id for seat in seats})
    signed = {row.member_id: row for row in queries.report_signatures(session, lot.id)}
    return ReportPage(
        head=head_of(work, lot),
        ranking=ranking,
        paper_url=url_for("outcome.report_paper", lot=lot.id)
        if parties.last_pdf(session, REPORT_PDF, lot.id)
        else None,
        signed=len(signed),
        members=len(seats),
        dissents=[
            Dissent(names[seat.person_id], signed[seat.id].dissent or "")
            for seat in seats
            if seat.id in signed and signed[seat.id].dissent
        ],
        scores=scores_of(session, lot, seats),
        decide_url=url_for("outcome.decide", lot=lot.id)
        if AWARD.allows(LotStage(lot.stage), Action.DECIDE_AWARD)
        else None,
    )


def scores_of(session: Session, lot: Lot, seats: Sequence[PanelMember]) -> list[Scores]:
    """What each member gave each bid, criterion by criterion; empty where price alone decides."""
    criteria = queries.scored_criteria(session, lot.tender_id)
    bidders = bidders_of(session, lot)
    names = people(session, {seat.person_id for seat in seats})
    seat_names = {seat.id: names[seat.person_id] for seat in seats}
    sheets = queries.sheets(session, seats) if criteria else []
    found = []
    for id, criterion in criteria.items():
        bids: dict[str, list[Judged]] = {}
        for sheet in sheets:
            for score in sheet.scores:
                if score.criterion_id == id:
                    given = Judged(
                        seat_names[sheet.member_id], shown_points(score.points), score.reason
                    )
                    bids.setdefault(score.bid_id, []).append(given)
        found.append(
            Scores(
                criterion=Text(criterion.title_zh, criterion.title_en),
                full=shown_points(criterion.weight),
                objective=criterion.objective,
                bids=[ScoredBid(bidders[bid], given) for bid, given in bids.items()],
            )
        )
    return found


def sheet_rows(page: ReportPage) -> Iterator[Sequence[Cell]]:
    """The score sheets, one row for each point given, for a spreadsheet."""
    for criterion in page.scores:
        for bid in criterion.bids:
            for given in bid.given:
                yield (
                    say(criterion.criterion),
                    criterion.full,
                    say(bid.bidder),
                    given.member,
                    given.points,
                    given.reason,
                )


def ranking_rows(page: ReportPage) -> Iterator[Sequence[Cell]]:
    """The ranking, one row for each bid, for a spreadsheet."""
    for place in page.ranking.places:
        yield (
            place.rank,
            say(place.bidder),
            place.price.amount,
            place.price.currency,
            place.evaluation_price,
            place.price_points,
            place.quality_points,
            place.total,
            "; ".join(say(note) for note in place.notes) or None,
        )
