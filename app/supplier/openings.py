"""S26: the opening as a bidder sees it: the own bid as read out, confirmation and objections."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.supplier.bidding import BidStanding, receipt_code, standing_of, takes_bids
from app.supplier.company import login_of
from app.supplier.firms import acts_for, firm_of, title_of
from app.supplier.proofs import proof_of_act
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Attachment, Form, Passage, trying
from app.web.language import root_without_language
from app.web.pages import page
from app.web.shown import Proof
from app.web.signing import ToSign, signed_parts
from bidding.opening import queries as openings
from bidding.opening.confirming import confirm_opening
from bidding.opening.examining import ProvenReceipt, examine_receipt
from bidding.opening.models import OpeningObjection
from bidding.opening.own_keys import wanted_own_keys
from bidding.opening.services import object_at_opening
from bidding.opening.stages import OPENING
from journal.work import Work
from kernel.money import Money
from kernel.refusal import NotFound, Refused, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Audience, LotStage, TenderStage
from procurement.parties.signing import examine_signature
from procurement.plans import queries as plans
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile

RECEIPT_BYTES_MAX = 64 * 1024
_RECORD = Text("开标记录的数据", "The record's data")


class ObjectionForm(Form):
    """An objection on the spot."""

    text = Passage(
        _l("异议的内容"),
        most=2000,
        rows=4,
        hint=_l("写明哪一项不对，应该是什么。"),
        missing=_l("请写明异议的内容"),
    )
    receipt = Attachment(
        _l("回执文件"),
        needed=False,
        most=RECEIPT_BYTES_MAX,
        accept=".json",
        hint=_l("您的投标不在封存清单里时才需要：它证明投标被丢掉，整个包会停止开标。"),
    )
    refused_at: ClassVar[Mapping[str, str]] = {
        "receipt_not_ours": "receipt",
        "objection_without_reason": "text",
    }


class ConfirmationForm(Form):
    """Nothing but a signature."""


@dataclass(frozen=True, slots=True)
class OwnBid:
    """What the opening found in the firm's own bid."""

    state: str
    cause: str | None
    price: Money | None
    delivery: str


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """The opening of a lot for one bidder."""

    tender: str
    key: str
    lot: str
    title: Text
    stage: LotStage
    cancelled: bool
    closed: bool
    closes_at: datetime
    opens_from: datetime
    opened_at: datetime | None
    standing: BidStanding
    code: str
    own: OwnBid | None
    bids: int | None
    objections: Sequence[OpeningObjection]
    may_object: bool
    confirmed_at: datetime | None
    to_sign: tuple[ToSign, ...]
    own_key_until: datetime | None
    """Until when the firm's own key may be given, because the holders fell short."""
    account: str
    server: str
    log_key: str
    proof: Proof | None
    form: ObjectionForm
    confirmation: ConfirmationForm


def opening_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""

    @pages.get("/lots/<lot>/opening")
    @open_to(Audience.SUPPLIER)
    def opening(lot: str) -> Response:
        return _drawn(lot, ObjectionForm())

    @pages.post("/lots/<lot>/objection")
    @open_to(Audience.SUPPLIER)
    def objection(lot: str) -> AnyResponse:
        form = ObjectionForm(sent=True)
        if form.valid():
            with trying(form):
                proof = _proven(container, form.receipt.octets())
                with container.journal.write() as work:
                    _published(work, lot)
                    object_at_opening(work, actor(), lot, form.text.data, proof=proof)
                return redirect(url_for(".opening", lot=lot, _anchor="objections"), 303)
        return _drawn(lot, form, 422)

    @pages.post("/lots/<lot>/confirmation")
    @open_to(Audience.SUPPLIER)
    def confirmation(lot: str) -> AnyResponse:
        form = ConfirmationForm(sent=True)
        with container.journal.read() as work:
            _read_out_bid(work, lot)
        if form.valid():
            with trying(form):
                said = signed_parts(("record",))["record"]
                examined = examine_signature(
                    said.statement, said.cms, trust=container.trust, at=container.clock.now()
                )
                with container.journal.write() as work:
                    _published(work, lot)
                    confirm_opening(work, actor(), lot, examined)
                return redirect(url_for(".opening", lot=lot), 303)
        return _drawn(lot, ObjectionForm(), 422, confirmation=form)

    def _drawn(
        lot: str,
        form: ObjectionForm,
        status: int = 200,
        *,
        confirmation: ConfirmationForm | None = None,
    ) -> Response:
        with container.journal.read() as work:
            view = _view(work, container, lot, form, confirmation or ConfirmationForm())
        return page("supplier/opening.html", view, status=status)


def _published(work: Work, lot_id: str) -> tuple[Tender, Lot]:
    lot = tenders.lot(work.session, lot_id)
    return tenders.published_tender(work.session, lot.tender_id), lot


def _read_out_bid(work: Work, lot_id: str) -> None:
    """Who had no bid read out has no record to confirm: it is as unknown as a lot that is not."""
    _tender, lot = _published(work, lot_id)
    firm = firm_of(work, actor())
    if all(bid.bidder_id != firm.id for bid in openings.opened_bids(work.session, lot.id)):
        raise NotFound("bid", lot_id)


def _proven(container: Container, raw: bytes) -> ProvenReceipt | None:
    """The receipt of a file that the bidder kept: of the browser, the tool or this site."""
    if not raw:
        return None
    try:
        held = json.loads(raw)
        receipt, note = held["receipt"], held["note"]
        octets = (
            receipt.encode()
            if receipt.lstrip().startswith("{")
            else base64.b64decode(receipt, validate=True)
        )
        return examine_receipt(octets, note.encode(), key=container.keys.receipt_vkey)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise Refused(refuse("receipt_not_ours", "SEALED_BID 6")) from None


def _own_key_until(work: Work, container: Container, tender: Tender, lot: Lot) -> datetime | None:
    if tender.closed_at is None or not OPENING.allows(LotStage(lot.stage), Action.GIVE_OWN_KEY):
        return None
    wanted = wanted_own_keys(work.session, container.examiner, actor(), tender.id, lot.id).parts
    return min((each.ends_at for each in wanted), default=None)


def confirmed_at(work: Work, lot_id: str, firm_id: str) -> datetime | None:
    """When a firm confirmed the record of a lot's opening."""
    rows = openings.confirmations(work.session, lot_id)
    return next((row.confirmed_at for row in rows if row.bidder_id == firm_id), None)


def awaits_confirmation(work: Work, lot: Lot, firm_id: str) -> bool:
    """Whether a firm can confirm the record now: its bid was opened, and nobody judges yet."""
    return (
        OPENING.allows(LotStage(lot.stage), Action.CONFIRM_OPENING)
        and any(bid.bidder_id == firm_id for bid in openings.opened_bids(work.session, lot.id))
        and confirmed_at(work, lot.id, firm_id) is None
    )


def _to_sign(work: Work, lot: Lot, firm_id: str) -> tuple[ToSign, ...]:
    if not awaits_confirmation(work, lot, firm_id):
        return ()
    record = openings.opening_record(work.session, lot.id)
    return (ToSign("record", _RECORD, statement=record.statement),)


def _view(
    work: Work,
    container: Container,
    lot_id: str,
    form: ObjectionForm,
    confirmation: ConfirmationForm,
) -> OpeningPage:
    tender, lot = _published(work, lot_id)
    firm, stage = firm_of(work, actor()), LotStage(lot.stage)
    acts = acts_for(work, firm, lot.id)
    found = openings.opened_bids(work.session, lot.id)
    mine = next((bid for bid in found if bid.bidder_id == firm.id), None)
    closed_at = tender.closed_at or tender.closes_at
    minutes = pinned_profile(tender).objection_minutes.value
    return OpeningPage(
        tender=tender.id,
        key=plans.purchase(work.session, tender.purchase_id).ocid,
        lot=lot.id,
        title=title_of(tender, lot),
        stage=stage,
        cancelled=tender.stage == TenderStage.CANCELLED or stage is LotStage.CANCELLED,
        closed=not takes_bids(tender, work.now()),
        closes_at=tender.closes_at,
        opens_from=closed_at + timedelta(minutes=minutes),
        opened_at=_opened_at(work, lot.id),
        standing=standing_of(acts),
        code=receipt_code(acts[-1]) if acts else "",
        own=None
        if mine is None
        else OwnBid(
            mine.state,
            mine.cause,
            Money.of_minor(mine.price_minor, mine.currency)
            if mine.price_minor and mine.currency
            else None,
            (mine.readout or {}).get("delivery", ""),
        ),
        bids=len(found) if found else None,
        objections=[
            one for one in openings.objections(work.session, lot.id) if one.bidder_id == firm.id
        ],
        may_object=tender.stage == TenderStage.CLOSED
        and OPENING.allows(stage, Action.OBJECT_AT_OPENING),
        confirmed_at=confirmed_at(work, lot.id, firm.id),
        to_sign=_to_sign(work, lot, firm.id),
        own_key_until=_own_key_until(work, container, tender, lot) if acts else None,
        account=login_of(work, actor().person),
        server=f"{request.host_url.rstrip('/')}{root_without_language()}",
        log_key=container.keys.log_vkey.encode(),
        proof=proof_of_act(work.session, lot.id, [Action.OPEN_LOT, Action.LEAVE_SEALED]),
        form=form,
        confirmation=confirmation,
    )


def _opened_at(work: Work, lot_id: str) -> datetime | None:
    try:
        return openings.opening_record(work.session, lot_id).opened_at
    except NotFound:
        return None
