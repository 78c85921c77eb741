"""The contract as a document: what both parties sign, generated from tender and bid (87-71)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kernel import canonical
from kernel.money import Money
from kernel.text import Text
from procurement.contracts import queries as contracts
from procurement.contracts.drafting import lines_as_records
from procurement.contracts.models import ContractLine
from procurement.parties import queries as parties
from procurement.tenders import queries as tenders
from procurement.tenders.content import content_of
from reports.documents.frame import CHINESE, Edition, Enclosed, Page, Signatory
from reports.documents.purchase import (
    ItemLine,
    bought,
    lot_title,
    name_of,
)
from reports.documents.rendering import render_pdf
from reports.documents.words import plain, published, text_of

CONTRACT = Text("政府采购合同", "Contract")
SUPPLIER_FIELD, BUYER_FIELD = "supplier", "buyer"
SUPPLIER = Text("供应商（乙方）", "Supplier")
BUYER = Text("采购人（甲方）", "Buyer")


@dataclass(frozen=True, slots=True)
class Party:
    """A party to the contract."""

    name: Text
    identifier: str


@dataclass(frozen=True, slots=True)
class Standard:
    """What the acceptance will pass or fail."""

    code: str
    words: Text


@dataclass(frozen=True, slots=True)
class ContractPage(Page):
    """Everything that the contract says."""

    number: str
    buyer: Party
    supplier: Party
    subject: Text
    amount: Money
    lines: tuple[ItemLine, ...]
    priced: bool
    delivery: str
    delivery_place: Text | None
    payment_days: int
    from_acceptance: bool
    standards: tuple[Standard, ...]
    sign_until: datetime
    notice: str
    bid: str
    rules: str
    rules_title: Text


def contract_pdf(session: Session, contract_id: str, edition: Edition = CHINESE) -> bytes:
    """The unsigned PDF of a contract, with both parties' places."""
    return render_pdf("contract.html", contract_page(session, contract_id, edition))


def contract_page(session: Session, contract_id: str, edition: Edition = CHINESE) -> ContractPage:
    """What the contract says: its signed statement, and what that names by digest."""
    contract = contracts.contract(session, contract_id)
    tender = tenders.tender(session, contract.tender_id)
    about, content = bought(session, tender), content_of(tender)
    lot = tenders.lot(session, contract.lot_id)
    buyer = parties.organization(session, contract.buyer_id)
    supplier = parties.organization(session, contract.supplier_id)
    stated = json.loads(contract.statement)
    rest = {
        "lines": lines_as_records(contract.lines, contract.currency),
        "standards": contract.standards,
    }
    enclosed = (
        Enclosed("contract.json", contract.statement, Text("签名的声明", "The signed statement")),
        Enclosed(
            "details.json", canonical.encode(rest), Text("明细和验收标准", "Lines and standards")
        ),
    )
    lines = tuple(_line(line, contract.currency) for line in contract.lines)
    frame = about.frame(
        edition,
        CONTRACT,
        proof=contract.digest,
        title=lot_title(about, lot),
        signatories=(
            Signatory(SUPPLIER, organization=name_of(supplier)),
            Signatory(BUYER, organization=name_of(buyer)),
        ),
    )
    return ContractPage(
        frame=frame.enclosing(enclosed, at=contract.drafted_at),
        number=contract.id,
        buyer=Party(name_of(buyer), buyer.identifier),
        supplier=Party(name_of(supplier), supplier.identifier),
        subject=published(lot.title_zh, lot.title_en),
        amount=Money.of_minor(contract.amount_minor, contract.currency),
        lines=lines,
        priced=any(line.amount is not None for line in lines),
        delivery=stated["delivery"],
        delivery_place=text_of(content.terms["delivery"]),
        payment_days=contract.payment_days,
        from_acceptance=contract.pays_from_acceptance,
        standards=tuple(
            Standard(each["code"], published(each["zh"], each["en"])) for each in contract.standards
        ),
        sign_until=contract.sign_until,
        notice=stated["notice"],
        bid=stated["bid"],
        rules=about.profile.edition,
        rules_title=about.profile.title,
    )


def _line(line: ContractLine, currency: str) -> ItemLine:
    return ItemLine(
        number=line.number,
        description=published(line.description_zh, line.description_en),
        quantity=plain(line.quantity),
        unit=line.unit,
        unit_price="" if line.unit_price is None else f"{line.unit_price.normalize():,f}",
        amount=None if line.amount_minor is None else Money.of_minor(line.amount_minor, currency),
    )
