"""The ranking and its report: arithmetic on sheets and prices, with every step kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bidding.envelopes.queries import closing_of
from bidding.evaluation import (
    binding,
    conditions,
    judging,
    loading,
    queries,
    rules,
    scoring,
    sheets,
)
from bidding.evaluation.declared import Declared
from bidding.evaluation.entries import BidsRanked
from bidding.evaluation.models import (
    BidStanding,
    PanelMember,
    RankedBid,
    Ranking,
    ScoreSheet,
)
from bidding.evaluation.prices import DeductionRates, deductions_for
from bidding.evaluation.scoring import Evaluated, ScoredBid
from bidding.evaluation.stages import EVALUATION
from bidding.opening.models import OpenedBid
from journal.entries import as_json
from journal.work import Work
from kernel import canonical
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, LotStage
from procurement.parties.capacities import act
from procurement.profiles import Category, Method, Profile
from procurement.tenders.commands import Terms
from procurement.tenders.models import Criterion, Lot
from procurement.tenders.standing import pinned_profile


def rank_bids(work: Work, actor: Actor, lot_id: str) -> str:
    """Rank the bids in the race once every opinion, judgement and sheet is in (87-54 to 57).

    It decides nothing: the same rows give the same ranking, and the report holds every step.
    """
    lot = loading.lot_for_change(work.session, lot_id)
    tender = lot.tender
    act(work, actor, Action.RANK_BIDS, loading.lot_subject(work, lot), purchase=None)
    stage = EVALUATION.after(LotStage(lot.stage), Action.RANK_BIDS)
    seats = queries.seated(work.session, lot.id)
    standings = queries.standings(work.session, lot.id)
    criteria = queries.scored_criteria(work.session, tender.id)
    filled = queries.sheets(work.session, seats) if criteria else []
    _enforce_all_is_in(work, lot, seats, standings, criteria, filled)
    profile = pinned_profile(tender)
    bids = loading.opened_bids(work.session, lot.id)
    racing = {bid: row for bid, row in standings.items() if row.in_the_race}
    prices = binding.binding_prices(work.session, lot.id)
    outcome = scoring.evaluate(
        _scored(lot, profile, bids, prices, racing, filled),
        profile=profile,
        method=Method(tender.award_criteria),
        price_weight=queries.price_weight(work.session, tender.id),
        seed=closing_of(work.session, tender.id).digest,
    )
    report = canonical.encode(
        as_json(_report(work, lot, seats, standings, bids, filled, outcome, profile))
    )
    ranking = Ranking(
        lot_id=lot.id,
        method=str(outcome.method),
        steps=_steps(outcome),
        report=report,
        digest=canonical.digest(report),
        ranked_at=work.clock.now(),
    )
    work.session.add(ranking)
    work.session.flush()
    work.session.add_all(_ranked(lot, row) for row in outcome.evaluated)
    lot.stage = stage
    return work.record(
        actor,
        BidsRanked(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            method=ranking.method,
            report=ranking.digest,
            places=[
                _place(row, bids[row.bid], prices[row.bid], profile) for row in outcome.evaluated
            ],
        ),
    )


def _enforce_all_is_in(
    work: Work,
    lot: Lot,
    seats: Sequence[PanelMember],
    standings: Mapping[str, BidStanding],
    criteria: Mapping[str, Criterion],
    filled: Sequence[ScoreSheet],
) -> None:
    """Refuse to rank while anything that the ranking rests on is missing."""
    profile = pinned_profile(lot.tender)
    wanted = max((draw.seats for draw in queries.draws(work.session, lot.id)[-1:]), default=0)
    enforce(conditions.panel_seated(seats=wanted, seated=len(seats)))
    racing = [bid for bid, row in standings.items() if row.in_the_race]
    unknown = [bid for bid in racing if standings[bid].compliant is None]
    enforce(conditions.compliance_known(unknown=unknown))
    corrected = binding.corrections(work.session, lot.id)
    unanswered = [bid for bid in racing if bid in corrected and corrected[bid].confirmed is None]
    enforce(conditions.corrections_answered(waiting=unanswered))
    questions = queries.price_questions(work.session, lot.id)
    waiting = [bid for bid, asked in questions.items() if asked.accepted is None and bid in racing]
    enforce(conditions.prices_judged(open_questions=waiting))
    unasked = [bid for bid in judging.triggers_of(work, lot) if bid not in questions]
    enforce(conditions.triggered_prices_questioned(unasked=unasked))
    if criteria:
        enforce(
            rules.all_sheets_in(
                profile=profile,
                members=[seat.id for seat in seats],
                submitted=[sheet.member_id for sheet in filled],
            )
        )
        for bid, criterion in sorted(sheets.unequal(filled, criteria)):
            points = {sheet.member_id: queries.points_of(sheet)[bid, criterion] for sheet in filled}
            enforce(
                rules.objective_scores_equal(profile=profile, criterion=criterion, points=points)
            )


def _scored(
    lot: Lot,
    profile: Profile,
    bids: Mapping[str, OpenedBid],
    prices: Mapping[str, Money],
    racing: Mapping[str, BidStanding],
    filled: Sequence[ScoreSheet],
) -> list[ScoredBid]:
    """The bids in the race as the ranking takes them: price, deductions, quality, brand."""
    tender = lot.tender
    terms = Terms.from_record(tender.terms)
    declared = {bid: Declared.of(row.preference) for bid, row in racing.items()}
    enough = profile.domestic_cost_share_min.value
    # A domestic product gains only where goods of both kinds compete (P13).
    foreign = any(known.domestic_cost_share < enough for known in declared.values())
    points = {sheet.member_id: queries.points_of(sheet) for sheet in filled}

    def quality(bid: str) -> Fraction:
        by_member = {
            member: {criterion: value for (of, criterion), value in given.items() if of == bid}
            for member, given in points.items()
        }
        return scoring.quality_points(by_member) if by_member else Fraction(0)

    return [
        ScoredBid(
            bid=bid,
            price=prices[bid],
            quality=quality(bid),
            deductions=deductions_for(
                known.preference,
                profile=profile,
                rates=DeductionRates(small=terms.small_rate, joint=terms.joint_rate),
                category=Category(tender.category),
                reserved=lot.reserved_for_small,
                others_compete=foreign,
            ),
            brand=known.brand,
            arrived=bids[bid].position,
        )
        for bid, known in declared.items()
    ]


def _ranked(lot: Lot, row: Evaluated) -> RankedBid:
    return RankedBid(
        bid_id=row.bid,
        lot_id=lot.id,
        rank=row.rank,
        candidate=row.candidate,
        evaluation_price=row.evaluation_price,
        price_points=_stored(row.price_points),
        quality_points=_stored(row.quality_points),
        total_points=_stored(row.total),
    )


def _stored(points: Fraction | None) -> Decimal | None:
    """Points as the row holds them, for lists; the exact fractions stand in the steps."""
    return None if points is None else scoring.decimal(points, 6)


def _places(
    outcome: scoring.Ranking,
    bids: Mapping[str, OpenedBid],
    prices: Mapping[str, Money],
    profile: Profile,
) -> list[dict[str, Any]]:
    return [_place(row, bids[row.bid], prices[row.bid], profile) for row in outcome.evaluated]


def _place(row: Evaluated, bid: OpenedBid, price: Money, profile: Profile) -> dict[str, Any]:
    """A line of the ranking as it is shown (P39)."""
    return {
        "bid": row.bid,
        "bidder": bid.bidder_id,
        "rank": row.rank,
        "candidate": row.candidate,
        "price": str(price),
        "evaluation_price": _shown(row.evaluation_price, profile),
        "price_points": _shown(row.price_points, profile),
        "quality_points": _shown(row.quality_points, profile),
        "total_points": _shown(row.total, profile),
        "broken_by": str(row.broken_by) if row.broken_by else None,
    }


def _shown(value: Fraction | Decimal | None, profile: Profile) -> str | None:
    rounded = scoring.rounded(value, profile=profile)
    return None if rounded is None else format(rounded, "f")


def _steps(outcome: scoring.Ranking) -> dict[str, Any]:
    """Every step of the arithmetic, exact, so that anybody can follow it (requirement 081)."""
    return {
        "benchmark": str(outcome.benchmark),
        "bids": {row.bid: [step.as_record() for step in row.steps] for row in outcome.evaluated},
        "not_candidates": [row.bid for row in outcome.evaluated if not row.candidate],
        "left_out": [
            {"bid": row.bid, "brand": row.brand, "stands_for": row.stands_for}
            for row in outcome.left_out
        ],
        "draws": [
            {"seed": draw.seed, "among": list(draw.among), "order": list(draw.order)}
            for draw in outcome.draws
        ],
    }


def _report(
    work: Work,
    lot: Lot,
    seats: Sequence[PanelMember],
    standings: Mapping[str, BidStanding],
    bids: Mapping[str, OpenedBid],
    filled: Sequence[ScoreSheet],
    outcome: scoring.Ranking,
    profile: Profile,
) -> dict[str, Any]:
    """The report of the evaluation: who took part, who went out and why, who stands where."""
    questions = queries.price_questions(work.session, lot.id)
    prices = binding.binding_prices(work.session, lot.id)
    return {
        "type": "sunlit/evaluation-report-content/v1",
        "origin": work.origin,
        "id": new_id("rep"),
        "tender": lot.tender_id,
        "lot": lot.id,
        "profile": profile.edition,
        "method": str(outcome.method),
        "ranked_at": instant(work.clock.now()),
        "panel": [{"person": seat.person_id, "role": seat.role} for seat in seats],
        "bids": [
            {
                "bid": bid,
                "bidder": bids[bid].bidder_id,
                "price": str(binding.read_out_price(bids[bid])),
                "qualified": row.qualified,
                "compliant": row.compliant,
                "price_accepted": row.price_accepted,
                "price_confirmed": row.price_confirmed,
                "declared": row.preference,
                "reason": {"zh": row.reason_zh, "en": row.reason_en},
                "cites": row.cites,
            }
            for bid, row in standings.items()
        ],
        "prices_questioned": [
            {"bid": bid, "triggers": asked.triggers, "accepted": asked.accepted}
            for bid, asked in sorted(questions.items())
        ],
        "prices_corrected": [
            {
                "bid": bid,
                "stated": made.stated,
                "steps": made.steps,
                "price": str(Money.of_minor(made.price_minor, lot.tender.currency)),
                "confirmed": made.confirmed,
            }
            for bid, made in sorted(binding.corrections(work.session, lot.id).items())
        ],
        "sheets": sorted(sheets.sheet_digest(work, sheet) for sheet in filled),
        "ranking": [
            _place(row, bids[row.bid], prices[row.bid], profile) for row in outcome.evaluated
        ],
        "steps": _steps(outcome),
    }
