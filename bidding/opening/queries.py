"""Reads of the opening: the tree of acts, live bids, releases, and what was opened."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import boxes_as_given
from bidding.envelopes.models import BidAct
from bidding.opening.models import (
    OpenedBid,
    OpeningConfirmation,
    OpeningObjection,
    OpeningRecord,
    OwnKey,
    Release,
)
from bidding.opening.stages import OPENING
from journal import logs
from kernel import canonical
from kernel.clock import parse_instant
from kernel.refusal import NotFound, Refusal, Refused, enforce, refuse
from kernel.vocabulary import Action, LotStage
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from signatures.sealed import chains, receipts, release, statements
from signatures.sealed.chains import Act
from signatures.sealed.committee import Committee
from signatures.sealed.judging import Signed
from signatures.sealed.readout import FILE_NAME
from signatures.sealed.statements import Statement

CITE = "SEALED_BID 6"


@dataclass(frozen=True, slots=True)
class LotActs:
    """The acts of a lot in the order of the closed tree, with the rows and receipts behind them."""

    acts: tuple[Act, ...]
    rows: dict[str, BidAct]
    receipts: dict[str, Statement]

    @property
    def live(self) -> tuple[Act, ...]:
        """The live acts in tree order."""
        return chains.live_acts(self.acts)

    def accepted_at(self, act: str) -> datetime:
        """When an act was accepted, as its receipt says."""
        return parse_instant(self.receipts[act]["accepted_at"])

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
    """The acts of one lot in tree order. The tree decides the order, not the table.

    Refused where tree or table are no longer what was closed, as a holder's client would refuse:
    `tree_size`, `tree_root`, `act_missing`, `receipt_late`.
    """
    placed = leaves(session, tender_id)
    closing = envelopes.closing_of(session, tender_id)
    enforce(receipts.tree_refusal(statements.read(closing.statement, "closing"), placed))
    tender = tenders.tender(session, tender_id)
    # By what the rows hold and not by what they say of it.
    rows = {canonical.digest(row.statement): row for row in envelopes.acts_of_lot(session, lot_id)}
    found = [
        leaf
        for leaf in (receipts.read_receipt(raw, tender=tender_id) for raw in placed)
        if leaf["lot"] == lot_id
    ]
    acts = tuple(_placed(leaf, rows, tender) for leaf in found)
    return LotActs(acts, rows, {leaf["act"]: leaf for leaf in found})


def _placed(leaf: Statement, rows: Mapping[str, BidAct], tender: Tender) -> Act:
    """The act that a leaf is the receipt of."""
    if parse_instant(leaf["accepted_at"]) >= tender.closes_at:
        raise Refused(refuse("receipt_late", CITE, accepted_at=leaf["accepted_at"]))
    row = rows.get(leaf["act"])
    if row is None:
        raise Refused(refuse("act_missing", CITE, act=leaf["act"]))
    act = chains.read_act(row.statement, chains.kind_of_event(leaf["event"]))
    enforce(receipts.receipt_refusal(leaf, act))
    return act


def leaves(session: Session, tender_id: str) -> Sequence[bytes]:
    """All receipts of the tender in the order of its closed tree."""
    closing = envelopes.closing_of(session, tender_id)
    return logs.leaves(session, logs.acts_of(tender_id), 0, closing.size)


def work_for_holder(
    session: Session, committee: Committee, lot: Lot, part: str, index: int
) -> release.Work:
    """What a holder's client downloads for one lot and part; only after the closing.

    The boxes are those of this holder alone: nobody gets another's (SEALED_BID 6). A lot that was
    cancelled or left sealed gives out none any more.
    """
    OPENING.after(LotStage(lot.stage), Action.RELEASE_SHARES)
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
        acts={
            act.digest: Signed(found.rows[act.digest].statement, found.rows[act.digest].cms)
            for act in found.acts
        },
        boxes=own,
    )


def releases(session: Session, lot_id: str) -> list[Release]:
    """The releases for a lot, in a stable order."""
    return list(
        session.scalars(
            select(Release).where(Release.lot_id == lot_id).order_by(Release.part, Release.index)
        )
    )


def own_keys(session: Session, lot_id: str) -> list[OwnKey]:
    """The keys that bidders gave for envelopes of a lot, in a stable order."""
    return list(
        session.scalars(
            select(OwnKey).where(OwnKey.lot_id == lot_id).order_by(OwnKey.part, OwnKey.id)
        )
    )


@dataclass(frozen=True, slots=True)
class PublishedBid:
    """What everybody gets of an opened bid, to check the read-out by: one opening and no more."""

    act: Signed
    token: bytes | None
    receipt: bytes
    inner: Signed
    opening: Mapping[str, Any]


def published_bids(session: Session, lot_id: str) -> list[PublishedBid]:
    """The evidence behind the read-out of a lot (SEALED_BID 6); none before it is open.

    Of the files only `readout.json` is named: the others stay confidential, and so do the parts
    without a read-out.
    """
    found = []
    for bid in opened_bids(session, lot_id):
        row = session.get_one(BidAct, bid.act_id)
        for part, files in bid.files.items():
            opening = next((each for each in files if each["name"] == FILE_NAME), None)
            if opening is not None:
                inner = {key: base64.b64decode(value) for key, value in bid.inner[part].items()}
                found.append(
                    PublishedBid(
                        act=Signed(row.statement, row.cms),
                        token=row.token,
                        receipt=row.receipt,
                        inner=Signed(inner["statement"], inner["cms"]),
                        opening=opening,
                    )
                )
    return found


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


def confirmations(session: Session, lot_id: str) -> list[OpeningConfirmation]:
    """The bidders who confirmed the record of a lot's opening, the first to do so first."""
    return list(
        session.scalars(
            select(OpeningConfirmation)
            .where(OpeningConfirmation.lot_id == lot_id)
            .order_by(OpeningConfirmation.confirmed_at, OpeningConfirmation.id)
        )
    )


def objection(session: Session, objection_id: str) -> OpeningObjection:
    """One objection."""
    return session.get_one(OpeningObjection, objection_id)


def stopped_by_objection(session: Session, lot_id: str) -> Refusal | None:
    """Whether an objection proved that a bid was dropped: then nothing of the lot is opened."""
    for objection in objections(session, lot_id):
        if objection.stops_the_lot:
            return refuse("stopped_by_objection", CITE, objection=objection.id)
    return None


def opening_record(session: Session, lot_id: str) -> OpeningRecord:
    """The record of a lot's opening; NotFound before it is open."""
    found = session.get(OpeningRecord, lot_id)
    if found is None:
        raise NotFound("opening record", lot_id)
    return found
