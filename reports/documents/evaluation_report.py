"""The evaluation report as a document (Order 87 art. 58): who judged, who went out, who is where.

It holds what the disclosure table never shows the public (questions about prices, who sat), so it
goes to panel, buyer and supervision alone; the public gets its result with the award notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bidding.evaluation import queries as evaluation
from bidding.evaluation.models import PanelMember
from kernel.clock import parse_instant
from kernel.money import Money
from kernel.text import Text
from procurement.parties import queries as parties
from procurement.tenders import queries as tenders
from procurement.tenders.content import content_of
from reports import labels
from reports.deductions import deductions_of
from reports.documents.frame import CHINESE, Edition, Page, Signatory
from reports.documents.purchase import (
    METHODS,
    CriterionLine,
    bought,
    criteria_of,
    lot_title,
    name_of,
    names,
)
from reports.documents.rendering import render_pdf
from reports.documents.words import text_of

REPORT = Text("评审报告", "Evaluation report")
_BROKEN_BY = {
    "price": Text("报价较低", "lower price"),
    "documents": Text("按采购文件", "by the tender documents"),
    "arrival": Text("先送达", "earlier arrival"),
    "draw": Text("抽签", "draw"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who sat on the panel."""

    name: str
    organization: Text
    role: Text


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the ranking."""

    rank: int
    bidder: Text
    price: Money
    evaluation_price: str
    price_points: str
    quality_points: str
    total: str
    note: Text | None
    deductions: Text | None
    is_candidate: bool


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A bid that went out, and why."""

    bidder: Text
    price: Money
    reason: Text | None
    cites: str


@dataclass(frozen=True, slots=True)
class Questioned:
    """A price that was questioned, and what the panel made of the answer."""

    bidder: Text
    accepted: bool | None


@dataclass(frozen=True, slots=True)
class CorrectedPrice:
    """A price that contradicted itself, as the rules' order corrected it."""

    bidder: Text
    price: Money
    confirmed: bool | None


@dataclass(frozen=True, slots=True)
class ReportPage(Page):
    """Everything that the report says."""

    method: Text
    ranked_at: datetime
    opened_at: datetime
    panel: tuple[Member, ...]
    criteria: tuple[CriterionLine, ...]
    scored: bool
    places: tuple[Place, ...]
    turned_away: tuple[TurnedAway, ...]
    questioned: tuple[Questioned, ...]
    corrected: tuple[CorrectedPrice, ...]
    sheets: tuple[str, ...]
    rules: str
    rules_title: Text


def report_pdf(session: Session, lot_id: str, edition: Edition = CHINESE) -> bytes:
    """The unsigned PDF of a lot's report, with a place for each member of the panel."""
    return render_pdf("evaluation_report.html", report_page(session, lot_id, edition))


def member_fields(session: Session, lot_id: str) -> dict[str, str]:
    """The signature field of each seated member, by person: `member-1` and so on."""
    seats = sorted(evaluation.seated(session, lot_id), key=lambda seat: seat.id)
    return {seat.person_id: f"member-{number}" for number, seat in enumerate(seats, start=1)}


def report_page(session: Session, lot_id: str, edition: Edition = CHINESE) -> ReportPage:
    """What the report says, from the canonical report that the members sign by its digest."""
    from bidding.opening.queries import opening_record

    ranking = evaluation.ranking(session, lot_id)
    lot = tenders.lot(session, lot_id)
    about = bought(session, lot.tender)
    said = json.loads(ranking.report)
    content = content_of(lot.tender)
    firms = names(session, {bid["bidder"] for bid in said["bids"]})
    bidder_of = {bid["bid"]: firms[bid["bidder"]] for bid in said["bids"]}
    currency = lot.tender.currency
    seats = sorted(evaluation.seated(session, lot_id), key=lambda seat: seat.id)
    panel = tuple(_member(session, seat) for seat in seats)
    frame = about.frame(
        edition,
        REPORT,
        proof=ranking.digest,
        statement=ranking.report,
        title=lot_title(about, lot),
        signatories=tuple(Signatory(one.role, one.name, one.organization) for one in panel),
    )
    ranked = {place["bid"] for place in said["ranking"]}
    return ReportPage(
        frame=frame.enclosing(frame.enclosed, at=ranking.ranked_at),
        method=METHODS[said["method"]],
        ranked_at=parse_instant(said["ranked_at"]),
        opened_at=opening_record(session, lot_id).opened_at,
        panel=panel,
        criteria=criteria_of(content),
        scored=any(place["total_points"] is not None for place in said["ranking"]),
        places=tuple(_place(each, bidder_of, said["steps"], currency) for each in said["ranking"]),
        turned_away=tuple(
            TurnedAway(
                bidder_of[bid["bid"]],
                Money.parse(bid["price"], currency),
                text_of(bid["reason"]),
                bid["cites"],
            )
            for bid in said["bids"]
            if bid["bid"] not in ranked
        ),
        questioned=tuple(
            Questioned(bidder_of[each["bid"]], each["accepted"])
            for each in said["prices_questioned"]
        ),
        corrected=tuple(
            CorrectedPrice(
                bidder_of[each["bid"]], Money.parse(each["price"], currency), each["confirmed"]
            )
            for each in said["prices_corrected"]
        ),
        sheets=tuple(said["sheets"]),
        rules=about.profile.edition,
        rules_title=about.profile.title,
    )


def _member(session: Session, seat: PanelMember) -> Member:
    person = parties.person(session, seat.person_id)
    firm = parties.organization(session, person.organization_id)
    role = next((words for key, words in labels.ROLES.items() if key == seat.role), None)
    return Member(person.name, name_of(firm), role or Text("评审专家", "Panelist"))


def _place(
    stated: Mapping[str, Any],
    bidder_of: Mapping[str, Text],
    steps: Mapping[str, Any],
    currency: str,
) -> Place:
    note = _BROKEN_BY.get(stated["broken_by"] or "")
    if not stated["candidate"]:
        note = Text("同品牌另有得分更高者", "behind a bid of the same brand")
    return Place(
        rank=stated["rank"],
        bidder=bidder_of[stated["bid"]],
        price=Money.parse(stated["price"], currency),
        evaluation_price=f"{Money.parse(stated['evaluation_price'], currency).amount:,.2f}",
        price_points=stated["price_points"] or "",
        quality_points=stated["quality_points"] or "",
        total=stated["total_points"] or "",
        note=note,
        deductions=deductions_of(steps, stated["bid"]),
        is_candidate=stated["candidate"],
    )
