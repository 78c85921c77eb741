"""Reads of the opening: the tree of acts, live bids, releases, and what was opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import boxes_as_given
from bidding.envelopes.models import BidAct
from bidding.opening.models import OpenedBid, OpeningObjection, OpeningRecord, Release
from journal import logs
from kernel import canonical
from kernel.refusal import NotFound
from procurement.tenders.models import Lot
from signatures.sealed import chains, receipts, release
from signatures.sealed.chains import Act
from signatures.sealed.committee import Committee
from signatures.sealed.judging import Signed


@dataclass(frozen=True, slots=True)
class LotActs:
    """The acts of a lot in the order of the closed tree, and the rows behind them."""

    acts: tuple[Act, ...]
    rows: dict[str, BidAct]

    @property
    def live(self) -> tuple[Act, ...]:
        """The live acts in tree order."""
        return chains.live_acts(self.acts)

    @property
    def stopped(self) -> dict[str, str]:
        """The bidders whose chain has a gap or a fork, with its code (SEALED_BID 6)."""
        return {
            bidder: chain.stopped.code
            for bidder, chain in chains.chains_of(self.acts).items()
            if chain.stopped is not None
        }


def lot_for_change(session: Session, lot_id: str) -> Lot:
    """The lot, locked."""
    found = session.scalars(
        select(Lot)
        .where(Lot.id == lot_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("lot", lot_id)
    return found


def lot_acts(session: Session, tender_id: str, lot_id: str) -> LotActs:
    """The acts of one lot in tree order. The tree decides the order, not the table."""
    rows = {row.digest: row for row in envelopes.acts_of_lot(session, lot_id)}
    ordered = [
        envelopes.as_act(rows[leaf["act"]])
        for leaf in map(receipts.read_receipt, leaves(session, tender_id))
        if leaf["lot"] == lot_id
    ]
    return LotActs(tuple(ordered), rows)


def leaves(session: Session, tender_id: str) -> Sequence[bytes]:
    """All receipts of the tender in the order of its closed tree."""
    closing = envelopes.closing_of(session, tender_id)
    return logs.leaves(session, logs.acts_of(tender_id), 0, closing.size)


def work_for_holder(
    session: Session, committee: Committee, lot: Lot, part: str, index: int
) -> release.Work:
    """What a holder's client downloads for one lot and part; only after the closing.

    The boxes are those of this holder alone: nobody gets another's (SEALED_BID 6).
    """
    closing = envelopes.closing_of(session, lot.tender_id)
    found = lot_acts(session, lot.tender_id, lot.id)
    live = release.live_envelopes(committee, found.acts, lot=lot.id, part=part)
    own = {}
    for each in live:
        row = found.rows[each.act.digest]
        envelope = next(known for known in row.envelopes if known.part == part)
        box = boxes_as_given(envelope.stated["box_bytes"])[index - 1]
        own[canonical.digest(box)] = box
    return release.Work(
        closing=closing.statement,
        leaves=leaves(session, lot.tender_id),
        acts={digest: Signed(row.statement, row.cms) for digest, row in found.rows.items()},
        boxes=own,
    )


def releases(session: Session, lot_id: str) -> list[Release]:
    """The releases for a lot, in a stable order."""
    return list(
        session.scalars(
            select(Release).where(Release.lot_id == lot_id).order_by(Release.part, Release.index)
        )
    )


def opened_bids(session: Session, lot_id: str) -> list[OpenedBid]:
    """The bids of a lot as they were opened, in tree order."""
    return list(
        session.scalars(
            select(OpenedBid).where(OpenedBid.lot_id == lot_id).order_by(OpenedBid.position)
        )
    )


def objections(session: Session, lot_id: str) -> list[OpeningObjection]:
    """The objections raised at the opening of a lot."""
    return list(
        session.scalars(
            select(OpeningObjection)
            .where(OpeningObjection.lot_id == lot_id)
            .order_by(OpeningObjection.raised_at, OpeningObjection.id)
        )
    )


def opening_record(session: Session, lot_id: str) -> OpeningRecord:
    """The record of a lot's opening; NotFound before it is open."""
    found = session.get(OpeningRecord, lot_id)
    if found is None:
        raise NotFound("opening record", lot_id)
    return found
