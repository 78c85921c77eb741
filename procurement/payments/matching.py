"""What the three-way match compares, taken from contract, acceptance and invoices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kernel.money import Money
from kernel.vocabulary import ContractStage, InvoiceStage, LotStage
from procurement.contracts.models import Contract
from procurement.payments.models import Invoice
from procurement.payments.rules import Line

_OVER_WITHOUT_CONTRACT = frozenset({LotStage.FAILED, LotStage.CANCELLED})


@dataclass(frozen=True, slots=True)
class Facts:
    """Lines by their number, and the sum that the invoice must come to."""

    contracted: Mapping[str, Line]
    accepted: Mapping[str, Decimal]
    invoiced: Mapping[str, Line]
    invoiced_before: Mapping[str, Decimal]
    agreed: Money


def facts_of(contract: Contract, invoice: Invoice, all_invoices: Iterable[Invoice]) -> Facts:
    """The facts of a match. A delivery is accepted as a whole, so that every line is.

    Priced lines come to the sum of their amounts. Where one sum was agreed for all lines, an
    invoice is for what is left of it: no part of a lump sum belongs to any one line.
    """
    currency = contract.currency
    contracted = {
        str(line.number): Line(line.quantity, _money(line.amount_minor, currency))
        for line in contract.lines
    }
    others = [
        other
        for other in all_invoices
        if other.id != invoice.id and other.stage != InvoiceStage.RETURNED
    ]
    before: dict[str, Decimal] = {}
    for other in others:
        for name, line in _lines(contract, other).items():
            before[name] = before.get(name, Decimal(0)) + line.quantity
    invoiced = _lines(contract, invoice)
    left = contract.amount_minor - sum(other.amount_minor for other in others)
    priced = all(line.amount is not None for line in contracted.values())
    agreed = left
    if priced:
        agreed = sum(line.amount.minor for line in invoiced.values() if line.amount is not None)
    return Facts(
        contracted=contracted,
        accepted={name: line.quantity for name, line in contracted.items()},
        invoiced=invoiced,
        invoiced_before=before,
        agreed=Money.of_minor(agreed, currency),
    )


def over(lot_stage: str, contract_stage: str | None) -> bool:
    """Whether a lot is over: without a contract, or with one that is paid to the last cent."""
    if LotStage(lot_stage) in _OVER_WITHOUT_CONTRACT:
        return True
    return contract_stage is not None and ContractStage(contract_stage) is ContractStage.CLOSED


def _lines(contract: Contract, invoice: Invoice) -> dict[str, Line]:
    """The lines of an invoice; one without lines claims the contract's lines as they are."""
    if not invoice.lines:
        return {
            str(line.number): Line(line.quantity, _money(line.amount_minor, contract.currency))
            for line in contract.lines
        }
    return {str(row["number"]): _line(row, invoice.currency) for row in invoice.lines}


def _line(row: Mapping[str, Any], currency: str) -> Line:
    return Line(Decimal(row["quantity"]), _money(row["amount_minor"], currency))


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money.of_minor(minor, currency)
