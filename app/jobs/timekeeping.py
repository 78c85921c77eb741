"""What time alone demands: heads, closings, placing of entries, checkpoints.

Each step asks a pure question of the rows and the clock and may be called at any time, by several
processes at once, and after a crash: what is done already is not done again.
"""

from __future__ import annotations

import logging

from sqlalchemy import select

from app.container import Container
from bidding.envelopes import queries, services
from journal import heads
from journal.checkpoints import Checkpoint, latest_checkpoint, publish
from journal.sequencer import sequence
from kernel.refusal import Refused
from kernel.vocabulary import TenderStage
from procurement.tenders.models import Tender

_LOG = logging.getLogger(__name__)


def keep_time(installation: Container) -> list[str]:
    """Do all that is due now; returns the tenders that were closed."""
    # Placed first, so that a head holds every act that was accepted before it.
    sequence(installation.engine)
    seal_due_heads(installation)
    closed = close_due_tenders(installation)
    stamp_closings(installation)
    publish_record(installation)
    return closed


def publish_record(installation: Container) -> Checkpoint:
    """Place what waits, and sign the log as it stands."""
    sequence(installation.engine)
    return publish(installation.publication)


def latest_checkpoint_digest(installation: Container) -> str:
    """The digest of the latest public checkpoint, which receipts and releases name."""
    with installation.journal.read() as work:
        found = latest_checkpoint(work.session)
    return (found or publish_record(installation)).digest


def seal_due_heads(installation: Container) -> int:
    """Write the blinded heads that are due for open tenders; how many tenders got theirs."""
    with installation.journal.write() as work:
        now = installation.clock.now()
        rows = work.session.execute(
            select(Tender.id, Tender.closes_at)
            .where(Tender.stage == str(TenderStage.OPEN))
            .order_by(Tender.id)
        ).all()
        due = [
            tender
            for tender, closes_at in rows
            if heads.due(heads.HeadState(closes_at, heads.last_sealed_at(work, tender)), now)
        ]
        heads.seal_heads(work, due)
    return len(due)


def close_due_tenders(installation: Container) -> list[str]:
    """Close every tender whose time has come, in the two steps of SEALED_BID 5."""
    with installation.journal.read() as work:
        due = queries.closings_due(work.session, installation.clock.now())
    return [tender for tender in due if close_tender(installation, tender)]


def close_tender(installation: Container, tender_id: str) -> bool:
    """Take one tender through both steps; whether it is closed now.

    A crash between the steps leaves it *closing*, where the next call goes on.
    """
    with installation.journal.write() as work:
        stage = work.session.scalars(select(Tender.stage).where(Tender.id == tender_id)).one()
        if stage == TenderStage.OPEN:
            services.begin_closing(work, tender_id)
    sequence(installation.engine)
    try:
        with installation.journal.write() as work:
            statement = services.close_tender(work, tender_id).statement
    except Refused as refused:
        if refused.refusal.code != "acts_not_all_placed":
            # An alarm and no opening (SEALED_BID 5.2); other tenders still close in time.
            _LOG.error("tender %s does not close: %s", tender_id, refused.refusal)
        return False
    stamp_closing(installation, tender_id, statement)
    return True


def stamp_closings(installation: Container) -> None:
    """Try again to have closings time-stamped that got no token at their time."""
    with installation.journal.read() as work:
        waiting = queries.closings_unstamped(work.session)
    for tender_id, statement in waiting:
        stamp_closing(installation, tender_id, statement)


def stamp_closing(installation: Container, tender_id: str, statement: bytes) -> None:
    """Have the closing time-stamped; without a token the opening record says so (SEALED_BID 5)."""
    stamp = installation.examiner.closing_stamp(statement)
    if stamp is not None:
        with installation.journal.write() as work:
            services.keep_closing_stamp(work, tender_id, stamp)
