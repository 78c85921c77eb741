"""The sentence for each refusal, in both languages; rules give codes, and only here they speak.

The sentences stand by code in two files beside this one: `refusals.toml` for the rules of law,
`refusals_technical.toml` for all else. `{name}` is a fact that the refusal carries.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from app.web import moments
from kernel.money import Money
from kernel.refusal import Refusal
from kernel.text import Text
from reports import amounts

FILES = tuple(
    Path(__file__).with_name(name) for name in ("refusals.toml", "refusals_technical.toml")
)
# As `plain_fact` of a profile writes them.
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", re.ASCII)
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)


def words_of(refusal: Refusal) -> Text:
    """Why not, in words. A code without a sentence is told as it is, with rules and facts."""
    known = sentences().get(refusal.code)
    if known is None:
        return _plain(refusal)
    return Text(
        known.zh.format_map(_facts(refusal, "zh")), known.en.format_map(_facts(refusal, "en"))
    )


@cache
def sentences() -> Mapping[str, Text]:
    """Every sentence by its code."""
    return {code: Text(**words) for file in FILES for code, words in _read(file).items()}


def _read(file: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


class _Fact:
    """A fact as its sentence asks for it: `{bytes:size}` is told as people say sizes (`2 GB`)."""

    def __init__(self, value: object, language: str) -> None:
        self._value, self._language = value, language

    def __format__(self, spec: str) -> str:
        if spec == "size" and isinstance(self._value, int):
            return amounts.size(self._value)
        return _shown(self._value, self._language)


class _Facts(dict[str, object]):
    """The facts of a refusal; one that it does not have is a dash, not another fault."""

    def __missing__(self, _name: str) -> object:
        return "—"


def _facts(refusal: Refusal, language: str) -> _Facts:
    return _Facts({name: _Fact(value, language) for name, value in refusal.facts.items()})


def _plain(refusal: Refusal) -> Text:
    def told(language: str) -> str:
        facts = [f"{name} = {_shown(value, language)}" for name, value in refusal.facts.items()]
        parts = (refusal.code, "; ".join(refusal.cites), "; ".join(facts))
        return " · ".join(part for part in parts if part)

    return Text(f"规则不允许：{told('zh')}", f"The rules do not allow it: {told('en')}")


def _shown(value: object, language: str) -> str:
    """A fact as a reader of this language writes it: money, days and instants by the office."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        value = _or_as_written(datetime.fromisoformat, value)
    elif isinstance(value, str) and _DAY.fullmatch(value):
        value = _or_as_written(date.fromisoformat, value)
    if isinstance(value, datetime):
        return moments.deadline(value, language, moments.OFFICE_ZONE)
    if isinstance(value, date):
        return moments.day(value, language)
    if isinstance(value, Money):
        return amounts.amount(value, language)
    if isinstance(value, Mapping):
        if value.keys() == {"amount", "currency"}:
            return amounts.amount(Money.parse(value["amount"], value["currency"]), language)
        return " ".join(_shown(item, language) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        between = "、" if language == "zh" else ", "
        return between.join(_shown(item, language) for item in value)
    return str(value)


def _or_as_written(read: Callable[[str], object], text: str) -> object:
    """What a text says, or the text where it names a day that there is not."""
    try:
        return read(text)
    except ValueError:
        return text
