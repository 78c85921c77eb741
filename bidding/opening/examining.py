"""Outside any transaction: judge a holder's release, and open a lot with the shares there are."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO, cast

from sqlalchemy.orm import Session

from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import ClosingStamp, Examiner
from bidding.opening import queries, rules
from bidding.opening.deciphering import Decipherer, Files, Outcome
from bidding.opening.queries import LotActs
from kernel import canonical
from kernel.refusal import NotFound, Refusal, Refused, enforce, refuse
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile
from signatures import cms, notes
from signatures.notes import VerifierKey
from signatures.sealed import judging, opening, readout, receipts, release
from signatures.sealed.committee import Committee
from signatures.sealed.judging import Signed
from signatures.sealed.opening import Failed, Opened
from signatures.sealed.readout import ReadOut
from signatures.sealed.release import LiveEnvelope
from signatures.signed_data import Malformed
from signatures.timestamps import TokenVerdict
from signatures.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class ExaminedRelease:
    """A release that has every live envelope of its lot and part in tree order."""

    tender_id: str
    lot_id: str
    part: str
    index: int
    closing: str
    digest: str
    signed: Signed
    verdict: Mapping[str, object]
    judged: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BidOutcome:
    """What became of one live bid: open with its read-out, or failed for a cause."""

    act: str
    readout: ReadOut | None
    cause: Refusal | None
    fault: str | None
    files: Mapping[str, list[dict[str, Any]]]
    inner: Mapping[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class ProvenReceipt:
    """A receipt that stands under this server's own receipt key."""

    receipt: bytes


@dataclass(frozen=True, slots=True)
class LotOutcome:
    """The whole lot, ready to be read out: no bid of it waits for anything any more."""

    tender_id: str
    lot_id: str
    closing: str
    bids: tuple[BidOutcome, ...]
    stopped: Mapping[str, str]
    # Every act of the lot, replaced and withdrawn ones too, that nobody outside vouches for.
    on_operators_word: tuple[str, ...]
    stamp: ClosingStamp | None
    # The bidders' own keys that were known; one that came since would open a bid that failed here.
    own_keys: tuple[str, ...]


def examine_release(
    session: Session, examiner: Examiner, tender_id: str, lot_id: str, part: str, signed: Signed
) -> ExaminedRelease:
    """Judge a release: shares by the commitments alone; the signature is recorded, no gate.

    Refused if an envelope is left out or out of order (SEALED_BID 6).
    """
    tender, _ = _tender_and_lot(session, tender_id, lot_id)
    committee = examiner.committee(session, tender)
    live = _live(session, committee, tender_id, lot_id, part)
    read = release.read_release(
        signed.statement, committee=committee, lot=lot_id, part=part, live=live
    )
    wrong = release.wrong_shares(read, live)
    judged = {context: "wrong" if context in wrong else "valid" for context in read.shares}
    verdict = cast(Verdict, examiner.verify_at(examiner.clock.now())(signed.statement, signed.cms))
    return ExaminedRelease(
        tender_id=tender_id,
        lot_id=lot_id,
        part=part,
        index=read.index,
        closing=read.closing,
        digest=read.digest,
        signed=signed,
        verdict=verdict.as_record(),
        judged={**judged, **read.refused},
    )


def examine_receipt(receipt: bytes, note: bytes, *, key: VerifierKey) -> ProvenReceipt:
    """A receipt with its signed note, for an objection; refused unless our key signed it.

    Else anybody could stop a lot with a receipt of their own making.
    """
    try:
        signed = notes.verify(note, [key])
    except notes.NoteProblem as problem:
        raise Refused(refuse("receipt_not_ours", "SEALED_BID 6", problem=str(problem))) from problem
    if signed != receipts.note_text(receipt):
        raise Refused(refuse("receipt_not_ours", "SEALED_BID 6"))
    return ProvenReceipt(receipt)


def open_with_shares(
    session: Session, examiner: Examiner, tender_id: str, lot_id: str, *, give_up: bool = False
) -> LotOutcome:
    """Open every live bid of a lot; Refused with `lot_not_open` while a bid may still open.

    Opened files go to the blob store; nothing of them is shown before `services.open_lot` has
    written the whole lot in one transaction. With `give_up` the time for missing shares is over,
    and what is not open then has finally failed for a cause that is not the bidder's.
    """
    tender, lot = _tender_and_lot(session, tender_id, lot_id)
    committee = examiner.committee(session, tender)
    closing = envelopes.closing_of(session, tender_id)
    found = queries.lot_acts(session, tender_id, lot_id)
    # Asked again under the lot's lock; here so that nothing is decrypted that stays sealed.
    profile = pinned_profile(tender)
    enforce(rules.enough_bids(bids=len(found.live), profile=profile))
    enforce(queries.stopped_by_objection(session, lot_id))
    own_keys = queries.own_keys(session, lot.id)
    with ExitStack() as kept:
        decipherer = Decipherer(
            examiner,
            committee,
            found,
            lot.id,
            closing.digest,
            queries.releases(session, lot.id),
            {each.context: each.identity for each in own_keys},
            profile,
            examiner.clock.now(),
            kept,
        )
        if not give_up:
            enforce(decipherer.waiting())
        parts = {part: decipherer.outcomes(part) for part in committee.parts}
        if not give_up:
            for part, outcomes in parts.items():
                known = {outcome.context: outcome for outcome, _ in outcomes.values()}
                enforce(opening.read_out_refusal(decipherer.live(part), known))
        evidence = {act.digest: _evidence(examiner, found, act.digest) for act in found.acts}
        bids = tuple(
            _bid_outcome(
                examiner,
                found,
                act.digest,
                _signature_again(examiner, found, act.digest, evidence, closing.closed_at),
                {part: outcomes[act.digest] for part, outcomes in parts.items()},
                tender.currency,
            )
            for act in found.live
        )
    return LotOutcome(
        tender_id,
        lot.id,
        closing.digest,
        bids,
        found.stopped,
        on_operators_word=tuple(
            act.digest
            for act in found.acts
            if not _vouched_outside(evidence[act.digest], tender.closes_at)
        ),
        stamp=examiner.judge_closing(closing.statement, closing.token) if closing.token else None,
        own_keys=tuple(each.id for each in own_keys),
    )


def _bid_outcome(
    examiner: Examiner,
    found: LotActs,
    act: str,
    judged: Verdict,
    parts: Mapping[str, Outcome],
    currency: str,
) -> BidOutcome:
    if judged.signature_value_digest != found.receipts[act]["signature"]:
        # Not the signature that was receipted: it was altered where it lay.
        cause = refuse("receipt_not_of_act", "SEALED_BID 6", act=act)
        return BidOutcome(act, None, cause, "operator", {}, {})
    refusal = judging.signature_refusal(judged, stale_allowed=True, cite="SEALED_BID 6")
    if refusal is not None:
        return BidOutcome(act, None, refusal, "bidder", {}, {})
    for outcome, _ in parts.values():
        if isinstance(outcome, Failed):
            return BidOutcome(act, None, outcome.cause, outcome.fault, {}, {})
    try:
        said = _read_out(parts["price"][1], currency)
    except Refused as refused:
        return BidOutcome(act, None, refused.refusal, "bidder", {}, {})
    for _, files in parts.values():
        for data in files.values():
            data.seek(0)
            examiner.blobs.put(cast(BinaryIO, data))
    opened = {part: outcome for part, (outcome, _) in parts.items() if isinstance(outcome, Opened)}
    return BidOutcome(
        act=act,
        readout=said,
        cause=None,
        fault=None,
        files={part: [dict(each) for each in known.openings] for part, known in opened.items()},
        inner={
            part: {
                "statement": base64.b64encode(known.inner.statement).decode(),
                "cms": base64.b64encode(known.inner.cms).decode(),
            }
            for part, known in opened.items()
        },
    )


def _read_out(files: Files, currency: str) -> ReadOut:
    """The read-out among the files of the price part."""
    if readout.FILE_NAME not in files:
        raise Refused(refuse("readout_malformed", readout.CITE, problem="there is none"))
    files[readout.FILE_NAME].seek(0)
    return readout.read(files[readout.FILE_NAME].read(readout.BYTES_MAX + 1), currency=currency)


def _evidence(examiner: Examiner, found: LotActs, act: str) -> TokenVerdict | None:
    """What the token proves that the receipt names; one put there later is no evidence."""
    row, token = found.rows[act], found.rows[act].token
    if token is None or canonical.digest(token) != found.receipts[act]["token"]:
        return None
    try:
        judged = examiner.proved_at(row.cms, token)
    except Malformed:
        return None
    return judged if judged.passed else None


def _vouched_outside(evidence: TokenVerdict | None, closes_at: datetime) -> bool:
    """Whether somebody outside vouches that the act existed before the closing (SEALED_BID 5).

    A token proves existence and not receipt, so one of the closing instant or later proves nothing
    about before it.
    """
    if evidence is None or not evidence.outside or evidence.gen_time is None:
        return False
    return evidence.gen_time < closes_at


def _signature_again(
    examiner: Examiner,
    found: LotActs,
    act: str,
    evidence: Mapping[str, TokenVerdict | None],
    closed_at: datetime,
) -> Verdict:
    """Judge the act's signature again, by what was published before the closing (SEALED_BID 6).

    A certificate counts as revoked only if the date precedes the token and the list was published
    before the closing; otherwise a list issued later could undo a bid that was good. A token that
    proves nothing is the server's fault and is left out.
    """
    row = found.rows[act]
    known = tuple(crl for crl in examiner.trust.crls if crl.issued_at <= closed_at)
    return cms.verify_statement(
        row.statement,
        row.cms,
        replace(examiner.trust, crls=known),
        found.accepted_at(act),
        token=row.token if evidence[act] is not None else None,
    )


def _live(
    session: Session, committee: Committee, tender_id: str, lot_id: str, part: str
) -> tuple[LiveEnvelope, ...]:
    acts = queries.lot_acts(session, tender_id, lot_id).acts
    return release.live_envelopes(committee, acts, lot=lot_id, part=part)


def _tender_and_lot(session: Session, tender_id: str, lot_id: str) -> tuple[Tender, Lot]:
    tender = tenders.tender(session, tender_id)
    lot = tenders.lot(session, lot_id)
    if lot.tender_id != tender.id:
        raise NotFound("lot", lot_id)
    return tender, lot
