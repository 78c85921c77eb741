"""Contracts: drafted from the award, signed for the buyer, inspected by the acceptor (S52)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.outcome import forms
from app.outcome.money_views import ContractsPage, DraftPage, InspectPage, SignPage
from app.outcome.permits import permit
from app.outcome.reading import contracts as reading
from app.outcome.reading.awards import award_view
from app.outcome.reading.seeing import head_of, lot_of, profile_of
from app.outcome.routes.lots import ready
from app.outcome.routes.twice import form_page
from app.outcome.signing import (
    examined,
    examined_paper,
    is_papered,
    is_signed,
    to_sign,
    with_paper,
)
from app.web import moments
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, trying
from app.web.language import language
from app.web.pages import page
from app.web.shown import Lamp
from bidding.evaluation import loading
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Action, Audience, ContractStage
from procurement.awards import models
from procurement.awards import queries as awards
from procurement.contracts import drafting, queries
from procurement.contracts import services as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import CONTRACT_PDF, ContractTerms, Inspection, Result
from procurement.contracts.stages import CONTRACT, CONTRACTING
from procurement.profiles.timetable import local_date
from procurement.tenders.models import Lot
from procurement.tenders.standing import pinned_profile

_CONTRACT = Text("合同", "the contract")
_ACCEPTANCE = Text("验收书", "the acceptance record")
_TERMS = {
    "supplier": Text("供应商", "Supplier"),
    "amount": Text("金额", "Amount"),
    "currency": Text("币种", "Currency"),
    "delivery": Text("交货", "Delivery"),
}


def contract_routes(pages: Blueprint, container: Container) -> None:
    """The list, the draft, and the pages of one contract."""

    @pages.get("/buying/contracts")
    @open_to(Audience.BUYER, Audience.FINANCE)
    def contract_list() -> Response:
        with container.journal.read() as work:
            rows = [
                reading.contract_head(work, actor(), row)
                for row in reading.contracts_of_actor(work, actor())
            ]
        urls = [url_for("outcome.contract", contract=row.id) for row in rows]
        return page("outcome/contracts.html", ContractsPage(rows, urls))

    @pages.get("/buying/contracts/<contract>")
    @open_to(Audience.BUYER, Audience.FINANCE)
    def contract(contract: str) -> Response:
        with container.journal.read() as work:
            found = reading.contract_of(work, actor(), contract)
            view = reading.contract_page(work, actor(), found)
        return page("outcome/contract.html", view)

    @form_page(pages, "/buying/lots/<lot>/contract", Audience.BUYER)
    def draft_contract(*, lot: str, sent: bool) -> Response:
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            award = awards.live_award(work.session, lot)
            known = queries.contract_of_award(work.session, award.id) if award else None
            if known is not None and not sent:
                return redirect(url_for("outcome.contract", contract=known.id), 303)
            if award is None or not ready(found, CONTRACTING, Action.DRAFT_CONTRACT):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            award_id = award.id
            usual = profile_of(found).payment_days_max.value
            data = {"payment_days": usual, "starts": "acceptance"}
            form = forms.ContractForm(data=data, sent=sent)
            view = draft_page(work, found, award, form)
        if sent and form.valid():
            terms = ContractTerms(form.payment_days.data, form.starts.data == "acceptance")
            with trying(form):
                with container.journal.write() as work:
                    made = contracts.draft_contract(work, actor(), award_id, terms)
                return redirect(url_for("outcome.contract", contract=made), 303)
        return page("outcome/draft.html", view, status=422 if sent else 200)

    @form_page(pages, "/buying/contracts/<contract>/signature", Audience.BUYER)
    def sign_contract(*, contract: str, sent: bool) -> Response:
        form = forms.NothingForm()
        if sent:
            with trying(form):
                signed = examined(container, "contract")
                papered = is_papered(container, CONTRACT_PDF, contract)
                pdf = examined_paper(container, Paper.CONTRACT, contract) if papered else None
                with container.journal.write() as work:
                    reading.contract_of(work, actor(), contract)
                    contracts.sign_as_buyer(work, actor(), contract, signed, pdf=pdf)
                return redirect(url_for("outcome.contract", contract=contract), 303)
        with container.journal.read() as work:
            found = reading.contract_of(work, actor(), contract)
            if not sent and not at(found, Action.SIGN_AS_BUYER):
                return redirect(url_for("outcome.contract", contract=contract), 303)
            view = sign_page(work, found, form)
        # A supplier who signed the statement alone has left no text for the buyer to sign over.
        if view.permit.may and is_papered(container, CONTRACT_PDF, contract):
            view = with_paper(
                view, Paper.CONTRACT, lambda: papers.contract_to_sign(container, actor(), contract)
            )
        return page("outcome/sign_contract.html", view, status=422 if sent else 200)

    @form_page(pages, "/buying/contracts/<contract>/inspection", Audience.BUYER)
    def inspect(*, contract: str, sent: bool) -> Response:
        signs = is_signed("acceptance")
        with container.journal.read() as work:
            found = reading.contract_of(work, actor(), contract)
            if not sent and not at(found, Action.ACCEPT_DELIVERY):
                return redirect(url_for("outcome.contract", contract=contract), 303)
            standards = reading.standards_of(found)
            codes = [row["code"] for row in found.standards]
            public = reading.is_public_service(work, found)
            agreed = agreed_delivery(work, found)
            form = forms.inspection_form(standards, public=public, agreed=agreed, sent=sent)
            again = "again" in request.form
            made = None
            if sent and form.valid() and not again:
                with trying(form):
                    read = inspection_of(form, codes, public=public)
                    contracts.check_inspection(work, contract, read)
                    made = read
        if made is not None and signs:
            judge = contracts.accept_delivery if passed(made) else contracts.reject_delivery
            with trying(form):
                signed = examined(container, "acceptance")
                pdf = examined_paper(container, Paper.ACCEPTANCE, contract, signed.statement)
                with container.journal.write() as work:
                    reading.contract_of(work, actor(), contract)
                    judge(work, actor(), contract, made, signed, pdf=pdf)
                return redirect(url_for("outcome.contract", contract=contract), 303)
        with container.journal.read() as work:
            found = reading.contract_of(work, actor(), contract)
            view = inspect_page(work, found, form, made, public=public)
        if made is not None and view.to_sign and view.permit.may:
            said, statement = made, view.to_sign[0].statement or b""
            view = with_paper(
                view,
                Paper.ACCEPTANCE,
                lambda: papers.acceptance_to_sign(container, actor(), contract, said, statement),
            )
        bad = sent and not again and (made is None or signs)
        return page("outcome/inspect.html", view, status=422 if bad else 200)


def at(contract: Contract, action: Action) -> bool:
    """Whether the contract's stage allows the step."""
    return CONTRACT.allows(ContractStage(contract.stage), action)


def agreed_delivery(work: Work, contract: Contract) -> str:
    """What the contract says of the delivery, to be seen where its time is asked for."""
    signed = contract.buyer_signed_at
    if signed is None:
        return ""
    on = local_date(pinned_profile(loading.lot(work.session, contract.lot_id).tender), signed)
    said = _(
        "合同约定：%(delivery)s；合同签订于%(day)s",
        delivery=reading.delivery_of(work.session, contract) or _("没有写"),
        day=moments.day(on, language(), None),
    )
    return str(said)


def draft_page(work: Work, lot: Lot, award: models.Award, form: Form) -> DraftPage:
    """What follows from tender and bid by itself, and what may still be agreed."""
    terms = drafting.awarded_terms(work, award, lot)
    items = {f"item_{item.number}": Text(f"标的{item.number}", f"Item {item.number}")
             for item in lot.items}  # fmt: skip
    names = {**_TERMS, **items}
    on = loading.lot_subject(work, lot, kind="award", id=award.id)
    return DraftPage(
        head=head_of(work, lot),
        permit=permit(actor(), Action.DRAFT_CONTRACT, on),
        form=form,
        award=award_view(work.session, award),
        terms=[(names[name], str(value)) for name, value in terms.items()],
        most_days=profile_of(lot).payment_days_agreed_max.value,
        standards=[Text(row["zh"], row["en"]) for row in drafting.standards_of(work, lot)],
    )


def sign_page(work: Work, contract: Contract, form: Form) -> SignPage:
    """The contract's text in words, and the signature that brings it into force."""
    lot = loading.lot(work.session, contract.lot_id)
    hindrance = reading.hindrance(work, lot, contract)
    due = reading.signing_due(work, lot, contract)
    statement = contracts.prepare_contract_signature(work, contract.id)
    return SignPage(
        head=reading.contract_head(work, actor(), contract),
        permit=reading.sign_permit(work, actor(), lot, contract),
        form=form,
        hindrance=hindrance,
        late=due is not None and due.lamp is Lamp.RED,
        parties=reading.parties_of(work.session, contract),
        lines=reading.lines_of(contract),
        delivery=reading.delivery_of(work.session, contract),
        payment_days=contract.payment_days,
        to_sign=() if hindrance else to_sign("contract", _CONTRACT, statement),
    )


def inspect_page(
    work: Work, contract: Contract, form: Form, made: Inspection | None, *, public: bool
) -> InspectPage:
    """The standards, and once all are judged what the acceptor signs."""
    lot = loading.lot(work.session, contract.lot_id)
    names = {row["code"]: Text(row["zh"], row["en"]) for row in contract.standards}
    failed = [names[one.code] for one in made.results if not one.passed] if made else []
    statement = contracts.prepare_acceptance(work, contract.id, made) if made else None
    return InspectPage(
        head=reading.contract_head(work, actor(), contract),
        permit=reading.inspect_permit(work, actor(), lot, contract),
        form=form,
        standards=[(f"s-{n}", f"note-{n}") for n in range(len(contract.standards))],
        public=public,
        number=len(queries.acceptances(work.session, contract.id)) + 1,
        failed=failed,
        to_sign=to_sign("acceptance", _ACCEPTANCE, statement) if statement else (),
    )


def inspection_of(form: Form, codes: Sequence[str], *, public: bool) -> Inspection:
    """What the form says was found."""
    lines = (form["opinions"].data or "").splitlines() if public else []
    return Inspection(
        results=tuple(
            Result(code, form[f"s-{n}"].data == "passed", form[f"note-{n}"].data or "")
            for n, code in enumerate(codes)
        ),
        delivered_at=form["delivered_at"].data,
        opinions=tuple(line.strip() for line in lines if line.strip()),
    )


def passed(made: Inspection) -> bool:
    """Whether every standard passed, so that the delivery is accepted."""
    return all(result.passed for result in made.results)
