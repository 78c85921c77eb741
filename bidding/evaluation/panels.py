"""The random draw of a panel. It is arithmetic on published values: anybody can draw it again.

The seed mixes the closing, which was fixed and anchored before anybody knew the bids, with 32
random bytes that are kept beside it. Each person on the list gets the digest of seed and person;
the order of these digests is the order of the draw, first seats, then reserve (Order 87 art. 48).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bidding.evaluation import rules
from kernel import canonical
from kernel.vocabulary import Role
from procurement.profiles import Profile


@dataclass(frozen=True, slots=True)
class Listed:
    """A person on the list of a draw, and the code of what keeps the person off the panel."""

    person: str
    role: Role
    excluded: str | None = None

    def as_record(self) -> dict[str, str | None]:
        """As the draw keeps it."""
        return {"person": self.person, "role": str(self.role), "excluded": self.excluded}


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie of a person to an organization; `ended_on` is None while it lasts."""

    organization: str
    kind: str
    ended_on: date | None = None

    def as_record(self) -> dict[str, str | None]:
        """As entries and statements hold it."""
        ended = self.ended_on.isoformat() if self.ended_on else None
        return {"organization": self.organization, "kind": self.kind, "ended_on": ended}


def seed_of(*, origin: str, lot: str, number: int, closing: str, randomness: str) -> str:
    """The seed of a draw: the digest of a statement of everything it depends on."""
    return canonical.digest_of(
        {
            "type": "sunlit/panel-draw/v1",
            "origin": origin,
            "lot": lot,
            "number": number,
            "closing": closing,
            "randomness": randomness,
        }
    )


def in_drawn_order(seed: str, listed: Iterable[Listed]) -> tuple[Listed, ...]:
    """The list in the order that the seed gives, whatever order it came in."""
    return tuple(sorted(listed, key=lambda one: _ticket(seed, one.person)))


def drawn(order: Sequence[Listed], seats: int, role: Role) -> tuple[Listed, ...]:
    """The first persons of the role in the drawn order whom nothing keeps off the panel."""
    return tuple(one for one in order if one.role is role and one.excluded is None)[:seats]


def in_conflict(
    ties: Iterable[Tie], bidders: Iterable[str], *, profile: Profile, on: date
) -> Tie | None:
    """The tie to a bidder that recuses by the profile, if there is one (GPR art. 9)."""
    concerned = set(bidders)
    for tie in ties:
        if tie.organization in concerned and rules.interest_conflicts(
            profile=profile, family=tie.kind == "family", ended_on=tie.ended_on, on=on
        ):
            return tie
    return None


def _ticket(seed: str, person: str) -> bytes:
    return hashlib.sha256(canonical.encode({"seed": seed, "person": person})).digest()
