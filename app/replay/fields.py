"""Single fields of dirty data: a value that can be played, or the name of the field and why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from kernel.money import Money, minor_digits

NAME_CHARACTERS_MAX = 2000
# Prozorro began in 2015; a year far from it is a slip of the keyboard.
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


class Unreadable(ValueError):
    """A field that cannot be understood."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def money(value: object, currency: str, field: str) -> Money:
    """An amount greater than zero, exact to the currency's smallest unit."""
    if value is None or str(value).strip() == "":
        raise Unreadable(field, "is missing")
    if isinstance(value, bool):
        raise Unreadable(field, "is not an amount")
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation as problem:
        raise Unreadable(field, f"is not an amount: {str(value)[:40]!r}") from problem
    if not amount.is_finite() or amount <= 0 or amount >= 10**14:
        raise Unreadable(field, f"is not an amount greater than zero: {str(value)[:40]!r}")
    try:
        return Money(amount, currency)
    except ValueError as problem:
        places = minor_digits(currency) if len(currency) == 3 else 2
        raise Unreadable(field, f"{problem} (at most {places} decimal places)") from problem


def identifier(value: str, field: str) -> str:
    """A registered identifier: letters, digits and a few marks."""
    if not value.isascii() or not all(c.isalnum() or c in "._-" for c in value) or len(value) > 40:
        raise Unreadable(field, f"is not an identifier: {value[:40]!r}")
    return value


def instant(value: object, field: str) -> datetime:
    """An instant with its zone, to the millisecond: what is finer decides nothing."""
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(field, "is missing")
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError as problem:
        raise Unreadable(field, f"is not an instant: {value[:40]!r}") from problem
    if at.tzinfo is None:
        raise Unreadable(field, "has no zone")
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise Unreadable(field, f"is not an instant of our time: {value[:40]!r}")
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def cell(row: Mapping[str, str | None], field: str) -> str:
    """A cell of a row that may not be empty."""
    value = (row.get(field) or "").strip()
    if not value:
        raise Unreadable(field, "is missing")
    return value


def text(found: Mapping[str, Any], name: str, field: str | None = None) -> str:
    """A member that is a text and not empty; overlong ones are cut."""
    value = found.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(field or name, "is missing")
    return value.strip()[:NAME_CHARACTERS_MAX]


def mapping(found: Mapping[str, Any], name: str, field: str | None = None) -> Mapping[str, Any]:
    """A member that is an object."""
    value = found.get(name)
    if not isinstance(value, Mapping):
        raise Unreadable(field or name, "is missing")
    return value


def listed(found: Mapping[str, Any], name: str) -> list[Any]:
    """A member that is a list; an empty one where there is none."""
    value = found.get(name)
    return value if isinstance(value, list) else []
