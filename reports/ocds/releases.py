"""A release of each event: which sections it has, and who stands in them.

A release tells what the event changed, as the rows say it in the transaction of the event; what
it leaves out stays as earlier releases said. Merged they are the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.refusal import NotFound
from kernel.vocabulary import Action
from procurement.parties.models import Organization
from reports.ocds import awards, bids, contracts, documents, implementation, parties, planning
from reports.ocds import tender as tenders
from reports.ocds.rows import Rows
from reports.ocds.tags import TAGS
from reports.ocds.values import Object, both, filled, when

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: a verb, the entry that the journal keeps of it, and when it is published."""

    action: Action
    entry: Any
    id: str
    """The id of the entry, and so of the release."""
    at: datetime


def build(event: Event, rows: Rows) -> Object:
    """The release of an event."""
    sections = _SECTIONS[event.action](event, rows)
    return (
        filled(
            ocid=rows.ocid,
            id=event.id,
            date=when(event.at),
            tag=[tag_of(event, rows)],
            initiationType="tender",
            language=_language(rows),
            parties=_parties(event, rows),
            buyer=parties.reference(rows.buyer),
        )
        | sections
    )


def tag_of(event: Event, rows: Rows) -> str:
    """The tag of an event; what ends neither a contract nor a known award updates the tender."""
    ends_nothing = (event.action is Action.CLOSE_PURCHASE and not rows.contracts) or (
        event.action is Action.LAPSE_AWARD and rows.award(event.entry.object) is None
    )
    return "tenderUpdate" if ends_nothing else TAGS[event.action]


def _language(rows: Rows) -> str:
    """The language of the words without a suffix: the replayed tenders of Ukraine keep theirs."""
    return "uk" if _CYRILLIC.search(rows.purchase.title_zh) else "zh"


def _parties(event: Event, rows: Rows) -> list[Object]:
    """Everybody who has had a role by now; before a tender is published that is the buyer alone."""
    organizations: dict[str, Organization] = {rows.buyer.id: rows.buyer}
    roles: dict[str, set[str]] = {rows.buyer.id: {parties.BUYER}}
    if event.action not in _BEFORE_THE_TENDER:
        roles[rows.buyer.id].add(parties.PROCURING_ENTITY)
    if event.action in _AFTER_CLOSING:
        organizations |= rows.bidders
        for firm in rows.bidders:
            roles.setdefault(firm, set()).add(parties.TENDERER)
        for award in rows.awards:
            roles[award.supplier_id].add(parties.SUPPLIER)
        payees = {contract.id: contract.supplier_id for contract in rows.contracts}
        for payment in rows.payments:
            roles[rows.buyer.id].add(parties.PAYER)
            roles[payees[payment.contract_id]].add(parties.PAYEE)
    if event.action is Action.DECIDE_COMPLAINT:
        body = rows.body_of(rows.complaint(event.entry.object).decided_by or "")
        organizations[body.id] = body
        roles.setdefault(body.id, set()).add(parties.REVIEW_BODY)
    return parties.parties(
        list(organizations.values()), {id: frozenset(held) for id, held in roles.items()}
    )


def _plan(_: Event, rows: Rows) -> Object:
    title = both(rows.purchase.title_zh, rows.purchase.title_en)
    return {"title": title, "planning": planning.plan(rows.purchase, rows.line)}


def _intention(event: Event, rows: Rows) -> Object:
    summary = event.entry.summary
    return filled(
        title=both(rows.purchase.title_zh, rows.purchase.title_en),
        description=both(summary["zh"], summary.get("en")),
        planning=planning.intention(rows.purchase, rows.line, summary, rows.profile),
    )


def _notice(event: Event, rows: Rows) -> Object:
    return {
        "planning": planning.tendered(
            rows.purchase, rows.profile, rows.tender.published_at or event.at
        ),
        "tender": _whole_tender(rows),
    }


def _corrigendum(event: Event, rows: Rows) -> Object:
    changed = tenders.amendments(rows.notices, event.id)
    return {"tender": _whole_tender(rows) | {"amendments": changed}}


def _whole_tender(rows: Rows) -> Object:
    published_at = rows.notices[0].published_at
    listed = documents.notices(rows.base_url, rows.ocid, rows.notices, rows.purchase.method)
    listed += documents.tender_documents(rows.base_url, rows.ocid, rows.documents, published_at)
    return tenders.whole(
        rows.tender,
        rows.lots,
        rows.criteria,
        rows.purchase,
        rows.buyer,
        rows.profile,
        documents=listed,
        base_url=rows.base_url,
    )


def _answer(_: Event, rows: Rows) -> Object:
    # All of them, so that the history of the list can be told (reports.ocds.records).
    answered = [tenders.enquiry(question) for question in rows.answered]
    return {"tender": {"id": rows.tender.id, "hasEnquiries": True, "enquiries": answered}}


def _cancellation(event: Event, rows: Rows) -> Object:
    tender = rows.tender
    said = documents.no_result(
        event.id, tender.cancelled_zh or "", tender.cancelled_en, event.at, (), cancelled=True
    )
    # Of a draft that never was published nothing is told but that it ended (DESIGN 3).
    known = tender.published_at is not None
    standing = (
        tenders.standing(tender, rows.lots) if known else {"id": tender.id, "status": "cancelled"}
    )
    return {"tender": standing | {"documents": [said]}}


def _closing(event: Event, rows: Rows) -> Object:
    closed = tenders.closing(rows.tender, rows.tender.closed_at or event.at, event.entry.root)
    return {"tender": tenders.standing(rows.tender, rows.lots) | {"milestones": [closed]}}


def _opening(event: Event, rows: Rows) -> Object:
    lot = rows.lot(event.entry.lot)
    of_lot = [bid for bid in rows.opened if bid.lot_id == lot.id]
    opened_at = of_lot[0].opened_at if of_lot else event.at
    tender = tenders.opened(rows.tender, rows.lots, lot, list(rows.bidders.values()), opened_at)
    evidence = documents.opening(rows.base_url, rows.ocid, lot, opened_at)
    return {
        "tender": tender | {"documents": [evidence]},
        "bids": bids.opened(of_lot, rows.bidders, rows.accepted, {}),
    }


def _left_sealed(event: Event, rows: Rows) -> Object:
    said = documents.no_result(
        event.id,
        "投标人不足，全部保持密封，不予开启",
        "Too few bidders; all bids stay sealed and are never opened",
        event.at,
        [event.entry.lot],
        cancelled=False,
    )
    return _standing_and_bids(rows, said)


def _failure(event: Event, rows: Rows) -> Object:
    reason = event.entry.reason
    said = documents.no_result(
        event.id, reason["zh"], reason.get("en"), event.at, [event.entry.lot], cancelled=False
    )
    return _standing_and_bids(rows, said)


def _standing_and_bids(rows: Rows, said: Object | None = None) -> Object:
    """How everything stands; with the last lot's end the evaluation of all may be told."""
    standing = tenders.standing(rows.tender, rows.lots)
    winners = {award.bid_id for award in rows.awards}
    return filled(
        tender=standing | ({"documents": [said]} if said else {}),
        bids=bids.opened(rows.opened, rows.bidders, rows.accepted, rows.standings, winners),
    )


def _award(event: Event, rows: Rows) -> Object:
    given = rows.award(event.entry.object)
    if given is None:
        # Decided, and lapsed before anybody was told who had won.
        return {"tender": tenders.standing(rows.tender, rows.lots)}
    told = awards.award(
        given,
        rows.lot(given.lot_id),
        rows.bidders[given.supplier_id],
        base_url=rows.base_url,
        ocid=rows.ocid,
    )
    return _standing_and_bids(rows) | {"awards": [told]}


def _decision(event: Event, rows: Rows) -> Object:
    said = documents.decision(rows.complaint(event.entry.object), event.at)
    return {"tender": tenders.standing(rows.tender, rows.lots) | {"documents": [said]}}


def _contract(event: Event, rows: Rows) -> Object:
    signed = rows.contract(event.entry.object)
    told = contracts.signed(signed, rows.lot(signed.lot_id), base_url=rows.base_url, ocid=rows.ocid)
    return {"tender": tenders.standing(rows.tender, rows.lots), "contracts": [told]}


def _acceptance(event: Event, rows: Rows) -> Object:
    done = implementation.accepted(rows.acceptance(event.entry.acceptance))
    return {"contracts": [contracts.of(rows.contract(event.entry.object), done)]}


def _payment(event: Event, rows: Rows) -> Object:
    payment, invoice = rows.payment(event.entry.object)
    contract = rows.contract(payment.contract_id)
    done = implementation.paid(
        contract,
        invoice,
        payment,
        rows.buyer,
        rows.bidders[contract.supplier_id],
        rows.profile,
    )
    return {"contracts": [contracts.of(contract, done)]}


def _end(event: Event, rows: Rows) -> Object:
    return filled(
        tender=tenders.standing(rows.tender, rows.lots),
        contracts=[contracts.ended(contract, event.at) for contract in rows.contracts],
    )


_SECTIONS: Mapping[Action, Callable[[Event, Rows], Object]] = {
    Action.APPROVE_PLAN: _plan,
    Action.PUBLISH_INTENTION: _intention,
    Action.PUBLISH_TENDER: _notice,
    Action.ANSWER_QUESTION: _answer,
    Action.AMEND_TENDER: _corrigendum,
    Action.CANCEL_TENDER: _cancellation,
    Action.CLOSE_TENDER: _closing,
    Action.LEAVE_SEALED: _left_sealed,
    Action.OPEN_LOT: _opening,
    Action.FAIL_LOT: _failure,
    Action.PUBLISH_AWARD: _award,
    Action.LAPSE_AWARD: _award,
    Action.DECIDE_COMPLAINT: _decision,
    Action.SIGN_AS_BUYER: _contract,
    Action.ACCEPT_DELIVERY: _acceptance,
    Action.SETTLE_PAYMENT: _payment,
    Action.CLOSE_PURCHASE: _end,
}
_BEFORE_THE_TENDER = frozenset({Action.APPROVE_PLAN, Action.PUBLISH_INTENTION})
# Bids are read for these alone, so that nothing of them can get into a release before.
_AFTER_CLOSING = frozenset(
    {
        Action.LEAVE_SEALED,
        Action.OPEN_LOT,
        Action.FAIL_LOT,
        Action.PUBLISH_AWARD,
        Action.LAPSE_AWARD,
        Action.DECIDE_COMPLAINT,
        Action.SIGN_AS_BUYER,
        Action.ACCEPT_DELIVERY,
        Action.SETTLE_PAYMENT,
        Action.CLOSE_PURCHASE,
    }
)


def purchase_of(event: Event) -> tuple[str, str]:
    """What the entry names its purchase by: `purchase` or `tender`, and the id."""
    if event.action in (*_BEFORE_THE_TENDER, Action.CLOSE_PURCHASE):
        return "purchase", event.entry.object
    if event.entry.tender is None:
        raise NotFound("tender", event.id)
    return "tender", event.entry.tender
