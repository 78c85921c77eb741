"""Closing and opening as the buyer's people see them: who has released, what was opened (S42)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outcome.reading.seeing import profile_of
from app.outcome.reading.telling import firms, people
from app.outcome.views import Bid, Holder, Objection, Opening, Signed
from app.web.shown import BidState
from bidding.envelopes.models import Closing
from bidding.evaluation import binding
from bidding.evaluation import queries as evaluation
from bidding.evaluation.models import BidStanding
from bidding.opening import queries
from bidding.opening.models import OpenedBid, OpeningRecord, Release
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import LotStage, Part, Role
from procurement.parties.models import Person, SignedDocument
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot
from reports import labels

_PART_WORDS = {
    Part.TECHNICAL: Text("技术部分", "technical part"),
    Part.PRICE: Text("报价部分", "price part"),
}
_STAMPED = Text("截止清单有外部时间戳", "An outside time stamp covers the set")
_STAMPED_OWN = Text("截止清单有本系统的时间戳", "This system's own time stamp covers the set")
_UNSTAMPED = Text("截止清单没有时间戳", "No time stamp covers the set")
_STANDING = {
    "open": Text("已开启", "Open"),
    "waiting": Text("等资格审查", "Not yet qualified"),
    "qualified": Text("资格合格", "Qualified"),
    "unqualified": Text("资格不合格", "Not qualified"),
    "compliant": Text("符合性通过", "Compliant"),
    "not_compliant": Text("符合性不通过", "Not compliant"),
    "price_refused": Text("报价不合理，投标无效", "The price was not accepted"),
    "unconfirmed": Text("未确认修正后的报价", "The corrected price was not confirmed"),
    "revoked": Text("视为撤销投标", "Counts as revoked"),
    "withdrawn": Text("视为撤回投标", "Counts as withdrawn"),
}


def opening_of(work: Work, lot: Lot) -> Opening | None:
    """The facts of the opening; None before the closing, whatever the rows hold."""
    session = work.session
    closing = session.get(Closing, lot.tender_id)
    if closing is None:
        return None
    record = session.get(OpeningRecord, lot.id)
    holders = _holders(session, lot, queries.releases(session, lot.id))
    stamped = _UNSTAMPED
    if closing.token is not None:
        stamped = _STAMPED if closing.token_outside else _STAMPED_OWN
    return Opening(
        closed_at=closing.closed_at,
        root=closing.root,
        count=_count(session, lot),
        stamped=stamped,
        threshold=lot.tender.threshold,
        released=sum(holder.complete for holder in holders),
        holders=holders,
        objections=_objections(session, lot),
        opens_at=closing.closed_at + timedelta(minutes=profile_of(lot).objection_minutes.value),
        opened_at=record.opened_at if record else None,
        record=record.digest if record else None,
        signatures=_signatures(session, lot),
    )


def bids_of(work: Work, lot: Lot) -> list[Bid]:
    """The opened bids in the order of the tree; there are none before all of the lot is open."""
    session = work.session
    opened = queries.opened_bids(session, lot.id)
    names = firms(session, {bid.bidder_id for bid in opened})
    standings = evaluation.standings(session, lot.id)
    bound = binding.binding_prices(session, lot.id)
    return [_bid(bid, names, standings.get(bid.id), bound) for bid in opened]


def has_signed_record(session: Session, lot_id: str, person: str) -> bool:
    """Whether a person's signature stands under the record already."""
    found = select(SignedDocument.id).where(
        SignedDocument.kind == "opening-record",
        SignedDocument.subject_id == lot_id,
        SignedDocument.signer_person == person,
    )
    return session.scalar(found.limit(1)) is not None


def _bid(
    bid: OpenedBid,
    names: Mapping[str, Text],
    standing: BidStanding | None,
    bound: Mapping[str, Money],
) -> Bid:
    opened = bid.state == "open"
    price = binding.read_out_price(bid) if opened else None
    binds = bound.get(bid.id)
    return Bid(
        id=bid.id,
        bidder=names[bid.bidder_id],
        state=BidState.OPEN if opened else BidState.FAILED,
        price=price,
        bound=binds if binds != price else None,
        delivery=(bid.readout or {}).get("delivery", ""),
        standing=_STANDING[_standing(bid, standing)],
        judged=standing is not None,
        out=not opened or (standing is not None and not standing.in_the_race),
        reason=Text(standing.reason_zh, standing.reason_en)
        if standing and standing.reason_zh
        else Text(f"原因代码：{bid.cause}", f"Cause: {bid.cause}")
        if bid.cause
        else None,
        cites=standing.cites if standing else "",
    )


def _standing(bid: OpenedBid, standing: BidStanding | None) -> str:
    if bid.state != "open":
        return bid.state
    if standing is None:
        return "waiting"
    if not standing.qualified:
        return "unqualified"
    if standing.compliant is False:
        return "not_compliant"
    if standing.price_accepted is False:
        return "price_refused"
    if standing.price_confirmed is False:
        return "unconfirmed"
    return "compliant" if standing.compliant else "qualified"


def _holders(session: Session, lot: Lot, releases: Sequence[Release]) -> list[Holder]:
    keys = tenders.holder_keys(session, lot.tender_id)
    came: dict[tuple[str, int], datetime] = {
        (row.part, row.index): row.released_at for row in releases
    }
    rows = session.execute(
        select(Person.id, Person.name, Person.organization_id).where(
            Person.id.in_({key.person_id for key in keys})
        )
    ).all()
    known = {row.id: row for row in rows}
    offices = firms(session, {row.organization_id for row in rows})
    order = list(dict.fromkeys(key.person_id for key in keys))
    return [
        Holder(
            name=known[person].name,
            organization=offices[known[person].organization_id],
            outside=any(key.outside for key in keys if key.person_id == person),
            released=[
                (_PART_WORDS[Part(key.part)], came.get((key.part, key.index)))
                for key in keys
                if key.person_id == person
            ],
        )
        for person in order
    ]


def _objections(session: Session, lot: Lot) -> list[Objection]:
    rows = queries.objections(session, lot.id)
    names = firms(session, {row.bidder_id for row in rows})
    return [
        Objection(row.raised_at, names[row.bidder_id], row.text, row.stops_the_lot) for row in rows
    ]


def _signatures(session: Session, lot: Lot) -> list[Signed]:
    rows = session.scalars(
        select(SignedDocument)
        .where(SignedDocument.kind == "opening-record", SignedDocument.subject_id == lot.id)
        .order_by(SignedDocument.signed_at)
    ).all()
    names = people(session, {row.signer_person for row in rows})
    holders = {key.person_id for key in tenders.holder_keys(session, lot.tender_id)}
    return [
        Signed(
            names[row.signer_person],
            labels.ROLES[Role.HOLDER if row.signer_person in holders else Role.OFFICER],
            row.signed_at,
        )
        for row in rows
    ] + _confirmed(session, lot)


def _confirmed(session: Session, lot: Lot) -> list[Signed]:
    """The bidders who confirmed the record: who signed, and for which firm."""
    rows = queries.confirmations(session, lot.id)
    names = firms(session, {row.bidder_id for row in rows})
    signed = [session.get_one(SignedDocument, row.document_id) for row in rows]
    who = people(session, {document.signer_person for document in signed})
    return [
        Signed(who[document.signer_person], names[row.bidder_id], row.confirmed_at)
        for row, document in zip(rows, signed, strict=True)
    ]


def _count(session: Session, lot: Lot) -> int:
    """How many bids lay sealed at the closing; after the opening, how many were opened."""
    if LotStage(lot.stage) is LotStage.CANCELLED:
        return 0
    opened = queries.opened_bids(session, lot.id)
    return len(opened) or len(queries.lot_acts(session, lot.tender_id, lot.id).live)
