"""What waits for the buyer's people, each thing with its clock; and what waits for others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import url_for

from app.buyer.budget_pages import needs_with_cover
from app.buyer.question_pages import question_row
from app.buyer.standing import (
    buyers_of,
    may_with_need,
    may_with_purchase,
    may_with_tender,
    units_of,
)
from app.web.shown import Lamp, Status
from app.web.tasks import Desk, File, Start, Task, Waiting
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Action, Actor, NeedStage, PurchaseStage, Role, TenderStage
from procurement.plans import queries as plans
from procurement.plans.models import Need, Purchase
from procurement.plans.standing import calendar_of, profile_at
from procurement.profiles.timetable import local_date, period, start_of
from procurement.tenders import of_buyer
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.standing import pinned_profile
from reports.labels import TENDER_STAGES

_PLANNED = (PurchaseStage.PLANNED, PurchaseStage.APPROVED, PurchaseStage.INTENDED)
# Up to the closing; the outcome's surface has the rest.
_LIVE = (TenderStage.DRAFT, TenderStage.APPROVED, TenderStage.OPEN)
_ROLES = (
    Role.USING_UNIT,
    Role.UNIT_APPROVER,
    Role.OFFICER,
    Role.APPROVER,
    Role.FINANCE,
)


def buyer_tasks(work: Work, actor: Actor) -> Desk:
    """The buyer's part of somebody's desk; empty for people who do not buy."""
    if not any(actor.has(role) for role in _ROLES):
        return Desk()
    needs = plans.needs_seen_by(
        work.session,
        units=units_of(actor),
        buyers=buyers_of(actor),
        stages=(NeedStage.WRITTEN, NeedStage.RETURNED, NeedStage.APPROVED),
    )
    planned = of_buyer.purchases_to_draft(work.session, buyers_of(actor), _PLANNED)
    files = of_buyer.tenders_in(work.session, buyers_of(actor), _LIVE)
    return Desk(
        tasks=[
            *_need_tasks(work, actor, needs),
            *_budget_tasks(work, actor),
            *_plan_tasks(work, actor, planned),
            *_file_tasks(work, actor, files),
        ],
        waiting=[
            *_need_waits(actor, needs),
            *_plan_waits(actor, planned),
            *_file_waits(work, actor, files),
        ],
        files=_files(work, files),
        starts=_starts(actor),
    )


def _name(row: Need | Purchase | Tender) -> Text:
    return Text(row.title_zh, row.title_en)


def _about(verb: Text, row: Need | Purchase | Tender) -> Text:
    """`审批需求：…`: the verb first, then the thing."""
    name = _name(row)
    return Text(f"{verb.zh}：{name.zh}", f"{verb.en}: {name.in_language('en')}")


def _need_tasks(work: Work, actor: Actor, needs: Iterable[Need]) -> Iterable[Task]:
    for need in needs:
        stage = NeedStage(need.stage)
        url = url_for("buyer.need", need=need.id)
        mine = need.written_by == actor.person
        if (
            stage is NeedStage.WRITTEN
            and not mine
            and may_with_need(work, actor, Action.APPROVE_NEED, need)
        ):
            yield Task(_about(Text("审批需求", "Approve the need"), need), url)
        if stage is NeedStage.RETURNED and mine:
            yield Task(
                _about(Text("修改被退回的需求", "Mend the returned need"), need),
                url_for("buyer.edit_need", need=need.id),
                Text(need.returned_reason) if need.returned_reason else None,
            )
        if stage is NeedStage.APPROVED and need.buyer_id in actor.organizations(Role.OFFICER):
            yield Task(
                _about(Text("编制采购计划", "Plan the purchase"), need),
                url_for("buyer.new_plan", need=need.id),
            )


def _need_waits(actor: Actor, needs: Iterable[Need]) -> Iterable[Waiting]:
    for need in needs:
        mine = need.written_by == actor.person
        whom = {
            NeedStage.WRITTEN: Text("等使用单位审批", "Waits for the unit's approver"),
            NeedStage.APPROVED: Text("等采购人编制计划", "Waits for the buyer's plan"),
        }.get(NeedStage(need.stage))
        if mine and whom is not None:
            yield Waiting(_name(need), url_for("buyer.need", need=need.id), whom)


def _budget_tasks(work: Work, actor: Actor) -> Iterable[Task]:
    if not actor.has(Role.FINANCE):
        return
    year = work.clock.now().year
    for need in needs_with_cover(work, year):
        if not need.covered:
            yield Task(
                Text(
                    f"下达预算：{need.title.zh}", f"Allot a budget: {need.title.in_language('en')}"
                ),
                url_for("buyer.new_line", need=need.id),
                need.buyer,
            )


def _plan_tasks(work: Work, actor: Actor, planned: Iterable[Purchase]) -> Iterable[Task]:
    for row in planned:
        stage, url = PurchaseStage(row.stage), url_for("buyer.plan", plan=row.id)
        if (
            stage is PurchaseStage.PLANNED
            and row.made_by != actor.person
            and may_with_purchase(work, actor, Action.APPROVE_PLAN, row)
        ):
            yield Task(_about(Text("批准采购计划", "Approve the plan"), row), url)
        if stage is PurchaseStage.APPROVED and may_with_purchase(
            work, actor, Action.PUBLISH_INTENTION, row
        ):
            due_at, lamp = _intention_due(work, row)
            yield Task(
                _about(Text("公开采购意向", "Publish the intention"), row), url, None, due_at, lamp
            )
        if stage is PurchaseStage.INTENDED and may_with_purchase(
            work, actor, Action.DRAFT_TENDER, row
        ):
            start = start_of(profile_at(row.profile, work.clock.now()), row.planned_start_on)
            yield Task(
                _about(Text("起草招标文件", "Draft the tender"), row),
                url_for("buyer.tender", tender=row.id),
                None,
                start,
                Lamp.RED if work.clock.now() >= start else Lamp.GREEN,
            )


def _intention_due(work: Work, row: Purchase) -> tuple[datetime, Lamp]:
    """Until when the intention must be out for the planned start to keep its lead time (P01)."""
    now = work.clock.now()
    profile = profile_at(row.profile, now)
    lead, today = profile.intention_lead_days, local_date(profile, now)
    late = period(profile, calendar_of(profile), lead, today).on > row.planned_start_on
    return start_of(profile, row.planned_start_on), Lamp.RED if late else Lamp.GREEN


def _plan_waits(actor: Actor, planned: Iterable[Purchase]) -> Iterable[Waiting]:
    for row in planned:
        if PurchaseStage(row.stage) is PurchaseStage.PLANNED and row.made_by == actor.person:
            yield Waiting(
                _name(row),
                url_for("buyer.plan", plan=row.id),
                Text("等审批人批准计划", "Waits for the approver"),
            )


def _file_tasks(work: Work, actor: Actor, files: list[Tender]) -> Iterable[Task]:
    now = work.clock.now()
    open_ = [row.id for row in files if TenderStage(row.stage) is TenderStage.OPEN]
    questions = tenders.waiting_questions(work.session, open_)
    for row in files:
        stage = TenderStage(row.stage)
        if stage is TenderStage.DRAFT:
            yield from _draft_tasks(work, actor, row)
        if stage is TenderStage.APPROVED and may_with_tender(
            work, actor, Action.PUBLISH_TENDER, row
        ):
            if row.committee_digest:
                verb, page = Text("签名发布公告", "Publish the notice"), "buyer.publish"
            else:
                verb, page = Text("确定开标人名单", "Fix the key holders"), "buyer.committee"
            if row.committee_digest or _keys_are_in(row):
                yield Task(_about(verb, row), url_for(page, tender=row.id))
        waiting = questions.get(row.id, [])
        if (
            waiting
            and now < row.closes_at
            and may_with_tender(work, actor, Action.ANSWER_QUESTION, row)
        ):
            profile = pinned_profile(row)
            shown = [question_row(profile, one, now, None) for one in waiting]
            first = min(shown, key=lambda one: one.due_at)
            count = len(shown)
            yield Task(
                _about(
                    Text(
                        f"答复{count}条询问",
                        f"Answer {count} questions" if count > 1 else "Answer a question",
                    ),
                    row,
                ),
                url_for("buyer.questions", tender=row.id),
                Text(
                    "提问者身份不显示；答复一次发给所有人。",
                    "Nobody sees who asked; one answer goes to everybody.",
                ),
                first.due_at,
                first.lamp,
            )


def _draft_tasks(work: Work, actor: Actor, row: Tender) -> Iterable[Task]:
    writes = may_with_tender(work, actor, Action.DRAFT_TENDER, row)
    if row.returned_reason and writes:
        yield Task(
            _about(Text("修改被退回的招标文件", "Mend the returned tender"), row),
            url_for("buyer.tender", tender=row.id),
            Text(row.returned_reason),
        )
    elif row.drafted_by != actor.person and may_with_tender(
        work, actor, Action.APPROVE_TENDER, row
    ):
        yield Task(
            _about(Text("审批招标文件", "Approve the tender"), row),
            url_for("buyer.approval", tender=row.id),
        )


def _file_waits(work: Work, actor: Actor, files: Iterable[Tender]) -> Iterable[Waiting]:
    for row in files:
        if not may_with_tender(work, actor, Action.DRAFT_TENDER, row):
            continue
        stage, url = TenderStage(row.stage), url_for("buyer.tender", tender=row.id)
        if stage is TenderStage.DRAFT and not row.returned_reason:
            yield Waiting(_name(row), url, Text("等审批人审批招标文件", "Waits for the approver"))
        if stage is TenderStage.APPROVED and not row.committee_digest and not _keys_are_in(row):
            yield Waiting(
                _name(row),
                url_for("buyer.committee", tender=row.id),
                Text("等开标人登记公钥", "Waits for the holders' keys"),
            )


def _keys_are_in(row: Tender) -> bool:
    return all(key.recipient is not None for key in row.holder_keys)


def _files(work: Work, files: Iterable[Tender]) -> list[File]:
    """The tenders with their numbers and what comes next."""
    return [_file(work, row, TenderStage(row.stage)) for row in files]


def _file(work: Work, row: Tender, stage: TenderStage) -> File:
    is_open = stage is TenderStage.OPEN
    return File(
        _name(row),
        plans.purchase(work.session, row.purchase_id).ocid,
        url_for("buyer.tender", tender=row.id),
        TENDER_STAGES[stage],
        Status.OPEN if is_open else None,
        next=_next(stage),
        lamp=Lamp.GREEN if is_open else Lamp.IDLE,
    )


def _next(stage: TenderStage) -> Text | None:
    if stage is TenderStage.OPEN:
        return Text("投标截止", "Closing")
    if stage is TenderStage.APPROVED:
        return Text("发布公告", "Publish the notice")
    return Text("审批", "Approval")


def _starts(actor: Actor) -> list[Start]:
    starts = []
    if actor.has(Role.USING_UNIT):
        starts.append(Start(Text("提出采购需求", "Write a need"), url_for("buyer.new_need")))
    if actor.has(Role.OFFICER):
        starts.append(Start(Text("从需求新建采购", "Start from a need"), url_for("buyer.needs")))
    if actor.has(Role.FINANCE):
        starts.append(Start(Text("下达预算指标", "Allot a budget"), url_for("buyer.new_line")))
    return starts
