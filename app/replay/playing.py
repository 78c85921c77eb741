"""Play a real tender as it went: bids sealed, the real disqualifications, the award compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from app.rehearsal.cast import Cast
from app.rehearsal.contracting import Contracting
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from app.rehearsal.timeline import Script
from app.replay.reading import RealBid, RealLot, RealTender
from app.replay.staging import award_time, plot_of, staff_for, supplier_for
from app.replay.table import Dirty
from kernel.refusal import Refusal
from procurement.parties.signing import ExaminedPdf

# The objection minutes of the profile, and a little more.
OPENING_PAUSE = timedelta(minutes=20)
CONTRACT_PAUSE = timedelta(days=1)
REASON_DISQUALIFIED = "Закон про публічні закупівлі, ст. 31 (as in the real data)"

# Renders and signs the notice of a play, and has it examined as the server does.
NoticeMaker = Callable[[Play], ExaminedPdf]


@dataclass(frozen=True, slots=True)
class Compared:
    """One lot held against reality; None where the system awarded nothing."""

    tender: str
    lot: str
    expected_winner: str
    awarded_winner: str | None
    expected_amount: str
    awarded_amount: str | None

    @property
    def agrees(self) -> bool:
        """Whether the system awarded what was really awarded."""
        return (self.expected_winner, self.expected_amount) == (
            self.awarded_winner,
            self.awarded_amount,
        )

    def as_record(self) -> dict[str, str | None]:
        """As the report holds it."""
        return {
            "tender": self.tender,
            "lot": self.lot,
            "expected_winner": self.expected_winner,
            "awarded_winner": self.awarded_winner,
            "expected_amount": self.expected_amount,
            "awarded_amount": self.awarded_amount,
        }


@dataclass
class Outcome:
    """What a replay found."""

    lots: list[Compared] = field(default_factory=list)
    refused: list[Dirty] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether every compared lot agrees."""
        return all(lot.agrees for lot in self.lots)

    def stopped(self, tender: RealTender, why: Refusal) -> None:
        """Note that a rule stopped a tender: what it had not awarded by then, it never awards."""
        self.refused.append(Dirty(tender.file, tender.line, "(tender)", str(why)))
        done = {(lot.tender, lot.lot) for lot in self.lots}
        self.lots += [
            _compare(tender, lot, None)
            for lot in tender.lots
            if lot.is_compared and (tender.id, lot.id) not in done
        ]


def play_tender(
    cast: Cast,
    tender: RealTender,
    outcome: Outcome,
    *,
    notice: NoticeMaker | None = None,
    contracts: bool = True,
) -> Script:
    """The script of one tender, from its need to its contracts, at the real times."""
    play = Play(cast, staff_for(cast, tender), plot_of(tender))
    play.plan()
    play.intend()
    play.draft()
    play.make_keys()
    play.set_committee()
    yield tender.opens_at
    play.publish(pdf=notice(play) if notice else None)
    lots = dict(zip(play.lots, tender.lots, strict=True))
    for at, send in _arrivals(play, lots, tender):
        yield at
        send()
    yield tender.closes_at
    play.close()
    yield tender.closes_at + OPENING_PAUSE
    for lot, real in lots.items():
        if not play.leave_sealed(lot):
            play.release(lot)
            play.open(lot)
        elif real.is_compared:
            outcome.lots.append(_compare(tender, real, None))
    due = sorted(
        (award_time(real, tender.closes_at), lot)
        for lot, real in lots.items()
        if real.winner is not None
    )
    for at, lot in due:
        yield at
        awarded = _award(play, lot, lots[lot])
        if lots[lot].is_compared:
            outcome.lots.append(_compare(tender, lots[lot], awarded))
    if contracts:
        yield cast.installation.clock.now() + CONTRACT_PAUSE
        for _, lot in due:
            Contracting(play, lot).conclude()


def _arrivals(
    play: Play, lots: dict[str, RealLot], tender: RealTender
) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Each bid at its own instant, spread over the period, since the data has no times.

    Of equal bids the earlier one ranks first in Prozorro, so of two equal ones the real winner is
    taken to have come first (docs/decisions/0003).
    """
    bids = [
        (lot, bid)
        for lot, real in lots.items()
        for bid in sorted(real.bids, key=lambda bid: (bid.amount, bid.outcome != "won", bid.line))
    ]
    step = (tender.closes_at - tender.opens_at) / (len(bids) + 1)
    for place, (lot, bid) in enumerate(bids, 1):
        yield tender.opens_at + step * place, partial(_send, play, lot, bid)


def _send(play: Play, lot: str, bid: RealBid) -> None:
    play.bid(supplier_for(play.cast, bid), lot, bid.amount)


def _award(play: Play, lot: str, real: RealLot) -> tuple[str, str]:
    """Disqualify whom the buyer really disqualified; the rest is the system's own doing."""
    judging = Judging(play, lot)
    judging.qualify(
        failed={
            bid.bidder: REASON_DISQUALIFIED for bid in real.bids if bid.outcome == "disqualified"
        }
    )
    judging.evaluate()
    judging.award()
    return judging.awarded()


def _compare(tender: RealTender, real: RealLot, awarded: tuple[str, str] | None) -> Compared:
    winner = real.winner
    if winner is None or winner.award_amount is None:
        raise ValueError("only a lot with a real winner is compared")
    return Compared(
        tender=tender.id,
        lot=real.id,
        expected_winner=winner.bidder,
        awarded_winner=awarded[0] if awarded else None,
        expected_amount=str(winner.award_amount),
        awarded_amount=awarded[1] if awarded else None,
    )
