"""The scenes after the award: contract, acceptance, invoice, payment."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from kernel.refusal import NotFound
from procurement.awards import queries as awards
from procurement.contracts import queries
from procurement.contracts import services as contracts
from procurement.contracts.services import ContractTerms, Inspection, Result
from procurement.payments import services as payments
from procurement.payments.services import NewInvoice
from procurement.profiles import load_profile
from procurement.profiles.timetable import local_date


class Contracting:
    """One lot of a play, from its published award to its last payment."""

    def __init__(self, play: Play, lot: str) -> None:
        self.play = play
        self.lot = lot
        self.journal = play.installation.journal
        self.contract = ""

    @property
    def supplier(self) -> Player:
        """The winner's person."""
        with self.journal.read() as work:
            award = awards.live_award(work.session, self.lot)
            if award is None:
                raise NotFound("award", self.lot)
            firm = award.supplier_id
        return self.play.bidders[self.lot][firm]

    def draft(self) -> str:
        """The officer has the contract generated from tender and bid."""
        with self.journal.read() as work:
            award = awards.live_award(work.session, self.lot)
            if award is None:
                raise NotFound("award", self.lot)
            award_id = award.id
        days = load_profile(self.play.plot.profile).payment_days_max.value
        with self.journal.write() as work:
            self.contract = contracts.draft_contract(
                work, self.play.staff.officer.actor, award_id, ContractTerms(payment_days=days)
            )
        return self.contract

    def sign(self) -> None:
        """The supplier signs, then the buyer: the contract is in force."""
        with self.journal.read() as work:
            statement = contracts.prepare_contract_signature(work, self.contract)
        supplier, approver = self.supplier, self.play.staff.approver
        for player, sign in (
            (supplier, contracts.sign_as_supplier),
            (approver, contracts.sign_as_buyer),
        ):
            examined = self.play.cast.examined(player, statement)
            with self.journal.write() as work:
                sign(work, player.actor, self.contract, examined)

    def conclude(self) -> str:
        """Draft and sign; returns the contract."""
        self.draft()
        self.sign()
        return self.contract

    def amount(self) -> str:
        """What the contract is about, as an amount."""
        with self.journal.read() as work:
            return str(contracts.amount_of(queries.contract(work.session, self.contract)))

    # Delivery and payment

    def accept(self) -> None:
        """The acceptor, who neither bought nor signed, finds every standard passed."""
        self._inspect(contracts.accept_delivery, failed=())

    def reject(self, *failed: str) -> None:
        """The acceptor finds that these standards failed; the supplier has to deliver again."""
        self._inspect(contracts.reject_delivery, failed=failed)

    def _inspect(self, judge: Callable[..., str], *, failed: Collection[str]) -> None:
        acceptor = self.play.staff.acceptor
        with self.journal.read() as work:
            standards = queries.contract(work.session, self.contract).standards
        inspection = Inspection(
            tuple(Result(each["code"], each["code"] not in failed) for each in standards),
            delivered_at=self.play.clock.now() - timedelta(hours=2),
        )
        with self.journal.read() as work:
            statement = contracts.prepare_acceptance(work, self.contract, inspection)
        examined = self.play.cast.examined(acceptor, statement)
        with self.journal.write() as work:
            judge(work, acceptor.actor, self.contract, inspection, examined)

    def invoice(self, number: str) -> str:
        """The supplier sends an invoice over all that was agreed; returns the invoice."""
        with self.journal.read() as work:
            contract = queries.contract(work.session, self.contract)
            amount = contracts.amount_of(contract)
        on = local_date(load_profile(self.play.plot.profile), self.play.clock.now())
        with self.journal.write() as work:
            return payments.submit_invoice(
                work, self.supplier.actor, NewInvoice(self.contract, number, amount, on)
            )

    def send_back(self, invoice: str, code: str, reason: str) -> None:
        """Finance sends an invoice back, which then claims nothing of the contract."""
        with self.journal.write() as work:
            payments.return_invoice(work, self.play.staff.finance.actor, invoice, code, reason)

    def pay(self, invoice: str, reference: str) -> None:
        """Finance matches and prepares, the treasurer releases and settles."""
        staff = self.play.staff
        with self.journal.write() as work:
            payments.match_invoice(work, staff.finance.actor, invoice)
        with self.journal.write() as work:
            payment = payments.prepare_payment(work, staff.finance.actor, invoice)
        with self.journal.read() as work:
            statement = payments.prepare_release(work, payment)
        examined = self.play.cast.examined(staff.treasurer, statement)
        with self.journal.write() as work:
            payments.release_payment(work, staff.treasurer.actor, payment, examined)
        on = local_date(load_profile(self.play.plot.profile), self.play.clock.now())
        with self.journal.write() as work:
            payments.settle_payment(work, staff.treasurer.actor, payment, reference, on)

    def close(self) -> None:
        """The officer ends the purchase, whose lots are all over."""
        with self.journal.write() as work:
            payments.close_purchase(work, self.play.staff.officer.actor, self.play.purchase)
