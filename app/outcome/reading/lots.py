"""One lot's control page: where it stands, who is waited for, and what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outcome import words
from app.outcome.act_views import LotRow
from app.outcome.permits import permit
from app.outcome.reading.awards import awards_of
from app.outcome.reading.disputes import challenges_of_lot, rows_of
from app.outcome.reading.judging import asked_of, fixed_of, panel_of, ranking_of
from app.outcome.reading.opening import bids_of, has_signed_record, opening_of
from app.outcome.reading.seeing import BUYING, head_of, profile_of
from app.outcome.reading.telling import due_of, record_of
from app.outcome.views import Act, Award, Due, LotPage, Opening, Panel, Ranking
from app.web.shown import Lamp, Stage, StageName, StageState, When, WhenKind
from bidding.evaluation import loading
from bidding.evaluation import queries as evaluation
from bidding.evaluation.deadlines import Deadline, report_deadline
from bidding.evaluation.stages import EVALUATION
from bidding.opening.stages import OPENING
from journal.work import Work
from kernel.calendar import WorkCalendar
from kernel.lifecycle import Lifecycle
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage, PurchaseStage, TenderStage
from procurement.awards import queries as awards
from procurement.awards.deadlines import decision_deadline, notice_deadline
from procurement.awards.stages import AWARD
from procurement.challenges import queries as challenges
from procurement.contracts import queries as contracts
from procurement.contracts.deadlines import signing_deadline
from procurement.contracts.models import Contract
from procurement.contracts.stages import CONTRACTING
from procurement.payments import matching
from procurement.payments import queries as payments
from procurement.plans import queries as plans
from procurement.plans.stages import PURCHASE
from procurement.plans.standing import purchase_subject
from procurement.profiles import Profile
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import calendar_of
from reports import labels


@dataclass(frozen=True, slots=True)
class _Step:
    """A verb of this surface: its table of stages, its button and the page behind it."""

    action: Action
    table: Lifecycle[LotStage]
    label: Text
    endpoint: str
    aside: bool = False
    """Whether it is no step forward, so that it stands below the others."""


class _Known(TypedDict):
    """What every limit is counted with."""

    tender: str
    profile: Profile
    calendar: WorkCalendar


_STEPS = (
    _Step(
        Action.SIGN_OPENING_RECORD,
        OPENING,
        Text("签开标记录", "Sign the opening record"),
        "outcome.opening_record",
    ),
    _Step(Action.QUALIFY_BIDS, EVALUATION, Text("资格审查", "Qualify the bids"), "outcome.qualify"),
    _Step(Action.DRAW_PANEL, EVALUATION, Text("抽取评审小组", "Draw the panel"), "outcome.draw"),
    _Step(
        Action.CONCLUDE_REPORT,
        EVALUATION,
        Text("以现有签名结束评审报告", "Conclude the report with the signatures it has"),
        "outcome.conclude",
    ),
    _Step(Action.DECIDE_AWARD, AWARD, Text("确定中标人", "Decide the award"), "outcome.decide"),
    _Step(
        Action.PUBLISH_AWARD,
        AWARD,
        Text("签名并公告结果", "Sign and publish the award notice"),
        "outcome.notice",
    ),
    _Step(
        Action.DRAFT_CONTRACT,
        CONTRACTING,
        Text("起草合同", "Draft the contract"),
        "outcome.draft_contract",
    ),
    _Step(
        Action.LAPSE_AWARD,
        AWARD,
        Text("宣布中标资格失效", "Let the award lapse"),
        "outcome.lapse",
        aside=True,
    ),
    _Step(
        Action.FAIL_LOT, EVALUATION, Text("废标", "End the lot without a result"), "outcome.fail",
        aside=True,
    ),
)  # fmt: skip
_RECORD = (
    Action.LEAVE_SEALED, Action.OPEN_LOT, Action.SIGN_OPENING_RECORD,
    Action.CONFIRM_OPENING, Action.QUALIFY_BIDS,
    Action.DRAW_PANEL, Action.DECLARE_INTERESTS, Action.CHECK_COMPLIANCE, Action.SCORE_BIDS,
    Action.RANK_BIDS, Action.SIGN_REPORT, Action.CONCLUDE_REPORT, Action.FAIL_LOT,
    Action.DECIDE_AWARD, Action.PUBLISH_AWARD, Action.LAPSE_AWARD, Action.DRAFT_CONTRACT,
    Action.SIGN_AS_SUPPLIER, Action.SIGN_AS_BUYER, Action.ACCEPT_DELIVERY, Action.REJECT_DELIVERY,
    Action.CLOSE_PURCHASE,
)  # fmt: skip
_NOW = {
    LotStage.SEALED: StageName.OPENING,
    LotStage.OPENED: StageName.EVALUATION,
    LotStage.QUALIFIED: StageName.EVALUATION,
    LotStage.EVALUATED: StageName.EVALUATION,
    LotStage.REPORTED: StageName.AWARD,
    LotStage.DECIDED: StageName.AWARD,
    LotStage.AWARDED: StageName.CONTRACT,
    LotStage.CONTRACTED: StageName.DELIVERY,
}
_ORDER = (
    StageName.BIDDING, StageName.OPENING, StageName.EVALUATION, StageName.AWARD,
    StageName.CONTRACT, StageName.DELIVERY,
)  # fmt: skip
_OVER = (LotStage.FAILED, LotStage.CANCELLED)
_BIDDING = Text("投标还没有截止", "Bidding is still open")
_PAID = Text("合同已履行并付清", "The contract is performed and paid")


def lot_page(work: Work, actor: Actor, lot: Lot) -> LotPage:
    """The page of a lot as it is now, for this person."""
    session, tender = work.session, lot.tender
    open_for_bids = TenderStage(tender.stage) in (TenderStage.OPEN, TenderStage.CLOSING)
    opening = opening_of(work, lot)
    panel, ranking = panel_of(work, lot), ranking_of(session, lot)
    given = awards_of(session, lot)
    live = awards.live_award(session, lot.id)
    contract = contracts.contract_of_award(session, live.id) if live else None
    steps = acts_of(work, actor, lot) if opening else []
    objects = [lot.id, *(row.id for row in awards.awards_of_lot(session, lot.id))]
    objects += [contract.id] if contract else []
    return LotPage(
        head=head_of(work, lot),
        headline=_headline(lot, contract, open_for_bids=open_for_bids),
        waiting=waiting_for(work, lot, opening, panel),
        steps=_course(lot, opening, ranking, given, contract),
        due=lot_due(work, lot),
        acts=[step for step, aside in steps if not aside],
        others=[step for step, aside in steps if aside],
        closes_at=tender.closes_at if open_for_bids else None,
        stop=_stop(lot),
        opening=opening,
        bids=bids_of(work, lot),
        panel=panel,
        asked=asked_of(session, lot),
        fixed=fixed_of(session, lot),
        ranking=ranking,
        awards=given,
        challenges=rows_of(work, challenges_of_lot(session, lot), endpoint="outcome.challenge"),
        contract_url=url_for("outcome.contract", contract=contract.id) if contract else None,
        record=record_of(session, [*objects, tender.purchase_id], _RECORD),
    )


def lot_due(work: Work, lot: Lot) -> Due | None:
    """The time limit that runs for a lot now, with its lamp."""
    session, profile, now = work.session, profile_of(lot), work.clock.now()
    paused = bool(challenges.suspending(session, lot, now))
    return due_of(_deadline(session, lot, now), work, profile, paused=paused)


def lots_of_actor(work: Work, actor: Actor) -> list[Lot]:
    """The lots of published tenders that the actor buys or approves, the newest closing first."""
    buyers = {firm for role in BUYING for firm in actor.organizations(role)}
    return list(
        work.session.scalars(
            select(Lot)
            .join(Tender, Tender.id == Lot.tender_id)
            .where(Tender.buyer_id.in_(buyers), Tender.published_at.is_not(None))
            .order_by(Tender.closes_at.desc(), Lot.number)
        )
    )


def row_of(work: Work, lot: Lot) -> LotRow:
    """A lot in a list, with what comes next."""
    head = head_of(work, lot)
    due = lot_due(work, lot)
    stage = LotStage(lot.stage)
    open_for_bids = TenderStage(lot.tender.stage) in (TenderStage.OPEN, TenderStage.CLOSING)
    return LotRow(
        title=head.title,
        number=head.number,
        url=url_for("outcome.lot", lot=lot.id),
        stage=_BIDDING if open_for_bids else head.stage,
        next=_BIDDING if open_for_bids else words.HEADLINES[stage],
        lamp=due.lamp if due else Lamp.IDLE,
    )


def acts_of(work: Work, actor: Actor, lot: Lot) -> list[tuple[Act, bool]]:
    """The steps that the tables allow after the closing, each with whether this person may.

    The second of a pair says whether the step leads aside: an end without a result, for instance.
    """
    stage, found = LotStage(lot.stage), []
    on = loading.lot_subject(work, lot)
    first = True
    for step in _STEPS:
        if not step.table.allows(stage, step.action) or _idle(work, actor, lot, step.action):
            continue
        may = permit(actor, step.action, on)
        leads = first and may.may and not step.aside
        first = first and not leads
        url = url_for(step.endpoint, lot=lot.id)
        found.append((Act(step.label, url, may, first=leads), step.aside))
    found += _closing_act(work, actor, lot, leads=first)
    return found


def _idle(work: Work, actor: Actor, lot: Lot, action: Action) -> bool:
    """Whether a step that the stage allows has nothing to do now."""
    session = work.session
    match action:
        case Action.SIGN_OPENING_RECORD:
            return has_signed_record(session, lot.id, actor.person)
        case Action.DRAW_PANEL:
            draws = evaluation.draws(session, lot.id)
            return bool(draws) and len(evaluation.seated(session, lot.id)) >= draws[-1].seats
        case Action.CONCLUDE_REPORT:
            due = lot_due(work, lot)
            return due is None or due.lamp is not Lamp.RED
        case Action.DRAFT_CONTRACT:
            award = awards.live_award(session, lot.id)
            return award is None or bool(contracts.contract_of_award(session, award.id))
        case _:
            return False


def _closing_act(work: Work, actor: Actor, lot: Lot, *, leads: bool) -> list[tuple[Act, bool]]:
    """The end of the purchase, once each of its lots is over."""
    purchase = plans.purchase(work.session, lot.tender.purchase_id)
    lots = payments.lots_of_purchase(work.session, purchase.id)
    if not PURCHASE.allows(PurchaseStage(purchase.stage), Action.CLOSE_PURCHASE):
        return []
    if not all(matching.over(row.stage, made.stage if made else None) for row, made in lots):
        return []
    may = permit(actor, Action.CLOSE_PURCHASE, purchase_subject(work, purchase))
    url = url_for("outcome.close", lot=lot.id)
    label = Text("结束采购，结余退回预算", "Close the purchase and return what is left")
    return [(Act(label, url, may, first=leads and may.may), False)]


def _deadline(session: Session, lot: Lot, now: datetime) -> Deadline | None:
    stage, tender = LotStage(lot.stage), lot.tender
    profile = profile_of(lot)
    calendar = calendar_of(profile)
    known: _Known = {"tender": tender.id, "profile": profile, "calendar": calendar}
    award = awards.live_award(session, lot.id)
    if stage is LotStage.EVALUATED:
        ranked_at = evaluation.ranking(session, lot.id).ranked_at
        return report_deadline(stage=stage, lot=lot.id, ranked_at=ranked_at, **known)
    if stage is LotStage.REPORTED:
        reported_at = evaluation.ranking(session, lot.id).reported_at
        if reported_at is not None:
            return decision_deadline(stage=stage, lot=lot.id, reported_at=reported_at, **known)
    if award is None:
        return None
    if award.published_at is None:
        return notice_deadline(
            award=award.id, decided_at=award.decided_at, published_at=None, **known
        )
    since = award.published_at
    waited = challenges.time_suspended(session, lot, since=since, now=now)
    return signing_deadline(
        stage=stage, award=award.id, published_at=since, suspended=waited, **known
    )


def _headline(lot: Lot, contract: Contract | None, *, open_for_bids: bool) -> Text:
    if open_for_bids:
        return _BIDDING
    if contract is not None and contract.closed_at is not None:
        return _PAID
    return words.HEADLINES[LotStage(lot.stage)]


def _course(
    lot: Lot,
    opening: Opening | None,
    ranking: Ranking | None,
    given: Sequence[Award],
    contract: Contract | None,
) -> list[Stage]:
    """The steps of a lot with their dates, as far as they have come."""
    tender, stage = lot.tender, LotStage(lot.stage)
    published = next((one.published_at for one in given if not one.lapsed), None)
    dates = {
        StageName.BIDDING: When(WhenKind.ON, tender.closes_at),
        StageName.OPENING: _on(opening.opened_at if opening else None),
        StageName.EVALUATION: _on(ranking.reported_at if ranking else None),
        StageName.AWARD: _on(published),
        StageName.CONTRACT: _on(contract.buyer_signed_at if contract else None),
        StageName.DELIVERY: _on(contract.closed_at if contract else None),
    }
    if stage in _OVER or TenderStage(tender.stage) is TenderStage.CANCELLED:
        reached = [name for name in _ORDER[:4] if dates.get(name)] or [StageName.BIDDING]
        return [
            Stage(name, StageState.STOP if name is reached[-1] else StageState.DONE, dates[name])
            for name in reached
        ]
    now = StageName.BIDDING if opening is None else _NOW[stage]
    at = len(_ORDER) if contract and contract.closed_at else _ORDER.index(now)
    return [
        Stage(
            name,
            StageState.DONE if n < at else StageState.NOW if n == at else StageState.NEXT,
            dates.get(name),
        )
        for n, name in enumerate(_ORDER)
    ]


def _on(at: datetime | None) -> When | None:
    return None if at is None else When(WhenKind.ON, at)


def waiting_for(work: Work, lot: Lot, opening: Opening | None, panel: Panel | None) -> Text | None:
    """Whom the lot waits for now, in words."""
    if opening is None:
        return None
    session, stage = work.session, LotStage(lot.stage)
    match stage:
        case LotStage.SEALED:
            missing = [one.name for one in opening.holders if not one.complete]
            need = max(opening.threshold - opening.released, 0)
            return Text(
                f"至少还要{need}位开标人交出份额。未交齐：{'、'.join(missing)}。",
                f"At least {need} more holders must release. Not complete: {', '.join(missing)}.",
            )
        case LotStage.QUALIFIED:
            return _panel_waiting(panel)
        case LotStage.EVALUATED if panel is not None:
            names = [seat.name for seat in panel.sitting if seat.signed_at is None]
            return Text(
                f"等签评审报告：{'、'.join(names)}。",
                f"Still to sign the report: {', '.join(names)}.",
            )
        case LotStage.REPORTED:
            return Text("等采购审批人定标。", "The approver decides.")
        case LotStage.DECIDED:
            return Text("等采购经办人签名公告。", "The officer signs and publishes.")
        case LotStage.AWARDED:
            if challenges.suspending(session, lot, work.clock.now()):
                return Text("质疑处理中，暂停签合同。", "A challenge suspends the signing.")
            award = awards.live_award(session, lot.id)
            made = contracts.contract_of_award(session, award.id) if award else None
            if made is None:
                return Text("等采购经办人起草合同。", "The officer drafts the contract.")
            return Text("等双方签合同。", "Both parties sign the contract.")
        case _:
            return None


def _panel_waiting(panel: Panel | None) -> Text:
    if panel is None:
        return Text("等采购经办人抽取评审小组。", "The officer draws the panel.")
    if len(panel.sitting) < panel.wanted:
        return Text(
            "评审小组缺人，等采购经办人补抽。", "The panel is short; the officer draws again."
        )
    for seats, zh, en in (
        ([s for s in panel.sitting if s.declared_at is None], "声明利害关系", "to declare"),
        ([s for s in panel.sitting if not s.checked], "作符合性审查", "to check compliance"),
        ([s for s in panel.sitting if panel.scores_asked and not s.scored_at], "评分", "to score"),
    ):
        if seats:
            names = [seat.name for seat in seats]
            return Text(f"等{zh}：{'、'.join(names)}。", f"Still {en}: {', '.join(names)}.")
    return Text("等投标人说明或确认报价。", "Bidders explain or confirm their prices.")


def _stop(lot: Lot) -> Text | None:
    if TenderStage(lot.tender.stage) is TenderStage.CANCELLED:
        return Text(lot.tender.cancelled_zh or "", lot.tender.cancelled_en or "")
    if LotStage(lot.stage) is not LotStage.FAILED or not lot.failed_reason:
        return None
    return labels.failure(lot.failed_reason)
