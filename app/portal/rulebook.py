"""The rules pages, made from the profiles themselves: no number is written here a second time.

The words for parameters and choices stand in `rulebook.toml`; a test holds them complete.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from app.portal import views
from kernel.money import Money
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from procurement.profiles.loader import citation, load_profile, profile_names
from procurement.profiles.model import Parameter, Profile, Unit
from reports import amounts

_FILE = Path(__file__).with_name("rulebook.toml")


def rules_page() -> views.RulesPage:
    """Every profile in its newest edition; those for production first."""
    profiles = [_heading(load_profile(name)) for name in profile_names()]
    return views.RulesPage(tuple(sorted(profiles, key=lambda one: not one.for_production)))


def profile_page(name: str, edition: str | None = None) -> views.ProfilePage:
    """A profile's parameters in the order of a purchase; NotFound if there is no such edition."""
    if name not in profile_names():
        raise NotFound("profile", name)
    try:
        profile = load_profile(name, f"{name}/{edition}" if edition else None)
    except Refused as problem:
        raise NotFound("profile", f"{name}/{edition}") from problem
    groups = tuple(
        views.ParameterGroup(title, tuple(_parameter(profile, *one) for one in members))
        for title, members in _grouped(profile)
    )
    return views.ProfilePage(_heading(profile), groups, (profile.version,), profile.digest)


def _grouped(profile: Profile) -> Iterator[tuple[Text, list[tuple[Parameter[object], Text]]]]:
    """The parameters by step; those that have no words yet come last under their own names."""
    left = {one.name: one for one in profile.parameters}
    for group in _words()["groups"]:
        names = [name for name in group["parameters"] if name in left]
        yield (
            Text(**group["title"]),
            [(left.pop(name), Text(**group["parameters"][name])) for name in names],
        )
    if left:
        yield Text("其他", "Other"), [(one, Text(name, name)) for name, one in left.items()]


@cache
def _words() -> Mapping[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def _heading(profile: Profile) -> views.Profile:
    return views.Profile(profile.name, profile.version, profile.title, profile.production)


def _parameter(profile: Profile, one: Parameter[object], name: Text) -> views.Parameter:
    return views.Parameter(
        name=name,
        value=value_words(one.value, one.unit),
        cites=tuple(citation(profile, cite) for cite in one.cites),
        confidence=one.confidence,
        in_force_from=one.in_force_from,
        code=one.id,
        in_force_until=one.in_force_until,
        note=one.note,
    )


def value_words(value: Any, unit: Unit) -> Text:
    """A value with its unit, in both languages: `20日`, `20 days`."""
    if isinstance(value, Mapping):
        parts = [(choice_words(key), _one(item, unit)) for key, item in value.items()]
        return Text(
            "；".join(f"{key.zh}：{item.zh}" for key, item in parts),
            "; ".join(f"{key.en}: {item.en}" for key, item in parts),
        )
    if isinstance(value, tuple):
        items = [choice_words(item) for item in value]
        if not items:
            return Text("无", "none")
        return Text("、".join(one.zh for one in items), ", ".join(one.en for one in items))
    return _one(value, unit)


def choice_words(code: str) -> Text:
    """The words for a choice of a profile."""
    found = _words()["choices"].get(str(code))
    # A new profile may bring a choice before its words; the page says the code rather than fail.
    return Text(**found) if found else Text(str(code), str(code))


def _one(value: Any, unit: Unit) -> Text:
    return _UNITS[unit](value)


def _days(zh: str, en: str) -> Callable[[int], Text]:
    return lambda count: Text(f"{count}{zh}", f"{count} {en}" + ("" if count == 1 else "s"))


def _share(share: Decimal | Fraction) -> Text:
    if isinstance(share, Fraction):
        return Text(f"{share.denominator}分之{share.numerator}", str(share))
    percent = f"{(share * 100).normalize():f}%"
    return Text(percent, percent)


def _amount(money: Money) -> Text:
    return Text(amounts.amount(money, "zh"), amounts.amount(money, "en"))


def _plain(value: object) -> Text:
    return Text(str(value), str(value))


def _yes_no(value: bool) -> Text:
    return Text("是", "yes") if value else Text("否", "no")


_UNITS: dict[Unit, Callable[[Any], Text]] = {
    Unit.WORKING_DAYS: _days("个工作日", "working day"),
    Unit.CALENDAR_DAYS: _days("日", "day"),
    Unit.YEARS: _days("年", "year"),
    Unit.HOURS: _days("小时", "hour"),
    Unit.MINUTES: _days("分钟", "minute"),
    Unit.COUNT: _plain,
    Unit.POINTS: lambda points: Text(f"{points:f}分", f"{points:f} points"),
    Unit.SHARE: _share,
    Unit.PLACES: lambda places: Text(f"{places}位小数", f"{places} decimal places"),
    Unit.MONEY: _amount,
    Unit.CHOICE: choice_words,
    Unit.LIST: choice_words,
    Unit.YES_NO: _yes_no,
}
