"""Checks of needs, budgets and plans that need no profile, beside the `rules` that do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from kernel.money import Money
from kernel.refusal import Refusal, refuse
from kernel.vocabulary import Role

# Whoever wrote a version of a need is its author.
AUTHORS = frozenset({Role.USING_UNIT})


def estimate_present(estimate: Money) -> Refusal | None:
    """A need says what it is thought to cost (GPL art. 33)."""
    if estimate.minor > 0:
        return None
    return refuse("estimate_missing", "GPL art. 33", estimate=str(estimate))


def reason_given(reason: str) -> Refusal | None:
    """What is sent back or ended is sent back or ended for a reason."""
    return None if reason.strip() else refuse("reason_missing")


def unit_unchanged(*, before: str, after: str) -> Refusal | None:
    """A need stays with its using unit: another unit writes a need of its own."""
    if before == after:
        return None
    return refuse("unit_changed", before=before, after=after)


def approved_by_another(*, approver: str, authors: Collection[str]) -> Refusal | None:
    """Nobody approves what is their own work (GPL art. 61, requirement 001)."""
    if approver in authors:
        return refuse("own_work_approved", "GPL art. 61")
    return None


def currencies_agree(*currencies: str) -> Refusal | None:
    """Amounts are compared and added in one currency only."""
    if len(set(currencies)) == 1:
        return None
    return refuse("currencies_differ", currencies=sorted(set(currencies)))


def allotment_covers_reserved(*, amount: Money, reserved: Money) -> Refusal | None:
    """A line is never cut below what purchases have reserved of it (GPL art. 33)."""
    if reserved.minor <= amount.minor and amount.minor > 0:
        return None
    return refuse(
        "allotment_below_reserved",
        "GPL art. 33",
        amount=amount.as_record(),
        reserved=reserved.as_record(),
    )


def budget_wanted(wanted: Money) -> Refusal | None:
    """A purchase reserves something (GPL art. 33)."""
    return None if wanted.minor > 0 else refuse("budget_missing", "GPL art. 33")


def within_reservation(*, kept: Money, held: Money) -> Refusal | None:
    """A purchase never keeps more than it has reserved (BL art. 14, requirement 003)."""
    if 0 <= kept.minor <= held.minor:
        return None
    return refuse(
        "over_reservation",
        "GPL art. 36",
        "BL art. 14",
        kept=kept.as_record(),
        held=held.as_record(),
    )


def needs_packaged(needs: Sequence[str]) -> Refusal | None:
    """A plan is made of needs, each of them once (requirement 001)."""
    if needs and len(set(needs)) == len(needs):
        return None
    return refuse("needs_missing", "GPL art. 33", needs=list(needs))


def need_of_buyer(*, need_for: str, buyer: str) -> Refusal | None:
    """A buyer packages the needs that were put to it."""
    if need_for == buyer:
        return None
    return refuse("need_of_other_buyer", need_for=need_for, buyer=buyer)


def budget_of_buyer(*, line_of: str, buyer: str) -> Refusal | None:
    """A purchase is paid from the buyer's own budget (GPL art. 33)."""
    if line_of == buyer:
        return None
    return refuse("budget_of_other_organization", "GPL art. 33", line_of=line_of, buyer=buyer)


def starts_ahead(starts_on: date, *, today: date) -> Refusal | None:
    """A plan is for what is still to come."""
    if starts_on >= today:
        return None
    return refuse("start_passed", starts_on=starts_on, today=today)


def put_off_only(starts_on: date, *, planned: date) -> Refusal | None:
    """What was approved may begin later, and not earlier than its approver saw."""
    if starts_on >= planned:
        return None
    return refuse("start_before_plan", "DESIGN 3", starts_on=starts_on, planned=planned)
