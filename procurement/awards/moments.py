"""Which moments of the disclosure table have come for a tender: what the public may see by now.

The table stands in `procurement.disclosure`; whoever shows or exports entries asks here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.envelopes.models import Closing
from bidding.opening.models import OpeningRecord
from kernel.vocabulary import LotStage
from procurement.awards.models import Award
from procurement.disclosure import Moment
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
        case Moment.AT_PUBLICATION:
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

    def reached(self, tender: str | None, moment: str) -> bool:
        """Whether a moment has come for a tender (`journal.disclose.Reached`).

        What belongs to no tender yet, such as a need, keeps its fields until a row says at once.
        """
        if tender is None:
            return False
        if tender not in self._known:
            self._known[tender] = facts_of(self._session, tender)
        return come(Moment(moment), self._known[tender])


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
