"""S28: the contract as the supplier reads and signs it, its delivery, invoices and payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from flask import Blueprint, Response, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.supplier.firms import firm_of, own_contract
from app.supplier.invoices import (
    InvoiceForm,
    InvoiceRow,
    invoice_form,
    invoice_rows,
    new_invoice,
    quantities_left,
)
from app.supplier.proofs import proof_of_act
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_pdf
from app.web.forms import Form, Tick, trying
from app.web.pages import page
from app.web.refusals import words_of
from app.web.shown import Countdown, CountdownKind, Proof
from app.web.signing import ToSign, signed_parts
from journal.work import Work
from kernel import canonical
from kernel.money import Money
from kernel.refusal import NotFound, Refusal, Refused, enforce
from kernel.text import Text
from kernel.vocabulary import Action, Audience, ContractStage
from procurement.awards import queries as awards
from procurement.contracts import queries
from procurement.contracts import services as contracts
from procurement.contracts.models import Acceptance, Contract
from procurement.contracts.services import CONTRACT_PDF
from procurement.parties import queries as parties
from procurement.parties.signing import examine_signature
from procurement.payments import invoicing
from procurement.plans import queries as plans
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders.standing import pinned_profile

_CONTRACT = Text("合同的声明", "the statement of the contract")
_PAPER = Text("合同PDF", "the contract as PDF")


class SignForm(Form):
    """Before a contract is signed."""

    read = Tick(
        _l("我已读完合同，同意签订。签名后不能收回"), needed=True, missing=_l("请先勾选这一项")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contract."""

    number: int
    description: Text
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    amount: Money | None


@dataclass(frozen=True, slots=True)
class ContractPage:
    """A contract with all that follows from it."""

    id: str
    key: str
    tender: str
    lot: str
    title: Text
    buyer: Text
    stage: ContractStage
    lapsed: bool
    amount: Money
    invoiced: Money
    paid: Money
    left: Money
    delivery: str
    payment_days: int
    from_acceptance: bool
    lines: Sequence[Line]
    standards: Sequence[Text]
    digest: str
    paper: bool
    """Whether there is a signed PDF of it."""
    until: Countdown | None
    hindrance: Text | None
    hindrance_cites: Sequence[str]
    to_sign: tuple[ToSign, ...]
    supplier_signed_at: datetime | None
    buyer_signed_at: datetime | None
    acceptances: Sequence[Acceptance]
    standard_names: dict[str, Text]
    invoices: Sequence[InvoiceRow]
    proof: Proof | None
    sign: SignForm
    invoice: InvoiceForm | None


def contract_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""

    @pages.get("/contracts/<contract>")
    @open_to(Audience.SUPPLIER)
    def contract(contract: str) -> Response:
        return _drawn(contract)

    @pages.post("/contracts/<contract>/signature")
    @open_to(Audience.SUPPLIER)
    def sign_contract(contract: str) -> AnyResponse:
        form = SignForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.read() as work:
                    own_contract(work, firm_of(work, actor()), contract)
                parts = signed_parts(("contract", "pdf"))
                said = parts["contract"]
                examined = examine_signature(
                    said.statement, said.cms, trust=container.trust, at=container.clock.now()
                )
                pdf = papers.finish(container, actor(), Paper.CONTRACT, contract, parts["pdf"])
                with container.journal.write() as work:
                    contracts.sign_as_supplier(work, actor(), contract, examined, pdf=pdf)
                return redirect(url_for(".contract", contract=contract), 303)
        return _drawn(contract, sign=form, status=422)

    @pages.get("/contracts/<contract>/contract.pdf")
    @open_to(Audience.SUPPLIER)
    def contract_paper(contract: str) -> Response:
        """The contract as its signers left it."""
        with container.journal.read() as work:
            own_contract(work, firm_of(work, actor()), contract)
        kept = papers.kept(container, CONTRACT_PDF, contract)
        if kept is None:
            raise NotFound("contract", contract)
        return private_pdf(container.blobs.read(kept.content), "contract.pdf")

    @pages.post("/contracts/<contract>/invoices")
    @open_to(Audience.SUPPLIER)
    def send_invoice(contract: str) -> AnyResponse:
        with container.journal.read() as work:
            found = own_contract(work, firm_of(work, actor()), contract)
            form = invoice_form(found, sent=True)
        if form.valid():
            with trying(form):
                content = container.blobs.put(form.file.data.stream) if form.file.data else None
                with container.journal.write() as work:
                    found = own_contract(work, firm_of(work, actor()), contract)
                    new = new_invoice(found, form, content)
                    enforce(invoicing.mismatch(work, new))
                    invoicing.submit_invoice(work, actor(), new)
                return redirect(url_for(".contract", contract=contract, _anchor="payments"), 303)
        return _drawn(contract, invoice=form, status=422)

    def _drawn(
        contract: str,
        *,
        sign: SignForm | None = None,
        invoice: InvoiceForm | None = None,
        status: int = 200,
    ) -> Response:
        with container.journal.read() as work:
            view = _view(work, contract, sign or SignForm(), invoice)
        if view.to_sign:
            view = _with_paper(container, view)
        return page("supplier/contract.html", view, status=status)


def _view(
    work: Work, contract_id: str, sign: SignForm, invoice: InvoiceForm | None
) -> ContractPage:
    found = own_contract(work, firm_of(work, actor()), contract_id)
    lot = tenders.lot(work.session, found.lot_id)
    buyer = parties.organization(work.session, found.buyer_id)
    award = awards.award(work.session, found.award_id)
    stage = ContractStage(found.stage)
    drafted = stage is ContractStage.DRAFTED and award.lapsed_at is None
    hindrance = contracts.signing_refusal(work, found) if drafted else None
    money = _money_of(found)
    today = local_date(pinned_profile(lot.tender), work.now())
    if invoice is None and stage is ContractStage.ACCEPTED and money["left"].minor > 0:
        known = {"issued_on": today, "amount": money["left"], **quantities_left(work, found)}
        invoice = invoice_form(found, data=known)
    return ContractPage(
        id=found.id,
        key=plans.purchase(work.session, found.purchase_id).ocid,
        tender=lot.tender_id,
        lot=lot.id,
        title=Text(lot.title_zh, lot.title_en),
        buyer=Text(buyer.name_zh, buyer.name_en),
        stage=stage,
        lapsed=award.lapsed_at is not None,
        **money,
        delivery=_delivery(found),
        payment_days=found.payment_days,
        from_acceptance=found.pays_from_acceptance,
        lines=_lines(found),
        standards=[Text(each["zh"], each["en"]) for each in found.standards],
        digest=found.digest,
        paper=found.supplier_signed_at is not None
        and bool(parties.pdfs_of(work.session, CONTRACT_PDF, found.id)),
        until=Countdown(CountdownKind.SIGNING, found.sign_until, note=_LATE) if drafted else None,
        hindrance=words_of(hindrance) if hindrance else None,
        hindrance_cites=hindrance.cites if hindrance else (),
        to_sign=_to_sign(work, found, hindrance) if drafted else (),
        supplier_signed_at=found.supplier_signed_at,
        buyer_signed_at=found.buyer_signed_at,
        acceptances=queries.acceptances(work.session, found.id),
        standard_names={e["code"]: Text(e["zh"], e["en"]) for e in found.standards},
        invoices=invoice_rows(work, found, today),
        proof=proof_of_act(work.session, found.id, [Action.SIGN_AS_BUYER, Action.SIGN_AS_SUPPLIER]),
        sign=sign,
        invoice=invoice,
    )


_LATE = Text(
    "超过期限仍可签，但记录会写明晚签。",
    "It can be signed after that, and the record will say that it was late.",
)


def _with_paper(container: Container, view: ContractPage) -> ContractPage:
    """The contract's PDF beside its statement, laid out for this person's certificate."""
    try:
        prepared = papers.contract_to_sign(container, actor(), view.id)
    except Refused as refused:
        return replace(
            view,
            to_sign=(),
            hindrance=words_of(refused.refusal),
            hindrance_cites=refused.refusal.cites,
        )
    return replace(view, to_sign=(*view.to_sign, ToSign("pdf", _PAPER, prepared=prepared)))


def _to_sign(work: Work, found: Contract, hindrance: Refusal | None) -> tuple[ToSign, ...]:
    if hindrance is not None:
        return ()
    return (ToSign("contract", _CONTRACT, contracts.prepare_contract_signature(work, found.id)),)


def _money_of(found: Contract) -> dict[str, Money]:
    def of(minor: int) -> Money:
        return Money.of_minor(minor, found.currency)

    return {
        "amount": of(found.amount_minor),
        "invoiced": of(found.invoiced_minor),
        "paid": of(found.paid_minor),
        "left": of(found.amount_minor - found.invoiced_minor),
    }


def _delivery(found: Contract) -> str:
    said = canonical.decode(found.statement)
    return str(said.get("delivery", "")) if isinstance(said, dict) else ""


def _lines(found: Contract) -> list[Line]:
    return [
        Line(
            line.number,
            Text(line.description_zh, line.description_en),
            line.quantity.normalize(),
            line.unit,
            line.unit_price.normalize() if line.unit_price is not None else None,
            None
            if line.amount_minor is None
            else Money.of_minor(line.amount_minor, found.currency),
        )
        for line in found.lines
    ]
