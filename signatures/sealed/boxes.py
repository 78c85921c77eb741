"""A box: one holder's share of one envelope, encrypted to that holder's key for the part.

Every box is bound to the envelope's context. Unbound boxes let a shill open a rival's price as his
own technical part (SEALED_BID 3.5).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from kernel import canonical
from kernel.refusal import Refusal, Refused, refuse
from signatures.sealed import points, shares, statements, stream
from signatures.sealed.committee import Committee
from signatures.sealed.header import HEADER_BYTES, Randomness, read_header

CITE = "SEALED_BID 3.5"


def context_statement(
    committee: Committee, *, lot: str, bidder: str, envelope: Mapping[str, Any]
) -> bytes:
    """The statement whose digest binds boxes and shares to one envelope of one bid."""
    part = envelope["part"]
    return statements.encode(
        "context",
        origin=committee.origin,
        tender=committee.tender,
        lot=lot,
        part=part,
        bidder=bidder,
        committee=committee.digest,
        threshold=committee.threshold,
        holders=list(committee.statements(part)),
        recipient=envelope["recipient"],
        commitments=list(envelope["commitments"]),
        ciphertext=envelope["ciphertext"],
        size=envelope["size"],
        inner=envelope["inner"],
    )


def context_of(committee: Committee, *, lot: str, bidder: str, envelope: Mapping[str, Any]) -> str:
    """The digest of the context statement."""
    return canonical.digest(context_statement(committee, lot=lot, bidder=bidder, envelope=envelope))


def seal_box(
    *, origin: str, context: str, index: int, share: str, recipient: str, random: Randomness
) -> bytes:
    """The box for one holder."""
    out = io.BytesIO()
    statement = share_statement(origin=origin, context=context, index=index, share=share)
    stream.encrypt([statement], recipient, out, random)
    return out.getvalue()


def share_statement(*, origin: str, context: str, index: int, share: str) -> bytes:
    """What is in a box."""
    return statements.encode("share", origin=origin, context=context, index=index, share=share)


@lru_cache(maxsize=256)
def box_size(origin: str, index: int) -> int:
    """The one size that a box for this index has: every value in it has a fixed length."""
    zeros = "0" * 64
    return stream.encrypted_size(
        len(share_statement(origin=origin, context=f"sha256:{zeros}", index=index, share=zeros))
    )


def box_refusal(box: bytes, *, origin: str, index: int) -> Refusal | None:
    """All that can be known of a box without its key: exact length and header."""
    if len(box) != box_size(origin, index):
        return refuse("box_size", CITE, index=index, bytes=len(box))
    try:
        read_header(box[:HEADER_BYTES])
    except Refused as refused:
        return refused.refusal
    return None


def open_box(
    box: bytes,
    *,
    identity: bytes,
    origin: str,
    context: str,
    index: int,
    commitments: Sequence[str],
) -> str:
    """The share in a box, if it is for this context and index and the commitments fix it.

    The codes of refusal are what a holder's release names in place of the share.
    """
    refusal = box_refusal(box, origin=origin, index=index)
    if refusal is not None:
        raise Refused(refusal)
    raw = b"".join(stream.decrypt(io.BytesIO(box), identity))
    statement = statements.read(raw, "share", origin=origin)
    if statement["context"] != context:
        raise Refused(refuse("box_context", CITE, index=index))
    if statement["index"] != index:
        raise Refused(refuse("box_index", CITE, index=index))
    share: str = statement["share"]
    if shares.read_scalar(share) is None:
        raise Refused(refuse("share_not_reduced", CITE, index=index))
    if not shares.share_valid(share, index, commitments):
        raise Refused(refuse("share_not_committed", CITE, index=index))
    return share


def own_key_refusal(
    committee: Committee, *, identity: bytes, part: str, index: int
) -> Refusal | None:
    """Whether a key is the one that the committee lists for this part and index."""
    listed = dict(enumerate(committee.recipients(part), 1)).get(index)
    if listed != points.recipient_of(identity):
        return refuse("holder_key_differs", "SEALED_BID 2", part=part, index=index)
    return None
