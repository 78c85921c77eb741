"""The text of a contract, generated from tender and bid and from nothing else (87-71)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel import canonical
from kernel.money import Money
from procurement.awards.models import Award
from procurement.contracts.models import ContractLine
from procurement.parties import queries as parties
from procurement.parties.signing import statement
from procurement.tenders import queries as tenders
from procurement.tenders.models import Criterion, Lot

# Finer than any currency: what a unit price may have behind the point.
_UNIT_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What the parties may still agree: when payment is due. All else follows from the award.

    `proposed` is what a drafter outside the system wrote down; where it differs from tender and
    bid the draft is refused, with the names of what differs.
    """

    payment_days: int
    from_acceptance: bool = True
    proposed: Mapping[str, object] | None = None


def awarded_terms(work: Work, award: Award, lot: Lot) -> dict[str, object]:
    """What tender and bid say that a contract must say too, by name."""
    bid = work.session.get_one(OpenedBid, award.bid_id)
    supplier = parties.organization(work.session, award.supplier_id)
    terms: dict[str, object] = {
        "supplier": supplier.identifier,
        "amount": str(Money.of_minor(award.amount_minor, award.currency)),
        "currency": award.currency,
        "delivery": (bid.readout or {}).get("delivery", ""),
    }
    for item in lot.items:
        terms[f"item_{item.number}"] = (
            f"{item.description_zh} × {format(item.quantity.normalize(), 'f')} {item.unit}"
        )
    return terms


def standards_of(work: Work, lot: Lot) -> list[dict[str, str]]:
    """What the acceptance will pass or fail: each item, and each requirement of the tender."""
    found = [
        {"code": f"item-{item.number}", "zh": item.description_zh, "en": item.description_en}
        for item in lot.items
    ]
    requirements = work.session.scalars(
        select(Criterion)
        .where(Criterion.tender_id == lot.tender_id, Criterion.kind == "compliance")
        .order_by(Criterion.number)
    )
    found += [
        {"code": f"criterion-{row.number}", "zh": row.title_zh, "en": row.title_en}
        for row in requirements
    ]
    return found


def lines_of(lot: Lot, amount: Money) -> list[ContractLine]:
    """The contract's lines: the items of the lot.

    The bid is read out as one price. Only where there is one item does it give the item a price of
    its own, and only if the division is exact: nothing is rounded into a contract.
    """
    items = lot.items
    lines = [
        ContractLine(
            number=item.number,
            item_id=item.id,
            description_zh=item.description_zh,
            description_en=item.description_en,
            quantity=item.quantity,
            unit=item.unit,
        )
        for item in items
    ]
    if len(lines) == 1:
        unit_price = (amount.amount / lines[0].quantity).quantize(_UNIT_PLACES)
        if unit_price * lines[0].quantity == amount.amount:
            lines[0].unit_price, lines[0].amount_minor = unit_price, amount.minor
    return lines


def lines_as_records(lines: Sequence[ContractLine], currency: str) -> list[dict[str, Any]]:
    """The lines as statements and entries hold them."""
    return [
        {
            "number": line.number,
            "item": line.item_id,
            "description": {"zh": line.description_zh, "en": line.description_en},
            "quantity": format(line.quantity, "f"),
            "unit": line.unit,
            "unit_price": None if line.unit_price is None else format(line.unit_price, "f"),
            "amount": None
            if line.amount_minor is None
            else str(Money.of_minor(line.amount_minor, currency)),
        }
        for line in lines
    ]


def contract_statement(
    work: Work,
    contract_id: str,
    award: Award,
    lot: Lot,
    terms: ContractTerms,
    *,
    lines: Sequence[ContractLine],
    standards: Sequence[Mapping[str, str]],
) -> bytes:
    """The bytes that both parties sign."""
    buyer = parties.organization(work.session, lot.tender.buyer_id)
    supplier = parties.organization(work.session, award.supplier_id)
    bid = work.session.get_one(OpenedBid, award.bid_id)
    return statement(
        "contract",
        work.origin,
        contract=contract_id,
        tender=lot.tender_id,
        lot=lot.id,
        award=award.id,
        notice=tenders.last_notice(work.session, lot.tender_id).digest,
        bid=bid.act_id,
        buyer={"identifier": buyer.identifier, "name": buyer.name_zh},
        supplier={"identifier": supplier.identifier, "name": supplier.name_zh},
        title={"zh": lot.title_zh, "en": lot.title_en},
        amount=Money.of_minor(award.amount_minor, award.currency).as_record(),
        delivery=(bid.readout or {}).get("delivery", ""),
        payment_days=terms.payment_days,
        payment_from="acceptance" if terms.from_acceptance else "delivery",
        lines=canonical.digest_of(lines_as_records(lines, award.currency)),
        standards=canonical.digest_of([dict(standard) for standard in standards]),
    )
