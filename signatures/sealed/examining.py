"""All of an act that can be checked without its plaintext, while there is time to mend it.

Examined before any lock (SEALED_BID 4). The caller holds the ciphertext already, knows the acts
that were accepted before, and hands in who judges a CMS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel import canonical
from kernel.refusal import Refusal, Refused, enforce, refuse
from signatures.sealed import boxes, chains, judging, payload, shares, stream
from signatures.sealed.chains import Act
from signatures.sealed.committee import Committee
from signatures.sealed.header import HEADER_BYTES, read_header
from signatures.sealed.judging import Judgement, Signed, Verify
from signatures.sealed.statements import ACTS_MAX
from signatures.sealed.stream import Reader

CITE = "SEALED_BID 4"


@dataclass(frozen=True, slots=True)
class CiphertextHead:
    """What is looked at of a ciphertext: its size and its header. The digest names it."""

    size: int
    header: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """An act accepted before, and the fingerprint of the certificate that signed it."""

    act: Act
    signer: str


@dataclass(frozen=True, slots=True)
class ExaminedAct:
    """An act that may be accepted, with what the row and the receipt need to know of it."""

    act: Act
    signed: Signed
    signer: str
    organization: str | None
    signature: str
    revocation_open: bool
    boxes: Mapping[str, tuple[bytes, ...]]
    contexts: Mapping[str, str]
    judgement: Judgement


def ciphertext_head(source: Reader, size: int) -> CiphertextHead:
    """The head of a stored ciphertext."""
    return CiphertextHead(size, source.read(HEADER_BYTES))


def examine_bid(
    signed: Signed,
    *,
    committee: Committee,
    lot: str,
    bidder: str,
    notice: str,
    previous: Sequence[Accepted],
    boxes_by_part: Mapping[str, Sequence[bytes]],
    ciphertexts: Callable[[str], CiphertextHead | None],
    verify: Verify,
) -> ExaminedAct:
    """Examine a bid or a replacement by the bidder who is logged in; refused with the first fault.

    `notice` is the digest of the last notice or corrigendum, `previous` the accepted acts of this
    bidder and lot in order, `ciphertexts` finds the head of an uploaded blob by its digest.
    """
    act = chains.read_act(
        signed.statement,
        "bid",
        origin=committee.origin,
        tender=committee.tender,
        lot=lot,
        bidder=bidder,
        notice=notice,
        committee=committee.digest,
    )
    enforce(place_refusal(act, previous))
    envelopes = act.statement["envelopes"]
    enforce(envelopes_refusal(envelopes, committee))
    for envelope in envelopes:
        enforce(envelope_refusal(envelope, committee))
        enforce(ciphertext_refusal(envelope, ciphertexts(envelope["ciphertext"])))
        enforce(boxes_refusal(envelope, boxes_by_part.get(envelope["part"], ()), committee))
    contexts = {
        each["part"]: boxes.context_of(committee, lot=lot, bidder=bidder, envelope=each)
        for each in envelopes
    }
    given = {each["part"]: tuple(boxes_by_part[each["part"]]) for each in envelopes}
    return _judged(signed, act, previous, verify, given, contexts)


def examine_withdrawal(
    signed: Signed,
    *,
    origin: str,
    tender: str,
    lot: str,
    bidder: str,
    previous: Sequence[Accepted],
    verify: Verify,
) -> ExaminedAct:
    """Examine a withdrawal by the bidder who is logged in."""
    act = chains.read_act(
        signed.statement, "withdrawal", origin=origin, tender=tender, lot=lot, bidder=bidder
    )
    enforce(place_refusal(act, previous))
    if previous[-1].act.kind == "withdrawal":
        raise Refused(refuse("nothing_to_withdraw", CITE, seq=act.seq))
    return _judged(signed, act, previous, verify, {}, {})


def place_refusal(act: Act, previous: Sequence[Accepted]) -> Refusal | None:
    """The act is the next one of its chain, of at most 50."""
    if len(previous) >= ACTS_MAX:
        return refuse("acts_too_many", "SEALED_BID 3.6", acts_max=ACTS_MAX)
    if act.seq != len(previous) + 1:
        return refuse("act_seq", "SEALED_BID 3.6", seq=act.seq, expected=len(previous) + 1)
    if act.prev != (previous[-1].act.digest if previous else None):
        return refuse("act_prev", "SEALED_BID 3.6", seq=act.seq)
    return None


def signer_refusal(
    act: Act, *, signer: str, organization: str | None, previous: Sequence[Accepted]
) -> Refusal | None:
    """Signed for the bidder: by the firm, or by a certificate that the last bid named.

    The firm's identifier counts only from an issuer trusted for it, which the judgement saw to:
    the operator enrolled a person of his own under the firm (SEALED_BID 3.6).
    """
    if organization == act.bidder:
        return None
    bids = [each.act for each in previous if each.act.kind == "bid"]
    if bids and signer in bids[-1].statement["signers"]:
        return None
    return refuse("signer_not_of_bidder", "SEALED_BID 3.6", signer=signer, bidder=act.bidder)


def envelopes_refusal(
    envelopes: Sequence[Mapping[str, Any]], committee: Committee
) -> Refusal | None:
    """One act covers all parts, each once and in their order, each with a fresh identity."""
    parts = tuple(each["part"] for each in envelopes)
    if parts != committee.parts:
        return refuse("envelopes_parts", "SEALED_BID 3.6", parts=parts, expected=committee.parts)
    if len({each["recipient"] for each in envelopes}) != len(envelopes):
        return refuse("identity_reused", "SEALED_BID 3.3")
    return None


def envelope_refusal(envelope: Mapping[str, Any], committee: Committee) -> Refusal | None:
    """The points of an envelope, its number of boxes, and a size that a payload of its part has."""
    refusal = shares.commitments_refusal(
        commitments=envelope["commitments"],
        threshold=committee.threshold,
        recipient=envelope["recipient"],
    )
    if refusal is not None:
        return refusal
    holders = committee.recipients(envelope["part"])
    if encrypted_to_holder(envelope["recipient"], committee):
        return refuse("identity_reused", "SEALED_BID 3.3", part=envelope["part"])
    if len(envelope["boxes"]) != len(holders):
        return refuse(
            "boxes_count", "SEALED_BID 3.5", count=len(envelope["boxes"]), holders=len(holders)
        )
    try:
        plain_bytes = stream.plain_size(envelope["size"])
    except Refused as refused:
        return refused.refusal
    return payload.size_refusal(part=envelope["part"], payload_bytes=plain_bytes)


def encrypted_to_holder(recipient: str, committee: Committee) -> bool:
    """Whether an envelope is encrypted to a key of the committee itself."""
    return any(recipient in committee.recipients(part) for part in committee.parts)


def ciphertext_refusal(envelope: Mapping[str, Any], head: CiphertextHead | None) -> Refusal | None:
    """The blob was uploaded, has the size that the act says, and the one allowed header."""
    if head is None:
        return refuse("ciphertext_missing", CITE, ciphertext=envelope["ciphertext"])
    if head.size != envelope["size"]:
        return refuse("ciphertext_size", CITE, size=head.size, expected=envelope["size"])
    try:
        read_header(head.header)
    except Refused as refused:
        return refused.refusal
    return None


def boxes_refusal(
    envelope: Mapping[str, Any], given: Sequence[bytes], committee: Committee
) -> Refusal | None:
    """The boxes are the ones the act names, each of the exact size and shape."""
    if [canonical.digest(each) for each in given] != envelope["boxes"]:
        return refuse("boxes_differ", "SEALED_BID 3.5", part=envelope["part"])
    for index, box in enumerate(given, 1):
        if refusal := boxes.box_refusal(box, origin=committee.origin, index=index):
            return refusal
    return None


def _judged(
    signed: Signed,
    act: Act,
    previous: Sequence[Accepted],
    verify: Verify,
    given: Mapping[str, tuple[bytes, ...]],
    contexts: Mapping[str, str],
) -> ExaminedAct:
    judgement = verify(signed.statement, signed.cms)
    # Stale revocation data is shown and judged again at the opening (SEALED_BID 4).
    enforce(judging.signature_refusal(judgement, stale_allowed=True, cite=CITE))
    signer, signature = judgement.signer, judgement.signature_value_digest
    assert signer is not None  # noqa: S101  # signature_refusal saw both
    assert signature is not None  # noqa: S101  # as above
    organization = judgement.organization_identifier
    enforce(
        signer_refusal(act, signer=signer.fingerprint, organization=organization, previous=previous)
    )
    return ExaminedAct(
        act=act,
        signed=signed,
        signer=signer.fingerprint,
        organization=organization,
        signature=signature,
        revocation_open=not judgement.passed,
        boxes=given,
        contexts=contexts,
        judgement=judgement,
    )
