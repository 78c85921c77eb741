"""S27: what became of the firm's bid for a lot: own scores, place, reason, winner, what next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask import Blueprint, Response

from app.container import Container
from app.documents import papers
from app.supplier.bidding import BidStanding, standing_of
from app.supplier.firms import Firm, acts_for, firm_of, text_or_none, title_of
from app.supplier.proofs import proof_of_act
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_pdf
from app.web.language import language
from app.web.pages import page
from app.web.shown import Countdown, CountdownKind, Proof
from bidding.evaluation import queries as evaluation
from bidding.evaluation.models import RankedBid
from bidding.opening import queries as openings
from journal.work import Work
from kernel.money import Money
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import Action, Audience, LotStage, TenderStage
from procurement.awards import queries as awards
from procurement.awards.models import Award
from procurement.challenges import queries as challenges
from procurement.challenges.models import Challenge
from procurement.contracts import queries as contracts
from procurement.parties import queries as parties
from procurement.plans import queries as plans
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Terms
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import calendar_of, pinned_profile
from reports import labels


@dataclass(frozen=True, slots=True)
class OwnScore:
    """The firm's score on one criterion: the mean of the sheets."""

    criterion: Text
    points: Decimal
    of: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """The published result, as it concerns the firm."""

    winner: Text
    amount: Money
    published_at: datetime
    won: bool
    rank: int | None
    total: Decimal | None
    price_points: Decimal | None
    price_weight: Decimal
    scores: Sequence[OwnScore]
    reason: Text | None
    cites: str
    letter: bool
    lapsed: Text | None
    standstill_until: datetime | None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The letter of a lot."""

    tender: str
    key: str
    lot: str
    title: Text
    stage: LotStage
    cancelled: Text | None
    failed: Text | None
    standing: BidStanding
    outcome: Outcome | None
    until: Countdown | None
    may_challenge: bool
    challenges: Sequence[Challenge]
    contract: str | None
    contact: Text | None
    proof: Proof | None


def result_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""

    @pages.get("/results/<lot>")
    @open_to(Audience.SUPPLIER)
    def result(lot: str) -> Response:
        with container.journal.read() as work:
            view = _view(work, lot)
        return page("supplier/result.html", view)

    @pages.get("/results/<lot>/letter.pdf")
    @open_to(Audience.SUPPLIER)
    def letter(lot: str) -> Response:
        """The letter to a bidder who lost, under the platform's seal."""
        with container.journal.read() as work:
            award, bid = _letter(work, lot)
        return private_pdf(
            papers.letter_pdf(container, award, bid, language=language()), "letter.pdf"
        )


def _letter(work: Work, lot_id: str) -> tuple[str, str]:
    """Award and bid of the firm's letter about a lot; NotFound where it got none."""
    firm = firm_of(work, actor())
    for letter, award in awards.letters_to(work.session, firm.id):
        if award.lot_id == lot_id and award.published_at is not None:
            return award.id, letter.bid_id
    raise NotFound("letter", lot_id)


def _view(work: Work, lot_id: str) -> ResultPage:
    lot = tenders.lot(work.session, lot_id)
    tender = tenders.published_tender(work.session, lot.tender_id)
    firm = firm_of(work, actor())
    standing = standing_of(acts_for(work, firm, lot.id))
    if standing is BidStanding.NONE:
        # The public page tells everybody else what they may know.
        raise NotFound("result", lot_id)
    award = _shown_award(work, lot.id)
    until = _until(work, tender, award)
    own = [
        one
        for one in challenges.challenges_of_supplier(work.session, firm.id)
        if one.tender_id == tender.id and one.lot_id in (None, lot.id)
    ]
    return ResultPage(
        tender=tender.id,
        key=plans.purchase(work.session, tender.purchase_id).ocid,
        lot=lot.id,
        title=title_of(tender, lot),
        stage=LotStage(lot.stage),
        cancelled=text_or_none(tender.cancelled_zh, tender.cancelled_en)
        if tender.stage == TenderStage.CANCELLED
        else None,
        failed=labels.failure(lot.failed_reason)
        if lot.stage == LotStage.FAILED and lot.failed_reason
        else None,
        standing=standing,
        outcome=_outcome(work, firm, lot, award) if award else None,
        until=until,
        may_challenge=until is not None and work.now() < until.closes_at,
        challenges=own,
        contract=_contract(work, firm, award),
        contact=Terms.from_record(tender.terms).contact,
        proof=proof_of_act(work.session, award.id, [Action.PUBLISH_AWARD]) if award else None,
    )


def _shown_award(work: Work, lot_id: str) -> Award | None:
    """The published award that stands, else the last one that was published and lapsed."""
    published = [
        one for one in awards.awards_of_lot(work.session, lot_id) if one.published_at is not None
    ]
    live = [one for one in published if one.lapsed_at is None]
    shown = live or published
    return shown[-1] if shown else None


def _outcome(work: Work, firm: Firm, lot: Lot, award: Award) -> Outcome:
    winner = parties.organization(work.session, award.supplier_id)
    mine = next(
        (b for b in openings.opened_bids(work.session, lot.id) if b.bidder_id == firm.id), None
    )
    ranked = next(
        (r for r in evaluation.ranked_bids(work.session, lot.id) if mine and r.bid_id == mine.id),
        None,
    )
    letter = next(
        (one for one, of in awards.letters_to(work.session, firm.id) if of.id == award.id), None
    )
    return Outcome(
        winner=Text(winner.name_zh, winner.name_en),
        amount=Money.of_minor(award.amount_minor, award.currency),
        published_at=award.published_at or award.decided_at,
        won=award.supplier_id == firm.id and award.lapsed_at is None,
        rank=ranked.rank if ranked else None,
        total=_shown(ranked.total_points) if ranked else None,
        price_points=_shown(ranked.price_points) if ranked else None,
        price_weight=evaluation.price_weight(work.session, lot.tender_id).normalize(),
        scores=_own_scores(work, lot, ranked) if ranked else (),
        reason=text_or_none(letter.reason_zh, letter.reason_en) if letter else None,
        cites=letter.cites if letter else "",
        letter=letter is not None,
        lapsed=Text(award.lapsed_reason or "") if award.lapsed_at else None,
        standstill_until=award.standstill_until,
    )


def _own_scores(work: Work, lot: Lot, ranked: RankedBid) -> list[OwnScore]:
    """The mean over the sheets for each criterion; whose sheet says what stays with the panel."""
    sheets = evaluation.sheets(work.session, evaluation.seated(work.session, lot.id))
    criteria = evaluation.scored_criteria(work.session, lot.tender_id)
    found = []
    for id, criterion in criteria.items():
        given = [
            score.points
            for sheet in sheets
            for score in sheet.scores
            if score.bid_id == ranked.bid_id and score.criterion_id == id
        ]
        if given:
            mean = (sum(given, Decimal(0)) / len(given)).quantize(Decimal("0.01"))
            title = Text(criterion.title_zh, criterion.title_en)
            found.append(OwnScore(title, mean, criterion.weight.normalize()))
    return found


def _shown(points: Decimal | None) -> Decimal | None:
    return None if points is None else points.quantize(Decimal("0.01"))


def _until(work: Work, tender: Tender, award: Award | None) -> Countdown | None:
    if award is None or award.challenge_until is None or award.lapsed_at is not None:
        return None
    return Countdown(
        CountdownKind.CHALLENGE,
        award.challenge_until,
        working_days=working_days(work, tender, award.challenge_until),
        note=_FREE,
    )


_FREE = Text(
    "不收费。质疑提出后暂停签订合同。", "Free of charge. A challenge suspends the signing."
)


def working_days(work: Work, tender: Tender, until: datetime) -> int | None:
    """How many working days are left; today counts as one while it lasts."""
    profile = pinned_profile(tender)
    today = local_date(profile, work.now()) - timedelta(days=1)
    last = local_date(profile, until - timedelta(microseconds=1))
    try:
        return calendar_of(profile).workdays_between(today, last)
    except Refused:  # past the last published calendar year
        return None


def _contract(work: Work, firm: Firm, award: Award | None) -> str | None:
    if award is None or award.supplier_id != firm.id:
        return None
    found = contracts.contract_of_award(work.session, award.id)
    return found.id if found else None
