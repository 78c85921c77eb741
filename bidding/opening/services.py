"""Use cases of the opening: object, release, leave sealed, open, sign the record."""

from __future__ import annotations

import math

from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import ClosingStamp
from bidding.envelopes.models import Closing
from bidding.opening import queries, rules
from bidding.opening.entries import (
    LotLeftSealed,
    LotOpened,
    OpeningObjected,
    OpeningRecordSigned,
    SharesReleased,
)
from bidding.opening.examining import BidOutcome, ExaminedRelease, LotOutcome, ProvenReceipt
from bidding.opening.models import OpenedBid, OpeningObjection, OpeningRecord, Release
from bidding.opening.stages import OPENING
from journal.work import Work
from kernel import canonical
from kernel.canonical import JsonValue
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.refusal import Refusal, StaleWrite, enforce, refuse
from kernel.vocabulary import Action, Actor, LotStage, Role, system_actor
from procurement.authority import Subject
from procurement.parties import queries as parties
from procurement.parties.capacities import act, subject
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_next_pdf,
    keep_signature,
    same_statement,
    statement,
)
from procurement.profiles.model import Profile
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile
from signatures.sealed import receipts

RECORD_PDF = "opening-record-document"
READ_OUT_STATES = {"bidder": "revoked", "other": "withdrawn"}


def object_at_opening(
    work: Work, actor: Actor, lot_id: str, text: str, *, proof: ProvenReceipt | None = None
) -> str:
    """Object on the spot (Order 87 art. 42); a receipt absent from the closed tree stops the lot.

    Such a receipt, under this server's own key, proves a dropped bid (SEALED_BID 6).
    """
    lot, tender = _locked(work, lot_id)
    bidder = next(iter(sorted(actor.organizations(Role.SUPPLIER))), "")
    on = _subject(work, tender, lot, organization=bidder)
    act(work, actor, Action.OBJECT_AT_OPENING, on, purchase=tender.purchase_id)
    OPENING.after(LotStage(lot.stage), Action.OBJECT_AT_OPENING)
    if not text.strip():
        enforce(refuse("objection_without_reason", "Order 87 art. 42"))
    stops = proof is not None and _is_dropped(work, tender, lot, proof.receipt)
    objection = OpeningObjection(
        id=new_id("obj"),
        lot_id=lot.id,
        bidder_id=bidder,
        text=text,
        receipt=proof.receipt if proof else None,
        stops_the_lot=stops,
        raised_at=work.clock.now(),
    )
    work.session.add(objection)
    work.record(
        actor,
        OpeningObjected(
            object=objection.id,
            tender=tender.id,
            lot=lot.id,
            bidder=bidder,
            text=text,
            stops_the_lot=stops,
        ),
    )
    return objection.id


def release_shares(work: Work, actor: Actor, examined: ExaminedRelease) -> str:
    """Take in one holder's release for a lot and part; a holder releases once.

    A wrong share names its sender in the entry, a refused box is disputed (SEALED_BID 6).
    """
    lot, tender = _locked(work, examined.lot_id)
    on = _subject(work, tender, lot, named=_holders(work, tender, examined))
    act(work, actor, Action.RELEASE_SHARES, on, purchase=tender.purchase_id)
    OPENING.after(LotStage(lot.stage), Action.RELEASE_SHARES)
    enforce(_objection_time_over(work, tender, pinned_profile(tender)))
    enforce(queries.stopped_by_objection(work.session, lot.id))
    known = {(row.part, row.index) for row in queries.releases(work.session, lot.id)}
    if (examined.part, examined.index) in known:
        enforce(refuse("released_already", "SEALED_BID 6", part=examined.part))
    row = Release(
        id=new_id("rel"),
        tender_id=tender.id,
        lot_id=lot.id,
        part=examined.part,
        index=examined.index,
        person_id=actor.person,
        closing=examined.closing,
        statement=examined.signed.statement,
        cms=examined.signed.cms,
        verdict=dict(examined.verdict),
        judged=dict(examined.judged),
        released_at=work.clock.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        actor,
        SharesReleased(
            object=row.id,
            tender=tender.id,
            lot=lot.id,
            part=examined.part,
            index=examined.index,
            closing=examined.closing,
            release=examined.digest,
            wrong=_judged_as(examined, "wrong"),
            disputed=[
                context
                for context, found in examined.judged.items()
                if found not in ("valid", "wrong")
            ],
        ),
    )
    return row.id


def leave_sealed(work: Work, lot_id: str) -> bool:
    """Leave a lot sealed for ever if it has too few live bids; whether it was left so.

    What was sent stays unread (Order 87 art. 41, requirement 062). It waits like an opening does:
    whose bid was dropped may say so first, and then the lot neither opens nor fails.
    """
    system = system_actor("opening")
    lot, tender = _locked(work, lot_id)
    act(work, system, Action.LEAVE_SEALED, _subject(work, tender, lot), purchase=None)
    profile = pinned_profile(tender)
    bids = len(queries.lot_acts(work.session, tender.id, lot.id).live)
    refusal = rules.enough_bids(bids=bids, profile=profile)
    if refusal is None:
        return False
    enforce(_objection_time_over(work, tender, profile))
    enforce(queries.stopped_by_objection(work.session, lot.id))
    lot.stage = OPENING.after(LotStage(lot.stage), Action.LEAVE_SEALED)
    lot.failed_reason = refusal.code
    work.record(
        system,
        LotLeftSealed(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            bids=bids,
            bids_min=profile.bidders_min_to_open.value,
            cites=list(refusal.cites),
        ),
    )
    return True


def open_lot(work: Work, outcome: LotOutcome) -> OpeningRecord:
    """Write a whole lot as opened, and with it the record that will be signed.

    No price is shown before this one transaction commits (SEALED_BID 6).
    """
    system = system_actor("opening")
    lot, tender = _locked(work, outcome.lot_id)
    act(work, system, Action.OPEN_LOT, _subject(work, tender, lot), purchase=None)
    stage = OPENING.after(LotStage(lot.stage), Action.OPEN_LOT)
    closing = envelopes.closing_of(work.session, tender.id)
    profile = pinned_profile(tender)
    found = queries.lot_acts(work.session, tender.id, lot.id)
    if [bid.act for bid in outcome.bids] != [each.digest for each in found.live]:
        raise StaleWrite("lot", lot.id)
    enforce(rules.enough_bids(bids=len(outcome.bids), profile=profile))
    enforce(queries.stopped_by_objection(work.session, lot.id))
    now = work.clock.now()
    for position, bid in enumerate(outcome.bids):
        row = found.rows[bid.act]
        work.session.add(
            OpenedBid(
                id=new_id("bid"),
                tender_id=tender.id,
                lot_id=lot.id,
                act_id=row.id,
                bidder_id=row.bidder_id,
                position=position,
                state=state_of(bid, profile),
                cause=bid.cause.code if bid.cause else None,
                readout=bid.readout.as_record() if bid.readout else None,
                price_minor=bid.readout.price.minor if bid.readout else None,
                currency=bid.readout.price.currency if bid.readout else None,
                files=dict(bid.files),
                inner=dict(bid.inner),
                opened_at=now,
            )
        )
    record = _record(work, tender, lot, closing, outcome, profile)
    work.session.add(record)
    lot.stage = stage
    work.session.flush()
    work.record(
        system,
        LotOpened(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            closing=closing.digest,
            record=record.digest,
            bids=[
                _read_out(work, found.rows[bid.act].bidder_id, bid, profile) for bid in outcome.bids
            ],
        ),
    )
    return record


def sign_opening_record(
    work: Work,
    actor: Actor,
    lot_id: str,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> str:
    """Sign the record of an opening, as the officer who led it or a holder who was there.

    `pdf` is the record as a document, signed by the same person over the form that whoever signed
    before left.
    """
    lot, tender = _locked(work, lot_id)
    holders = {key.person_id for key in tenders.holder_keys(work.session, tender.id)}
    on = _subject(work, tender, lot, organization=tender.buyer_id, named=holders)
    act(work, actor, Action.SIGN_OPENING_RECORD, on, purchase=tender.purchase_id)
    OPENING.after(LotStage(lot.stage), Action.SIGN_OPENING_RECORD)
    record = queries.opening_record(work.session, lot.id)
    same_statement(examined, record.statement, kind="opening record", id=lot.id)
    kept = keep_signature(work, actor, examined, kind="opening-record", subject_id=lot.id)
    if pdf is not None:
        keep_next_pdf(work, actor, pdf, kind=RECORD_PDF, subject_id=lot.id)
    work.record(
        actor,
        OpeningRecordSigned(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            record=record.digest,
            document=kept.id,
            pdf=pdf.content if pdf else None,
        ),
    )
    return kept.id


def state_of(bid: BidOutcome, profile: Profile) -> str:
    """`open`, or what the profile makes of a failure by whose fault it is (order 20 art. 31)."""
    if bid.cause is None:
        return "open"
    whose = "bidder" if bid.fault == "bidder" else "other"
    return profile.failed_to_open.value.get(whose, READ_OUT_STATES[whose])


def _record(
    work: Work, tender: Tender, lot: Lot, closing: Closing, outcome: LotOutcome, profile: Profile
) -> OpeningRecord:
    """What happened at the opening, as one statement; its gaps of evidence are named in it."""
    found = queries.lot_acts(work.session, tender.id, lot.id)
    bids: list[JsonValue] = [
        _read_out(work, found.rows[bid.act].bidder_id, bid, profile) for bid in outcome.bids
    ]
    made = statement(
        "opening-record",
        work.origin,
        tender=tender.id,
        lot=lot.id,
        closing=closing.digest,
        closed_at=instant(closing.closed_at),
        opened_at=instant(work.clock.now()),
        stamp=_stamped(closing, outcome.stamp),
        resting_on_operators_word=list(outcome.on_operators_word),
        stopped=dict(outcome.stopped),
        releases=[
            {
                "part": row.part,
                "index": row.index,
                "closing": row.closing,
                "release": canonical.digest(row.statement),
            }
            for row in queries.releases(work.session, lot.id)
        ],
        objections=[each.id for each in queries.objections(work.session, lot.id)],
        bids=bids,
    )
    return OpeningRecord(
        lot_id=lot.id,
        tender_id=tender.id,
        statement=made,
        digest=canonical.digest(made),
        opened_at=work.clock.now(),
    )


def _stamped(closing: Closing, stamp: ClosingStamp | None) -> dict[str, JsonValue] | None:
    """The time stamp over the closing; how long after it the stamp came is the gap to print."""
    if stamp is None:
        return None
    gap = stamp.stamped_at - closing.closed_at
    return {
        "token": canonical.digest(stamp.token),
        "stamped_at": instant(stamp.stamped_at),
        "outside": stamp.outside,
        "seconds_after_closing": max(0, math.ceil(gap.total_seconds())),
    }


def _read_out(
    work: Work, bidder_id: str, bid: BidOutcome, profile: Profile
) -> dict[str, JsonValue]:
    """One line of the opening sheet: name, price, delivery, or why there is none (87-41)."""
    bidder = parties.organization(work.session, bidder_id)
    said = bid.readout
    return {
        "bidder": bidder.identifier,
        "name": bidder.name_zh,
        "act": bid.act,
        "state": state_of(bid, profile),
        "price": str(said.price) if said else None,
        "currency": said.price.currency if said else None,
        "delivery": said.delivery if said else None,
        "cause": bid.cause.code if bid.cause else None,
    }


def _locked(work: Work, lot_id: str) -> tuple[Lot, Tender]:
    """The tender shared and the lot alone, always in this order."""
    lot = tenders.lot(work.session, lot_id)
    tender = tenders.tender_for_bid(work.session, lot.tender_id)
    return queries.lot_for_change(work.session, lot_id), tender


def _subject(
    work: Work,
    tender: Tender,
    lot: Lot,
    *,
    organization: str | None = None,
    named: frozenset[str] | set[str] = frozenset(),
) -> Subject:
    return subject(
        work,
        "lot",
        lot.id,
        organization=organization,
        named=named,
        purchase=tender.purchase_id,
        profile=tender.profile,
    )


def _holders(work: Work, tender: Tender, examined: ExaminedRelease) -> frozenset[str]:
    """The one person who holds the key of this part and index."""
    return frozenset(
        key.person_id
        for key in tenders.holder_keys(work.session, tender.id)
        if (key.part, key.index) == (examined.part, examined.index)
    )


def _objection_time_over(work: Work, tender: Tender, profile: Profile) -> Refusal | None:
    closing = envelopes.closing_of(work.session, tender.id)
    return rules.not_before_objection_period(
        now=work.clock.now(), closed_at=closing.closed_at, profile=profile
    )


def _is_dropped(work: Work, tender: Tender, lot: Lot, receipt: bytes) -> bool:
    """Whether a receipt for this lot is missing in the closed tree; others say nothing."""
    read = receipts.read_receipt(receipt, origin=work.origin)
    if (read["tender"], read["lot"]) != (tender.id, lot.id):
        return False
    return receipt not in queries.leaves(work.session, tender.id)


def _judged_as(examined: ExaminedRelease, word: str) -> list[str]:
    return [context for context, found in examined.judged.items() if found == word]
