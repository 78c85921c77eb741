"""Scenes after the contract: inspection, invoice, payment, each by the person whose step it is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal

from app.documents import papers
from app.documents.papers import Paper
from app.rehearsal.cast import Player
from app.rehearsal.contracting import Contracting
from kernel.money import Money
from procurement.contracts import queries as contract_queries
from procurement.contracts import services as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import Inspection, Result
from procurement.payments import services as payments
from procurement.payments.services import InvoiceLine, NewInvoice
from procurement.profiles import load_profile
from procurement.profiles.timetable import local_date


class Delivering:
    """One contract in force, up to its last payment."""

    def __init__(self, contracting: Contracting) -> None:
        self.contracting = contracting
        self.play = contracting.play
        self.staff = contracting.play.staff
        self.journal = contracting.journal
        self.id = contracting.contract

    @property
    def contract(self) -> Contract:
        """The contract as it is now."""
        with self.journal.read() as work:
            found = contract_queries.contract(work.session, self.id)
            work.session.expunge(found)
            return found

    @property
    def amount(self) -> Money:
        """What the contract is about."""
        return contracts.amount_of(self.contract)

    @property
    def today(self) -> date:
        """The day where the office is."""
        return local_date(load_profile(self.play.plot.profile), self.play.clock.now())

    def inspection(
        self, *, failed: Collection[str] = (), delivered_at: datetime | None = None
    ) -> Inspection:
        """Every standard judged; those named failed."""
        return Inspection(
            tuple(
                Result(standard["code"], standard["code"] not in failed)
                for standard in self.contract.standards
            ),
            delivered_at or self.play.clock.now(),
        )

    def accept(self, inspection: Inspection | None = None, player: Player | None = None) -> str:
        """The acceptor, who neither bought nor signed, finds every standard passed."""
        return self._inspect(contracts.accept_delivery, inspection or self.inspection(), player)

    def reject(self, inspection: Inspection, player: Player | None = None) -> str:
        """The acceptor finds that something failed; the supplier has to deliver again."""
        return self._inspect(contracts.reject_delivery, inspection, player)

    def _inspect(
        self, judge: Callable[..., str], inspection: Inspection, player: Player | None
    ) -> str:
        player = player or self.staff.acceptor
        with self.journal.read() as work:
            statement = contracts.prepare_acceptance(work, self.id, inspection)
        examined = self.play.cast.examined(player, statement)
        pdf = self.play.paper(
            player,
            Paper.ACCEPTANCE,
            self.id,
            lambda: papers.acceptance_to_sign(
                self.play.installation, player.actor, self.id, inspection, statement
            ),
            statement,
        )
        with self.journal.write() as work:
            return judge(work, player.actor, self.id, inspection, examined, pdf=pdf)

    def invoice(
        self,
        number: str = "发票-001",
        *,
        amount: Money | None = None,
        lines: tuple[InvoiceLine, ...] = (),
        player: Player | None = None,
        issued_on: date | None = None,
    ) -> str:
        """The supplier sends an invoice, for everything if no lines are named."""
        new = NewInvoice(self.id, number, amount or self.amount, issued_on or self.today, lines)
        with self.journal.write() as work:
            return payments.submit_invoice(work, (player or self.contracting.supplier).actor, new)

    def part(self, quantity: int, number: str) -> str:
        """An invoice for so many of the goods, at the contract's price."""
        whole = Decimal(self.play.plot.lots[0].items[0].quantity)
        amount = self.amount.share_rounded(Decimal(quantity) / whole)
        return self.invoice(
            number, amount=amount, lines=(InvoiceLine(1, Decimal(quantity), amount),)
        )

    def send_back(self, invoice: str, code: str, reason: str) -> None:
        """Finance sends an invoice back, which then claims nothing of the contract."""
        with self.journal.write() as work:
            payments.return_invoice(work, self.staff.finance.actor, invoice, code, reason)

    def match(self, invoice: str, player: Player | None = None) -> date:
        """Finance compares it with contract and acceptance."""
        with self.journal.write() as work:
            return payments.match_invoice(work, (player or self.staff.finance).actor, invoice)

    def prepare(self, invoice: str, player: Player | None = None) -> str:
        """Finance prepares the payment."""
        with self.journal.write() as work:
            return payments.prepare_payment(work, (player or self.staff.finance).actor, invoice)

    def release(self, payment: str, player: Player | None = None) -> None:
        """The treasurer releases it by signature."""
        player = player or self.staff.treasurer
        with self.journal.read() as work:
            statement = payments.prepare_release(work, payment)
        examined = self.play.cast.examined(player, statement)
        pdf = self.play.paper(
            player,
            Paper.PAYMENT_ORDER,
            payment,
            lambda: papers.payment_order_to_sign(
                self.play.installation, player.actor, payment, statement
            ),
            statement,
        )
        with self.journal.write() as work:
            payments.release_payment(work, player.actor, payment, examined, pdf=pdf)

    def settle(
        self,
        payment: str,
        reference: str = "国库-2026-0001",
        paid_on: date | None = None,
        player: Player | None = None,
    ) -> Money:
        """The treasurer notes the treasury's reference; returns the interest owed."""
        with self.journal.write() as work:
            return payments.settle_payment(
                work,
                (player or self.staff.treasurer).actor,
                payment,
                reference,
                paid_on or self.today,
            )

    def pay(self, invoice: str, reference: str = "国库-2026-0001") -> str:
        """From an invoice that came in to its settled payment."""
        self.match(invoice)
        payment = self.prepare(invoice)
        self.release(payment)
        self.settle(payment, reference)
        return payment

    def close(self, player: Player | None = None) -> None:
        """The officer ends the purchase, whose lots are all over."""
        with self.journal.write() as work:
            payments.close_purchase(work, (player or self.staff.officer).actor, self.play.purchase)
