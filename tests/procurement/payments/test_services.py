"""Invoice and payment: matched to the cent, two persons, never above the contract."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from bidding.evaluation import services as evaluation
from kernel.money import Money
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text
from kernel.vocabulary import ContractStage, InvoiceStage, PurchaseStage, Role
from procurement.payments import queries, services
from procurement.payments.services import InvoiceLine
from procurement.plans import queries as plans
from tests.procurement.challenges.test_services import file

CENT = Money(Decimal("0.01"), "CNY")


def _return(delivering: Delivering, invoice: str, reason: str = "金额不符") -> None:
    with delivering.journal.write() as work:
        services.return_invoice(
            work, delivering.staff.finance.actor, invoice, "sum_differs", reason
        )


def test_from_invoice_to_closed_purchase(accepted: Delivering) -> None:
    invoice = accepted.invoice()
    due = accepted.match(invoice)
    # Accepted and invoiced on 28 April 2026, thirty calendar days to pay (802-9).
    assert due == date(2026, 5, 28)
    payment = accepted.prepare(invoice)
    accepted.release(payment)
    assert accepted.settle(payment) == Money(Decimal(0), "CNY")
    contract = accepted.contract
    assert (contract.stage, contract.paid_minor) == (ContractStage.CLOSED, contract.amount_minor)
    accepted.close()
    with accepted.journal.read() as work:
        purchase = plans.purchase(work.session, accepted.play.purchase)
        line = plans.budget_line(work.session, purchase.budget_line_id)
        assert queries.invoice(work.session, invoice).stage == InvoiceStage.PAID
    assert purchase.stage == PurchaseStage.CLOSED
    # Of 1 200 000 reserved, 980 000 were spent and the rest is free again.
    assert (purchase.reserved_minor, line.reserved_minor) == (98_000_000, 98_000_000)
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.close()


def test_no_invoice_before_the_acceptance(in_force: Contracting) -> None:
    with pytest.raises(Refused, match="wrong_stage"):
        Delivering(in_force).invoice()


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_cent_is_a_difference(accepted: Delivering, difference: int) -> None:
    """Requirement 117."""
    amount = Money.of_minor(accepted.amount.minor + difference, "CNY")
    if difference > 0:
        with pytest.raises(Refused, match="above_contract"):
            accepted.invoice(amount=amount)
        return
    invoice = accepted.invoice(amount=amount)
    with pytest.raises(Refused, match="sum_differs"):
        accepted.match(invoice)


def test_line_is_at_the_contracts_price(accepted: Delivering) -> None:
    amount = Money(Decimal("9800.00"), "CNY")
    for line, code in (
        (InvoiceLine(1, Decimal(10), amount - CENT), "line_price_differs"),
        (InvoiceLine(1, Decimal(11), amount), "line_price_differs"),
        (InvoiceLine(1, Decimal(1001), amount), "line_not_accepted"),
        (InvoiceLine(1, Decimal(0), amount), "line_not_accepted"),
        (InvoiceLine(2, Decimal(10), amount), "line_not_in_contract"),
    ):
        invoice = accepted.invoice(
            number=f"行-{code}-{line.quantity}", amount=amount, lines=(line,)
        )
        with pytest.raises(Refused, match=code):
            accepted.match(invoice)
        _return(accepted, invoice)
    right = InvoiceLine(1, Decimal(10), amount)
    accepted.match(accepted.invoice(amount=amount, lines=(right,)))


def test_parts_add_up_to_the_contract_and_no_further(accepted: Delivering) -> None:
    first, second = accepted.part(400, "部分-1"), accepted.part(600, "部分-2")
    with pytest.raises(Refused, match="above_contract"):
        accepted.invoice(number="部分-3", amount=CENT)
    accepted.pay(first, "国库-1")
    assert accepted.contract.stage == ContractStage.ACCEPTED
    accepted.pay(second, "国库-2")
    assert accepted.contract.stage == ContractStage.CLOSED


def test_invoice_is_complete_and_known_once(accepted: Delivering) -> None:
    with pytest.raises(Refused, match="invoice_incomplete"):
        accepted.invoice(number=" ")
    with pytest.raises(Refused, match="invoice_incomplete"):
        accepted.invoice(amount=Money(Decimal("980000.00"), "UAH"))
    with pytest.raises(Refused, match="invoice_of_the_future"):
        accepted.invoice(issued_on=accepted.today + timedelta(days=1))
    accepted.part(400, "同号")
    with pytest.raises(Refused, match="invoice_known"):
        accepted.part(400, "同号")


def test_returned_invoice_may_come_again(accepted: Delivering) -> None:
    invoice = accepted.invoice(amount=accepted.amount - CENT)
    with pytest.raises(Refused, match="reason_missing"):
        _return(accepted, invoice, " ")
    _return(accepted, invoice)
    assert accepted.contract.invoiced_minor == 0
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.match(invoice)
    accepted.match(accepted.invoice())


def test_each_step_has_its_hands(accepted: Delivering) -> None:
    staff = accepted.staff
    with pytest.raises(Refused, match="not_authorised"):
        accepted.invoice(player=accepted.play.cast.players["supplier3"])
    invoice = accepted.invoice()
    for player in (staff.officer, staff.treasurer):
        with pytest.raises(Refused, match="not_authorised"):
            accepted.match(invoice, player)
    accepted.match(invoice)
    with pytest.raises(Refused, match="not_authorised"):
        accepted.prepare(invoice, staff.treasurer)
    payment = accepted.prepare(invoice)
    with pytest.raises(Refused, match="not_authorised"):
        accepted.release(payment, staff.finance)
    accepted.play.cast.grant(staff.finance, [(Role.TREASURER, staff.finance.firm)])
    with pytest.raises(Refused, match="excluded_role"):
        accepted.release(payment, staff.finance)
    accepted.release(payment)


def test_second_clicks_are_refused(accepted: Delivering) -> None:
    invoice = accepted.invoice()
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.prepare(invoice)
    accepted.match(invoice)
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.match(invoice)
    payment = accepted.prepare(invoice)
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.prepare(invoice)
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.settle(payment)
    accepted.release(payment)
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.release(payment)
    accepted.settle(payment)
    with pytest.raises(Refused, match="wrong_stage"):
        accepted.settle(payment)


def test_release_is_signed_over_payee_and_amount(accepted: Delivering) -> None:
    invoice = accepted.invoice()
    accepted.match(invoice)
    payment = accepted.prepare(invoice)
    treasurer = accepted.staff.treasurer
    with accepted.journal.read() as work:
        statement = services.prepare_release(work, payment)
    altered = statement.replace(b"980000.00", b"980000.01")
    examined = accepted.play.cast.examined(treasurer, altered)
    with pytest.raises(StaleWrite), accepted.journal.write() as work:
        services.release_payment(work, treasurer.actor, payment, examined)


def test_late_payment_bears_interest(accepted: Delivering) -> None:
    """802-17: 0.05 % a day; the last day is in time."""
    half = accepted.part(500, "半-1"), accepted.part(500, "半-2")
    due = accepted.match(half[0])
    accepted.match(half[1])
    payments = [accepted.prepare(invoice) for invoice in half]
    for payment in payments:
        accepted.release(payment)
    accepted.play.clock.advance(timedelta(days=60))
    assert accepted.settle(payments[0], "国库-1", due) == Money(Decimal(0), "CNY")
    late = accepted.settle(payments[1], "国库-2", due + timedelta(days=20))
    assert late == Money(Decimal("4900.00"), "CNY")
    assert accepted.contract.paid_minor == 98_000_000


def test_treasury_pays_under_its_reference_after_the_release(accepted: Delivering) -> None:
    first, second = accepted.part(500, "半-1"), accepted.part(500, "半-2")
    accepted.pay(first, "国库-1")
    accepted.match(second)
    payment = accepted.prepare(second)
    accepted.release(payment)
    with pytest.raises(Refused, match="treasury_reference_missing"):
        accepted.settle(payment, " ")
    with pytest.raises(Refused, match="treasury_reference_known"):
        accepted.settle(payment, "国库-1")
    for day in (-1, 1):
        with pytest.raises(Refused, match="paid_out_of_order"):
            accepted.settle(payment, "国库-2", accepted.today + timedelta(days=day))


def test_purchase_closes_when_all_is_over(accepted: Delivering) -> None:
    with pytest.raises(Refused, match="lots_not_over"):
        accepted.close()
    accepted.pay(accepted.invoice())
    with pytest.raises(Refused, match="not_authorised"):
        accepted.close(accepted.staff.approver)
    judging = Judging(accepted.play, accepted.contracting.lot)
    file(judging, accepted.play.cast.players["supplier2"])
    with pytest.raises(Refused, match="challenge_open"):
        accepted.close()


def test_failed_lot_closes_the_purchase_and_frees_the_budget(reported: Judging) -> None:
    officer = reported.play.staff.officer.actor
    with reported.journal.write() as work:
        evaluation.fail_lot(work, officer, reported.lot, Text("重大变故"), "GPL art. 36")
    with reported.journal.write() as work:
        services.close_purchase(work, officer, reported.play.purchase)
    with reported.journal.read() as work:
        purchase = plans.purchase(work.session, reported.play.purchase)
        assert plans.budget_line(work.session, purchase.budget_line_id).reserved_minor == 0


def _both(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """What became of two calls at the same time: `done`, or the name of what was raised."""

    def outcome(call: Callable[[], object]) -> str:
        try:
            call()
        except (Refused, StaleWrite) as ended:
            return type(ended).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(outcome, (first, second)))


def test_races_end_in_a_refusal(accepted: Delivering) -> None:
    """Two clicks at once on two connections: one is done, the other is told no."""
    lost = (["Refused", "done"], ["StaleWrite", "done"])
    assert _both(lambda: accepted.invoice(number="a"), lambda: accepted.invoice(number="b")) in lost
    with accepted.journal.read() as work:
        (invoice,) = queries.invoices_of_contract(work.session, accepted.id)
    assert _both(lambda: accepted.match(invoice.id), lambda: accepted.match(invoice.id)) in lost
    assert _both(lambda: accepted.prepare(invoice.id), lambda: accepted.prepare(invoice.id)) in lost
    with accepted.journal.read() as work:
        payment = queries.payment_of_invoice(work.session, invoice.id)
    assert payment is not None
    assert _both(lambda: accepted.release(payment.id), lambda: accepted.release(payment.id)) in lost
    assert _both(lambda: accepted.settle(payment.id), lambda: accepted.settle(payment.id)) in lost
    assert accepted.contract.paid_minor == 98_000_000


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contract SET paid_minor = amount_minor + 1, invoiced_minor = amount_minor + 1",
        "UPDATE contract SET paid_minor = 1",
        "UPDATE payment SET released_by = prepared_by",
        "UPDATE contract SET stage = 'closed'",
    ],
)
def test_database_holds_what_must_never_be(accepted: Delivering, change: str) -> None:
    """Even a mistake in the code does not pay twice, alone, or above the contract."""
    invoice = accepted.invoice(amount=CENT)
    with accepted.journal.write() as work:
        work.session.execute(text("UPDATE contract SET invoiced_minor = 0"))
    accepted.play.clock.advance(timedelta(seconds=1))
    with accepted.journal.write() as work:
        work.session.execute(
            text(
                "INSERT INTO payment (id, invoice_id, contract_id, amount_minor, interest_minor,"
                " currency, prepared_by, prepared_at) VALUES ('pay_x', :invoice, :contract, 1, 0,"
                " 'CNY', 'per_x', now())"
            ),
            {"invoice": invoice, "contract": accepted.id},
        )
    with pytest.raises(IntegrityError), accepted.journal.write() as work:
        work.session.execute(text(change))
