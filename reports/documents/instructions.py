"""The tender documents: what a bidder needs to make a bid (Order 87 art. 20), item by item.

They are drawn from the draft and listed among its documents, so that the signed notice names them
by their digest; they bear no signature of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from kernel import canonical
from kernel.money import Money
from kernel.text import Text
from procurement.profiles import TieBreak
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Terms
from procurement.tenders.content import content_of
from reports.documents.frame import CHINESE, Edition, Enclosed, Page
from reports.documents.notice import closing_words
from reports.documents.purchase import (
    METHODS,
    CriterionLine,
    LotFacts,
    bought,
    criteria_of,
    lots_of,
)
from reports.documents.rendering import render_pdf
from reports.documents.words import plain, text_of

INSTRUCTIONS = Text("采购文件", "Tender documents")
_READ_OUT = {
    "bidder": Text("投标人名称", "the bidder's name"),
    "price": Text("报价", "the price"),
    "delivery": Text("交付期", "the time of delivery"),
}
_TIE_BREAKS = {
    TieBreak.PRICE: Text("报价低者在前", "the lower price"),
    TieBreak.DOCUMENTS: Text("按采购文件所列办法", "as the tender documents say"),
    TieBreak.ARRIVAL: Text("先送达者在前", "the earlier arrival"),
    TieBreak.DRAW: Text("由截止时固定的清单抽签", "a draw from the set that the closing fixed"),
}


@dataclass(frozen=True, slots=True)
class InstructionsPage(Page):
    """All that a bid is made and judged by."""

    method: Text
    lots: tuple[LotFacts, ...]
    criteria: tuple[CriterionLine, ...]
    facts: Text | None
    contact: Text | None
    opening_place: Text | None
    delivery: Text | None
    closes_at: Text
    bid_security: Money | None
    bid_security_form: str
    small_rate: str
    joint_rate: str
    tie_break: tuple[Text, ...]
    read_out: tuple[Text, ...]
    rounding_places: int
    threshold: int
    bids_min: int
    objection_minutes: int
    rules: str
    rules_title: Text


def instructions_pdf(session: Session, tender_id: str, edition: Edition = CHINESE) -> bytes:
    """The tender documents of a tender as it stands, drafted or published."""
    return render_pdf("instructions.html", instructions_page(session, tender_id, edition))


def instructions_page(
    session: Session, tender_id: str, edition: Edition = CHINESE
) -> InstructionsPage:
    """What the tender documents say; other documents of the tender are not among it."""
    tender = tenders.tender(session, tender_id)
    about, content = bought(session, tender), content_of(tender)
    profile, terms = about.profile, Terms.from_record(content.terms)
    # Itself it is one of the documents, and cannot name its own digest.
    data = canonical.encode({**content.as_record(), "documents": []})
    enclosed = Enclosed("tender.json", data, Text("招标内容", "What the tender says"))
    return InstructionsPage(
        frame=replace(about.frame(edition, INSTRUCTIONS), enclosed=(enclosed,)),
        method=METHODS[content.award_criteria],
        lots=lots_of(content),
        criteria=criteria_of(content),
        facts=text_of(content.facts),
        contact=text_of(content.terms["contact"]),
        opening_place=text_of(content.terms["opening_place"]),
        delivery=text_of(content.terms["delivery"]),
        closes_at=closing_words(content.closes_at, profile.zone),
        bid_security=terms.bid_security,
        bid_security_form=terms.bid_security_form,
        small_rate=_percent(terms.small_rate),
        joint_rate=_percent(terms.joint_rate),
        tie_break=tuple(_TIE_BREAKS[step] for step in terms.tie_break),
        read_out=tuple(_READ_OUT.get(name, Text(name)) for name in terms.read_out),
        rounding_places=terms.rounding_places,
        threshold=tender.threshold,
        bids_min=profile.bidders_min_to_open.value,
        objection_minutes=profile.objection_minutes.value,
        rules=profile.edition,
        rules_title=profile.title,
    )


def _percent(share: Decimal) -> str:
    return f"{plain(share * 100)}%"
