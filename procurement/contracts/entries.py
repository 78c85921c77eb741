"""What the journal keeps about contracts and acceptance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.entries import Entry, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ContractDrafted(Entry):
    """A contract was generated from tender and bid (87-71)."""

    action: ClassVar[Action] = Action.DRAFT_CONTRACT
    lot: str = public()
    award: str = public()
    supplier: str = public()
    amount: dict[str, str] = public()
    text: str = public()
    sign_until: str = public()


@dataclass(frozen=True, kw_only=True)
class ContractSignedBySupplier(Entry):
    """The supplier signed the contract; it binds once the buyer has signed too.

    `late` says that the time to sign had run out at `due_at`; the contract holds all the same.
    """

    action: ClassVar[Action] = Action.SIGN_AS_SUPPLIER
    lot: str = public()
    supplier: str = public()
    text: str = public()
    document: str = public()
    pdf: str | None = public(default=None)
    due_at: str = public()
    late: bool = public()


@dataclass(frozen=True, kw_only=True)
class ContractSignedByBuyer(Entry):
    """The buyer signed as well: the contract is in force."""

    action: ClassVar[Action] = Action.SIGN_AS_BUYER
    lot: str = public()
    award: str = public()
    supplier: str = public()
    amount: dict[str, str] = public()
    text: str = public()
    document: str = public()
    pdf: str | None = public(default=None)
    due_at: str = public()
    late: bool = public()
    # [{number, item, description: {zh, en}, quantity, unit, unit_price, amount}]
    lines: list[dict[str, Any]] = public()


@dataclass(frozen=True, kw_only=True)
class DeliveryAccepted(Entry):
    """What was delivered passed every standard (GPR 45)."""

    action: ClassVar[Action] = Action.ACCEPT_DELIVERY
    lot: str = public()
    acceptance: str = public()
    document: str = public()
    pdf: str | None = public(default=None)
    delivered_at: str = public()
    # [{code, found, note}]
    results: list[dict[str, Any]] = public()
    # What users of a public service said (requirement 114); without their names.
    opinions: list[str] = public(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DeliveryRejected(Entry):
    """What was delivered failed a standard; the supplier delivers again."""

    action: ClassVar[Action] = Action.REJECT_DELIVERY
    lot: str = public()
    acceptance: str = public()
    document: str = public()
    pdf: str | None = public(default=None)
    delivered_at: str = public()
    results: list[dict[str, Any]] = public()
    opinions: list[str] = restricted(default_factory=list)
