"""A bidder's receipt as a document: what arrived, when, how it is checked (Order 87 art. 33)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bidding.envelopes.models import BidAct
from kernel import canonical
from kernel.refusal import NotFound
from kernel.text import Text
from procurement.parties import queries as parties
from procurement.tenders import queries as tenders
from reports.amounts import size
from reports.documents.frame import CHINESE, Edition, Enclosed, Page
from reports.documents.notice import closing_words
from reports.documents.purchase import bought, lot_title, name_of
from reports.documents.rendering import render_pdf

RECEIPT = Text("投标回执", "Receipt for a bid")
_EVENTS = {
    "bid": Text("投标", "Bid"),
    "replacement": Text("替换投标", "Bid that replaces the one before"),
    "withdrawal": Text("撤回投标", "Withdrawal"),
}
_PARTS = {"technical": Text("技术部分", "technical part"), "price": Text("价格部分", "price part")}


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A sealed part of the bid: its size and digest, which is all that is known of it."""

    name: Text
    size: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReceiptPage(Page):
    """Everything that the receipt says."""

    event: Text
    bidder: Text
    identifier: str
    accepted_at: datetime
    closes_at: Text
    act: str
    seq: int
    stamped: bool
    parts: tuple[SealedPart, ...]
    checkpoint: str


def receipt_document(session: Session, act_id: str, edition: Edition = CHINESE) -> bytes:
    """The unsigned PDF of a receipt; the platform seals it."""
    return render_pdf("receipt.html", receipt_page(session, act_id, edition))


def receipt_page(session: Session, act_id: str, edition: Edition = CHINESE) -> ReceiptPage:
    """What the receipt says, from its bytes alone and the names behind it."""
    act = session.get(BidAct, act_id)
    if act is None:
        raise NotFound("bid_act", act_id)
    tender = tenders.tender(session, act.tender_id)
    about, lot = bought(session, tender), tenders.lot(session, act.lot_id)
    said = json.loads(act.receipt)
    frame = about.frame(
        edition, RECEIPT, proof=canonical.digest(act.receipt), title=lot_title(about, lot)
    )
    enclosed = (
        Enclosed("receipt.json", act.receipt, Text("回执", "The receipt")),
        Enclosed("receipt.note", act.receipt_note, Text("签名的回执", "The signed receipt")),
    )
    return ReceiptPage(
        frame=frame.enclosing(enclosed, at=act.accepted_at),
        event=_EVENTS[said["event"]],
        bidder=name_of(parties.organization(session, act.bidder_id)),
        identifier=act.bidder,
        accepted_at=act.accepted_at,
        closes_at=closing_words(tender.closes_at, about.profile.zone),
        act=act.digest,
        seq=act.seq,
        stamped=act.token is not None,
        parts=tuple(
            SealedPart(_PARTS[envelope.part], size(envelope.size), envelope.ciphertext)
            for envelope in act.envelopes
        ),
        checkpoint=said["checkpoint"],
    )
