"""What the journal keeps about invoices, payments and the end of a purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.entries import Entry, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class InvoiceSubmitted(Entry):
    """A supplier's invoice arrived."""

    action: ClassVar[Action] = Action.SUBMIT_INVOICE
    contract: str = public()
    amount: dict[str, str] = public()
    number: str = restricted()
    issued_on: str = restricted()
    content: str | None = restricted(default=None)


@dataclass(frozen=True, kw_only=True)
class InvoiceMatched(Entry):
    """Invoice, contract and acceptance agree to the cent; from here the due date runs (802-9)."""

    action: ClassVar[Action] = Action.MATCH_INVOICE
    contract: str = public()
    acceptance: str = public()
    amount: dict[str, str] = public()
    due_on: str = public()


@dataclass(frozen=True, kw_only=True)
class InvoiceReturned(Entry):
    """An invoice went back to the supplier with the reason."""

    action: ClassVar[Action] = Action.RETURN_INVOICE
    contract: str = public()
    code: str = restricted()
    reason: str = restricted()


@dataclass(frozen=True, kw_only=True)
class PaymentPrepared(Entry):
    """Finance prepared the payment of an invoice."""

    action: ClassVar[Action] = Action.PREPARE_PAYMENT
    contract: str = public()
    invoice: str = public()
    amount: dict[str, str] = public()


@dataclass(frozen=True, kw_only=True)
class PaymentReleased(Entry):
    """A second person released the payment by signature (BL 61)."""

    action: ClassVar[Action] = Action.RELEASE_PAYMENT
    contract: str = public()
    invoice: str = public()
    amount: dict[str, str] = public()
    document: str = public()
    pdf: str | None = public(default=None)


@dataclass(frozen=True, kw_only=True)
class PaymentSettled(Entry):
    """The treasury paid; what is late bears interest (802-17)."""

    action: ClassVar[Action] = Action.SETTLE_PAYMENT
    contract: str = public()
    invoice: str = public()
    amount: dict[str, str] = public()
    treasury_reference: str = public()
    paid_on: str = public()
    due_on: str = public()
    days_late: int = public()
    interest: dict[str, str] = public()


@dataclass(frozen=True, kw_only=True)
class PurchaseClosed(Entry):
    """Every lot came to its end and every contract is paid; what was not spent goes back."""

    action: ClassVar[Action] = Action.CLOSE_PURCHASE
    spent: dict[str, str] = public()
    returned: dict[str, str] = public()
    # [{lot, stage}]
    lots: list[dict[str, Any]] = public()
