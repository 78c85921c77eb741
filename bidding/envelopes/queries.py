"""Reads of acts and receipts. Before the closing only the bidder's own are ever asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bidding.envelopes.models import BidAct, Closing
from journal import heads, logs
from journal.heads import Head
from journal.work import Work
from kernel.refusal import NotFound
from kernel.vocabulary import TenderStage
from procurement.tenders.models import Tender
from signatures.sealed.chains import Act, read_act
from signatures.sealed.examining import Accepted


def acts_of_bidder(session: Session, lot_id: str, bidder: str) -> list[BidAct]:
    """The acts of one bidder for one lot, in order."""
    return list(
        session.scalars(
            select(BidAct)
            .where(BidAct.lot_id == lot_id, BidAct.bidder == bidder)
            .order_by(BidAct.seq)
        )
    )


def act_by_digest(session: Session, digest: str) -> BidAct | None:
    """An accepted act by the digest of its statement: for a retry by the same bidder."""
    return session.scalars(select(BidAct).where(BidAct.digest == digest)).one_or_none()


def acts_of_organization(session: Session, tender_id: str, organization_id: str) -> list[BidAct]:
    """A bidder's own acts in a tender, lot by lot."""
    return list(
        session.scalars(
            select(BidAct)
            .where(BidAct.tender_id == tender_id, BidAct.bidder_id == organization_id)
            .order_by(BidAct.lot_id, BidAct.seq)
        )
    )


def acts_of_lot(session: Session, lot_id: str) -> Sequence[BidAct]:
    """All acts of a lot with their envelopes, in no order: the tree gives the order."""
    return session.scalars(
        select(BidAct).where(BidAct.lot_id == lot_id).options(selectinload(BidAct.envelopes))
    ).all()


def as_act(row: BidAct) -> Act:
    """The act as its statement says it."""
    return read_act(row.statement, row.kind)


def as_accepted(row: BidAct) -> Accepted:
    """The act with the certificate that signed it, as the examination of the next one needs it."""
    return Accepted(as_act(row), row.signer_certificate)


def closing_of(session: Session, tender_id: str) -> Closing:
    """What was fixed at the closing; NotFound before that."""
    found = session.get(Closing, tender_id)
    if found is None:
        raise NotFound("closing", tender_id)
    return found


def closings_unstamped(session: Session) -> list[tuple[str, bytes]]:
    """The closings that have no time stamp yet, with their statements."""
    rows = session.execute(
        select(Closing.tender_id, Closing.statement)
        .where(Closing.token.is_(None))
        .order_by(Closing.closed_at, Closing.tender_id)
    )
    return [(row.tender_id, row.statement) for row in rows]


def proof_of_act(session: Session, row: BidAct) -> logs.InclusionProof:
    """What leads from a bidder's receipt to the closed root; NotFound before the closing."""
    closing = closing_of(session, row.tender_id)
    return logs.inclusion(session, row.entry_id, closing.size)


def heads_with_proofs(work: Work, tender_id: str) -> list[tuple[Head, list[bytes]]]:
    """The heads of `acts` with their blinds, and for each the proof that the closed tree goes on.

    For bidders, holders and auditors, after the closing only (SEALED_BID 5): NotFound before.
    """
    closing = closing_of(work.session, tender_id)
    log = logs.acts_of(tender_id)
    return [
        (head, logs.consistency(work.session, log, head.size, closing.size))
        for head in heads.heads_of(work, tender_id)
    ]


def closings_due(session: Session, now: datetime) -> list[str]:
    """The tenders whose closing time has come, and those whose closing was begun."""
    return list(
        session.scalars(
            select(Tender.id)
            .where(
                (Tender.stage == str(TenderStage.CLOSING))
                | ((Tender.stage == str(TenderStage.OPEN)) & (Tender.closes_at <= now))
            )
            .order_by(Tender.closes_at, Tender.id)
        )
    )
