"""Decisions and notices with their letters (S51)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.outcome.reading.telling import firms, person_named, shown_points
from app.outcome.views import Award, Letter
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.text import Text
from procurement.awards import models, notices, queries
from procurement.tenders.models import Lot


def awards_of(session: Session, lot: Lot) -> list[Award]:
    """All awards of a lot, those that lapsed among them."""
    return [award_view(session, award) for award in queries.awards_of_lot(session, lot.id)]


def award_view(session: Session, award: models.Award) -> Award:
    """An award as pages show it; its letters once they are sent."""
    return Award(
        winner=firms(session, [award.supplier_id])[award.supplier_id],
        rank=award.rank,
        amount=notices.amount_of(award),
        decided_at=award.decided_at,
        decided_by=person_named(session, award.decided_by),
        reason=Text(award.reason_zh, award.reason_en) if award.reason_zh else None,
        cites=award.cites,
        published_at=award.published_at,
        challenge_until=award.challenge_until,
        standstill_until=award.standstill_until,
        lapsed=Text(award.lapsed_reason or "") if award.lapsed_at else None,
        letters=_letters(session, award.letters),
    )


def letters_to_come(work: Work, award: models.Award) -> list[Letter]:
    """The letters as they would go out with the notice now."""
    return _letters(work.session, notices.letters_for(work, award, work.clock.now()))


def items_of(lot: Lot) -> list[tuple[Text, str]]:
    """What is bought, with its quantity."""
    return [
        (
            Text(item.description_zh, item.description_en),
            f"{format(item.quantity.normalize(), 'f')} {item.unit}",
        )
        for item in lot.items
    ]


def _letters(session: Session, letters: Iterable[models.AwardLetter]) -> list[Letter]:
    found = list(letters)
    names = firms(session, {letter.bidder_id for letter in found})
    order = {
        row.id: row.position
        for row in (session.get(OpenedBid, letter.bid_id) for letter in found)
        if row is not None
    }
    found.sort(key=lambda letter: (letter.rank or len(found) + 1, order.get(letter.bid_id, 0)))
    return [
        Letter(
            bidder=names[letter.bidder_id],
            rank=letter.rank,
            points=shown_points(letter.total_points),
            reason=Text(letter.reason_zh, letter.reason_en) if letter.reason_zh else None,
            cites=letter.cites,
        )
        for letter in found
    ]
