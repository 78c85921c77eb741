"""A member's place on the panel of one lot, and how far each of the member's steps is.

Whether a step may be taken is asked of the authority table, the stages and the rules; here it is
only said in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.panel.views import Head, Step, StepName
from app.web.language import say
from app.web.shown import StageState
from bidding.evaluation import judging, loading, queries, rules, sheets
from bidding.evaluation.models import (
    BidStanding,
    ComplianceOpinion,
    PanelMember,
    PriceQuestion,
    ScoreSheet,
)
from bidding.evaluation.stages import EVALUATION
from journal.work import Work
from kernel.refusal import NotFound, Refusal
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage
from procurement.authority import Subject, may
from procurement.parties import queries as parties
from procurement.plans import queries as plans
from procurement.profiles.loader import citation
from procurement.profiles.model import Profile
from procurement.tenders.models import Criterion, Lot, Tender
from procurement.tenders.standing import pinned_profile

_DONE, _NOW, _NEXT, _STOP = StageState.DONE, StageState.NOW, StageState.NEXT, StageState.STOP
_ENDED = frozenset({LotStage.FAILED, LotStage.CANCELLED})
_UNDECLARED = Text("先申报利害关系", "Declare your interests first")
_UNSETTLED = Text("符合性审查完成后", "After the compliance check")


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is read of a lot for one of its members; colleagues' work only as counts."""

    lot: Lot
    profile: Profile
    on: Subject
    member: PanelMember
    seats: Sequence[PanelMember]
    wanted: int
    standings: Mapping[str, BidStanding]
    opinions: Sequence[ComplianceOpinion]
    questions: Mapping[str, PriceQuestion]
    criteria: Mapping[str, Criterion]
    sheets: Sequence[ScoreSheet]
    signed: frozenset[str]
    """The members who have signed the report."""

    @property
    def tender(self) -> Tender:
        """The tender of the lot."""
        return self.lot.tender

    @property
    def stage(self) -> LotStage:
        """The stage of the lot."""
        return LotStage(self.lot.stage)

    @property
    def declared(self) -> bool:
        """Whether the member has declared interests."""
        return self.member.declared_at is not None

    @property
    def qualified(self) -> list[str]:
        """The bids that the officer found qualified."""
        return [bid for bid, row in self.standings.items() if row.qualified]

    @property
    def racing(self) -> list[str]:
        """The bids that nothing has taken out."""
        return [bid for bid, row in self.standings.items() if row.in_the_race]

    @property
    def settled(self) -> bool:
        """Whether the panel has found which bids comply."""
        rows = [self.standings[bid] for bid in self.qualified]
        return bool(rows) and all(row.compliant is not None for row in rows)

    @property
    def own_opinions(self) -> list[ComplianceOpinion]:
        """What this member said about compliance."""
        return [one for one in self.opinions if one.member_id == self.member.id]

    @property
    def own_sheet(self) -> ScoreSheet | None:
        """The sheet that this member has signed."""
        return next((one for one in self.sheets if one.member_id == self.member.id), None)

    @property
    def all_in(self) -> bool:
        """Whether every member's sheet is in: only then does anybody see another's."""
        return bool(self.sheets) and len(self.sheets) == len(self.seats)

    @property
    def unequal(self) -> frozenset[tuple[str, str]]:
        """Bid and objective criterion where the sheets differ, once all are in (87-64)."""
        return sheets.unequal(self.sheets, self.criteria) if self.all_in else frozenset()

    @property
    def price_hidden(self) -> Refusal | None:
        """Why prices may not be seen yet, if they may not."""
        locked = len(self.sheets) == len(self.seats)
        return rules.price_may_be_seen(profile=self.profile, quality_locked=locked)

    def may(self, actor: Actor, action: Action) -> bool:
        """Whether the member may do this here and now, as far as role and stage go."""
        return may(actor, action, self.on) and EVALUATION.allows(self.stage, action)


def sitting(work: Work, actor: Actor, lot_id: str) -> Sitting:
    """The lot for somebody who sits on its panel; NotFound for everybody else."""
    lot = loading.lot(work.session, lot_id)
    seats = queries.seated(work.session, lot.id)
    member = queries.seat_of(seats, actor.person)
    draws = queries.draws(work.session, lot.id)
    return Sitting(
        lot=lot,
        profile=pinned_profile(lot.tender),
        on=loading.lot_subject(work, lot, named=[seat.person_id for seat in seats]),
        member=member,
        seats=seats,
        wanted=draws[-1].seats if draws else 0,
        standings=queries.standings(work.session, lot.id),
        opinions=queries.opinions(work.session, seats),
        questions=queries.price_questions(work.session, lot.id),
        criteria=queries.scored_criteria(work.session, lot.tender_id),
        sheets=queries.sheets(work.session, seats),
        signed=frozenset(row.member_id for row in queries.report_signatures(work.session, lot.id)),
    )


def former_seat(work: Work, actor: Actor, lot_id: str) -> tuple[Lot, PanelMember]:
    """The seat that somebody had and has left; NotFound for who never sat there."""
    lot = loading.lot(work.session, lot_id)
    for member in queries.members(work.session, lot.id):
        if member.person_id == actor.person and member.left_at is not None:
            return lot, member
    raise NotFound("panel_member", actor.person)


def head(work: Work, lot: Lot) -> Head:
    """Which lot it is, in words."""
    tender = lot.tender
    buyer = parties.organization(work.session, tender.buyer_id)
    return Head(
        lot=lot.id,
        title=Text(tender.title_zh, tender.title_en),
        number=plans.purchase(work.session, tender.purchase_id).ocid,
        buyer=Text(buyer.name_zh, buyer.name_en),
        lot_title=Text(lot.title_zh, lot.title_en) if len(tender.lots) > 1 else None,
    )


def cited(profile: Profile, cites: Sequence[str]) -> list[str]:
    """Rules as a page names them: the title of the source with its article."""
    return [say(citation(profile, cite)) for cite in cites]


def steps(work: Work, at: Sitting) -> tuple[Step, ...]:
    """All steps of the member, in their order."""
    found = (
        _interests(at),
        _bids(at),
        _compliance(at),
        _prices(work, at),
        _scores(at),
        _report(at),
    )
    if at.stage not in _ENDED:
        return found
    ended = Text("本包已终止", "The lot has ended")
    return tuple(
        step if step.state is _DONE else Step(step.name, _STOP, ended, step.open) for step in found
    )


def _interests(at: Sitting) -> Step:
    name = StepName.INTERESTS
    now = EVALUATION.allows(at.stage, Action.DECLARE_INTERESTS)
    if at.declared:
        return Step(name, _DONE, Text("已签名申报", "Declared by signature"), open=now)
    if now:
        return Step(name, _NOW, Text("看到投标之前要做", "Before you see a bid"), open=True)
    return Step(name, _NEXT, Text("现在不能申报", "It cannot be declared now"))


def _bids(at: Sitting) -> Step:
    name = StepName.BIDS
    if not at.declared:
        return Step(name, _NEXT, _UNDECLARED)
    if not at.standings:
        return Step(
            name,
            _NEXT,
            Text("等采购经办人完成资格审查", "Waiting until the officer has decided who qualifies"),
        )
    count = len(at.qualified)
    return Step(name, _DONE, Text(f"{count}份投标可以阅读", f"Bids to read: {count}"), open=True)


def _compliance(at: Sitting) -> Step:
    name = StepName.COMPLIANCE
    if at.own_opinions:
        waiting = len(at.seats) - len({one.member_id for one in at.opinions})
        note = (
            Text("全体成员已审查", "All members have checked")
            if at.settled or not waiting
            else Text(f"您已提交，还等{waiting}位成员", f"Sent; members still to come: {waiting}")
        )
        return Step(name, _DONE, note, open=True)
    if not at.declared:
        return Step(name, _NEXT, _UNDECLARED)
    if not at.standings:
        return Step(name, _NEXT, Text("资格审查完成后", "After the qualification"))
    if len(at.seats) < at.wanted:
        empty = at.wanted - len(at.seats)
        note = Text(f"评审小组还缺{empty}人", f"Empty seats on the panel: {empty}")
        return Step(name, _NEXT, note)
    if not EVALUATION.allows(at.stage, Action.CHECK_COMPLIANCE):
        return Step(name, _NEXT, Text("审查已结束", "The check is over"))
    return Step(name, _NOW, Text("逐份对照实质性要求", "Each bid against each rule"), open=True)


def _prices(work: Work, at: Sitting) -> Step:
    name = StepName.PRICES
    if not at.declared:
        return Step(name, _NEXT, _UNDECLARED)
    if at.price_hidden is not None:
        note = Text("全部评分提交后才显示报价", "Prices are shown once every sheet is in")
        return Step(name, _NEXT, note)
    if not at.settled:
        return Step(name, _NEXT, _UNSETTLED)
    now = work.clock.now()
    opened = [one for one in at.questions.values() if one.accepted is None]
    ready = [one for one in opened if one.answered_at or one.due_at <= now]
    unasked = [bid for bid in judging.triggers_of(work, at.lot) if bid not in at.questions]
    if at.stage is not LotStage.QUALIFIED or not (opened or unasked):
        return Step(name, _DONE, Text("没有待办的报价", "No price asks for anything"), open=True)
    if ready or unasked:
        count = len(ready) + len(unasked)
        note = Text(f"{count}个报价要询问或认定", f"Prices to ask about or judge: {count}")
        return Step(name, _NOW, note, open=True)
    return Step(name, _NEXT, Text("等投标人说明报价", "Waiting for an explanation"), open=True)


def _scores(at: Sitting) -> Step:
    name = StepName.SCORES
    if not at.criteria:
        return Step(name, _DONE, Text("只比报价，不打分", "Price alone decides; nothing to score"))
    if at.own_sheet is not None:
        if at.unequal and at.stage is LotStage.QUALIFIED:
            note = Text("客观项打分不一致，要改正", "Objective points differ and must be mended")
            return Step(name, _NOW, note, open=True)
        waiting = len(at.seats) - len(at.sheets)
        note = (
            Text(f"已签名提交，还等{waiting}位成员", f"Signed; members still to come: {waiting}")
            if waiting
            else Text("全部评分表已提交", "Every sheet is in")
        )
        return Step(name, _DONE, note, open=True)
    if not at.declared:
        return Step(name, _NEXT, _UNDECLARED)
    if not at.settled:
        return Step(name, _NEXT, _UNSETTLED)
    if not EVALUATION.allows(at.stage, Action.SCORE_BIDS):
        return Step(name, _NEXT, Text("评分已结束", "Scoring is over"))
    return Step(name, _NOW, Text("独立打分，写明理由", "Alone, with a reason for each"), open=True)


def _report(at: Sitting) -> Step:
    name = StepName.REPORT
    signed = at.member.id in at.signed
    if at.stage is LotStage.EVALUATED and not signed:
        return Step(name, _NOW, Text("核对排名并签名", "Check the ranking and sign"), open=True)
    if at.stage in (LotStage.OPENED, LotStage.QUALIFIED) or (at.stage in _ENDED and not signed):
        note = Text("评审资料齐全后自动排名", "Ranked by itself once everything is in")
        return Step(name, _NEXT, note)
    if signed:
        waiting = len(at.seats) - len(at.signed)
        note = (
            Text(f"您已签名，还等{waiting}位成员", f"Signed; members still to come: {waiting}")
            if waiting and at.stage is LotStage.EVALUATED
            else Text("已签名", "Signed")
        )
        return Step(name, _DONE, note, open=True)
    return Step(name, _DONE, Text("您没有签名，视为同意", "Unsigned: taken to agree"), open=True)
