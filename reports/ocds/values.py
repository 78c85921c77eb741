"""How single values are written in OCDS: amounts, instants, words in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from kernel.clock import instant
from kernel.money import Money

Object = dict[str, Any]


def filled(**members: Any) -> Object:
    """An object without what is empty: OCDS wants no empty strings, lists or objects."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def number(value: Decimal) -> int | float:
    """A JSON number: whole where it is whole. Exact up to fifteen digits."""
    return int(value) if value == value.to_integral_value() else float(value)


def value(money: Money) -> Object:
    """An amount with its currency (OCDS `Value`)."""
    return {"amount": number(money.amount), "currency": money.currency}


def when(at: datetime | None) -> str | None:
    """An instant in UTC, with `Z`: red flags compare them as strings."""
    return instant(at) if at else None


def translated(field: str, zh: str | None, en: str | None) -> Object:
    """A field and its English beside it, where the standard has a place for translations."""
    said = (zh or "").strip()
    other = (en or "").strip()
    return filled(**{field: said, f"{field}_en": other if said and other != said else ""})


def both(zh: str | None, en: str | None) -> str:
    """Both languages in one line, where the standard has no place for a translation."""
    said, other = (zh or "").strip(), (en or "").strip()
    return said if not other or other == said else f"{said} / {other}"


def of_record(field: str, words: Mapping[str, Any] | None) -> Object:
    """The same of words as entries hold them, `{zh, en}`."""
    return translated(field, words.get("zh"), words.get("en")) if words else {}
