"""Use cases of the award: decided by the approver, published by the officer, or lapsed."""

from __future__ import annotations

from datetime import datetime

from bidding.evaluation import binding, loading
from bidding.evaluation import queries as evaluation
from journal.work import Work
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import Refusal, enforce, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage, Role
from procurement.awards import notices, queries, rules
from procurement.awards.entries import AwardDecided, AwardLapsed, AwardPublished
from procurement.awards.models import Award
from procurement.awards.notices import AwardNotice
from procurement.awards.stages import AWARD
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_pdf,
    keep_signature,
    same_statement,
)
from procurement.plans import queries as plans
from procurement.profiles import Profile
from procurement.tenders.models import Lot
from procurement.tenders.standing import calendar_of, pinned_profile

NOTICE_PDF = "award-notice-document"
_SILENCE = Text(
    "采购人逾期未确定中标人，视同确定排名第一的中标候选人为中标人",
    "The buyer did not decide in time, so the first-ranked is the winner",
)


def decide_award(
    work: Work,
    actor: Actor,
    lot_id: str,
    bid_id: str,
    *,
    reason: Text | None = None,
    cites: str = "",
) -> str:
    """Decide for a bid: the first-ranked of those still standing, or another for a legal reason.

    The amount is the bid's own price, corrected if it was (requirements 083, 085), and the budget
    must still cover it. After the time for the decision only the first-ranked can be chosen:
    silence has chosen it (87-68), and the system may say so, with silence as the reason.
    """
    lot = loading.lot_for_change(work.session, lot_id)
    tender = lot.tender
    profile = pinned_profile(tender)
    on = loading.lot_subject(work, lot)
    role = act(work, actor, Action.DECIDE_AWARD, on, purchase=tender.purchase_id)
    stage = AWARD.after(LotStage(lot.stage), Action.DECIDE_AWARD)
    bid = loading.opened_bid(work.session, bid_id)
    standing = queries.candidates(work.session, lot.id)
    order = [row.bid_id for row in standing]
    enforce(
        rules.first_ranked_or_reason(
            profile=profile,
            chosen=bid.id,
            candidates=order,
            reason=reason.zh if reason else "",
            cites=cites,
        )
    )
    silence = role is Role.SYSTEM
    _enforce_in_time(work, lot, profile, first=order[0] == bid.id, silence=silence)
    if silence:
        reason, cites = _SILENCE, "; ".join(profile.decision_workdays_max.cites)
    amount = binding.binding_prices(work.session, lot.id)[bid.id]
    _enforce_covered(work, lot, amount)
    words, source = _grounds(work, lot, order, bid.id, reason, cites)
    award = Award(
        id=new_id("awd"),
        purchase_id=tender.purchase_id,
        tender_id=tender.id,
        lot_id=lot.id,
        bid_id=bid.id,
        supplier_id=bid.bidder_id,
        rank=next(row.rank for row in standing if row.bid_id == bid.id),
        amount_minor=amount.minor,
        currency=amount.currency,
        reason_zh=words.zh if words else "",
        reason_en=words.en if words else "",
        cites=source,
        decided_by=actor.person,
        decided_at=work.clock.now(),
    )
    work.session.add(award)
    lot.stage = stage
    work.session.flush()
    work.record(
        actor,
        AwardDecided(
            object=award.id,
            tender=tender.id,
            lot=lot.id,
            bid=bid.id,
            supplier=bid.bidder_id,
            rank=award.rank,
            amount=amount.as_record(),
            reason={"zh": award.reason_zh, "en": award.reason_en},
            cites=award.cites,
            by_silence=silence,
        ),
    )
    return award.id


def prepare_award_notice(work: Work, award_id: str, notice: AwardNotice) -> bytes:
    """The bytes of the award notice that the officer signs."""
    award = queries.award(work.session, award_id)
    lot = loading.lot(work.session, award.lot_id)
    rest = notices.rest_of(work, award, notice)
    return notices.notice_statement(work, award, pinned_profile(lot.tender), rest)


def publish_award(
    work: Work,
    actor: Actor,
    award_id: str,
    notice: AwardNotice,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> str:
    """Publish the signed notice and write to each loser; standstill and challenge window begin.

    `pdf` is the notice as a document, signed by the same officer.
    """
    lot = loading.lot_for_change(work.session, queries.award(work.session, award_id).lot_id)
    award = queries.award(work.session, award_id)
    work.session.refresh(award)
    tender = lot.tender
    profile = pinned_profile(tender)
    on = loading.lot_subject(work, lot, kind="award", id=award.id)
    act(work, actor, Action.PUBLISH_AWARD, on, purchase=tender.purchase_id)
    stage = AWARD.after(LotStage(lot.stage), Action.PUBLISH_AWARD)
    enforce(_still_stands(award))
    rest = notices.rest_of(work, award, notice)
    enforce(rules.notice_complete(profile=profile, present=notices.fields_present(rest)))
    prepared = notices.notice_statement(work, award, profile, rest)
    same_statement(examined, prepared, kind="award", id=award.id)
    kept = keep_signature(work, actor, examined, kind="award-notice", subject_id=award.id)
    if pdf is not None:
        keep_pdf(work, actor, pdf, kind=NOTICE_PDF, subject_id=award.id)
    now = work.clock.now()
    calendar = calendar_of(profile)
    award.published_by, award.published_at = actor.person, now
    award.document_id, award.rest = kept.id, rest
    award.standstill_until = rules.standstill_until(
        profile=profile, calendar=calendar, published_at=now
    )
    award.challenge_until = rules.challenge_until(
        profile=profile, calendar=calendar, published_at=now
    )
    letters = notices.letters_for(work, award, now)
    work.session.add_all(letters)
    lot.stage = stage
    work.session.flush()
    return work.record(
        actor,
        AwardPublished(
            object=award.id,
            tender=tender.id,
            lot=lot.id,
            bid=award.bid_id,
            supplier=award.supplier_id,
            rank=award.rank,
            amount=notices.amount_of(award).as_record(),
            notice=examined.digest,
            document=kept.id,
            pdf=pdf.content if pdf else None,
            standstill_until=_written(award.standstill_until),
            challenge_until=instant(award.challenge_until),
            panel_names=rest["experts"],
            letters=[
                {
                    "bid": letter.bid_id,
                    "bidder": letter.bidder_id,
                    "digest": notices.letter_digest(letter),
                }
                for letter in letters
            ],
        ),
    )


def lapse_award(
    work: Work, actor: Actor, award_id: str, code: str, reason: str, cites: str
) -> None:
    """End an award before its contract: the winner refused, was disqualified, let the time pass.

    The report stands, and the next-ranked is decided on it, or the lot ends (87-70, GPR 49).
    """
    lot = loading.lot_for_change(work.session, queries.award(work.session, award_id).lot_id)
    on = loading.lot_subject(work, lot, kind="award", id=award_id)
    act(work, actor, Action.LAPSE_AWARD, on, purchase=lot.tender.purchase_id)
    enforce(rules.lapse_reasoned(reason=reason, cites=cites))
    award = queries.award(work.session, award_id)
    work.session.refresh(award)
    end_award(work, actor, lot, award, code, reason, cites)


def end_award(
    work: Work, actor: Actor, lot: Lot, award: Award, code: str, reason: str, cites: str
) -> None:
    """Let an award of a lot held under lock lapse; the caller has asked for the right."""
    stage = AWARD.after(LotStage(lot.stage), Action.LAPSE_AWARD)
    enforce(_still_stands(award))
    award.lapsed_at = work.clock.now()
    award.lapsed_code, award.lapsed_reason, award.lapsed_cites = code, reason, cites
    lot.stage = stage
    work.session.flush()
    work.record(
        actor,
        AwardLapsed(
            object=award.id,
            tender=award.tender_id,
            lot=lot.id,
            supplier=award.supplier_id,
            code=code,
            reason=reason,
            cites=cites,
        ),
    )


def _enforce_in_time(work: Work, lot: Lot, profile: Profile, *, first: bool, silence: bool) -> None:
    """Anybody may be chosen in time, and after it the first; the clock may speak only after it."""
    now = work.clock.now()
    reported_at = evaluation.ranking(work.session, lot.id).reported_at or now
    calendar = calendar_of(profile)
    enforce(
        rules.late_decision_confirms_first(
            profile=profile, calendar=calendar, reported_at=reported_at, first=first, now=now
        )
    )
    if silence:
        enforce(
            rules.clock_decides_by_silence_alone(
                profile=profile,
                calendar=calendar,
                reported_at=reported_at,
                lapsed=bool(queries.awards_of_lot(work.session, lot.id)),
                now=now,
            )
        )


def _enforce_covered(work: Work, lot: Lot, amount: Money) -> None:
    """The lot's budget and, with the other lots' awards, the purchase's reservation cover it.

    The purchase is held, so that two lots cannot both take what is left for one.
    """
    profile = pinned_profile(lot.tender)
    of_lot = Money.of_minor(lot.budget_minor, amount.currency)
    enforce(rules.within_budget(profile=profile, amount=amount, budget=of_lot))
    purchase = plans.purchase_for_change(work.session, lot.tender.purchase_id)
    awarded = queries.awarded_minor(work.session, purchase.id)
    left = Money.of_minor(max(purchase.reserved_minor - awarded, 0), amount.currency)
    enforce(rules.within_budget(profile=profile, amount=amount, budget=left))


def _grounds(
    work: Work, lot: Lot, order: list[str], chosen: str, reason: Text | None, cites: str
) -> tuple[Text | None, str]:
    """Why this bid: the reason given, or that those before it lapsed."""
    lapsed = [award for award in queries.awards_of_lot(work.session, lot.id) if award.lapsed_at]
    if reason is not None or order[0] != chosen or not lapsed:
        return reason, cites
    last = lapsed[-1]
    words = Text(f"排名在前的中标候选人资格已失效：{last.lapsed_reason}")
    return words, last.lapsed_cites or ""


def _still_stands(award: Award) -> Refusal | None:
    return refuse("award_lapsed", "Order 87 art. 70") if award.lapsed_at else None


def _written(at: datetime | None) -> str | None:
    return instant(at) if at else None
