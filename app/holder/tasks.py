"""What the desk says to a key holder."""

from __future__ import annotations

from flask import url_for

from app.holder.reading import SIGN, held, releasable_at, tenders_of
from app.holder.views import Held
from app.web.shown import Lamp
from app.web.tasks import Desk, File, Task, Waiting
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Actor, Role, TenderStage
from procurement.tenders.models import Tender
from reports import labels

_OFFICER = Text("采购经办人发布公告", "The officer, for the notice")
_OBJECTIONS = Text("异议时间", "The time for objections")


def holder_tasks(work: Work, actor: Actor) -> Desk:
    """Keys to be made, shares to be released, and the tenders whose keys are kept."""
    if not actor.has(Role.HOLDER):
        return Desk()
    tasks: list[Task] = []
    waiting: list[Waiting] = []
    files: list[File] = []
    for tender in tenders_of(work, actor):
        one = held(work, actor, tender)
        url = url_for("holder.tender", tender=tender.id)
        if one.is_mine_to_do:
            tasks.append(_task(one, url))
        elif (whom := _whom(work, tender, one)) is not None:
            waiting.append(Waiting(_about(one), url, whom))
        files.append(
            File(
                title=one.head.title,
                number=one.head.number,
                url=url,
                state=labels.TENDER_STAGES[one.stage],
                next=one.next,
                lamp=Lamp.AMBER if one.is_mine_to_do else Lamp.IDLE,
            )
        )
    return Desk(tasks=tasks, waiting=waiting, files=files)


def _task(one: Held, url: str) -> Task:
    closed, label = one.stage is TenderStage.CLOSED, Text("公告前", "Before the notice")
    if closed:
        label = Text("可以开标了", "The bids can be opened")
    if one.next is SIGN:
        label = Text("您在场的开标", "An opening at which you were")
    return Task(
        title=_about(one),
        url=url,
        # The bids wait; before the notice nothing does.
        lamp=Lamp.AMBER if closed else Lamp.IDLE,
        label=label,
        note=one.head.buyer,
    )


def _about(one: Held) -> Text:
    title = one.head.title
    return Text(f"{one.next.zh}：{title.zh}", f"{one.next.en}: {title.en or title.zh}")


def _whom(work: Work, tender: Tender, one: Held) -> Text | None:
    if one.stage in (TenderStage.DRAFT, TenderStage.APPROVED):
        return _OFFICER
    earliest = releasable_at(work, tender)
    return _OBJECTIONS if earliest is not None and work.clock.now() < earliest else None
