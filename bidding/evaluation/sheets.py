"""Score sheets: filled in alone, signed, and seen by the others once all of them are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bidding.evaluation import conditions, loading, queries, rules
from bidding.evaluation.entries import BidsScored
from bidding.evaluation.judging import as_member
from bidding.evaluation.models import Score, ScoreSheet
from journal.work import Work
from kernel import canonical
from kernel.canonical import JsonValue
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor
from procurement.parties.signing import (
    ExaminedSignature,
    keep_signature,
    same_statement,
    statement,
)
from procurement.tenders.models import Criterion
from procurement.tenders.standing import pinned_profile


@dataclass(frozen=True, slots=True)
class Points:
    """The points that a member gives one bid for one criterion, and why (87-64, 69)."""

    bid: str
    criterion: str
    points: Decimal
    reason: str = ""


def prepare_score_sheet(work: Work, actor: Actor, lot_id: str, given: Sequence[Points]) -> bytes:
    """The bytes a member signs: every point, by bid and criterion, and the digest of each reason.

    By digest, so that a bidder can later be shown the reasons of its own points and no others.
    """
    lot = loading.lot(work.session, lot_id)
    scores: dict[str, dict[str, JsonValue]] = {}
    reasons: dict[str, dict[str, JsonValue]] = {}
    for one in given:
        scores.setdefault(one.bid, {})[one.criterion] = format(one.points.normalize(), "f")
        if one.reason:
            said = canonical.digest(one.reason.encode())
            reasons.setdefault(one.bid, {})[one.criterion] = said
    return statement(
        "score-sheet",
        work.origin,
        tender=lot.tender_id,
        lot=lot.id,
        panelist=actor.person,
        scores=scores,
        reasons=reasons,
    )


def score_bids(
    work: Work, actor: Actor, lot_id: str, given: Sequence[Points], examined: ExaminedSignature
) -> str:
    """Hand in a member's signed sheet (87-55); final, but where objective points differ (87-64)."""
    lot = loading.lot_for_change(work.session, lot_id)
    seats, member = as_member(work, actor, lot, Action.SCORE_BIDS)
    criteria = queries.scored_criteria(work.session, lot.tender_id)
    enforce(conditions.scores_asked(criteria=criteria))
    standings = queries.standings(work.session, lot.id)
    racing = [bid for bid, row in standings.items() if row.in_the_race]
    unknown = [bid for bid in racing if standings[bid].compliant is None]
    enforce(conditions.compliance_known(unknown=unknown))
    sheets = queries.sheets(work.session, seats)
    before = next((sheet for sheet in sheets if sheet.member_id == member.id), None)
    differs = len(sheets) == len(seats) and bool(unequal(sheets, criteria))
    enforce(conditions.sheet_open(submitted=before is not None, objective_differs=differs))
    points = {(one.bid, one.criterion): one for one in given}
    enforce(
        conditions.each_judged_once(
            given=[f"{one.bid}/{one.criterion}" for one in given],
            expected=[f"{bid}/{criterion}" for bid in racing for criterion in criteria],
        )
    )
    profile = pinned_profile(lot.tender)
    for one in given:
        most = criteria[one.criterion].weight
        enforce(rules.score_in_range(profile=profile, points=one.points, maximum=most))
    prepared = prepare_score_sheet(work, actor, lot.id, given)
    same_statement(examined, prepared, kind="lot", id=lot.id)
    # To hand in the same sheet again mends nothing.
    again = before is not None and sheet_digest(work, before) == examined.digest
    enforce(conditions.sheet_open(submitted=again, objective_differs=False))
    kept = keep_signature(work, actor, examined, kind="score-sheet", subject_id=member.id)
    if before is not None:
        _take_back(work, before)
    work.session.add(
        ScoreSheet(
            member_id=member.id,
            lot_id=lot.id,
            document_id=kept.id,
            submitted_at=work.clock.now(),
            scores=[
                Score(
                    bid_id=one.bid, criterion_id=one.criterion, points=one.points, reason=one.reason
                )
                for one in points.values()
            ],
        )
    )
    work.session.flush()
    return work.record(
        actor,
        BidsScored(
            object=lot.id,
            tender=lot.tender_id,
            lot=lot.id,
            sheet=examined.digest,
            member=actor.person,
            scores=[
                {
                    "bid": one.bid,
                    "criterion": one.criterion,
                    "points": one.points,
                    "reason": one.reason,
                }
                for one in points.values()
            ],
        ),
    )


def unequal(
    sheets: Sequence[ScoreSheet], criteria: Mapping[str, Criterion]
) -> frozenset[tuple[str, str]]:
    """Bid and criterion where these sheets differ though the criterion is objective."""
    objective = [id for id, criterion in criteria.items() if criterion.objective]
    return conditions.unequal_objective(
        {sheet.member_id: queries.points_of(sheet) for sheet in sheets}, objective
    )


def sheet_digest(work: Work, sheet: ScoreSheet) -> str:
    """The digest of the signed statement behind a sheet, as the report names it."""
    kept = queries.signed_statement(work.session, sheet.document_id)
    return canonical.digest(kept)


def _take_back(work: Work, sheet: ScoreSheet) -> None:
    """Make room for the mended sheet; the signed one before it stays among the documents."""
    work.session.delete(sheet)
    work.session.flush()
