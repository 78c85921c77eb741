"""The panel's judgements: does a bid comply, and is its price what it seems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bidding.evaluation import binding, conditions, loading, queries, rules
from bidding.evaluation.entries import (
    ComplianceChecked,
    PriceAnswered,
    PriceJudged,
    PriceQuestioned,
)
from bidding.evaluation.models import (
    BidStanding,
    ComplianceOpinion,
    PanelMember,
    PriceQuestion,
)
from bidding.evaluation.prices import abnormally_low
from bidding.evaluation.qualifying import end_if_too_few
from bidding.evaluation.stages import EVALUATION
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import enforce
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage
from procurement.parties.capacities import act
from procurement.tenders.commands import Terms
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile

_COMPLIANCE_CITES = "Order 87 art. 50, 63"
_PRICE_CITES = "Order 87 art. 60"
ABOVE_CEILING = Text("报价超过最高限价", "The price is above the ceiling")


@dataclass(frozen=True, slots=True)
class Opinion:
    """One member's opinion about one bid; a no has its reason."""

    bid: str
    compliant: bool
    reason: Text | None = None


def check_compliance(work: Work, actor: Actor, lot_id: str, opinions: Sequence[Opinion]) -> str:
    """Give a member's opinions on all qualified bids; the last member's settle them (87-50, 61).

    A bid is turned away by the majority alone. If too few bids comply, the lot ends at once.
    """
    lot = loading.lot_for_change(work.session, lot_id)
    seats, member = as_member(work, actor, lot, Action.CHECK_COMPLIANCE)
    standings = queries.standings(work.session, lot.id)
    before = queries.opinions(work.session, seats)
    qualified = [bid for bid, standing in standings.items() if standing.qualified]
    enforce(conditions.opinion_open(given=any(one.member_id == member.id for one in before)))
    enforce(conditions.each_judged_once(given=[one.bid for one in opinions], expected=qualified))
    for one in opinions:
        reason = one.reason.zh if one.reason else ""
        enforce(
            conditions.no_has_its_reason(
                passed=one.compliant, reason=reason, cites=_COMPLIANCE_CITES
            )
        )
    given = [
        ComplianceOpinion(
            member_id=member.id,
            bid_id=one.bid,
            lot_id=lot.id,
            compliant=one.compliant,
            reason_zh=one.reason.zh if one.reason else "",
            reason_en=one.reason.en if one.reason else "",
            given_at=work.clock.now(),
        )
        for one in opinions
    ]
    work.session.add_all(given)
    work.session.flush()
    whole = [*before, *given]
    complete = {one.member_id for one in whole} == {seat.id for seat in seats}
    outcome = _settle(work, lot, standings, whole) if complete else []
    entry = work.record(
        actor,
        ComplianceChecked(
            object=lot.id,
            tender=lot.tender_id,
            lot=lot.id,
            member=actor.person,
            opinions=[
                {"bid": one.bid_id, "compliant": one.compliant, "reason": one.reason_zh}
                for one in given
            ],
            outcome=outcome,
        ),
    )
    if complete:
        end_if_too_few(work, lot, standings.values())
    return entry


def question_price(work: Work, actor: Actor, bid_id: str, text: str, *, minutes: int) -> str:
    """Ask a bidder to explain a price that looks too low; the window is the profile's at least."""
    lot, bid = lot_of_bid(work, bid_id)
    as_member(work, actor, lot, Action.QUESTION_PRICE)
    standings = queries.standings(work.session, lot.id)
    unknown = [b for b, row in standings.items() if row.in_the_race and row.compliant is None]
    enforce(conditions.compliance_known(unknown=unknown))
    racing = [b for b, row in standings.items() if row.in_the_race]
    enforce(conditions.in_the_race(bid=bid.id, racing=racing))
    asked = bid.id in queries.price_questions(work.session, lot.id)
    enforce(conditions.price_question_open(asked=asked))
    now = work.clock.now()
    due_at = now + timedelta(minutes=minutes)
    profile = pinned_profile(lot.tender)
    enforce(rules.price_reply_window(profile=profile, asked_at=now, due_at=due_at))
    question = PriceQuestion(
        id=new_id("prq"),
        lot_id=lot.id,
        bid_id=bid.id,
        triggers=list(triggers_of(work, lot).get(bid.id, ())),
        text=text,
        asked_by=actor.person,
        asked_at=now,
        due_at=due_at,
        evidence=[],
    )
    work.session.add(question)
    work.session.flush()
    work.record(
        actor,
        PriceQuestioned(
            object=question.id,
            tender=lot.tender_id,
            lot=lot.id,
            bid=bid.id,
            triggers=question.triggers,
            text=text,
            due_at=instant(question.due_at),
        ),
    )
    return question.id


def answer_price(
    work: Work, actor: Actor, question_id: str, answer: str, evidence: Sequence[str] = ()
) -> str:
    """Explain a questioned price in time, with the digests of the evidence (87-60)."""
    question = queries.price_question(work.session, question_id)
    lot, bid = lot_of_bid(work, question.bid_id)
    on = loading.lot_subject(work, lot, kind="price", id=question.id, organization=bid.bidder_id)
    act(work, actor, Action.ANSWER_PRICE, on, purchase=lot.tender.purchase_id)
    EVALUATION.after(LotStage(lot.stage), Action.ANSWER_PRICE)
    work.session.refresh(question)
    enforce(
        conditions.answer_in_time(
            now=work.clock.now(),
            due_at=question.due_at,
            answered=question.answered_at is not None,
        )
    )
    question.answer = answer
    question.evidence = list(evidence)
    question.answered_at = work.clock.now()
    return work.record(
        actor,
        PriceAnswered(
            object=question.id,
            tender=lot.tender_id,
            lot=lot.id,
            bid=bid.id,
            answer=answer,
            evidence=list(evidence),
        ),
    )


def judge_price(work: Work, actor: Actor, question_id: str, accepted: bool, judgement: Text) -> str:
    """Accept an explained price or turn the bid away, with the panel's reason (87-60).

    One member writes the judgement down; all answer for it with the report they sign.
    """
    question = queries.price_question(work.session, question_id)
    lot, bid = lot_of_bid(work, question.bid_id)
    as_member(work, actor, lot, Action.JUDGE_PRICE)
    work.session.refresh(question)
    enforce(conditions.judged_once(judged=question.accepted is not None))
    enforce(
        rules.price_judged_fairly(
            profile=pinned_profile(lot.tender),
            asked=True,
            answered=question.answered_at is not None,
            due_at=question.due_at,
            now=work.clock.now(),
        )
    )
    question.accepted = accepted
    question.judgement_zh, question.judgement_en = judgement.zh, judgement.en
    question.judged_by, question.judged_at = actor.person, work.clock.now()
    standings = queries.standings(work.session, lot.id)
    standing = standings[bid.id]
    standing.price_accepted = accepted
    if not accepted:
        turn_away(standing, judgement, _PRICE_CITES)
    work.session.flush()
    entry = work.record(
        actor,
        PriceJudged(
            object=question.id,
            tender=lot.tender_id,
            lot=lot.id,
            bid=bid.id,
            bidder=bid.bidder_id,
            accepted=accepted,
            judgement=judgement.as_record(),
            cites="" if accepted else _PRICE_CITES,
            member=actor.person,
        ),
    )
    if not accepted:
        end_if_too_few(work, lot, standings.values())
    return entry


def as_member(
    work: Work, actor: Actor, lot: Lot, action: Action
) -> tuple[list[PanelMember], PanelMember]:
    """Require that the actor sits on a whole panel and has declared; members' shared beginning."""
    seats = queries.seated(work.session, lot.id)
    on = loading.lot_subject(work, lot, named=[member.person_id for member in seats])
    act(work, actor, action, on, purchase=lot.tender.purchase_id)
    EVALUATION.after(LotStage(lot.stage), action)
    wanted = max((draw.seats for draw in queries.draws(work.session, lot.id)[-1:]), default=0)
    enforce(conditions.panel_seated(seats=wanted, seated=len(seats)))
    member = queries.seat_of(seats, actor.person)
    profile = pinned_profile(lot.tender)
    enforce(rules.interests_declared(profile=profile, declared_at=member.declared_at))
    return seats, member


def _settle(
    work: Work,
    lot: Lot,
    standings: Mapping[str, BidStanding],
    opinions: Sequence[ComplianceOpinion],
) -> list[dict[str, object]]:
    """Write down what the majority found about each bid, with the reasons of those who said no."""
    bids = loading.opened_bids(work.session, lot.id)
    prices = binding.binding_prices(work.session, lot.id)
    ceiling = Money.of_minor(lot.ceiling_minor, lot.tender.currency)
    profile = pinned_profile(lot.tender)
    outcome: list[dict[str, object]] = []
    for bid, standing in standings.items():
        about = [one for one in opinions if one.bid_id == bid]
        if not about:
            continue
        standing.compliant = not conditions.rejected_by_majority(one.compliant for one in about)
        if not standing.compliant:
            against = [one for one in about if not one.compliant]
            zh = "；".join(dict.fromkeys(one.reason_zh for one in against))
            en = "; ".join(dict.fromkeys(one.reason_en for one in against if one.reason_en))
            turn_away(standing, Text(zh, en), _COMPLIANCE_CITES)
        above = rules.price_within_ceiling(profile=profile, price=prices[bid], ceiling=ceiling)
        if above is not None:
            # Void by law, whatever the panel thinks of it (Order 87 art. 63).
            standing.compliant = False
            turn_away(standing, ABOVE_CEILING, "; ".join(above.cites))
        outcome.append(
            {
                "bid": bid,
                "bidder": bids[bid].bidder_id,
                "compliant": standing.compliant,
                "reason": None
                if standing.compliant
                else {"zh": standing.reason_zh, "en": standing.reason_en},
                "cites": standing.cites,
            }
        )
    work.session.flush()
    return outcome


def turn_away(standing: BidStanding, reason: Text, cites: str) -> None:
    """Write down why a bid is out, and by which rule."""
    standing.reason_zh, standing.reason_en = reason.zh, reason.en
    standing.cites = cites


def triggers_of(work: Work, lot: Lot) -> dict[str, tuple[str, ...]]:
    """The prices that must be questioned, with what each of them fell below (P14)."""
    tender: Tender = lot.tender
    bound = binding.binding_prices(work.session, lot.id)
    # A price that was judged and turned away was still a price among those that complied.
    complying = [
        bid
        for bid, row in queries.standings(work.session, lot.id).items()
        if row.qualified and row.compliant is not False and row.price_confirmed is not False
    ]
    prices = {bid: bound[bid] for bid in complying}
    ceiling = Money.of_minor(lot.ceiling_minor, tender.currency)
    found = abnormally_low(
        prices,
        profile=pinned_profile(tender),
        ceiling=ceiling,
        share_of_ceiling=Terms.from_record(tender.terms).abnormal_share_of_ceiling,
    )
    return {bid: tuple(str(why) for why in reasons) for bid, reasons in found.items()}


def lot_of_bid(work: Work, bid_id: str) -> tuple[Lot, OpenedBid]:
    """An opened bid with its lot, which is held."""
    bid = loading.opened_bid(work.session, bid_id)
    return loading.lot_for_change(work.session, bid.lot_id), bid
