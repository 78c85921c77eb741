"""What a bid binds its bidder to: its price as read out, or as corrected and confirmed (87-59)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.evaluation.models import PriceCorrection
from bidding.opening.models import OpenedBid
from kernel.money import Money
from kernel.refusal import NotFound


def corrections(session: Session, lot_id: str) -> Mapping[str, PriceCorrection]:
    """The corrected prices of a lot, by bid."""
    rows = session.scalars(select(PriceCorrection).where(PriceCorrection.lot_id == lot_id))
    return {row.bid_id: row for row in rows}


def correction(session: Session, id: str) -> PriceCorrection:
    """A corrected price by its id."""
    found = session.get(PriceCorrection, id)
    if found is None:
        raise NotFound("price_correction", id)
    return found


def corrections_of(session: Session, organization_id: str) -> list[PriceCorrection]:
    """The corrections that a bidder was asked to confirm: for the supplier's pages."""
    return list(
        session.scalars(
            select(PriceCorrection)
            .join(OpenedBid, OpenedBid.id == PriceCorrection.bid_id)
            .where(OpenedBid.bidder_id == organization_id)
            .order_by(PriceCorrection.noted_at)
        )
    )


def unconfirmed_corrections(session: Session, now: datetime) -> list[str]:
    """The corrections whose bidders let the time to confirm pass."""
    return list(
        session.scalars(
            select(PriceCorrection.id)
            .where(PriceCorrection.confirmed.is_(None), PriceCorrection.due_at <= now)
            .order_by(PriceCorrection.due_at)
        )
    )


def read_out_price(bid: OpenedBid) -> Money:
    """The price of a bid as it was read out."""
    if bid.price_minor is None or bid.currency is None:
        raise NotFound("price", bid.id)
    return Money.of_minor(bid.price_minor, bid.currency)


def binding_prices(session: Session, *lots: str) -> dict[str, Money]:
    """What each opened bid of these lots is bound to: the corrected price once it is confirmed.

    It is what is compared and what a contract would cost; a deduction changes neither (87-59).
    """
    rows = session.execute(
        select(OpenedBid, PriceCorrection.price_minor)
        .outerjoin(
            PriceCorrection,
            (PriceCorrection.bid_id == OpenedBid.id) & PriceCorrection.confirmed.is_(True),
        )
        .where(OpenedBid.lot_id.in_(lots), OpenedBid.state == "open")
    )
    return {
        bid.id: read_out_price(bid)
        if corrected is None
        else Money.of_minor(corrected, bid.currency or "")
        for bid, corrected in rows
    }
