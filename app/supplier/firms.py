"""For which firm a person is here, and which things are that firm's: all else is unknown here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.web.shown import Lamp
from bidding.envelopes import queries as envelopes
from bidding.envelopes.models import BidAct
from journal.work import Work
from kernel.refusal import NotFound, enforce
from kernel.text import Text
from kernel.vocabulary import Actor, Role
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.parties import queries as parties
from procurement.tenders import checks
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm for which the person acts."""

    id: str
    identifier: str
    name: Text
    size: str


def firm_of(work: Work, actor: Actor) -> Firm:
    """The one firm for which a person supplies: a bid must say whose it is."""
    held = sorted(actor.organizations(Role.SUPPLIER))
    enforce(checks.one_supplier(len(held)))
    row = parties.organization(work.session, held[0])
    return Firm(row.id, row.identifier, Text(row.name_zh, row.name_en), row.size)


def own_contract(work: Work, firm: Firm, contract_id: str) -> Contract:
    """A contract of the firm; another's is as unknown as one that never was."""
    found = contracts.contract(work.session, contract_id)
    if found.supplier_id != firm.id:
        raise NotFound("contract", contract_id)
    return found


def published_lot(work: Work, tender_id: str, lot_id: str) -> tuple[Tender, Lot]:
    """A lot of a tender that the public may know of."""
    tender = tenders.published_tender(work.session, tender_id)
    for lot in tender.lots:
        if lot.id == lot_id:
            return tender, lot
    raise NotFound("lot", lot_id)


def acts_for(work: Work, firm: Firm, lot_id: str) -> list[BidAct]:
    """What the firm has sent for a lot, in order."""
    return envelopes.acts_of_bidder(work.session, lot_id, firm.identifier)


def title_of(tender: Tender, lot: Lot | None = None) -> Text:
    """The tender's title, with the lot's where there are several."""
    whole = Text(tender.title_zh, tender.title_en)
    if lot is None or len(tender.lots) < 2:
        return whole
    return Text(
        f"{whole.zh}（包{lot.number}：{lot.title_zh}）",
        f"{whole.en or whole.zh} (lot {lot.number}: {lot.title_en or lot.title_zh})",
    )


def text_or_none(zh: str | None, en: str | None) -> Text | None:
    """Published words that may be missing."""
    return Text(zh, en or "") if zh else None


def lamp_until(now: datetime, begun_at: datetime, due_at: datetime) -> Lamp:
    """Green, amber from four fifths of the time on, red when it is over."""
    if now >= due_at:
        return Lamp.RED
    whole = (due_at - begun_at).total_seconds()
    passed = (now - begun_at).total_seconds()
    return Lamp.AMBER if passed >= whole * AMBER_FROM else Lamp.GREEN


# The share of a time limit from which the lamp is amber; supervision has the profile's own.
AMBER_FROM = 0.8
