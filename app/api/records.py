"""What the API gives, as JSON objects. Bytes are base64, instants as in statements."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from bidding.envelopes.models import BidAct
from bidding.envelopes.services import Receipt
from bidding.opening.own_keys import WantedKeys
from journal.export import receipt_file
from journal.logs import InclusionProof
from kernel.clock import instant
from procurement.tenders.models import HolderKey, Tender
from procurement.tenders.queries import CommitteePackage, Statement
from signatures.sealed.release import Work
from signatures.serverkeys import ServerKeys
from signatures.trust import Trust

JsonObject = dict[str, object]


def committee(origin: str, tender: Tender, package: CommitteePackage) -> JsonObject:
    """All that a client checks before it seals anything (SEALED_BID 3.0)."""
    return {
        "origin": origin,
        "tender": tender.id,
        "stage": tender.stage,
        "buyer": package.buyer,
        "published_at": instant(tender.published_at) if tender.published_at else None,
        "closes_at": instant(tender.closes_at),
        "lots": [lot.id for lot in tender.lots],
        "threshold": package.threshold,
        "digest": package.digest,
        "fingerprint": package.fingerprint,
        "entry": package.entry_id,
        "committee": _signed(package.committee),
        "holders": [
            {
                "part": holder.part,
                "index": holder.index,
                "outside": holder.outside,
                "recipient": holder.recipient,
                "holder": _signed(holder.holder),
                "possession": _signed(holder.possession) if holder.possession else None,
            }
            for holder in package.holders
        ],
        "notices": [
            {
                "number": notice.number,
                "digest": notice.digest,
                "closes_at": instant(notice.closes_at),
                "entry": notice.entry_id,
                "signed": _signed(notice.signed),
            }
            for notice in package.notices
        ],
    }


def trust(trusted: Trust, keys: ServerKeys) -> JsonObject:
    """What this installation judges by, and its public keys. Whoever checks the installation itself
    takes anchors that came another way (SEALED_BID 7)."""
    seal = keys.seal_trust()
    return {
        "roots": [_base64(each.der) for each in trusted.roots],
        "intermediates": [_base64(each.der) for each in trusted.intermediates],
        "timestamp_roots": [_base64(each.der) for each in trusted.timestamp_roots],
        "crls": [_base64(each.der) for each in trusted.crls],
        "organization_issuers": sorted(trusted.organization_issuers),
        "outside_authorities": sorted(trusted.outside_authorities),
        "log_key": keys.log_vkey.encode(),
        "receipt_key": keys.receipt_vkey.encode(),
        "seal_roots": [_base64(each.der) for each in seal.roots],
    }


def receipt(given: Receipt) -> JsonObject:
    """A receipt under both signatures."""
    return {
        "act": given.act,
        "receipt": _base64(given.receipt),
        "seal": _base64(given.seal),
        "note": given.note.decode("utf-8"),
        "accepted_at": instant(given.accepted_at),
        "live": given.live,
    }


def own_act(row: BidAct, *, live: bool, proof: InclusionProof | None = None) -> JsonObject:
    """One of the bidder's own acts, with its receipt: the next act must follow it.

    `held` is what `journal.verify` reads; from the closing on it leads to the closed root.
    """
    return {
        "held": receipt_file(row.receipt, row.receipt_note, proof),
        "lot": row.lot_id,
        "seq": row.seq,
        "kind": row.kind,
        "act": row.digest,
        "previous": row.previous,
        "statement": _base64(row.statement),
        "cms": _base64(row.cms),
        "token": _base64(row.token) if row.token else None,
        "receipt": _base64(row.receipt),
        "seal": _base64(row.receipt_seal),
        "note": row.receipt_note.decode("utf-8"),
        "accepted_at": instant(row.accepted_at),
        "live": live,
    }


def work(given: Work, *, index: int, checkpoint: str, terms: JsonObject) -> JsonObject:
    """What a holder's client checks and opens; only this holder's boxes are in it."""
    return {
        "index": index,
        "checkpoint": checkpoint,
        "terms": terms,
        "closing": _base64(given.closing),
        "leaves": [_base64(leaf) for leaf in given.leaves],
        "acts": {
            digest: {"statement": _base64(act.statement), "cms": _base64(act.cms)}
            for digest, act in given.acts.items()
        },
        "boxes": {digest: _base64(box) for digest, box in given.boxes.items()},
    }


def places(origin: str, keys: Sequence[HolderKey], checkpoint: str) -> JsonObject:
    """What a holder's client needs to make keys: the own places, and what it registered before."""
    return {
        "origin": origin,
        "checkpoint": checkpoint,
        "places": [
            {
                "part": key.part,
                "index": key.index,
                "recipient": key.recipient,
                "possession": key.possession_document_id is not None,
            }
            for key in keys
        ],
    }


def wanted_keys(wanted: WantedKeys) -> JsonObject:
    """The closing, and the parts whose key the bidder may give now."""
    return {
        "closing": _base64(wanted.closing),
        "wanted": [
            {"part": each.part, "context": each.context, "ends_at": instant(each.ends_at)}
            for each in wanted.parts
        ],
    }


def _signed(given: Statement) -> JsonObject:
    return {
        "statement": _base64(given.statement),
        "cms": _base64(given.cms),
        "token": _base64(given.token) if given.token else None,
    }


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
