"""The step that every use case begins with: may this actor do this to that, and in which role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from journal.work import Work
from kernel.vocabulary import Action, Actor, Role
from procurement.authority import Subject, require
from procurement.parties.models import Capacity
from procurement.profiles import load_profile


def subject(
    work: Work,
    kind: str,
    id: str,
    *,
    organization: str | None = None,
    named: Iterable[str] = (),
    purchase: str | None = None,
    profile: str | None = None,
) -> Subject:
    """What authority needs to know, with the capacities people already have in the purchase."""
    rows = (
        work.session.execute(
            select(Capacity.person_id, Capacity.role).where(Capacity.purchase_id == purchase)
        ).all()
        if purchase
        else []
    )
    return Subject(
        kind,
        id,
        organization=organization,
        named=frozenset(named),
        acted=frozenset((person, Role(role)) for person, role in rows),
        exclusions=load_profile(profile).exclusions if profile else (),
    )


def act(work: Work, actor: Actor, action: Action, on: Subject, *, purchase: str | None) -> Role:
    """Require that the actor may, and note the capacity in which the purchase now knows the person.

    The note is what keeps an officer from accepting the goods later (GPL 61). Two acts of one
    person at once cannot both slip past a pair: the second waits here, and reads anew.
    """
    if purchase is not None and not actor.has(Role.SYSTEM):
        on = replace(on, acted=on.acted | _acted_now(work, actor.person, purchase))
    role = require(actor, action, on)
    if purchase is not None and role is not Role.SYSTEM:
        work.session.execute(
            insert(Capacity)
            .values(
                purchase_id=purchase,
                person_id=actor.person,
                role=str(role),
                since=work.clock.now(),
            )
            .on_conflict_do_nothing()
        )
    return role


def _acted_now(work: Work, person: str, purchase: str) -> frozenset[tuple[str, Role]]:
    """The person's capacities in the purchase, once nobody else can be adding to them."""
    work.session.execute(_HOLD, {"key": f"capacity/{purchase}/{person}"})
    rows = work.session.scalars(
        select(Capacity.role).where(Capacity.purchase_id == purchase, Capacity.person_id == person)
    )
    return frozenset((person, Role(role)) for role in rows)


# Held to the end of the transaction.
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
