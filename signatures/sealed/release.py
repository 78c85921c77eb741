"""A key holder after the closing: what the client checks before it decrypts, and what it releases.

The holder is the last one who can refuse, so the client believes nothing it can check: not the
clock, not the set of bids, not the committee (SEALED_BID 6).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel import canonical
from kernel.clock import instant, parse_instant
from kernel.refusal import Refusal, Refused, enforce, refuse
from signatures.sealed import boxes, chains, examining, judging, receipts, shares, statements
from signatures.sealed.chains import Act, Chain
from signatures.sealed.committee import Committee
from signatures.sealed.judging import Signed, Verify

CITE = "SEALED_BID 6"
CITE_COMMITTEE = "SEALED_BID 2"


@dataclass(frozen=True, slots=True)
class LiveEnvelope:
    """An envelope that a live act names, with the context its boxes and shares are bound to."""

    act: Act
    envelope: Mapping[str, Any]
    context: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a holder downloads for one lot and part; the leaves are those of the whole tender."""

    closing: bytes
    leaves: Sequence[bytes]
    acts: Mapping[str, Signed]
    boxes: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the holder knows of the tender from its signed notices, and from earlier visits.

    `closing_known` is the digest of the first closing this client saw for the tender, `anchored`
    says whether the closing is in the public log with the outside evidence that the notice
    promises, `objections` are receipts under the server's seal that bidders handed to the holder.
    """

    committee: Committee
    notices: Collection[str]
    closes_at: datetime
    objection_minutes: int
    bids_min: int
    anchored: Callable[[bytes], Refusal | None]
    closing_known: str | None = None
    objections: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class CheckedWork:
    """Work that passed every check. `faults` says which live envelopes get a refusal, and why."""

    terms: Terms
    lot: str
    part: str
    closing: str
    live: tuple[LiveEnvelope, ...]
    faults: Mapping[str, Refusal]
    boxes: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Release:
    """What one holder released for a lot and part."""

    digest: str
    index: int
    closing: str
    shares: Mapping[str, str]
    refused: Mapping[str, str]


def live_envelopes(
    committee: Committee,
    acts: Sequence[Act],
    *,
    lot: str,
    part: str,
    survivors: Collection[str] | None = None,
) -> tuple[LiveEnvelope, ...]:
    """The envelopes of a part that may be opened; they and `acts`, the lot's, are in tree order.

    `survivors` are the bidders whom a signed quality report lets through; None where there is none.
    """
    return tuple(
        LiveEnvelope(
            act,
            envelope,
            boxes.context_of(committee, lot=lot, bidder=act.bidder, envelope=envelope),
        )
        for act in chains.live_acts(acts)
        if (survivors is None or act.bidder in survivors)
        and (envelope := act.envelope(part)) is not None
    )


def check_work(
    work: Work,
    *,
    terms: Terms,
    lot: str,
    part: str,
    now: datetime,
    verify: Verify,
    survivors: Collection[str] | None = None,
) -> CheckedWork:
    """All that a holder's client checks before it decrypts anything; refused, nothing is decrypted.

    A faulty bid does not stop the others: it stays in the list and is released as refused, so that
    every holder and the server count the same envelopes.
    """
    enforce(time_refusal(terms, now))
    closing = closing_of(work.closing, terms)
    enforce(receipts.tree_refusal(closing, work.leaves))
    leaves = [_read_leaf(each, terms) for each in work.leaves]
    enforce(_objection_refusal(terms, lot, work.leaves))
    acts = [_read_placed(leaf, work) for leaf in leaves if leaf["lot"] == lot]
    for act in acts:
        enforce(known_refusal(act, terms))
    chains_by_bidder = chains.chains_of(acts)
    faults = _faults(chains_by_bidder, leaves, work, terms.committee, verify)
    sound = [act for act in chains.live_acts(acts) if act.digest not in faults]
    if len(sound) < terms.bids_min:
        raise Refused(refuse("bids_too_few", CITE, bids=len(sound), bids_min=terms.bids_min))
    live = live_envelopes(terms.committee, acts, lot=lot, part=part, survivors=survivors)
    if not live:
        raise Refused(refuse("nothing_to_open", CITE, lot=lot, part=part))
    return CheckedWork(
        terms=terms,
        lot=lot,
        part=part,
        closing=canonical.digest(work.closing),
        live=live,
        faults=faults,
        boxes=work.boxes,
    )


def time_refusal(terms: Terms, now: datetime) -> Refusal | None:
    """Not before the closing, nor before the minutes in which a bidder may object have passed."""
    if now < terms.closes_at:
        return refuse("before_closing", CITE, closes_at=instant(terms.closes_at))
    opens_at = terms.closes_at + timedelta(minutes=terms.objection_minutes)
    if now < opens_at:
        return refuse("objection_time_runs", CITE, opens_at=instant(opens_at))
    return None


def closing_of(raw: bytes, terms: Terms) -> statements.Statement:
    """The closing statement: of this tender, not early, the one seen first, anchored outside."""
    committee = terms.committee
    closing = statements.read(raw, "closing", origin=committee.origin, tender=committee.tender)
    if terms.closing_known not in (None, canonical.digest(raw)):
        raise Refused(refuse("closing_differs", CITE, known=terms.closing_known))
    if closing["closed_at"] < instant(terms.closes_at):
        raise Refused(refuse("closed_early", CITE, closed_at=closing["closed_at"]))
    enforce(terms.anchored(raw))
    return closing


def known_refusal(act: Act, terms: Terms) -> Refusal | None:
    """Every bid names the committee this client knows, and a notice it knows."""
    if act.kind != "bid":
        return None
    if act.statement["committee"] != terms.committee.digest:
        return refuse("act_committee_unknown", CITE, act=act.digest)
    if act.statement["notice"] not in terms.notices:
        return refuse("act_notice_unknown", CITE, act=act.digest)
    return None


def make_release(
    checked: CheckedWork, *, index: int, identity: bytes, checkpoint: str, released_at: datetime
) -> bytes:
    """The holder's act for lot and part, to be signed: a share or a refusal for each envelope."""
    committee = checked.terms.committee
    enforce(boxes.own_key_refusal(committee, identity=identity, part=checked.part, index=index))
    return statements.encode(
        "release",
        origin=committee.origin,
        tender=committee.tender,
        lot=checked.lot,
        part=checked.part,
        index=index,
        closing=checked.closing,
        checkpoint=checkpoint,
        released_at=instant(released_at),
        shares=[_released(each, checked, index, identity) for each in checked.live],
    )


def read_release(
    raw: bytes,
    *,
    committee: Committee,
    lot: str,
    part: str,
    live: Sequence[LiveEnvelope],
) -> Release:
    """A release for this lot and part, with every live envelope in tree order; else refused.

    Which `closing` it names is kept and not judged here: releases count when t name the same.
    """
    statement = statements.read(
        raw, "release", origin=committee.origin, tender=committee.tender, lot=lot, part=part
    )
    if statement["index"] > len(committee.holders):
        raise Refused(refuse("release_index", CITE, index=statement["index"]))
    released = statement["shares"]
    if [each["context"] for each in released] != [each.context for each in live]:
        raise Refused(refuse("release_envelopes", CITE, count=len(released), live=len(live)))
    return Release(
        digest=canonical.digest(raw),
        index=statement["index"],
        closing=statement["closing"],
        shares={each["context"]: each["share"] for each in released if "share" in each},
        refused={each["context"]: each["refused"] for each in released if "refused" in each},
    )


def wrong_shares(release: Release, live: Sequence[LiveEnvelope]) -> tuple[str, ...]:
    """The contexts for which a release holds a share that the commitments do not fix.

    A wrong share names its sender; a refused box is disputed, and names nobody (SEALED_BID 6).
    """
    return tuple(
        each.context
        for each in live
        if each.context in release.shares
        and not shares.share_valid(
            release.shares[each.context], release.index, each.envelope["commitments"]
        )
    )


def _released(
    live: LiveEnvelope, checked: CheckedWork, index: int, identity: bytes
) -> dict[str, str]:
    try:
        share = _opened_share(live, checked, index, identity)
    except Refused as refused:
        return {"context": live.context, "refused": refused.refusal.code}
    return {"context": live.context, "share": share}


def _opened_share(live: LiveEnvelope, checked: CheckedWork, index: int, identity: bytes) -> str:
    enforce(checked.faults.get(live.act.digest))
    digest = live.envelope["boxes"][index - 1]
    box = checked.boxes.get(digest)
    if box is None or canonical.digest(box) != digest:
        raise Refused(refuse("box_missing", CITE, index=index))
    return boxes.open_box(
        box,
        identity=identity,
        origin=checked.terms.committee.origin,
        context=live.context,
        index=index,
        commitments=live.envelope["commitments"],
    )


def _read_leaf(raw: bytes, terms: Terms) -> statements.Statement:
    committee = terms.committee
    leaf = receipts.read_receipt(raw, origin=committee.origin, tender=committee.tender)
    if parse_instant(leaf["accepted_at"]) >= terms.closes_at:  # half-open: at the instant is late
        raise Refused(refuse("receipt_late", CITE, accepted_at=leaf["accepted_at"]))
    return leaf


def _objection_refusal(terms: Terms, lot: str, leaves: Sequence[bytes]) -> Refusal | None:
    known = set(leaves)
    for each in terms.objections:
        if each not in known and receipts.read_receipt(each)["lot"] == lot:
            return refuse("objection_receipt_absent", CITE, receipt=canonical.digest(each))
    return None


def _read_placed(leaf: statements.Statement, work: Work) -> Act:
    signed = work.acts.get(leaf["act"])
    if signed is None or canonical.digest(signed.statement) != leaf["act"]:
        raise Refused(refuse("act_missing", CITE, act=leaf["act"]))
    act = chains.read_act(signed.statement, chains.kind_of_event(leaf["event"]))
    enforce(receipts.receipt_refusal(leaf, act))
    return act


def _faults(
    chains_by_bidder: Mapping[str, Chain],
    leaves: Sequence[statements.Statement],
    work: Work,
    committee: Committee,
    verify: Verify,
) -> dict[str, Refusal]:
    """Why the live act of a chain gets no share: a signature along the chain, or its envelopes."""
    signatures = {leaf["act"]: leaf["signature"] for leaf in leaves}
    faults = {}
    for chain in chains_by_bidder.values():
        if chain.live is not None:
            refusal = _signatures_refusal(chain, signatures, work, verify)
            refusal = refusal or _envelopes_refusal(chain.live, committee)
            if refusal is not None:
                faults[chain.live.digest] = refusal
    return faults


def _signatures_refusal(
    chain: Chain, signatures: Mapping[str, str], work: Work, verify: Verify
) -> Refusal | None:
    previous: list[examining.Accepted] = []
    for act in chain.acts:
        signed = work.acts[act.digest]
        judgement = verify(signed.statement, signed.cms)
        refusal = judging.signature_refusal(judgement, stale_allowed=True, cite=CITE)
        if refusal is not None or judgement.signer is None:
            return refusal
        if judgement.signature_value_digest != signatures[act.digest]:
            return refuse("receipt_not_of_act", CITE, act=act.digest)
        refusal = examining.signer_refusal(
            act,
            signer=judgement.signer.fingerprint,
            organization=judgement.organization_identifier,
            previous=previous,
        )
        if refusal is not None:
            return refusal
        previous.append(examining.Accepted(act, judgement.signer.fingerprint))
    return None


def _envelopes_refusal(act: Act, committee: Committee) -> Refusal | None:
    envelopes = act.statement["envelopes"]
    refusal = examining.envelopes_refusal(envelopes, committee)
    for envelope in envelopes:
        refusal = refusal or examining.envelope_refusal(envelope, committee)
    return refusal
