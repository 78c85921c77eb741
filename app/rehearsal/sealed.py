"""The sealed part of a play: keys, bids, shares, each made as the person's own client makes it."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.container import Container
from app.jobs.timekeeping import latest_checkpoint_digest
from app.receipts import ReceiptKeys
from app.rehearsal.cast import Player
from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import Submission
from bidding.envelopes.services import Receipt, accept_act
from bidding.opening import examining, queries, services
from kernel import canonical
from kernel.money import Money
from procurement.tenders import queries as tenders
from procurement.tenders.standing import pinned_profile
from signatures.sealed import bids, committee, release
from signatures.sealed.bids import SealedEnvelope
from signatures.sealed.judging import Signed
from signatures.sealed.payload import Attachment
from signatures.sealed.readout import FILE_NAME, ReadOut

# Stands for the digest of a client build; the offline tool and the browser state their own.
REHEARSAL_CLIENT = canonical.digest(b"sunlit rehearsal client")


@dataclass(frozen=True, slots=True)
class SealedBid:
    """A bid ready to be sent, and what only the bidder keeps."""

    submission: Submission
    envelopes: tuple[SealedEnvelope, ...]


def seal_bid(
    installation: Container,
    bidder: Player,
    tender_id: str,
    lot_id: str,
    price: Money,
    *,
    technical: Mapping[str, bytes] | None = None,
    delivery: str = "",
    readout: bytes | None = None,
) -> SealedBid:
    """Seal and sign a bid that follows whatever this bidder has sent for the lot before.

    `readout` replaces the bytes of `readout.json`, for bids that are broken on purpose.
    """
    with installation.journal.read() as work:
        tender = tenders.tender(work.session, tender_id)
        known = installation.examiner.committee(work.session, tender)
        notice = tenders.last_notice(work.session, tender_id).digest
        before = envelopes.acts_of_bidder(work.session, lot_id, bidder.firm.identifier)
        seq, prev = len(before) + 1, before[-1].digest if before else None
    files = {
        "technical": dict(technical or {"offer.json": b'{"offer":"as specified"}'}),
        "price": {FILE_NAME: ReadOut(price, delivery).encode() if readout is None else readout},
    }
    sealed = tuple(
        _seal_part(installation, known, bidder, lot_id, part, files[part]) for part in known.parts
    )
    act = bids.bid_act(
        known,
        lot=lot_id,
        bidder=bidder.firm.identifier,
        seq=seq,
        prev=prev,
        notice=notice,
        client=REHEARSAL_CLIENT,
        signers=[bidder.signer.certificate.fingerprint],
        envelopes=[each.entry for each in sealed],
    )
    submission = Submission(
        tender_id,
        lot_id,
        "bid",
        Signed(act, bidder.signs(act)),
        {each.part: each.boxes for each in sealed},
    )
    return SealedBid(submission, sealed)


def seal_withdrawal(
    installation: Container, bidder: Player, tender_id: str, lot_id: str
) -> Submission:
    """Sign the withdrawal of whatever this bidder has sent for the lot."""
    with installation.journal.read() as work:
        before = envelopes.acts_of_bidder(work.session, lot_id, bidder.firm.identifier)
    act = bids.withdrawal_act(
        origin=installation.journal.origin,
        tender=tender_id,
        lot=lot_id,
        bidder=bidder.firm.identifier,
        seq=len(before) + 1,
        prev=before[-1].digest,
    )
    return Submission(tender_id, lot_id, "withdrawal", Signed(act, bidder.signs(act)))


def submit(installation: Container, bidder: Player, submission: Submission) -> Receipt:
    """Send a submission: examined first, then accepted in a short transaction."""
    checkpoint = latest_checkpoint_digest(installation)
    with installation.journal.read() as work:
        examined = installation.examiner.submission(
            work.session, bidder.actor, submission, checkpoint=checkpoint
        )
    with installation.journal.write() as work:
        return accept_act(work, bidder.actor, examined, signer=ReceiptKeys(installation.keys))


def make_release(
    installation: Container, holder: Player, tender_id: str, lot_id: str, part: str
) -> Signed:
    """What a holder's client does after the closing: check the work whole, open boxes, sign."""
    checkpoint = latest_checkpoint_digest(installation)
    with installation.journal.read() as work:
        tender = tenders.tender(work.session, tender_id)
        lot = tenders.lot(work.session, lot_id)
        known = installation.examiner.committee(work.session, tender)
        index = index_of(work.session, holder, tender_id, part)
        given = queries.work_for_holder(work.session, known, lot, part, index)
        profile = pinned_profile(tender)
        terms = release.Terms(
            committee=known,
            notices=[notice.digest for notice in tenders.notice_chain(work.session, tender_id)],
            closes_at=tender.closes_at,
            objection_minutes=profile.objection_minutes.value,
            bids_min=profile.bidders_min_to_open.value,
            # The player sits beside the server; the offline tool checks log and outside evidence.
            anchored=lambda _closing: None,
        )
    now = installation.clock.now()
    checked = release.check_work(
        given,
        terms=terms,
        lot=lot_id,
        part=part,
        now=now,
        verify=installation.examiner.verify_at(now),
    )
    statement = release.make_release(
        checked,
        index=index,
        identity=holder.identities[(tender_id, part)],
        checkpoint=checkpoint,
        released_at=now,
    )
    return Signed(statement, holder.signs(statement))


def send_release(
    installation: Container,
    holder: Player,
    tender_id: str,
    lot_id: str,
    part: str,
    signed: Signed,
) -> str:
    """Send a holder's release to the server."""
    with installation.journal.read() as work:
        examined = examining.examine_release(
            work.session, installation.examiner, tender_id, lot_id, part, signed
        )
    with installation.journal.write() as work:
        return services.release_shares(work, holder.actor, examined)


def open_lot(
    installation: Container, tender_id: str, lot_id: str, *, give_up: bool = False
) -> bytes:
    """Open a lot with the shares there are; the statement of its record."""
    with installation.journal.read() as work:
        outcome = examining.open_with_shares(
            work.session, installation.examiner, tender_id, lot_id, give_up=give_up
        )
    with installation.journal.write() as work:
        return services.open_lot(work, outcome).statement


def new_identity() -> bytes:
    """A fresh identity of a key holder for one part."""
    return committee.make_identity(os.urandom)


def index_of(session: Session, holder: Player, tender_id: str, part: str) -> int:
    """The index of a holder for a part."""
    return next(
        key.index
        for key in tenders.holder_keys(session, tender_id)
        if key.part == part and key.person_id == holder.person
    )


def _seal_part(
    installation: Container,
    known: committee.Committee,
    bidder: Player,
    lot_id: str,
    part: str,
    files: Mapping[str, bytes],
) -> SealedEnvelope:
    out = io.BytesIO()
    sealed = bids.seal_envelope(
        known,
        lot=lot_id,
        part=part,
        bidder=bidder.firm.identifier,
        files=[Attachment.of_bytes(name, data) for name, data in sorted(files.items())],
        sign=bidder.signs,
        out=out,
    )
    installation.blobs.put(out.getvalue())
    return sealed
