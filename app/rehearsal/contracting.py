"""The scenes after the award, until the contract is in force."""

from __future__ import annotations

from functools import partial

from app.documents import papers
from app.documents.papers import Paper
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from kernel.refusal import NotFound
from procurement.awards import queries as awards
from procurement.contracts import queries
from procurement.contracts import services as contracts
from procurement.contracts.services import ContractTerms
from procurement.profiles import load_profile


class Contracting:
    """One lot of a play, from its published award to its signed contract."""

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
            pdf = self.play.paper(
                player,
                Paper.CONTRACT,
                self.contract,
                partial(
                    papers.contract_to_sign, self.play.installation, player.actor, self.contract
                ),
            )
            with self.journal.write() as work:
                sign(work, player.actor, self.contract, examined, pdf=pdf)

    def conclude(self) -> str:
        """Draft and sign; returns the contract."""
        self.draft()
        self.sign()
        return self.contract

    def amount(self) -> str:
        """What the contract is about, as an amount."""
        with self.journal.read() as work:
            return str(contracts.amount_of(queries.contract(work.session, self.contract)))
