"""Steps that follow by themselves: a lot opens once enough shares are there, ranks once all is in,
and goes on where the law takes silence for an answer.

Nobody decides anything here. Each function looks for what may be ready, asks the use case, and a
refusal means that it is not ready yet.
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.container import Container
from bidding.evaluation import binding
from bidding.evaluation import services as evaluation
from bidding.opening import queries, services
from bidding.opening.examining import open_with_shares
from journal.work import Work
from kernel.refusal import Refused, StaleWrite
from kernel.vocabulary import LotStage, TenderStage, system_actor
from procurement.awards import queries as award_queries
from procurement.awards import services as awards
from procurement.challenges import queries as challenges
from procurement.tenders.models import Lot, Tender

_LOG = logging.getLogger(__name__)
OPENS_LATER = frozenset({"lot_not_open", "objection_period_runs", "too_few_bids"})


def proceed(installation: Container) -> list[str]:
    """Take every lot as far as it goes without anybody; the lots that moved."""
    return [
        *leave_lots_sealed(installation),
        *open_ready_lots(installation),
        *void_unconfirmed_bids(installation),
        *rank_ready_lots(installation),
        *conclude_silent_reports(installation),
        *award_by_silence(installation),
    ]


def leave_lots_sealed(installation: Container) -> list[str]:
    """Close the book on lots that too few bid for; what was sent stays unread (87-41)."""
    moved = []
    for _, lot in _lots(installation, LotStage.SEALED):
        try:
            with installation.journal.write() as work:
                left = services.leave_sealed(work, lot)
        except Refused:
            continue
        if left:
            moved.append(lot)
    return moved


def open_ready_lots(installation: Container) -> list[str]:
    """Open the lots for which enough holders have released, or bidders gave their own keys."""
    moved = []
    for tender, lot in _lots(installation, LotStage.SEALED):
        with installation.journal.read() as work:
            if not _shares_there(work.session, tender, lot):
                continue
        try:
            with installation.journal.read() as work:
                outcome = open_with_shares(work.session, installation.examiner, tender, lot)
            with installation.journal.write() as work:
                services.open_lot(work, outcome)
        except StaleWrite:
            continue
        except Refused as refused:
            # There are shares enough, so anything but a plain "not yet" is an alarm: a closed tree
            # that does not fit its root keeps the lot shut, and somebody must be told.
            if refused.refusal.code not in OPENS_LATER:
                _LOG.error("lot %s does not open: %s", lot, refused.refusal)
            continue
        moved.append(lot)
    return moved


def void_unconfirmed_bids(installation: Container) -> list[str]:
    """Void the bids whose bidders did not confirm a corrected price in time (87-59)."""
    with installation.journal.read() as work:
        late = binding.unconfirmed_corrections(work.session, work.clock.now())
        lots = {id: binding.correction(work.session, id).lot_id for id in late}
    moved = []
    for correction, lot in lots.items():
        try:
            with installation.journal.write() as work:
                evaluation.void_unconfirmed(work, system_actor("silence"), correction)
        except Refused:
            continue
        moved.append(lot)
    return moved


def rank_ready_lots(installation: Container) -> list[str]:
    """Rank the lots for which every opinion, judgement and sheet is in (87-54 to 57)."""
    moved = []
    for _, lot in _lots(installation, LotStage.QUALIFIED):
        try:
            with installation.journal.write() as work:
                evaluation.rank_bids(work, system_actor("ranking"), lot)
        except Refused:
            continue
        moved.append(lot)
    return moved


def conclude_silent_reports(installation: Container) -> list[str]:
    """Let reports stand whose time is over: members who were silent are taken to agree (87-61)."""
    moved = []
    for _, lot in _lots(installation, LotStage.EVALUATED):
        try:
            with installation.journal.write() as work:
                evaluation.conclude_report(work, system_actor("silence"), lot)
        except Refused:
            continue
        moved.append(lot)
    return moved


def award_by_silence(installation: Container) -> list[str]:
    """Say that the first-ranked has won where the buyer let the time pass (87-68).

    Not while a challenge suspends the lot: then nobody is asked to decide (GPL 57).
    """
    moved = []
    for _, lot in _lots(installation, LotStage.REPORTED):
        try:
            with installation.journal.write() as work:
                decided = _decide_for_first(work, lot)
        except Refused:
            continue
        if decided:
            moved.append(lot)
    return moved


def _decide_for_first(work: Work, lot_id: str) -> bool:
    lot = work.session.get_one(Lot, lot_id)
    first = next(iter(award_queries.candidates(work.session, lot_id)), None)
    if first is None or challenges.suspending(work.session, lot, work.clock.now()):
        return False
    awards.decide_award(work, system_actor("silence"), lot_id, first.bid_id)
    return True


def _lots(installation: Container, stage: LotStage) -> list[tuple[str, str]]:
    with installation.journal.read() as work:
        rows = work.session.execute(
            select(Lot.tender_id, Lot.id)
            .join(Tender, Tender.id == Lot.tender_id)
            .where(Tender.stage == str(TenderStage.CLOSED), Lot.stage == str(stage))
            .order_by(Tender.closes_at, Lot.number)
        )
        return [(row[0], row[1]) for row in rows]


def _shares_there(session: Session, tender_id: str, lot_id: str) -> bool:
    """Whether every part has as many releases as the threshold, or a bidder helped with a key.

    Only then is it worth a look whether the lot can be opened.
    """
    if queries.own_keys(session, lot_id):
        return True
    tender = session.get_one(Tender, tender_id)
    released: dict[str, int] = {key.part: 0 for key in tender.holder_keys}
    for row in queries.releases(session, lot_id):
        released[row.part] += 1
    return all(count >= tender.threshold for count in released.values())
