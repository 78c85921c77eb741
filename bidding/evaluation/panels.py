"""The random draw of a panel. It is arithmetic on published values: anybody can draw it again.

The list is committed to first: a statement of its digest is time-stamped, and the seed mixes the
closing, which was fixed before anybody knew the bids, with that digest and the token's. Where no
token can be had, 32 random bytes take its place, which are kept beside the draw; the entry says
which it was. Each person on the list gets the digest of seed and person; the order of these digests
is the order of the draw, first seats, then reserve (Order 87 art. 48).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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


class Chance(StrEnum):
    """Where the part of a seed comes from that nobody is to choose; the strongest first."""

    STAMP_OUTSIDE = "stamp_outside"  # a time stamp by somebody else over the list
    STAMP_OWN = "stamp_own"  # a time stamp by the operator's own authority, who could try again
    STORED = "stored"  # random bytes of the server, which could try again unseen


@dataclass(frozen=True, slots=True)
class ListStamp:
    """A good time-stamp token over the commitment to a list, and whether somebody outside made it.

    It was obtained outside the transaction, so the statement that it is about comes with it.
    """

    commitment: bytes
    token: bytes
    outside: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a seed takes beside closing and list: a token, or random bytes where there is none."""

    chance: Chance
    value: str

    @classmethod
    def of(cls, stamp: ListStamp | None, randomness: str) -> Drawn:
        """The token's digest if there is a token, else the random bytes."""
        if stamp is None:
            return cls(Chance.STORED, randomness)
        kind = Chance.STAMP_OUTSIDE if stamp.outside else Chance.STAMP_OWN
        return cls(kind, canonical.digest(stamp.token))


def list_digest(listed: Iterable[Listed]) -> str:
    """The digest of a list in an order that depends on nothing but the list."""
    in_order = sorted(listed, key=lambda one: (one.role, one.person))
    return canonical.digest_of([one.as_record() for one in in_order])


def commitment(*, origin: str, lot: str, number: int, closing: str, listed: str) -> bytes:
    """The statement by which a list is fixed before its draw; a time stamp is about these bytes."""
    return canonical.encode(
        {
            "type": "sunlit/panel-list/v1",
            "origin": origin,
            "lot": lot,
            "number": number,
            "closing": closing,
            "list": listed,
        }
    )


def seed_of(*, commitment: bytes, drawn: Drawn) -> str:
    """The seed of a draw: the digest of a statement of everything it depends on."""
    return canonical.digest_of(
        {
            "type": "sunlit/panel-draw/v2",
            "commitment": canonical.digest(commitment),
            "chance": str(drawn.chance),
            "value": drawn.value,
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
