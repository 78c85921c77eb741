"""The frame of the sample pages, and short ways to write values."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.web.shown import (
    Proof,
    ProofState,
    Stage,
    StageName,
    StageState,
    When,
    WhenKind,
)
from app.web.site import Checkpoint, Site
from kernel.money import Money
from kernel.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")


NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 14:00 in Beijing


CLOSES_AT = datetime(2026, 11, 30, 1, 30, tzinfo=UTC)


TITLE = Text("县人民医院数字化X射线摄影系统", "Digital X-ray system, County Hospital")


HOSPITAL = Text("青山县人民医院", "Qingshan County Hospital")


BUDGET = Money(Decimal("1280000"), "CNY")


CHECKPOINT = Checkpoint(
    48_219, "sha256:3fa9c1d077be" + "0" * 48 + "52e4", NOW, anchored_at=NOW, witnesses=3
)


SITE = Site(
    office=Text("青山县", "Qingshan County"),
    now=NOW,
    zone=SHANGHAI,
    help=Text(
        "0000-12345（工作日8:30–17:30），或到政务大厅3号窗口。",
        "0000-12345 (working days 8:30–17:30), or counter 3 of the service hall.",
    ),
    demo=True,
    checkpoint=CHECKPOINT,
)


def beijing(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant of 2026 by the office's clock."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


def logged(number: int) -> Proof:
    return Proof(ProofState.LOGGED, number)


def yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def digest(seed: int) -> str:
    return "sha256:" + hashlib.sha256(str(seed).encode()).hexdigest()


def way(now: StageName, *, stopped: bool = False) -> tuple[Stage, ...]:
    """The seven steps with `now` as the present one."""
    dates = {
        StageName.INTENTION: When(WhenKind.ON, date(2026, 10, 9)),
        StageName.BIDDING: When(WhenKind.FROM, date(2026, 11, 9)),
        StageName.OPENING: When(WhenKind.ON, CLOSES_AT),
        StageName.EVALUATION: When(WhenKind.ABOUT_BY, date(2026, 12, 4)),
        StageName.AWARD: When(WhenKind.ABOUT, date(2026, 12, 8)),
        StageName.CONTRACT: When(WhenKind.WITHIN, days=30),
        StageName.DELIVERY: When(WhenKind.FROM_YEAR, date(2027, 1, 1)),
    }
    place = list(dates).index(now)
    states = (
        [StageState.DONE] * place
        + [StageState.STOP if stopped else StageState.NOW]
        + [StageState.NEXT] * (len(dates) - place - 1)
    )
    return tuple(Stage(name, state, dates[name]) for name, state in zip(dates, states, strict=True))


def later(site: Site, by: timedelta) -> Site:
    """The same frame at a later time."""
    return replace(site, now=site.now + by)
