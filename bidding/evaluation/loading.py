"""What every step after the opening loads first: the lot under lock, its tender, its profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.refusal import NotFound
from procurement.authority import Subject
from procurement.parties.capacities import subject
from procurement.tenders.models import Lot, Tender


def lot_for_change(session: Session, lot_id: str) -> Lot:
    """The tender shared and the lot alone, always in this order, until the transaction ends.

    So the steps of a lot come one by one, those of two lots do not wait for each other, and a
    cancellation, which holds the tender alone, comes before or after each of them.
    """
    session.scalars(
        select(Tender)
        .join(Lot, Lot.tender_id == Tender.id)
        .where(Lot.id == lot_id)
        .with_for_update(read=True, of=Tender)
        .execution_options(populate_existing=True)
    ).one_or_none()
    found = session.get(Lot, lot_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("lot", lot_id)
    return found


def lot(session: Session, lot_id: str) -> Lot:
    """The lot with its tender, for reading."""
    found = session.scalars(
        select(Lot).where(Lot.id == lot_id).options(joinedload(Lot.tender, innerjoin=True))
    ).one_or_none()
    if found is None:
        raise NotFound("lot", lot_id)
    return found


def lot_subject(
    work: Work,
    of: Lot,
    *,
    kind: str = "lot",
    id: str | None = None,
    organization: str | None = None,
    named: Iterable[str] = (),
) -> Subject:
    """The lot, or a thing that belongs to it, as authority sees it; the buyer's unless said."""
    tender = of.tender
    return subject(
        work,
        kind,
        id or of.id,
        organization=organization or tender.buyer_id,
        named=named,
        purchase=tender.purchase_id,
        profile=tender.profile,
    )


def opened_bids(session: Session, lot_id: str) -> Mapping[str, OpenedBid]:
    """The bids of a lot that could be opened, by id, in the order of the tree."""
    rows = session.scalars(
        select(OpenedBid)
        .where(OpenedBid.lot_id == lot_id, OpenedBid.state == "open")
        .order_by(OpenedBid.position, OpenedBid.id)
    )
    return {row.id: row for row in rows}


def opened_bid(session: Session, bid_id: str) -> OpenedBid:
    """A bid that could be opened; NotFound for any other."""
    found = session.get(OpenedBid, bid_id)
    if found is None or found.state != "open":
        raise NotFound("bid", bid_id)
    return found
