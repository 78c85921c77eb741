"""What the desk says to a member of a panel."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for

from app.panel.declaring import report_deadline
from app.panel.sitting import Sitting, head, sitting, steps
from app.panel.views import Head, Step, StepName
from app.web.shown import Lamp, StageState
from app.web.tasks import Desk, File, Task, Waiting
from bidding.evaluation import queries
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Actor, LotStage, Role
from procurement.profiles.timetable import Light
from reports import labels

_LAMPS = {Light.GREEN: Lamp.GREEN, Light.AMBER: Lamp.AMBER, Light.RED: Lamp.RED}
_VERBS: Mapping[StepName, tuple[str, str]] = {
    StepName.INTERESTS: ("申报利害关系", "Declare your interests"),
    StepName.BIDS: ("阅读投标", "Read the bids"),
    StepName.COMPLIANCE: ("做符合性审查", "Check compliance"),
    StepName.PRICES: ("询问或认定报价", "Ask about or judge prices"),
    StepName.SCORES: ("打分", "Score the bids"),
    StepName.REPORT: ("核对并签署评审报告", "Check and sign the report"),
}
ENDPOINTS: Mapping[StepName, str] = {
    StepName.INTERESTS: "panel.interests",
    StepName.BIDS: "panel.bids",
    StepName.COMPLIANCE: "panel.compliance",
    StepName.PRICES: "panel.prices",
    StepName.SCORES: "panel.scores",
    StepName.REPORT: "panel.report",
}
_AT_WORK = (LotStage.OPENED, LotStage.QUALIFIED, LotStage.EVALUATED)
_OTHERS = Text("采购经办人或其他成员", "The officer or the other members")


def panel_tasks(work: Work, actor: Actor) -> Desk:
    """The steps that wait for a member, and the lots whose panel waits for others."""
    if not (actor.has(Role.PANELIST) or actor.has(Role.BUYER_PANELIST)):
        return Desk()
    tasks: list[Task] = []
    waiting: list[Waiting] = []
    files: list[File] = []
    for lot in queries.lots_of_panelist(work.session, actor.person):
        at = sitting(work, actor, lot.id)
        about = head(work, lot)
        found = steps(work, at)
        now = [step for step in found if step.state is StageState.NOW]
        mine = [_task(work, at, about, step) for step in now]
        tasks += mine
        if not mine and at.stage in _AT_WORK:
            waiting.append(_waiting(about, found))
        files.append(_file(at, about, now, mine[0].lamp if mine else Lamp.IDLE))
    return Desk(tasks=tasks, waiting=waiting, files=files)


def _task(work: Work, at: Sitting, about: Head, step: Step) -> Task:
    zh, en = _VERBS[step.name]
    due = report_deadline(work, at) if step.name is StepName.REPORT else None
    return Task(
        title=Text(f"{zh}：{about.title.zh}", f"{en}: {about.title.en or about.title.zh}"),
        url=url_for(ENDPOINTS[step.name], lot=at.lot.id),
        note=step.note,
        due_at=due.due_at if due else None,
        lamp=_LAMPS[due.light(at.profile, work.clock.now())] if due else Lamp.IDLE,
        label=None if due else Text("等您办", "Waits for you"),
    )


def _waiting(about: Head, found: tuple[Step, ...]) -> Waiting:
    step = next((one for one in found if one.state is StageState.NEXT), found[-1])
    return Waiting(
        title=Text(f"评审：{about.title.zh}", f"Evaluation: {about.title.en or about.title.zh}"),
        url=url_for("panel.lot", lot=about.lot),
        whom=_OTHERS,
        label=step.note,
    )


def _file(at: Sitting, about: Head, now: list[Step], lamp: Lamp) -> File:
    return File(
        title=about.title,
        number=about.number,
        url=url_for("panel.lot", lot=about.lot),
        state=labels.LOT_STAGES[at.stage],
        next=now[0].note if now else None,
        lamp=lamp,
    )
