"""Who stands where: for which organizations a person acts, and what may be drawn for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Actor, Role
from procurement.authority import Subject, may
from procurement.parties import capacities
from procurement.parties import queries as parties
from procurement.plans.models import Need, Purchase
from procurement.plans.standing import purchase_subject
from procurement.profiles import Profile, load_profile, profile_names
from procurement.profiles.loader import citation
from procurement.tenders.models import Tender
from procurement.tenders.standing import subject_of
from reports.citing import source_named

UNIT_ROLES = (Role.USING_UNIT, Role.UNIT_APPROVER)
BUYER_ROLES = (Role.OFFICER, Role.APPROVER)


def for_roles(actor: Actor, roles: Iterable[Role]) -> set[str]:
    """The organizations for which the actor holds one of the roles."""
    return {one for role in roles for one in actor.organizations(role)}


def units_of(actor: Actor) -> set[str]:
    """The using units for which the person writes or approves."""
    return for_roles(actor, UNIT_ROLES)


def buyers_of(actor: Actor) -> set[str]:
    """The buyers for which the person buys or approves."""
    return for_roles(actor, BUYER_ROLES)


def seen_need(actor: Actor, need: Need) -> Need:
    """The need if it is the person's business; otherwise it is as unknown as none."""
    if need.unit_id in units_of(actor) or need.buyer_id in buyers_of(actor):
        return need
    raise NotFound("need", need.id)


def seen_purchase(actor: Actor, purchase: Purchase) -> Purchase:
    """The purchase if it is the person's business; otherwise it is as unknown as none."""
    if purchase.buyer_id in buyers_of(actor):
        return purchase
    raise NotFound("purchase", purchase.id)


def need_subject(work: Work, need: Need) -> Subject:
    """What authority needs to know of a need, which stands in for the purchase it has not yet."""
    return capacities.subject(work, "need", need.id, organization=need.unit_id, purchase=need.id)


def may_with_need(work: Work, actor: Actor, action: Action, need: Need) -> bool:
    """Whether the button is drawn."""
    return may(actor, action, need_subject(work, need))


def may_with_purchase(work: Work, actor: Actor, action: Action, purchase: Purchase) -> bool:
    """Whether the button is drawn."""
    return may(actor, action, purchase_subject(work, purchase))


def may_with_tender(work: Work, actor: Actor, action: Action, tender: Tender) -> bool:
    """Whether the button is drawn."""
    return may(actor, action, subject_of(work, tender))


def name_of(work: Work, organization: str) -> Text:
    """An organization's name."""
    found = parties.organization(work.session, organization)
    return Text(found.name_zh, found.name_en)


def person_name(work: Work, person: str | None) -> str:
    """A person's name; empty for nobody."""
    return parties.person(work.session, person).name if person else ""


def profiles_on(now: datetime, *, demo: bool) -> list[Profile]:
    """The rules under which a purchase may be planned now, those for real purchases first."""
    found = [load_profile(name) for name in profile_names()]
    usable = [one for one in found if one.production and one.in_force_from <= now.date()]
    return usable or [one for one in found if demo]


def cited(profile: Profile, cites: Iterable[str]) -> Text | None:
    """The sources in full, in both languages."""
    sources = [_source(profile, cite) for cite in cites]
    if not sources:
        return None
    return Text("；".join(one.zh for one in sources), "; ".join(one.en for one in sources))


def _source(profile: Profile, cite: str) -> Text:
    """A source as the pinned profile calls it; this system's own specification as everywhere."""
    found = citation(profile, cite)
    return found if found.zh != cite else source_named(cite)
