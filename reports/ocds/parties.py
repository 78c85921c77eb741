"""Who takes part: each organization once, with all the roles it has had in the process so far.

Merging replaces a list of roles whole, so that a later release must say the earlier ones again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from procurement.parties.models import Organization
from reports.ocds.values import Object, filled, translated

BUYER, PROCURING_ENTITY, PAYER = "buyer", "procuringEntity", "payer"
TENDERER, SUPPLIER, PAYEE, REVIEW_BODY = "tenderer", "supplier", "payee", "reviewBody"
_ORDER = (BUYER, PROCURING_ENTITY, TENDERER, SUPPLIER, PAYER, PAYEE, REVIEW_BODY)

# GB 32100: how the credit code of a sole trader begins. It is the tax number of one person.
_SOLE_TRADER = re.compile(r"92[0-9A-Z]{16}")
# GB 11643: a resident's number, with the date of birth in it.
_RESIDENT = re.compile(
    r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9X]"
)
# A person's taxpayer number in Ukraine has ten digits, a body's has eight; and the pseudonyms of
# the sole traders in the replay's data.
_PERSON_IN_UKRAINE = re.compile(r"\d{10}|P[0-9a-f]{8,9}")
_SCALES = {"micro": "micro", "small": "sme", "medium": "sme", "large": "large"}


def is_persons_number(organization: Organization) -> bool:
    """Whether the registered identifier is that of a natural person: it is not published."""
    number = organization.identifier
    if organization.scheme.startswith("UA"):
        return _PERSON_IN_UKRAINE.fullmatch(number) is not None
    return _SOLE_TRADER.fullmatch(number) is not None or _RESIDENT.fullmatch(number) is not None


def party_id(organization: Organization) -> str:
    """Scheme and registered number; for a sole trader the id that it has here."""
    if is_persons_number(organization):
        return organization.id
    return f"{organization.scheme}-{organization.identifier}"


def reference(organization: Organization) -> Object:
    """An organization as it is referred to: by the id and the name of its party."""
    return {"id": party_id(organization), "name": organization.name_zh}


def parties(
    organizations: Sequence[Organization], roles: Mapping[str, frozenset[str]]
) -> list[Object]:
    """The organizations as parties; `roles` by the id that an organization has here."""
    return [_party(one, roles[one.id]) for one in sorted(organizations, key=party_id)]


def _party(organization: Organization, roles: frozenset[str]) -> Object:
    named = translated("name", organization.name_zh, organization.name_en)
    private = is_persons_number(organization)
    legal = translated("legalName", organization.name_zh, organization.name_en)
    bids = roles & {TENDERER, SUPPLIER}
    return filled(
        id=party_id(organization),
        **named,
        identifier=None
        if private
        else {"scheme": organization.scheme, "id": organization.identifier, **legal},
        roles=[role for role in _ORDER if role in roles],
        details={"scale": _SCALES[organization.size]} if bids else None,
    )
