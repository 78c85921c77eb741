"""Which moments of the disclosure table have come for a tender: what the public may see by now.

The table stands in `procurement.disclosure`; whoever shows or exports entries asks here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bidding.envelopes.models import Closing
from bidding.opening.models import OpeningRecord
from kernel.vocabulary import LotStage
from procurement.awards.models import Award
from procurement.disclosure import Moment
from procurement.plans.models import Need, Purchase
from procurement.tenders.models import Lot, Tender

_WITHOUT_RESULT = frozenset({LotStage.FAILED, LotStage.CANCELLED})


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What the moments need of a lot."""

    stage: LotStage
    opened: bool
    announced: bool
    """Whether an award of the lot was ever published; it may have lapsed since."""


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """What the moments need of a tender."""

    published: bool
    closed: bool
    lots: tuple[LotFacts, ...] = ()


def come(moment: Moment, facts: TenderFacts) -> bool:
    """Whether the moment has come.

    Opening and award wait for the last lot: entries name the tender, and one lot's must not tell
    of another that is still sealed or still being evaluated.
    """
    match moment:
        case Moment.AT_ONCE:
            return True
        case Moment.AT_PUBLICATION | Moment.AT_INTENTION:
            return facts.published
        case Moment.AT_CLOSING:
            return facts.closed
        case Moment.AT_OPENING:
            none_sealed = all(lot.stage is not LotStage.SEALED for lot in facts.lots)
            return facts.closed and none_sealed and any(lot.opened for lot in facts.lots)
        case Moment.AT_AWARD:
            return facts.closed and all(
                lot.announced or lot.stage in _WITHOUT_RESULT for lot in facts.lots
            )
        case Moment.NEVER:
            return False


class Moments:
    """The moments of all tenders in one reading transaction; each tender is looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, TenderFacts] = {}
        self._intended: dict[str, bool] = {}

    def reached(self, about: str | None, moment: str) -> bool:
        """Whether a moment has come for a tender (`journal.disclose.Reached`).

        What came before the tender, a need or a plan, is asked for by its own id.
        """
        if about is None:
            return False
        if Moment(moment) is Moment.AT_INTENTION:
            if about not in self._intended:
                self._intended[about] = intended(self._session, about)
            return self._intended[about]
        if about not in self._known:
            self._known[about] = facts_of(self._session, about)
        return come(Moment(moment), self._known[about])


def intended(session: Session, about: str) -> bool:
    """Whether everybody may know of a need, or of a purchase, by its id."""
    need = exists().where(Need.id == about, Need.public_at.is_not(None))
    purchase = exists().where(
        Purchase.id == about,
        or_(
            Purchase.intended_at.is_not(None),
            exists().where(Tender.purchase_id == about, Tender.published_at.is_not(None)),
        ),
    )
    return bool(session.scalar(select(or_(need, purchase))))


def facts_of(session: Session, tender_id: str) -> TenderFacts:
    """The facts of a tender; of one that is not there no moment has come."""
    published_at = session.scalar(select(Tender.published_at).where(Tender.id == tender_id))
    opened = set(
        session.scalars(select(OpeningRecord.lot_id).where(OpeningRecord.tender_id == tender_id))
    )
    announced = set(
        session.scalars(
            select(Award.lot_id).where(
                Award.tender_id == tender_id, Award.published_at.is_not(None)
            )
        )
    )
    lots = session.execute(select(Lot.id, Lot.stage).where(Lot.tender_id == tender_id))
    return TenderFacts(
        published=published_at is not None,
        closed=session.get(Closing, tender_id) is not None,
        lots=tuple(
            LotFacts(LotStage(row.stage), row.id in opened, row.id in announced) for row in lots
        ),
    )
