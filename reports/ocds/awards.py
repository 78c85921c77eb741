"""The section `awards`: who got a lot, for how much and why, and what became of it."""

from __future__ import annotations

from kernel.money import Money
from procurement.awards.models import Award
from procurement.parties.models import Organization
from procurement.tenders.models import Lot
from reports.ocds import documents, parties, tender
from reports.ocds.values import Object, both, filled, translated, value, when


def award(given: Award, lot: Lot, winner: Organization, *, base_url: str, ocid: str) -> Object:
    """A published award."""
    lapsed = given.lapsed_at is not None
    why = both(given.lapsed_reason, None)
    return filled(
        id=given.id,
        **translated("title", lot.title_zh, lot.title_en),
        **translated("description", given.reason_zh, given.reason_en),
        status="cancelled" if lapsed else "active",
        statusDetails=f"{why} ({given.lapsed_cites})" if why and given.lapsed_cites else why,
        date=when(given.decided_at),
        value=value(Money.of_minor(given.amount_minor, given.currency)),
        suppliers=[parties.reference(winner)],
        items=tender.items(lot),
        relatedLots=[lot.id],
        relatedBid=given.bid_id,
        documents=documents.award(base_url, ocid, given),
    )
