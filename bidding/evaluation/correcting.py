"""Prices that contradict themselves: corrected in the law's order, confirmed or void (87-59)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bidding.evaluation import binding, conditions, loading, prices, queries, rules
from bidding.evaluation.entries import CorrectionAnswered, PriceCorrected
from bidding.evaluation.judging import ABOVE_CEILING, as_member, lot_of_bid, turn_away
from bidding.evaluation.models import BidStanding, PriceCorrection
from bidding.evaluation.prices import Corrected, PriceLine, StatedPrice
from bidding.evaluation.qualifying import end_if_too_few
from bidding.evaluation.stages import EVALUATION
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.canonical import JsonValue
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import enforce
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedSignature,
    keep_signature,
    same_statement,
    statement,
)
from procurement.tenders.models import Lot
from procurement.tenders.standing import pinned_profile

_UNCONFIRMED = Text(
    "投标人未确认修正后的报价，投标无效", "The bidder did not confirm the corrected price"
)


@dataclass(frozen=True, slots=True)
class Detail:
    """What a bid states beside the price that was read out: words, total of the detail, lines."""

    in_words: Money | None = None
    total: Money | None = None
    lines: tuple[PriceLine, ...] = ()


def correct_price(work: Work, actor: Actor, bid_id: str, detail: Detail, *, minutes: int) -> str:
    """Note what a bid's own detail says against its read-out, and ask the bidder to confirm.

    One member writes the figures down; the correction follows from them by the profile's order.
    """
    lot, bid = lot_of_bid(work, bid_id)
    as_member(work, actor, lot, Action.CORRECT_PRICE)
    enforce(conditions.in_the_race(bid=bid.id, racing=queries.racing(work.session, lot.id)))
    known = binding.corrections(work.session, lot.id)
    enforce(conditions.corrected_once(corrected=bid.id in known))
    profile = pinned_profile(lot.tender)
    read_out = binding.read_out_price(bid)
    stated = StatedPrice(read_out, detail.in_words, detail.total, detail.lines)
    found = prices.correct_price(stated, profile=profile)
    enforce(rules.price_contradicts_itself(profile=profile, contradicts=found.needs_confirmation))
    now = work.clock.now()
    due_at = now + timedelta(minutes=minutes)
    enforce(rules.price_reply_window(profile=profile, asked_at=now, due_at=due_at))
    correction = PriceCorrection(
        id=new_id("cor"),
        lot_id=lot.id,
        bid_id=bid.id,
        stated=_stated(stated),
        steps=_steps(found),
        cites="; ".join(found.cites),
        price_minor=found.price.minor,
        noted_by=actor.person,
        noted_at=now,
        due_at=due_at,
    )
    work.session.add(correction)
    work.session.flush()
    work.record(
        actor,
        PriceCorrected(
            object=correction.id,
            tender=lot.tender_id,
            lot=lot.id,
            bid=bid.id,
            bidder=bid.bidder_id,
            stated=correction.stated,
            steps=correction.steps,
            price=found.price.as_record(),
            cites=correction.cites,
            due_at=instant(due_at),
            member=actor.person,
        ),
    )
    return correction.id


def prepare_confirmation(work: Work, correction_id: str, *, confirmed: bool) -> bytes:
    """The bytes by which a bidder stands by the corrected price, or does not."""
    correction = binding.correction(work.session, correction_id)
    bid = loading.opened_bid(work.session, correction.bid_id)
    read_out = binding.read_out_price(bid)
    corrected = Money.of_minor(correction.price_minor, read_out.currency)
    return statement(
        "price-confirmation",
        work.origin,
        tender=bid.tender_id,
        lot=bid.lot_id,
        bid=bid.act_id,
        correction=correction.id,
        read_out=read_out.as_record(),
        corrected=corrected.as_record(),
        steps=list(correction.steps),
        answer="confirmed" if confirmed else "refused",
    )


def confirm_correction(
    work: Work,
    actor: Actor,
    correction_id: str,
    examined: ExaminedSignature,
    *,
    confirmed: bool,
) -> str:
    """Stand by a corrected price by signature, so that it binds; or refuse, and the bid is void."""
    correction = binding.correction(work.session, correction_id)
    lot, bid = lot_of_bid(work, correction.bid_id)
    _enforce_open(work, actor, lot, bid, correction)
    enforce(
        conditions.answer_in_time(now=work.clock.now(), due_at=correction.due_at, answered=False)
    )
    prepared = prepare_confirmation(work, correction.id, confirmed=confirmed)
    same_statement(examined, prepared, kind="price", id=correction.id)
    kept = keep_signature(
        work, actor, examined, kind="price-confirmation", subject_id=correction.id
    )
    correction.document_id = kept.id
    return _answered(work, actor, lot, bid, correction, confirmed=confirmed)


def void_unconfirmed(work: Work, actor: Actor, correction_id: str) -> str:
    """Void a bid whose bidder let the time to confirm pass: who does not confirm is out (87-59)."""
    correction = binding.correction(work.session, correction_id)
    lot, bid = lot_of_bid(work, correction.bid_id)
    _enforce_open(work, actor, lot, bid, correction)
    enforce(conditions.answer_time_over(now=work.clock.now(), due_at=correction.due_at))
    return _answered(work, actor, lot, bid, correction, confirmed=False)


def _enforce_open(
    work: Work, actor: Actor, lot: Lot, bid: OpenedBid, correction: PriceCorrection
) -> None:
    on = loading.lot_subject(work, lot, kind="price", id=correction.id, organization=bid.bidder_id)
    act(work, actor, Action.CONFIRM_CORRECTION, on, purchase=lot.tender.purchase_id)
    EVALUATION.after(LotStage(lot.stage), Action.CONFIRM_CORRECTION)
    work.session.refresh(correction)
    enforce(conditions.correction_open(answered=correction.confirmed is not None))
    enforce(conditions.in_the_race(bid=bid.id, racing=queries.racing(work.session, lot.id)))


def _answered(
    work: Work,
    actor: Actor,
    lot: Lot,
    bid: OpenedBid,
    correction: PriceCorrection,
    *,
    confirmed: bool,
) -> str:
    """Write the answer down with what follows from it for the bid."""
    correction.confirmed, correction.answered_at = confirmed, work.clock.now()
    standings = queries.standings(work.session, lot.id)
    standing = standings[bid.id]
    price = Money.of_minor(correction.price_minor, lot.tender.currency)
    _follow(lot, standing, price, confirmed=confirmed)
    work.session.flush()
    entry = work.record(
        actor,
        CorrectionAnswered(
            object=correction.id,
            tender=lot.tender_id,
            lot=lot.id,
            bid=bid.id,
            bidder=bid.bidder_id,
            confirmed=confirmed,
            price=price.as_record(),
            document=correction.document_id,
            in_the_race=standing.in_the_race,
            cites=standing.cites or correction.cites,
        ),
    )
    if not standing.in_the_race:
        end_if_too_few(work, lot, standings.values())
    return entry


def _follow(lot: Lot, standing: BidStanding, price: Money, *, confirmed: bool) -> None:
    profile = pinned_profile(lot.tender)
    void = rules.correction_confirmed(profile=profile, needed=True, confirmed=confirmed)
    standing.price_confirmed = void is None
    ceiling = Money.of_minor(lot.ceiling_minor, price.currency)
    above = rules.price_within_ceiling(profile=profile, price=price, ceiling=ceiling)
    if void is not None:
        turn_away(standing, _UNCONFIRMED, "; ".join(void.cites))
    elif above is not None:
        # Void by law, as it would be had it been read out so (Order 87 art. 63).
        standing.compliant = False
        turn_away(standing, ABOVE_CEILING, "; ".join(above.cites))


def _stated(stated: StatedPrice) -> dict[str, JsonValue]:
    return {
        "sheet": str(stated.sheet),
        "currency": stated.sheet.currency,
        "in_words": _written(stated.sheet_in_words),
        "detail_total": _written(stated.detail_total),
        "lines": [_line(line) for line in stated.lines],
    }


def _line(line: PriceLine) -> Mapping[str, JsonValue]:
    return {
        "unit_price": _plain(line.unit_price.amount),
        "quantity": _plain(line.quantity),
        "misplaced": "yes" if line.misplaced else "no",
    }


def _steps(found: Corrected) -> list[dict[str, str]]:
    return [
        {"rule": step.rule, "before": str(step.before), "after": str(step.after)}
        for step in found.steps
    ]


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _written(amount: Money | None) -> str | None:
    return None if amount is None else str(amount)
