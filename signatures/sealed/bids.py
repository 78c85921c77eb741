"""Sealing a bid: envelopes, their boxes, and the one act that covers them (SEALED_BID 3)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel import canonical
from signatures.sealed import boxes, payload, points, shares, statements, stream
from signatures.sealed.committee import Committee, make_identity
from signatures.sealed.header import Randomness
from signatures.sealed.judging import Sign, Signed
from signatures.sealed.payload import Attachment, Opening
from signatures.sealed.statements import PARTS
from signatures.sealed.stream import Writer


@dataclass(frozen=True, slots=True)
class SealedEnvelope:
    """One sealed part: its entry in the act, the holders' boxes, and what only the bidder keeps.

    `boxes` go to the server with the act; `identity`, `inner` and `openings` stay with the bidder.
    """

    part: str
    entry: Mapping[str, Any]
    context: str
    boxes: tuple[bytes, ...]
    identity: str = field(repr=False)
    inner: Signed = field(repr=False)
    openings: tuple[Opening, ...] = field(repr=False)


def seal_envelope(
    committee: Committee,
    *,
    lot: str,
    part: str,
    bidder: str,
    files: Sequence[Attachment],
    sign: Sign,
    out: Writer,
    random: Randomness = os.urandom,
) -> SealedEnvelope:
    """Seal one part: the ciphertext is written to `out`, everything else is returned.

    `sign` makes the bidder's CMS over the inner statement, which travels inside the ciphertext.
    """
    identity = make_identity(random)
    recipient = points.recipient_of(identity)
    openings = payload.make_openings(files, random)
    inner = statements.encode(
        "inner",
        origin=committee.origin,
        tender=committee.tender,
        lot=lot,
        part=part,
        bidder=bidder,
        recipient=recipient,
        files=[payload.commit(each) for each in openings],
    )
    signed = Signed(inner, sign(inner))
    plain = payload.write_payload(
        part=part, inner=inner, cms=signed.cms, openings=openings, files=files
    )
    written = stream.encrypt(plain, recipient, out, random)
    dealt = shares.deal(identity, committee.threshold, len(committee.holders), random)
    entry: dict[str, Any] = {
        "part": part,
        "ciphertext": written.digest,
        "size": written.size,
        "recipient": recipient,
        "commitments": list(dealt.commitments),
        "inner": canonical.digest(inner),
    }
    context = boxes.context_of(committee, lot=lot, bidder=bidder, envelope=entry)
    sealed = tuple(
        boxes.seal_box(
            origin=committee.origin,
            context=context,
            index=index,
            share=share,
            recipient=key,
            random=random,
        )
        for index, (share, key) in enumerate(
            zip(dealt.shares, committee.recipients(part), strict=True), 1
        )
    )
    entry["boxes"] = [canonical.digest(box) for box in sealed]
    return SealedEnvelope(
        part=part,
        entry=entry,
        context=context,
        boxes=sealed,
        identity=points.write_identity(identity),
        inner=signed,
        openings=tuple(openings),
    )


def bid_act(
    committee: Committee,
    *,
    lot: str,
    bidder: str,
    seq: int,
    prev: str | None,
    notice: str,
    client: str,
    signers: Sequence[str],
    envelopes: Sequence[Mapping[str, Any]],
) -> bytes:
    """The act of a bid or a replacement, to be signed; entries may come from an earlier act."""
    return statements.encode(
        "bid",
        origin=committee.origin,
        tender=committee.tender,
        lot=lot,
        bidder=bidder,
        seq=seq,
        prev=prev,
        notice=notice,
        committee=committee.digest,
        client=client,
        signers=list(signers),
        envelopes=[dict(each) for each in sorted(envelopes, key=_place)],
    )


def withdrawal_act(
    *, origin: str, tender: str, lot: str, bidder: str, seq: int, prev: str
) -> bytes:
    """The act of a withdrawal, to be signed."""
    return statements.encode(
        "withdrawal", origin=origin, tender=tender, lot=lot, bidder=bidder, seq=seq, prev=prev
    )


def _place(envelope: Mapping[str, Any]) -> int:
    return PARTS.index(envelope["part"])
