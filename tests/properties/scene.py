"""Where an attempt is made: the purchase as it is, and the means to act in it as anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.evaluation.stages import EVALUATION
from bidding.opening.stages import OPENING
from kernel.lifecycle import Lifecycle
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action
from procurement.awards.stages import AWARD
from procurement.challenges.models import Challenge
from procurement.challenges.stages import CHALLENGE
from procurement.contracts.models import Contract
from procurement.contracts.stages import CONTRACT, CONTRACTING
from procurement.payments.models import Invoice
from procurement.payments.stages import INVOICE
from procurement.plans.models import Need, Purchase
from procurement.plans.stages import NEED, PURCHASE
from procurement.tenders.models import Lot, Tender
from procurement.tenders.stages import TENDER

# The id of a thing that is not there.
NOTHING = "none_at_all"
WORDS = Text("理由如下", "The reasons are as follows")
# After these a walk has little left to do.
ENDS = frozenset({Action.CANCEL_TENDER, Action.FAIL_LOT, Action.LAPSE_AWARD})


@dataclass
class Scene:
    """Where an attempt is made: a purchase, and the number that makes this attempt its own."""

    play: Play
    number: int = 0

    @property
    def journal(self) -> Any:
        """Where transactions come from."""
        return self.play.installation.journal

    @property
    def lot(self) -> str:
        """The lot of the tender, if there is one."""
        return self.last(Lot.id, Lot.number)

    @property
    def tender(self) -> str:
        """The tender, if there is one."""
        return self.last(Tender.id, Tender.drafted_at)

    @property
    def purchase(self) -> str:
        """The purchase, if there is one."""
        return self.last(Purchase.id, Purchase.created_at)

    def last(self, wanted: InstrumentedAttribute[str], by: Any, *where: ColumnElement[bool]) -> str:
        """The newest thing of its kind; the id of a thing that is not there if there is none."""
        query = select(wanted).where(*where).order_by(by.desc(), wanted).limit(1)
        with self.journal.read() as work:
            return work.session.scalar(query) or NOTHING

    def all(self, wanted: InstrumentedAttribute[str]) -> list[str]:
        """All ids of a kind, in a fixed order."""
        with self.journal.read() as work:
            return list(work.session.scalars(select(wanted).order_by(wanted)))

    def live(self) -> list[Action]:
        """The verbs that go on from the stages of things as they are, and do not end everything."""
        lot = self.last(Lot.stage, Lot.number)
        now: list[tuple[Lifecycle[Any], str]] = [
            (NEED, self.last(Need.stage, Need.written_at)),
            (PURCHASE, self.last(Purchase.stage, Purchase.created_at)),
            (TENDER, self.last(Tender.stage, Tender.drafted_at)),
            (CONTRACT, self.last(Contract.stage, Contract.drafted_at)),
            (INVOICE, self.last(Invoice.stage, Invoice.submitted_at)),
            (CHALLENGE, self.last(Challenge.stage, Challenge.filed_at)),
            *((table, lot) for table in (OPENING, EVALUATION, AWARD, CONTRACTING)),
        ]
        known = {
            action
            for table, stage in now
            for known_stage, action in table.moves
            if known_stage == stage
        }
        # A second need or plan would be another purchase; challenges and invoices come in numbers.
        begun = {
            action
            for table, stage in now
            if stage == NOTHING or table in (CHALLENGE, INVOICE)
            for action in table.begins_with
        }
        return [action for action in Action if action in (known | begun) - ENDS]

    def money(self, part: str = "1") -> Money:
        """The budget, or a part of it, or a cent more than it."""
        budget = self.play.plot.budget
        cent = Money.of_minor(1, budget.currency)
        shares = {0: budget, 1: budget + cent, 2: budget.share_rounded(Decimal("0.5"))}
        return shares[self.number % 3].share_rounded(Decimal(part))

    def does(
        self, use_case: Callable[..., object], person: Player, *given: Any, **more: Any
    ) -> None:
        """Run a use case in its transaction."""
        with self.journal.write() as work:
            use_case(work, person.actor, *given, **more)

    def signed(
        self,
        prepare: Callable[[Any], bytes],
        use_case: Callable[..., object],
        person: Player,
        *given: Any,
    ) -> None:
        """Prepare a statement, let the person sign it, and run the use case."""
        with self.journal.read() as work:
            statement = prepare(work)
        examined = self.play.cast.examined(person, statement)
        self.does(use_case, person, *given, examined)


Attempt = Callable[[Scene, Player], None]


def on(use_case: Callable[..., object], of: Callable[[Scene], str], *more: Any) -> Attempt:
    """An attempt that hands the use case one id and what is fixed."""

    def attempt(scene: Scene, person: Player) -> None:
        scene.does(use_case, person, of(scene), *more)

    return attempt


def the_tender(scene: Scene) -> str:
    """The tender, as an attempt names what it is about."""
    return scene.tender


def the_lot(scene: Scene) -> str:
    """The lot, likewise."""
    return scene.lot


def the_purchase(scene: Scene) -> str:
    """The purchase, likewise."""
    return scene.purchase
