"""The interface's words for the values that pages show: one table for each enum."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.web import moments
from app.web.shown import (
    BidState,
    Lamp,
    StageName,
    StageState,
    Status,
    When,
    WhenKind,
)
from kernel.vocabulary import Part

STATUS: dict[Status, Any] = {
    Status.PLANNED: _l("计划中"),
    Status.OPEN: _l("正在接收投标"),
    Status.SEALED: _l("已截止，未开标"),
    Status.OPENING: _l("正在开标"),
    Status.EVALUATION: _l("评审中"),
    Status.AWARDED: _l("已公布结果"),
    Status.CONTRACT: _l("已签合同"),
    Status.COMPLETED: _l("已完成"),
    Status.STOPPED: _l("已终止"),
}
STATUS_ICONS: dict[Status, str] = {
    Status.PLANNED: "idle",
    Status.OPEN: "clock",
    Status.SEALED: "lock",
    Status.OPENING: "unlock",
    Status.EVALUATION: "eye",
    Status.AWARDED: "done",
    Status.CONTRACT: "doc",
    Status.COMPLETED: "done",
    Status.STOPPED: "oct",
}
STAGE: dict[StageName, Any] = {
    StageName.INTENTION: _l("采购意向"),
    StageName.BIDDING: _l("接收投标"),
    StageName.OPENING: _l("开标"),
    StageName.EVALUATION: _l("评审"),
    StageName.AWARD: _l("结果公告"),
    StageName.CONTRACT: _l("合同"),
    StageName.DELIVERY: _l("验收付款"),
    StageName.CLOSED: _l("投标截止"),
    StageName.SET_LOGGED: _l("封存清单入账"),
    StageName.HOLDERS_PRESENT: _l("开标人到齐"),
    StageName.ONE_BY_ONE: _l("逐份开启"),
    StageName.READ_OUT: _l("唱标并签名"),
}
STAGE_STATE: dict[StageState, Any] = {
    StageState.DONE: _l("：已完成"),
    StageState.NOW: _l("：进行中"),
    StageState.NEXT: _l("：未开始"),
    StageState.STOP: _l("：已终止"),
}
LAMP: dict[Lamp, Any] = {
    Lamp.GREEN: _l("在时限内"),
    Lamp.AMBER: _l("快到期"),
    Lamp.RED: _l("已超时"),
    Lamp.PAUSED: _l("已暂停"),
    Lamp.IDLE: _l("未起算"),
}
LAMP_ICONS: dict[Lamp, str] = {
    Lamp.GREEN: "done",
    Lamp.AMBER: "tri",
    Lamp.RED: "oct",
    Lamp.PAUSED: "pause",
    Lamp.IDLE: "idle",
}
BID: dict[BidState, Any] = {
    BidState.SEALED: _l("密封中"),
    BidState.OPENING: _l("正在开启"),
    BidState.OPEN: _l("已开启"),
    BidState.FAILED: _l("未能开启"),
}

PART: dict[Part, Any] = {Part.TECHNICAL: _l("技术部分"), Part.PRICE: _l("报价部分")}


def when_words(when: When, language: str, zone: ZoneInfo, now: datetime) -> str:
    """The date of a step as `11月9日起`, `预计12月4日前` or `公告后30日内`."""
    if when.kind is WhenKind.WITHIN:
        return str(_("公告后%(days)s日内", days=when.days))
    if when.at is None:
        raise ValueError(f"a step dated {when.kind} needs its date")
    if when.kind is WhenKind.FROM_YEAR:
        return str(_("%(year)s年起", year=when.at.year))
    on = _date_words(when.at, language, zone, now)
    match when.kind:
        case WhenKind.FROM:
            return str(_("%(date)s起", date=on))
        case WhenKind.BY:
            return str(_("%(date)s前", date=on))
        case WhenKind.ABOUT:
            return str(_("预计%(date)s", date=on))
        case WhenKind.ABOUT_BY:
            return str(_("预计%(date)s前", date=on))
        case WhenKind.SPAN if when.to is not None:
            return str(
                _("%(start)s至%(end)s", start=on, end=_date_words(when.to, language, zone, now))
            )
        case _:
            return on


def _date_words(at: date | datetime, language: str, zone: ZoneInfo, now: datetime) -> str:
    if isinstance(at, datetime):
        return moments.brief(at, language, zone, now)
    return moments.day(at, language, moments.local(now, zone).date())


def duration_words(left: moments.Remaining, language: str) -> str:
    """How long is left in its two largest units: `4天19小时`, `4 days 19 hours`, `13 days`."""
    days, hours, minutes = (
        ngettext("%(num)s天", "%(num)s天", left.days),
        ngettext("%(num)s小时", "%(num)s小时", left.hours),
        ngettext("%(num)s分钟", "%(num)s分钟", left.minutes),
    )
    larger = [(left.days, days), (left.hours, hours)]
    smaller = [(left.hours, hours), (left.minutes, minutes)]
    parts = [words for count, words in (larger if left.days else smaller) if count]
    return ("" if language == "zh" else " ").join(map(str, parts)) or str(minutes)
