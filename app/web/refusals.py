"""The sentence for each refusal, in both languages; rules give codes, and only here they speak.

The sentences stand by code in two files beside this one: `refusals.toml` for the rules of law,
`refusals_technical.toml` for all else. `{name}` is a fact that the refusal carries.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from kernel.clock import instant
from kernel.refusal import Refusal
from kernel.text import Text
from reports import amounts

FILES = tuple(
    Path(__file__).with_name(name) for name in ("refusals.toml", "refusals_technical.toml")
)


def words_of(refusal: Refusal) -> Text:
    """Why not, in words. A code without a sentence is told as it is, with rules and facts."""
    known = sentences().get(refusal.code)
    if known is None:
        return _plain(refusal)
    facts = _Facts({name: _Fact(value) for name, value in refusal.facts.items()})
    return Text(known.zh.format_map(facts), known.en.format_map(facts))


@cache
def sentences() -> Mapping[str, Text]:
    """Every sentence by its code."""
    return {code: Text(**words) for file in FILES for code, words in _read(file).items()}


def _read(file: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


class _Fact:
    """A fact as its sentence asks for it: `{bytes:size}` is told as people say sizes (`2 GB`)."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        if spec == "size" and isinstance(self._value, int):
            return amounts.size(self._value)
        return _shown(self._value)


class _Facts(dict[str, object]):
    """The facts of a refusal; one that it does not have is a dash, not another fault."""

    def __missing__(self, _name: str) -> object:
        return _Fact("—")


def _plain(refusal: Refusal) -> Text:
    facts = "; ".join(f"{name} = {_shown(value)}" for name, value in refusal.facts.items())
    cites = "; ".join(refusal.cites)
    told = " · ".join(part for part in (refusal.code, cites, facts) if part)
    return Text(f"规则不允许：{told}", f"The rules do not allow it: {told}")


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Mapping):  # an amount with its currency
        return " ".join(_shown(item) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_shown(item) for item in value)
    return str(value)
