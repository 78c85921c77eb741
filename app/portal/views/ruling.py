"""What the rules pages show of a profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.text import Text
from procurement.profiles.model import Confidence


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the law, with where it stands and how well it is known."""

    name: Text
    value: Text
    cites: tuple[Text, ...]
    confidence: Confidence
    in_force_from: date
    code: str = ""
    """Its number in the requirements, such as `P03`; empty where it has none."""
    in_force_until: date | None = None
    note: str = ""
    """A remark of those who wrote the profile, in English."""


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """The parameters of one step of a purchase."""

    title: Text
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of rules that a tender may pin."""

    id: str
    edition: str
    title: Text
    for_production: bool = True


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The profiles that this installation knows."""

    profiles: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """The parameters of one profile and edition."""

    profile: Profile
    groups: tuple[ParameterGroup, ...]
    editions: tuple[str, ...] = ()
    digest: str | None = None
    """The digest of the edition, which a tender pins beside its name."""

    @property
    def count(self) -> int:
        """How many parameters there are in all."""
        return sum(len(group.parameters) for group in self.groups)
