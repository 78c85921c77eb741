"""The section `contracts`: what both parties signed, and how it ended."""

from __future__ import annotations

from datetime import datetime

from kernel.money import Money
from procurement.contracts.models import Contract, ContractLine
from procurement.tenders.models import Lot
from reports.ocds import documents
from reports.ocds.values import Object, filled, number, translated, value, when


def signed(contract: Contract, lot: Lot, *, base_url: str, ocid: str) -> Object:
    """A contract that is in force."""
    return filled(
        id=contract.id,
        awardID=contract.award_id,
        **translated("title", lot.title_zh, lot.title_en),
        status="active",
        value=value(amount_of(contract)),
        dateSigned=when(contract.buyer_signed_at),
        items=[_line(line, contract, lot) for line in contract.lines],
        documents=documents.contract(base_url, ocid, contract),
    )


def of(contract: Contract, implementation: Object) -> Object:
    """What has happened under a contract."""
    return {
        "id": contract.id,
        "awardID": contract.award_id,
        "implementation": implementation,
    }


def ended(contract: Contract, at: datetime) -> Object:
    """A contract under which everything is delivered and paid."""
    finished = filled(
        endDate=when(contract.closed_at or at),
        finalValue=value(Money.of_minor(contract.paid_minor, contract.currency)),
    )
    return of(contract, finished) | {"status": "terminated"}


def amount_of(contract: Contract) -> Money:
    """What the contract is about."""
    return Money.of_minor(contract.amount_minor, contract.currency)


def _line(line: ContractLine, contract: Contract, lot: Lot) -> Object:
    price = (
        {"amount": number(line.unit_price), "currency": contract.currency}
        if line.unit_price is not None
        else None
    )
    return filled(
        id=line.item_id,
        **translated("description", line.description_zh, line.description_en),
        quantity=number(line.quantity),
        unit=filled(name=line.unit, value=price),
        relatedLot=lot.id,
    )
