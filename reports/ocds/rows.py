"""The rows of one purchase that a release may be built from, read as they stand at the commit.

Each kind is read when it is first asked for, anew from the database: the process is held by then,
and what the session remembers of another lot may be older than what was committed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bidding.envelopes.models import BidAct
from bidding.evaluation.models import BidStanding
from bidding.opening.models import OpenedBid
from procurement.awards.models import Award
from procurement.awards.moments import come, facts_of
from procurement.challenges.models import Challenge
from procurement.contracts.models import Acceptance, Contract
from procurement.disclosure import Moment
from procurement.parties.models import Organization, Person
from procurement.payments.models import Invoice, Payment
from procurement.plans.models import BudgetLine, Purchase
from procurement.profiles import Profile, load_profile
from procurement.tenders.models import Criterion, Lot, Notice, Question, Tender, TenderDocument

T = TypeVar("T")


class Rows:
    """One purchase, for one release."""

    def __init__(self, session: Session, purchase: Purchase, base_url: str) -> None:
        self.session = session
        self.purchase = purchase
        self.base_url = base_url

    @property
    def ocid(self) -> str:
        """The name of the process in open data."""
        return self.purchase.ocid

    @cached_property
    def buyer(self) -> Organization:
        """Who buys."""
        return self.session.get_one(Organization, self.purchase.buyer_id)

    @cached_property
    def line(self) -> BudgetLine:
        """The budget line that pays."""
        return self.session.get_one(BudgetLine, self.purchase.budget_line_id)

    @cached_property
    def tender(self) -> Tender:
        """The tender; asked for only by what cannot happen without one."""
        return self._all(select(Tender).where(Tender.purchase_id == self.purchase.id))[0]

    @cached_property
    def profile(self) -> Profile:
        """The rules: of the edition that the tender pinned, once there is one."""
        edition = self.session.scalar(
            select(Tender.profile_edition).where(Tender.purchase_id == self.purchase.id)
        )
        return load_profile(self.purchase.profile, edition)

    @cached_property
    def lots(self) -> list[Lot]:
        """The lots in their order."""
        return self._all(select(Lot).where(Lot.tender_id == self.tender.id).order_by(Lot.number))

    def lot(self, id: str) -> Lot:
        """A lot of the tender."""
        return next(lot for lot in self.lots if lot.id == id)

    @cached_property
    def criteria(self) -> list[Criterion]:
        """The criteria in their order."""
        return self._all(
            select(Criterion)
            .where(Criterion.tender_id == self.tender.id)
            .order_by(Criterion.number)
        )

    @cached_property
    def notices(self) -> list[Notice]:
        """The notice and its corrigenda."""
        return self._all(
            select(Notice).where(Notice.tender_id == self.tender.id).order_by(Notice.number)
        )

    @cached_property
    def documents(self) -> list[TenderDocument]:
        """Every version of every document."""
        return self._all(
            select(TenderDocument)
            .where(TenderDocument.tender_id == self.tender.id)
            .order_by(TenderDocument.number, TenderDocument.version)
        )

    @cached_property
    def answered(self) -> list[Question]:
        """The questions that were answered; how many wait is nobody's business."""
        return self._all(
            select(Question)
            .where(Question.tender_id == self.tender.id, Question.answered_at.is_not(None))
            .order_by(Question.answered_at, Question.id)
        )

    @cached_property
    def opened(self) -> list[OpenedBid]:
        """The bids of the lots that are open; none of a lot that is still sealed."""
        return self._all(
            select(OpenedBid)
            .join(Lot, Lot.id == OpenedBid.lot_id)
            .where(OpenedBid.tender_id == self.tender.id)
            .order_by(Lot.number, OpenedBid.position)
        )

    @cached_property
    def accepted(self) -> Mapping[str, datetime]:
        """When each opened bid's act was received, by the act's id."""
        acts = [bid.act_id for bid in self.opened]
        found = self.session.execute(
            select(BidAct.id, BidAct.accepted_at).where(BidAct.id.in_(acts))
        )
        return {row[0]: row[1] for row in found}

    @cached_property
    def bidders(self) -> Mapping[str, Organization]:
        """The firms whose bids are open, by their id."""
        wanted = {bid.bidder_id for bid in self.opened}
        found = self._all(select(Organization).where(Organization.id.in_(wanted)))
        return {firm.id: firm for firm in found}

    @cached_property
    def standings(self) -> Mapping[str, BidStanding]:
        """How the bids stand, by bid: nothing before the evaluation of every lot may be shown."""
        if not come(Moment.AT_AWARD, facts_of(self.session, self.tender.id)):
            return {}
        lots = [lot.id for lot in self.lots]
        found = self._all(select(BidStanding).where(BidStanding.lot_id.in_(lots)))
        return {row.bid_id: row for row in found}

    @cached_property
    def awards(self) -> list[Award]:
        """The awards whose notice is published, lapsed ones too."""
        return self._all(
            select(Award)
            .where(Award.purchase_id == self.purchase.id, Award.published_at.is_not(None))
            .order_by(Award.published_at, Award.id)
        )

    def award(self, id: str) -> Award | None:
        """A published award; None for one of which the public has never heard."""
        return next((award for award in self.awards if award.id == id), None)

    def complaint(self, id: str) -> Challenge:
        """A complaint that was decided."""
        return self.session.get_one(Challenge, id)

    def body_of(self, person: str) -> Organization:
        """The organization for which a person acts."""
        found = self.session.get_one(Person, person)
        return self.session.get_one(Organization, found.organization_id)

    @cached_property
    def contracts(self) -> list[Contract]:
        """The contracts that both parties have signed."""
        return self._all(
            select(Contract)
            .where(Contract.purchase_id == self.purchase.id, Contract.buyer_signed_at.is_not(None))
            .order_by(Contract.buyer_signed_at, Contract.id)
        )

    def contract(self, id: str) -> Contract:
        """A contract in force."""
        return next(contract for contract in self.contracts if contract.id == id)

    def acceptance(self, id: str) -> Acceptance:
        """An inspection."""
        return self.session.get_one(Acceptance, id)

    @cached_property
    def payments(self) -> list[Payment]:
        """The payments that the treasury has made."""
        contracts = [contract.id for contract in self.contracts]
        return self._all(
            select(Payment)
            .where(Payment.contract_id.in_(contracts), Payment.settled_at.is_not(None))
            .order_by(Payment.settled_at, Payment.id)
        )

    def payment(self, id: str) -> tuple[Payment, Invoice]:
        """A payment and its invoice."""
        payment = next(payment for payment in self.payments if payment.id == id)
        return payment, self.session.get_one(Invoice, payment.invoice_id)

    def _all(self, wanted: Select[T]) -> list[T]:
        anew: Any = wanted.execution_options(populate_existing=True)
        return list(self.session.scalars(anew))
