"""The record of an opening as a document: what was read out, what rests on whose word (87-42)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bidding.opening import queries as openings
from kernel.clock import parse_instant
from kernel.money import Money
from kernel.text import Text
from procurement.parties import queries as parties
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from reports.documents.frame import CHINESE, Edition, Page, Signatory
from reports.documents.purchase import OFFICER, bought, lot_title, name_of
from reports.documents.rendering import render_pdf
from reports.documents.words import published

RECORD = Text("开标记录", "Record of the opening")
OFFICER_FIELD = "officer"
STATES = {
    "open": Text("已开启", "Opened"),
    "revoked": Text("视为撤销投标", "Counts as revoked"),
    "withdrawn": Text("视为撤回投标", "Counts as withdrawn"),
}
_PARTS = {"technical": Text("技术", "technical"), "price": Text("价格", "price")}


@dataclass(frozen=True, slots=True)
class ReadOut:
    """A bid as it was read out, or why it could not be opened."""

    bidder: Text
    identifier: str
    state: Text
    price: Money | None
    delivery: str
    cause: str


@dataclass(frozen=True, slots=True)
class Released:
    """One key holder's release of shares."""

    part: Text
    index: int
    digest: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time stamp over the closing."""

    at: datetime
    outside: bool
    seconds_after: int


@dataclass(frozen=True, slots=True)
class OpeningRecordPage(Page):
    """Everything that the record says."""

    closed_at: datetime
    opened_at: datetime
    closing: str
    bids: tuple[ReadOut, ...]
    releases: tuple[Released, ...]
    stamp: Stamp | None
    on_operators_word: int
    stopped: tuple[tuple[str, str], ...]
    objections: int


def opening_record_pdf(session: Session, lot_id: str, edition: Edition = CHINESE) -> bytes:
    """The unsigned PDF of a lot's opening record, with a place for officer and key holders."""
    return render_pdf("opening_record.html", opening_record_page(session, lot_id, edition))


def opening_record_page(
    session: Session, lot_id: str, edition: Edition = CHINESE
) -> OpeningRecordPage:
    """What the record says, from its signed statement alone and the names behind it."""
    record = openings.opening_record(session, lot_id)
    tender = tenders.tender(session, record.tender_id)
    about, lot = bought(session, tender), tenders.lot(session, lot_id)
    stated = json.loads(record.statement)
    frame = about.frame(
        edition,
        RECORD,
        proof=record.digest,
        statement=record.statement,
        title=lot_title(about, lot),
        signatories=(Signatory(OFFICER, organization=about.office), *_holders(session, tender)),
    )
    return OpeningRecordPage(
        frame=frame.enclosing(frame.enclosed, at=record.opened_at),
        closed_at=parse_instant(stated["closed_at"]),
        opened_at=parse_instant(stated["opened_at"]),
        closing=stated["closing"],
        bids=tuple(_read_out(session, each) for each in stated["bids"]),
        releases=tuple(
            Released(_PARTS[each["part"]], each["index"], each["release"])
            for each in stated["releases"]
        ),
        stamp=_stamp(stated["stamp"]),
        on_operators_word=len(stated["resting_on_operators_word"]),
        stopped=tuple(sorted(stated["stopped"].items())),
        objections=len(stated["objections"]),
    )


def holder_people(session: Session, tender: Tender) -> dict[str, str]:
    """The field of each key holder in the record, by person: `holder-1` and so on."""
    found: dict[str, str] = {}
    for key in sorted(tenders.holder_keys(session, tender.id), key=lambda key: key.index):
        found.setdefault(key.person_id, f"holder-{key.index}")
    return found


def _holders(session: Session, tender: Tender) -> tuple[Signatory, ...]:
    role = Text("开标人", "Key holder")
    made = []
    for person_id in holder_people(session, tender):
        person = parties.person(session, person_id)
        firm = parties.organization(session, person.organization_id)
        made.append(Signatory(role, person.name, name_of(firm)))
    return tuple(made)


def _read_out(session: Session, stated: Mapping[str, Any]) -> ReadOut:
    known = parties.organization_by_identifier(session, stated["bidder"])
    return ReadOut(
        bidder=name_of(known) if known else published(stated["name"]),
        identifier=stated["bidder"],
        state=STATES[stated["state"]],
        price=Money.parse(stated["price"], stated["currency"]) if stated["price"] else None,
        delivery=stated["delivery"] or "",
        cause=stated["cause"] or "",
    )


def _stamp(stated: Mapping[str, Any] | None) -> Stamp | None:
    if stated is None:
        return None
    return Stamp(
        parse_instant(stated["stamped_at"]), stated["outside"], stated["seconds_after_closing"]
    )
