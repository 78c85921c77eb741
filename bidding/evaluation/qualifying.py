"""Qualification, and the end of a lot without a result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bidding.evaluation import conditions, loading, queries, rules, scoring
from bidding.evaluation.declared import Declared
from bidding.evaluation.entries import BidsQualified, LotFailed
from bidding.evaluation.models import BidStanding
from bidding.evaluation.stages import EVALUATION
from bidding.opening.models import OpeningRecord
from journal.work import Work
from kernel.refusal import Refusal, enforce, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage, system_actor
from procurement.parties.capacities import act
from procurement.tenders.models import Lot
from procurement.tenders.standing import pinned_profile

_NOTHING_DECLARED = Declared()


@dataclass(frozen=True, slots=True)
class Qualification:
    """The officer's decision about one bid; a no names its reason and the rule."""

    bid: str
    qualified: bool
    reason: Text | None = None
    cites: str = ""
    declared: Declared = _NOTHING_DECLARED


def qualify_bids(work: Work, actor: Actor, lot_id: str, decisions: Sequence[Qualification]) -> str:
    """Decide which opened bids are qualified; too few of them end the lot at once (87-44)."""
    lot = loading.lot_for_change(work.session, lot_id)
    tender = lot.tender
    on = loading.lot_subject(work, lot)
    act(work, actor, Action.QUALIFY_BIDS, on, purchase=tender.purchase_id)
    stage = EVALUATION.after(LotStage(lot.stage), Action.QUALIFY_BIDS)
    enforce(conditions.no_objection_stops(stopping=queries.stopping_objections(work.session, lot)))
    record = work.session.get(OpeningRecord, lot.id)
    enforce(
        rules.opening_recorded(
            profile=pinned_profile(tender), record=record.digest if record else None
        )
    )
    bids = loading.opened_bids(work.session, lot.id)
    enforce(conditions.each_judged_once(given=[one.bid for one in decisions], expected=bids))
    for one in decisions:
        enforce(
            conditions.no_has_its_reason(
                passed=one.qualified, reason=one.reason.zh if one.reason else "", cites=one.cites
            )
        )
    standings = [
        BidStanding(
            bid_id=one.bid,
            lot_id=lot.id,
            qualified=one.qualified,
            reason_zh=one.reason.zh if one.reason else "",
            reason_en=one.reason.en if one.reason else "",
            cites=one.cites,
            preference=one.declared.as_record(),
            qualified_by=actor.person,
            qualified_at=work.clock.now(),
        )
        for one in decisions
    ]
    work.session.add_all(standings)
    work.session.flush()
    lot.stage = stage
    entry = work.record(
        actor,
        BidsQualified(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            bids=[
                {
                    "bid": one.bid,
                    "bidder": bids[one.bid].bidder_id,
                    "qualified": one.qualified,
                    "reason": one.reason.as_record() if one.reason else None,
                    "cites": one.cites,
                }
                for one in decisions
            ],
        ),
    )
    end_if_too_few(work, lot, standings)
    return entry


def fail_lot(work: Work, actor: Actor, lot_id: str, reason: Text, cites: str) -> str:
    """End a lot without a result, for one of the reasons that the law knows (GPL 36)."""
    lot = loading.lot_for_change(work.session, lot_id)
    on = loading.lot_subject(work, lot)
    act(work, actor, Action.FAIL_LOT, on, purchase=lot.tender.purchase_id)
    enforce(conditions.no_has_its_reason(passed=False, reason=reason.zh, cites=cites))
    return end_lot(work, actor, lot, refuse("ended_by_buyer", cites), reason)


def end_if_too_few(work: Work, lot: Lot, standings: Iterable[BidStanding]) -> None:
    """End the lot if fewer bidders remain than the profile asks for (87-44, GPL 36(1)).

    Bids of one brand count as one bidder where the profile says so (87-31).
    """
    profile = pinned_profile(lot.tender)
    remaining = scoring.bidders_counted(
        ((row.bid_id, Declared.of(row.preference).brand) for row in standings if row.in_the_race),
        profile=profile,
    )
    too_few = rules.enough_qualified(profile=profile, qualified=remaining)
    if too_few is not None:
        reason = Text(
            f"有效投标人{remaining}家，不足法定数量", f"Only {remaining} valid bids remain"
        )
        end_lot(work, system_actor("evaluation"), lot, too_few, reason)


def end_lot(work: Work, actor: Actor, lot: Lot, why: Refusal, reason: Text) -> str:
    """Move a lot to its end without a result and record why; the caller has asked for the right."""
    lot.stage = EVALUATION.after(LotStage(lot.stage), Action.FAIL_LOT)
    lot.failed_reason = reason.zh
    return work.record(
        actor,
        LotFailed(
            object=lot.id,
            tender=lot.tender_id,
            lot=lot.id,
            code=why.code,
            reason=reason.as_record(),
            cites=list(why.cites),
        ),
    )
