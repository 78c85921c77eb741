"""S16 to S24: the pages of a bid. What is filled in on them never reaches a route here."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.documents import papers
from app.reception import receive
from app.supplier import bidding
from app.supplier.bidding import BidPage, LotLine, OfflinePage, PreparePage, ReceiptsPage
from app.supplier.company import login_of
from app.supplier.firms import acts_for, firm_of, published_lot
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_file, private_pdf
from app.web.forms import Form, Tick, trying
from app.web.language import language, root_without_language
from app.web.pages import page
from app.web.shown import Countdown, CountdownKind
from app.web.signing import ToSign, signed_parts
from bidding.envelopes import queries as envelopes
from bidding.envelopes import rules
from bidding.envelopes.examining import Submission
from journal.export import receipt_file
from journal.work import Work
from kernel.refusal import NotFound, enforce
from kernel.text import Text
from kernel.vocabulary import Audience, TenderStage
from procurement.plans import queries as plans
from procurement.tenders import queries as tenders
from procurement.tenders.standing import pinned_profile
from signatures.sealed.bids import withdrawal_act
from signatures.sealed.judging import Signed

_WITHDRAWAL = Text("撤回投标的声明", "the withdrawal of your bid")


class WithdrawForm(Form):
    """Before a bid is withdrawn."""

    understood = Tick(
        _l("我要撤回这份投标。它不会被打开，也不参加评审"),
        needed=True,
        missing=_l("请先勾选这一项"),
    )


@dataclass(frozen=True, slots=True)
class LotsPage:
    """The lots of a tender with what the firm has sent for each."""

    tender: str
    key: str
    title: Text
    lots: list[LotLine]
    until: Countdown


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    """A bid that can be withdrawn, by signature."""

    place: bidding.Place
    last: bidding.OwnAct
    to_sign: tuple[ToSign, ...]
    form: WithdrawForm


_PREPARE = {
    "declarations": "supplier/bid_declarations.html",
    "documents": "supplier/bid_documents.html",
    "technical": "supplier/bid_technical.html",
    "price": "supplier/bid_price.html",
    "check": "supplier/bid_check.html",
}


def bid_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""

    @pages.get("/bids/<tender>")
    @open_to(Audience.SUPPLIER)
    def bid(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            found = tenders.published_tender(work.session, tender)
            firm = firm_of(work, actor())
            if len(found.lots) == 1:
                return redirect(url_for(".lot", tender=tender, lot=found.lots[0].id), 303)
            view = LotsPage(
                found.id,
                plans.purchase(work.session, found.purchase_id).ocid,
                Text(found.title_zh, found.title_en),
                bidding.lots_of(work, firm, found),
                Countdown(CountdownKind.BIDDING, found.closes_at),
            )
        return page("supplier/bid_lots.html", view)

    @pages.get("/bids/<tender>/<lot>")
    @open_to(Audience.SUPPLIER)
    def lot(tender: str, lot: str) -> Response:
        with container.journal.read() as work:
            account = login_of(work, actor().person)
            view: BidPage = bidding.bid_page(work, actor(), tender, lot, account)
        return page("supplier/bid.html", view)

    @pages.get("/bids/<tender>/<lot>/prepare/<task>")
    @open_to(Audience.SUPPLIER)
    def prepare(tender: str, lot: str, task: str) -> Response:
        """One task of the list. The page is the same for all; its content is in the browser."""
        if task not in _PREPARE:
            raise NotFound("task", task)
        with container.journal.read() as work:
            view: PreparePage = bidding.prepare_page(work, actor(), tender, lot)
        return page(_PREPARE[task], view)

    @pages.get("/bids/<tender>/<lot>/offline")
    @open_to(Audience.SUPPLIER)
    def offline(tender: str, lot: str) -> Response:
        server = f"{request.host_url.rstrip('/')}{root_without_language()}"
        with container.journal.read() as work:
            place = bidding.place_of(work, actor(), tender, lot)
            view = OfflinePage(
                place=place,
                server=server,
                log=f"{server}/log",
                receipt_key=container.keys.receipt_vkey.encode(),
                log_key=container.keys.log_vkey.encode(),
                account=login_of(work, actor().person),
                after=bool(acts_for(work, place.firm, lot)),
            )
        return page("supplier/bid_offline.html", view)

    _receipts(pages, container)
    _withdrawal(pages, container)


def _receipts(pages: Blueprint, container: Container) -> None:
    @pages.get("/bids/<tender>/<lot>/receipts")
    @open_to(Audience.SUPPLIER)
    def receipts(tender: str, lot: str) -> Response:
        with container.journal.read() as work:
            place = bidding.place_of(work, actor(), tender, lot)
            found, row = published_lot(work, tender, lot)
            view = ReceiptsPage(
                place=place,
                standing=bidding.standing_of(acts_for(work, place.firm, lot)),
                acts=bidding.own_acts(work, place.firm, found, row),
                cancelled=found.stage == TenderStage.CANCELLED,
            )
        return page("supplier/receipts.html", view)

    @pages.get("/bids/<tender>/<lot>/receipts/<int:seq>.json")
    @open_to(Audience.SUPPLIER)
    def receipt(tender: str, lot: str, seq: int) -> Response:
        """The receipt as a file that the verifier reads, with the way to the closed root if any."""
        with container.journal.read() as work:
            found, _row = published_lot(work, tender, lot)
            for row in acts_for(work, firm_of(work, actor()), lot):
                if row.seq == seq:
                    proof = envelopes.proof_of_act(work.session, row) if found.closed_at else None
                    held = receipt_file(row.receipt, row.receipt_note, proof)
                    name = f"receipt-{bidding.receipt_code(row)}.json"
                    break
            else:
                raise NotFound("receipt", str(seq))
        said = json.dumps(held, ensure_ascii=False, indent=1).encode()
        return private_file(io.BytesIO(said), name, "application/json")

    @pages.get("/bids/<tender>/<lot>/receipts/<int:seq>.pdf")
    @open_to(Audience.SUPPLIER)
    def receipt_paper(tender: str, lot: str, seq: int) -> Response:
        """The receipt for people, under the platform's seal; drawn when it is asked for."""
        with container.journal.read() as work:
            published_lot(work, tender, lot)
            rows = acts_for(work, firm_of(work, actor()), lot)
            row = next((each for each in rows if each.seq == seq), None)
            if row is None:
                raise NotFound("receipt", str(seq))
            act, name = row.id, f"receipt-{bidding.receipt_code(row)}.pdf"
        return private_pdf(papers.receipt_pdf(container, act, language=language()), name)


def _withdrawal(pages: Blueprint, container: Container) -> None:
    @pages.get("/bids/<tender>/<lot>/withdrawal")
    @open_to(Audience.SUPPLIER)
    def withdrawal(tender: str, lot: str) -> AnyResponse:
        return _drawn(tender, lot, WithdrawForm())

    @pages.post("/bids/<tender>/<lot>/withdrawal")
    @open_to(Audience.SUPPLIER)
    def withdraw(tender: str, lot: str) -> AnyResponse:
        form = WithdrawForm(sent=True)
        if form.valid():
            with trying(form):
                part = signed_parts(("withdrawal",))["withdrawal"]
                given = Submission(tender, lot, "withdrawal", Signed(part.statement, part.cms))
                receive(container, actor(), given)
                return redirect(url_for(".receipts", tender=tender, lot=lot), 303)
        return _drawn(tender, lot, form, 422)

    def _drawn(tender: str, lot: str, form: WithdrawForm, status: int = 200) -> AnyResponse:
        with container.journal.read() as work:
            view = _withdraw_page(work, tender, lot, form)
        if view is None:
            return redirect(url_for(".receipts", tender=tender, lot=lot), 303)
        return page("supplier/withdraw.html", view, status=status)


def _withdraw_page(
    work: Work, tender_id: str, lot_id: str, form: WithdrawForm
) -> WithdrawPage | None:
    """None where there is no live bid to withdraw: the receipts say so."""
    place = bidding.place_of(work, actor(), tender_id, lot_id)
    tender, lot = published_lot(work, tender_id, lot_id)
    rows = acts_for(work, place.firm, lot_id)
    if bidding.standing_of(rows) is not bidding.BidStanding.LIVE:
        return None
    enforce(
        rules.in_time(profile=pinned_profile(tender), now=work.now(), closes_at=tender.closes_at)
    )
    statement = withdrawal_act(
        origin=work.origin,
        tender=tender.id,
        lot=lot.id,
        bidder=place.firm.identifier,
        seq=rows[-1].seq + 1,
        prev=rows[-1].digest,
    )
    return WithdrawPage(
        place=place,
        last=bidding.own_acts(work, place.firm, tender, lot)[0],
        to_sign=(ToSign("withdrawal", _WITHDRAWAL, statement),),
        form=form,
    )
