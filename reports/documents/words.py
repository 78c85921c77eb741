"""Words that documents share: dates with weekday and zone, shortened digests, published texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kernel.text import Text

_WEEKDAYS_ZH = "一二三四五六日"


def day(on: date) -> Text:
    """`2026年11月30日（周一）`, `Monday 30 November 2026`."""
    zh = f"{on.year}年{on.month}月{on.day}日（周{_WEEKDAYS_ZH[on.weekday()]}）"
    return Text(zh, f"{on:%A} {on.day} {on:%B %Y}")


def moment(at: datetime, zone: str) -> Text:
    """A day with the time to the second and the zone."""
    local = at.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    utc, on = f"UTC{offset[:3]}:{offset[3:]}", day(local.date())
    return Text(f"{on.zh}{local:%H:%M:%S}（{utc}）", f"{on.en}, {local:%H:%M:%S} ({utc})")


def grouped(digest: str) -> str:
    """A digest in groups of eight, for people who compare it."""
    figures = digest.removeprefix("sha256:").replace(" ", "")
    return " ".join(figures[at : at + 8] for at in range(0, len(figures), 8))


def shortened(digest: str) -> str:
    """The first three groups of a digest and its last: enough for the eye, not for a proof."""
    figures = digest.removeprefix("sha256:")
    if len(figures) != 64:
        return digest
    return f"{figures[0:4]} {figures[4:8]} {figures[8:12]} … {figures[-4:]}"


def plain(number: Decimal) -> str:
    """A number without an exponent and without zeros that say nothing."""
    return format(number.normalize(), "f")


def published(zh: str, en: str = "") -> Text:
    """A published text; a dash where there is none, since Chinese is never empty."""
    return Text(zh or "—", en)


def text_of(record: Mapping[str, str] | None) -> Text | None:
    """The text that a record holds; None where it holds none."""
    if not record or not (record.get("zh") or record.get("en")):
        return None
    return published(record.get("zh", ""), record.get("en", ""))
