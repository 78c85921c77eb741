"""The evidence behind an opening, as one file: what the public gets by SEALED_BID 6, and no more.

With it anybody can check that what was read out is what each bidder signed and sealed. Shares,
other files of a bid, and bids that did not open are not in it.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.portal.queries import PublishedFile
from app.portal.reading.tenders import find
from bidding.envelopes.models import Closing
from bidding.opening import queries
from bidding.opening.models import OpeningRecord
from bidding.opening.queries import PublishedBid
from kernel import canonical
from kernel.refusal import NotFound
from procurement.tenders.models import Lot
from signatures.sealed.judging import Signed

TYPE = "sunlit/opening-evidence/v1"


def opening_evidence(session: Session, key: str, number: int) -> PublishedFile:
    """The evidence of the lot with this number; NotFound before the whole lot is open."""
    _purchase, tender = find(session, key)
    lots = tender.lots if tender is not None else ()
    lot = next((one for one in lots if one.number == number), None)
    record = session.get(OpeningRecord, lot.id) if lot is not None else None
    if lot is None or record is None:
        raise NotFound("opening", f"{key} {number}")
    content = canonical.encode(_told(session, lot, record))
    name = f"opening-{number}.json"
    digest = canonical.digest(content)
    return PublishedFile(name, "application/json", len(content), digest, io.BytesIO(content))


def _told(session: Session, lot: Lot, record: OpeningRecord) -> dict[str, Any]:
    closing = session.get_one(Closing, lot.tender_id)
    return {
        "type": TYPE,
        "tender": lot.tender_id,
        "lot": lot.id,
        "closing": _base64(closing.statement),
        "closing_token": _base64(closing.token) if closing.token else None,
        "record": _base64(record.statement),
        "bids": [_bid(bid) for bid in queries.published_bids(session, lot.id)],
    }


def _bid(bid: PublishedBid) -> Mapping[str, Any]:
    return {
        "act": _signed(bid.act),
        "token": _base64(bid.token) if bid.token else None,
        "receipt": _base64(bid.receipt),
        "inner": _signed(bid.inner),
        "opening": dict(bid.opening),
    }


def _signed(given: Signed) -> dict[str, str]:
    return {"statement": _base64(given.statement), "cms": _base64(given.cms)}


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
