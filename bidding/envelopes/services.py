"""Use cases of the sealed time: accept an act with its receipt, refuse one, close the tender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bidding.envelopes import queries, rules
from bidding.envelopes.entries import (
    BidRefused,
    BidReplaced,
    BidSubmitted,
    BidWithdrawn,
    SealedReadAttempted,
    TenderClosed,
    TenderClosing,
)
from bidding.envelopes.examining import ClosingStamp, ExaminedSubmission, boxes_as_stored
from bidding.envelopes.models import BidAct, Closing, Envelope, RefusedBid
from journal import heads, logs
from journal.work import Work
from kernel import canonical
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refusal, Refused, StaleWrite, enforce, refuse
from kernel.vocabulary import Action, Actor, TenderStage, system_actor
from procurement.authority import Subject, require
from procurement.parties import queries as parties
from procurement.parties.capacities import act, subject
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.stages import TENDER
from procurement.tenders.standing import pinned_profile
from signatures.sealed import receipts

_ACTIONS = {
    "bid": (Action.SUBMIT_BID, BidSubmitted),
    "replacement": (Action.REPLACE_BID, BidReplaced),
    "withdrawal": (Action.WITHDRAW_BID, BidWithdrawn),
}


class ReceiptSigner(Protocol):
    """Puts the platform's seal (CMS) and receipt key (signed note) under a receipt."""

    def seal(self, receipt: bytes) -> bytes:
        """The detached CMS over the receipt's bytes."""
        ...

    def note(self, text: str) -> bytes:
        """The signed note over the receipt's note text."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the bidder holds: the leaf's bytes under both signatures, and the state of the act."""

    act: str
    receipt: bytes
    seal: bytes
    note: bytes
    accepted_at: datetime
    live: bool


def accept_act(
    work: Work, actor: Actor, given: ExaminedSubmission, *, signer: ReceiptSigner
) -> Receipt:
    """Accept an examined bid, replacement or withdrawal, and issue its receipt.

    The time of acceptance is the database's clock, read while the tender is held against closing
    (SEALED_BID 4): an arrival at the closing instant is late. A replacement makes the bid before
    it never to be opened.
    """
    tender = tenders.tender_for_bid(work.session, given.tender_id)
    done = given.examined.act
    action, entry_kind = _ACTIONS[done.event]
    on = subject(
        work,
        "bid",
        done.digest,
        organization=given.bidder_id,
        purchase=tender.purchase_id,
        profile=tender.profile,
    )
    act(work, actor, action, on, purchase=tender.purchase_id)
    accepted_at = work.session.scalars(select(work.clock.sql_now())).one()
    profile = pinned_profile(tender)
    enforce(rules.in_time(profile=profile, now=accepted_at, closes_at=tender.closes_at))
    TENDER.after(TenderStage(tender.stage), action)
    enforce(
        rules.supplier_not_banned(
            profile=profile,
            on=local_date(profile, tender.closes_at),
            bans=[
                rules.Ban(ban.from_on, ban.until_on, ban.cites)
                for ban in parties.bans_of(work.session, given.bidder_id)
            ],
        )
    )
    enforce(_nothing_changed(work, given, tender))
    receipt = receipts.make_receipt(
        done,
        signature=given.examined.signature,
        token=canonical.digest(given.token) if given.token else None,
        accepted_at=accepted_at,
        checkpoint=given.checkpoint,
    )
    entry = work.record(
        actor,
        entry_kind(
            object=done.digest,
            tender=tender.id,
            lot=given.lot_id,
            bidder=done.bidder,
            seq=done.seq,
            act=done.digest,
            receipt=canonical.digest(receipt),
        ),
        leaf=receipt,
    )
    row = _row(given, actor, accepted_at, receipt, signer, entry)
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as lost:
        raise StaleWrite("bid", done.digest) from lost
    return receipt_of(row, live=done.kind == "bid")


def receipt_again(work: Work, actor: Actor, digest: str) -> Receipt | None:
    """The stored receipt for a retry of an accepted act by the same firm; it changes nothing.

    Nothing is deduplicated across bidders, so a stranger's retry finds nothing (SEALED_BID 4).
    """
    row = queries.act_by_digest(work.session, digest)
    if row is None:
        return None
    try:
        require(actor, Action.SUBMIT_BID, Subject("bid", digest, organization=row.bidder_id))
    except Refused:
        return None
    last = queries.acts_of_bidder(work.session, row.lot_id, row.bidder)[-1]
    return receipt_of(row, live=last.id == row.id and row.kind == "bid")


def refuse_act(work: Work, actor: Actor, tender_id: str, refusal: Refusal) -> None:
    """Note an attempt that was refused, in a transaction of its own (Order 87 art. 33)."""
    system = system_actor("reception")
    require(system, Action.REFUSE_BID, Subject("tender", tender_id))
    tender = tenders.tender(work.session, tender_id)
    TENDER.after(TenderStage(tender.stage), Action.REFUSE_BID)
    row = RefusedBid(
        id=new_id("ref"),
        tender_id=tender.id,
        person_id=actor.person,
        code=refusal.code,
        cites="; ".join(refusal.cites),
        attempted_at=work.clock.now(),
    )
    work.session.add(row)
    work.record(
        system,
        BidRefused(
            object=row.id,
            tender=tender.id,
            code=refusal.code,
            cites=list(refusal.cites),
            person=actor.person,
        ),
        result="refused",
    )


def note_sealed_read(work: Work, actor: Actor, tender_id: str, what: str) -> Refusal:
    """Note an attempt to read what is sealed, and return the refusal that answers it.

    Nobody has a right to it, so there is no way through here (requirement 057, Annex IV (g)).
    """
    tender = tenders.tender(work.session, tender_id)
    work.record(
        system_actor("reception"),
        SealedReadAttempted(object=tender.id, tender=tender.id, what=what, person=actor.person),
        result="refused",
    )
    return refuse("sealed", "Order 87 art. 33; order 20 art. 27", what=what)


def begin_closing(work: Work, tender_id: str) -> None:
    """First step of the closing: from here on the set of acts is final (SEALED_BID 5.1).

    The lock waits for every acceptance under way; what comes after it finds the tender closing.
    """
    system = system_actor("closing")
    tender = tenders.tender_for_change(work.session, tender_id)
    require(system, Action.BEGIN_CLOSING, Subject("tender", tender.id))
    now = work.session.scalars(select(work.clock.sql_now())).one()
    enforce(
        rules.closing_time_come(profile=pinned_profile(tender), now=now, closes_at=tender.closes_at)
    )
    tender.stage = TENDER.after(TenderStage(tender.stage), Action.BEGIN_CLOSING)
    work.record(
        system,
        TenderClosing(object=tender.id, tender=tender.id, closes_at=instant(tender.closes_at)),
    )


def close_tender(work: Work, tender_id: str) -> Closing:
    """Second step: fix size and root of `acts`, before anything is opened (SEALED_BID 5.2).

    Refused with `acts_not_all_placed` until the sequencer has placed every act; the caller asks
    again after it has run. `acts_differ` and `acts_rewritten` are alarms: tree and table hold
    different acts, or the tree does not continue a head that was sealed; asking again is no help.
    """
    system = system_actor("closing")
    tender = tenders.tender_for_change(work.session, tender_id)
    require(system, Action.CLOSE_TENDER, Subject("tender", tender.id))
    stage = TENDER.after(TenderStage(tender.stage), Action.CLOSE_TENDER)
    head = logs.head(work.session, logs.acts_of(tender.id))
    if not logs.ready_to_close(work.session, tender.id):
        enforce(refuse("acts_not_all_placed", "SEALED_BID 5.2"))
    enforce(_acts_agree(work, tender.id))
    enforce(_heads_continued(work, tender.id))
    now = work.clock.now()
    statement = receipts.closing_statement(
        origin=work.origin, tender=tender.id, size=head.size, root=head.root_digest, closed_at=now
    )
    entry = work.record(
        system,
        TenderClosed(
            object=tender.id,
            tender=tender.id,
            size=head.size,
            root=head.root_digest,
            closing=canonical.digest(statement),
            closed_at=instant(now),
        ),
    )
    closing = Closing(
        tender_id=tender.id,
        size=head.size,
        root=head.root_digest,
        statement=statement,
        digest=canonical.digest(statement),
        closed_at=now,
        entry_id=entry,
    )
    work.session.add(closing)
    tender.stage = stage
    tender.closed_at = now
    work.session.flush()
    return closing


def keep_closing_stamp(work: Work, tender_id: str, stamp: ClosingStamp) -> None:
    """Keep the time stamp over the closing beside it; the gap is printed on the opening record."""
    closing = work.session.get(Closing, tender_id, with_for_update=True)
    if closing is None:
        raise NotFound("closing", tender_id)
    if closing.token is None:
        closing.token = stamp.token
        closing.token_outside = stamp.outside


def receipt_of(row: BidAct, *, live: bool) -> Receipt:
    """The receipt as it was issued."""
    return Receipt(
        act=row.digest,
        receipt=row.receipt,
        seal=row.receipt_seal,
        note=row.receipt_note,
        accepted_at=row.accepted_at,
        live=live,
    )


def _acts_agree(work: Work, tender_id: str) -> Refusal | None:
    """Whether the table holds exactly the acts that the tree names, each as it was signed."""
    named = [
        receipts.read_receipt(leaf)["act"]
        for leaf in logs.leaves(work.session, logs.acts_of(tender_id))
    ]
    kept = work.session.scalars(select(BidAct.statement).where(BidAct.tender_id == tender_id))
    held = sorted(map(canonical.digest, kept))
    if held == sorted(named):
        return None
    return refuse("acts_differ", "SEALED_BID 5.2", tree=len(named), rows=len(held))


def _heads_continued(work: Work, tender_id: str) -> Refusal | None:
    """Whether the tree still begins as every head says that was sealed of it."""
    tree = logs.tree(work.session, logs.acts_of(tender_id))
    for head in heads.heads_of(work, tender_id):
        if head.size > len(tree) or tree.root(head.size) != head.root:
            return refuse("acts_rewritten", "SEALED_BID 5", head=head.entry)
    return None


def _nothing_changed(work: Work, given: ExaminedSubmission, tender: Tender) -> Refusal | None:
    """What the examination saw must still stand: the chain of acts, and the last notice."""
    done = given.examined.act
    before = queries.acts_of_bidder(work.session, given.lot_id, done.bidder)
    enforce(rules.acts_max(profile=pinned_profile(tender), acts=len(before)))
    if done.seq != len(before) + 1 or done.prev != (before[-1].digest if before else None):
        raise StaleWrite("bid", done.digest)
    if done.kind == "bid":
        last = tenders.notice_chain(work.session, tender.id)[-1].digest
        if done.statement["notice"] != last:
            return refuse("notice_superseded", "SEALED_BID 3.6", notice=last)
    return None


def _row(
    given: ExaminedSubmission,
    actor: Actor,
    accepted_at: datetime,
    receipt: bytes,
    signer: ReceiptSigner,
    entry: str,
) -> BidAct:
    done = given.examined.act
    return BidAct(
        id=new_id("act"),
        tender_id=given.tender_id,
        lot_id=given.lot_id,
        bidder_id=given.bidder_id,
        bidder=done.bidder,
        seq=done.seq,
        kind=done.kind,
        digest=done.digest,
        previous=done.prev,
        statement=given.examined.signed.statement,
        cms=given.examined.signed.cms,
        token=given.token,
        verdict=dict(given.verdict),
        signer_certificate=given.examined.signer,
        person_id=actor.person,
        accepted_at=accepted_at,
        receipt=receipt,
        receipt_seal=signer.seal(receipt),
        receipt_note=signer.note(receipts.note_text(receipt)),
        entry_id=entry,
        envelopes=[
            _envelope(each, given.examined.boxes[each["part"]])
            for each in done.statement.get("envelopes", ())
        ],
    )


def _envelope(stated: dict[str, Any], boxes: tuple[bytes, ...]) -> Envelope:
    return Envelope(
        part=stated["part"],
        ciphertext=stated["ciphertext"],
        size=stated["size"],
        recipient=stated["recipient"],
        stated={**stated, "box_bytes": boxes_as_stored(boxes)},
    )
