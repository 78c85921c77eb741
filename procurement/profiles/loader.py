"""Reading profiles: strict, typed, and loud about anything that is missing, unknown or uncited."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import EnumType
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args, get_origin, get_type_hints

from kernel.money import Money
from kernel.refusal import Refused, refuse
from kernel.text import Text
from kernel.vocabulary import Role
from procurement.authority import Exclusion
from procurement.profiles.model import (
    Confidence,
    Effect,
    ForbiddenCriterion,
    Parameter,
    Profile,
    Source,
    Unit,
)

_FOLDER = Path(__file__).parent
_ARTICLE = re.compile(r"(?P<source>.+?)(?: art\. (?P<articles>\d+(?:[-(]\d+\)?)?))?")
Table = Mapping[str, Any]


class NotAProfile(ValueError):
    """A profile file that does not say what it must; the message names the place."""


def load_profile(name: str, edition: str | None = None) -> Profile:
    """The profile by name: the pinned edition if one is given, else the newest.

    An edition that is no longer here is refused and never replaced by another (requirement 139).
    """
    found = [known for known in _all() if known.name == name]
    if edition is not None:
        found = [known for known in found if known.edition == edition]
    if not found:
        known = sorted(profile.edition for profile in _all())
        raise Refused(refuse("profile_unknown", name=name, edition=edition or "", known=known))
    return max(found, key=lambda known: (known.in_force_from, known.version))


def profile_on(name: str, on: date) -> Profile:
    """The edition that is in force on the day; refused with `profile_not_in_force` if none is."""
    found = [known for known in _all() if known.name == name and _in_force(known, on)]
    if not found:
        raise Refused(refuse("profile_not_in_force", name=name, on=on))
    return max(found, key=lambda known: (known.in_force_from, known.version))


def profile_names() -> tuple[str, ...]:
    """The names of all profiles, for forms and pages."""
    return tuple(sorted({known.name for known in _all()}))


def read_profile(path: Path) -> Profile:
    """Read one file; NotAProfile with the place for anything that is not as it must be."""
    raw = path.read_bytes()
    try:
        return parse_profile(raw)
    except (NotAProfile, KeyError, TypeError, ValueError) as problem:
        raise NotAProfile(f"{path.name}: {problem}") from problem


def parse_profile(raw: bytes) -> Profile:
    """Read a profile's bytes."""
    table = tomllib.loads(raw.decode())
    head = table["profile"]
    sources = {name: _source(name, row) for name, row in table["sources"].items()}
    return Profile(
        name=head["name"],
        version=head["version"],
        title=Text(**head["title"]),
        currency=head["currency"],
        zone=head["zone"],
        production=head["production"],
        in_force_from=head["in_force_from"],
        in_force_until=head.get("in_force_until"),
        digest="sha256:" + hashlib.sha256(raw).hexdigest(),
        sources=sources,
        exclusions=tuple(_exclusion(row, sources) for row in table.get("exclusions", ())),
        forbidden_criteria=tuple(_forbidden(row) for row in table.get("forbidden_criteria", ())),
        **_parameters(table["parameters"], head["currency"], sources),
    )


def check(profile: Profile) -> list[str]:
    """What is wrong with a profile that can be read: an empty list when nothing is."""
    return [
        *_altered(profile),
        *_uncited(profile),
        *(
            f"{known.name}: not in force at any time of the edition"
            for known in profile.parameters
            if not _overlaps(known, profile)
        ),
        *(
            f"{lower} is above {upper}"
            for lower, upper in _ORDERED
            if getattr(profile, lower).value > getattr(profile, upper).value
        ),
        *(
            f"{known.name}: a share outside 0 to 1"
            for known in profile.parameters
            if known.unit is Unit.SHARE and not _is_share(known)
        ),
        *(
            f"{known.name}: negative"
            for known in profile.parameters
            if isinstance(known.value, int) and known.value < 0
        ),
    ]


def citation(profile: Profile, cite: str) -> Text:
    """`GPL art. 35` in full: the title of the source with the article, in both languages."""
    match = _ARTICLE.fullmatch(cite)
    source = profile.sources.get(match["source"]) if match else None
    if match is None or source is None:
        return Text(cite, cite)
    if source.name == _OWN_RULE:  # no text of law, and so without the marks of a title
        return source.title
    if not match["articles"]:
        return Text(f"《{source.title.zh}》", source.title.en)
    articles = match["articles"]
    return Text(f"《{source.title.zh}》第{articles}条", f"{source.title.en}, art. {articles}")


_OWN_RULE = "Sunlit"

_ORDERED = (
    ("threshold_min", "holders_min"),
    ("holders_min", "holders_max"),
    ("panel_size_min", "panel_size_min_large"),
    ("small_rate_min", "small_rate_max"),
    ("joint_rate_min", "joint_rate_max"),
    ("abnormal_share_of_ceiling", "abnormal_share_of_ceiling_max"),
    ("change_share_max", "change_share_max_emergency"),
    ("payment_days_max", "payment_days_agreed_max"),
)
# Factors and rates above one are lawful for these two.
_MAY_PASS_ONE = frozenset({"security_late_rate_factor"})


@cache
def _all() -> tuple[Profile, ...]:
    profiles = tuple(read_profile(path) for path in sorted(_FOLDER.glob("*.toml")))
    editions = [known.edition for known in profiles]
    if len(set(editions)) != len(editions):
        raise NotAProfile(f"an edition stands in two files: {editions}")
    return profiles


def _in_force(profile: Profile, on: date) -> bool:
    return profile.in_force_from <= on and (
        profile.in_force_until is None or on <= profile.in_force_until
    )


def _altered(profile: Profile) -> list[str]:
    # Tenders have pinned the edition by its name; its content may not change under them.
    released = json.loads((_FOLDER / "editions.json").read_bytes())
    if released.get(profile.edition, profile.digest) == profile.digest:
        return []
    return [f"{profile.edition}: not what was released under this name; give it a new version"]


def _overlaps(known: Parameter[object], profile: Profile) -> bool:
    ends = known.in_force_until
    starts = known.in_force_from
    return (ends is None or profile.in_force_from <= ends) and (
        profile.in_force_until is None or starts <= profile.in_force_until
    )


def _is_share(known: Parameter[object]) -> bool:
    value = known.value
    if known.name in _MAY_PASS_ONE:
        return True
    return isinstance(value, Decimal | Fraction) and 0 <= value <= 1


def _uncited(profile: Profile) -> list[str]:
    cites = [(known.name, cite) for known in profile.parameters for cite in known.cites]
    cites += [(row.kind, row.cites) for row in profile.forbidden_criteria]
    for pair in profile.exclusions:
        cites += [(f"{pair.first}/{pair.second}", cite) for cite in pair.cites.split("; ")]
    return [
        f"{where}: cites an unknown source: {cite}"
        for where, cite in cites
        if not _names_a_source(cite, profile.sources)
    ]


def _names_a_source(cite: str, sources: Mapping[str, Source]) -> bool:
    match = _ARTICLE.fullmatch(cite)
    return match is not None and match["source"] in sources


def _source(name: str, row: Table) -> Source:
    return Source(
        name,
        Text(**row["title"]),
        row["in_force_from"],
        row.get("in_force_until"),
        row.get("reference", ""),
    )


def _exclusion(row: Table, sources: Mapping[str, Source]) -> Exclusion:
    for cite in row["cites"]:
        _source_of(cite, sources)
    return Exclusion(Role(row["first"]), Role(row["second"]), "; ".join(row["cites"]))


def _forbidden(row: Table) -> ForbiddenCriterion:
    return ForbiddenCriterion(row["kind"], tuple(row["words"]), Effect(row["effect"]), row["cites"])


def _parameters(
    rows: Table, currency: str, sources: Mapping[str, Source]
) -> dict[str, Parameter[Any]]:
    hints = get_type_hints(Profile)
    wanted = {
        known.name: get_args(hints[known.name])[0]
        for known in fields(Profile)
        if get_origin(hints[known.name]) is Parameter
    }
    missing, unknown = wanted.keys() - rows.keys(), rows.keys() - wanted.keys()
    if missing or unknown:
        raise NotAProfile(f"missing {sorted(missing)}, unknown {sorted(unknown)}")
    return {
        name: _parameter(name, rows[name], of, currency, sources) for name, of in wanted.items()
    }


def _parameter(
    name: str, row: Table, of: Any, currency: str, sources: Mapping[str, Source]
) -> Parameter[Any]:
    known = {
        "id",
        "value",
        "unit",
        "cites",
        "confidence",
        "in_force_from",
        "in_force_until",
        "note",
    }
    if row.keys() - known or not row["cites"]:
        raise NotAProfile(f"{name}: {sorted(row.keys() - known) or 'no citation'}")
    try:
        value = _value(row["value"], of, currency)
        unit, confidence = Unit(row["unit"]), Confidence(row["confidence"])
    except (ValueError, ArithmeticError, TypeError) as problem:
        raise NotAProfile(f"{name}: {problem}") from problem
    return Parameter(
        name=name,
        id=row.get("id", ""),
        value=value,
        unit=unit,
        cites=tuple(row["cites"]),
        confidence=confidence,
        in_force_from=row.get("in_force_from") or _newest(row["cites"], sources),
        in_force_until=row.get("in_force_until"),
        note=row.get("note", ""),
    )


def _newest(cites: list[str], sources: Mapping[str, Source]) -> date:
    # A rule that rests on several texts holds once the last of them is in force.
    return max(_source_of(cite, sources).in_force_from for cite in cites)


def _source_of(cite: str, sources: Mapping[str, Source]) -> Source:
    match = _ARTICLE.fullmatch(cite)
    if match is None or match["source"] not in sources:
        raise NotAProfile(f"cites an unknown source: {cite}")
    return sources[match["source"]]


def _value(raw: Any, of: Any, currency: str) -> object:
    origin, args = get_origin(of), get_args(of)
    if origin is tuple:
        return tuple(_value(item, args[0], currency) for item in _typed(raw, list))
    if origin is not None and issubclass(origin, Mapping):
        rows = _typed(raw, dict).items()
        return MappingProxyType(
            {_value(key, args[0], currency): _value(item, args[1], currency) for key, item in rows}
        )
    if of is Money:
        return Money.parse(_typed(raw, str), currency)
    if of in (bool, int, str):
        return _typed(raw, of)
    if isinstance(of, EnumType) or of in (Decimal, Fraction):
        return cast(Callable[[str], object], of)(_typed(raw, str))
    raise NotAProfile(f"no way to read a {of}")


def _typed(raw: Any, of: type) -> Any:
    # `bool` is an `int` in Python and not in the law, hence no isinstance.
    if type(raw) is not of:
        raise NotAProfile(f"{raw!r} is not of type {of.__name__}")
    return raw
