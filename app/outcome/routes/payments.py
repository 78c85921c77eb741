"""Finance and treasurer: match, return, prepare; release by another person; settle (S53)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.outcome import forms
from app.outcome.reading import invoices as reading
from app.outcome.signing import examined, examined_paper, to_sign, with_paper
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, trying
from app.web.pages import page
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Audience, InvoiceStage, Role
from procurement.contracts import queries as contracts
from procurement.payments import queries
from procurement.payments import services as payments
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders.standing import pinned_profile

_RELEASE = Text("付款放行", "the release of the payment")


def payment_routes(pages: Blueprint, container: Container) -> None:
    """The queue and the steps of one invoice."""

    @pages.get("/payments")
    @open_to(Audience.FINANCE)
    def payment_list() -> Response:
        with container.journal.read() as work:
            view = reading.payments_page(work)
        return page("outcome/payments.html", view)

    @pages.get("/invoices/<invoice>")
    @open_to(Audience.FINANCE)
    def invoice(invoice: str) -> Response:
        return shown(invoice)

    @pages.post("/invoices/<invoice>/match")
    @open_to(Audience.FINANCE)
    def match(invoice: str) -> Response:
        return taken(invoice, lambda work: payments.match_invoice(work, actor(), invoice))

    @pages.post("/invoices/<invoice>/payment")
    @open_to(Audience.FINANCE)
    def prepare(invoice: str) -> Response:
        return taken(invoice, lambda work: payments.prepare_payment(work, actor(), invoice))

    @pages.post("/invoices/<invoice>/return")
    @open_to(Audience.FINANCE)
    def send_back(invoice: str) -> Response:
        form = forms.ReturnForm(sent=True)
        if form.valid():
            return taken(
                invoice,
                lambda work: payments.return_invoice(
                    work, actor(), invoice, form.code.data, form.reason.data
                ),
                back=form,
            )
        return shown(invoice, back=form, status=422)

    @pages.post("/invoices/<invoice>/release")
    @open_to(Audience.FINANCE)
    def release(invoice: str) -> Response:
        form = forms.NothingForm()
        with trying(form):
            signed = examined(container, "release")
            with container.journal.read() as work:
                payment = payment_of(work, invoice)
            pdf = examined_paper(container, Paper.PAYMENT_ORDER, payment, signed.statement)
            with container.journal.write() as work:
                payments.release_payment(work, actor(), payment, signed, pdf=pdf)
            return redirect(url_for("outcome.invoice", invoice=invoice), 303)
        return shown(invoice, plain=form, status=422)

    @pages.post("/invoices/<invoice>/settlement")
    @open_to(Audience.FINANCE)
    def settle(invoice: str) -> Response:
        form = forms.SettleForm(sent=True)
        if form.valid():
            return taken(
                invoice,
                lambda work: payments.settle_payment(
                    work,
                    actor(),
                    payment_of(work, invoice),
                    form.reference.data,
                    form.paid_on.data,
                ),
                settled=form,
            )
        return shown(invoice, settled=form, status=422)

    def taken(
        invoice: str,
        step: Callable[[Work], object],
        *,
        back: Form | None = None,
        settled: Form | None = None,
    ) -> Response:
        """Take a step; what is refused is shown with the invoice, at the form that asked for it."""
        plain = forms.NothingForm()
        with trying(back or settled or plain):
            with container.journal.write() as work:
                step(work)
            return redirect(url_for("outcome.invoice", invoice=invoice), 303)
        return shown(invoice, plain=plain, back=back, settled=settled, status=422)

    def shown(
        invoice: str,
        *,
        plain: Form | None = None,
        back: Form | None = None,
        settled: Form | None = None,
        status: int = 200,
    ) -> Response:
        with container.journal.read() as work:
            found = queries.invoice(work.session, invoice)
            payment = queries.payment_of_invoice(work.session, invoice)
            waits = InvoiceStage(found.stage) is InvoiceStage.PREPARED
            statement = payments.prepare_release(work, payment.id) if payment and waits else None
            today = {"paid_on": today_of(work, invoice)}
            view = reading.invoice_page(
                work,
                actor(),
                found,
                forms=(
                    plain or forms.NothingForm(),
                    back or forms.ReturnForm(),
                    settled or forms.SettleForm(data=today),
                ),
                to_sign=to_sign("release", _RELEASE, statement) if statement else (),
            )
        if payment is not None and statement is not None and actor().has(Role.TREASURER):
            about = payment.id
            view = with_paper(
                view,
                Paper.PAYMENT_ORDER,
                lambda: papers.payment_order_to_sign(container, actor(), about, statement),
            )
        return page("outcome/invoice.html", view, status=status)


def payment_of(work: Work, invoice_id: str) -> str:
    """The payment of an invoice; NotFound before it is prepared."""
    found = queries.payment_of_invoice(work.session, invoice_id)
    if found is None:
        raise NotFound("payment", invoice_id)
    return found.id


def today_of(work: Work, invoice_id: str) -> date:
    """The day where the office is."""
    contract = contracts.contract(
        work.session, queries.invoice(work.session, invoice_id).contract_id
    )
    tender = tenders.tender(work.session, contract.tender_id)
    return local_date(pinned_profile(tender), work.clock.now())
