"""Attacks while bids are taken: copies, retries, old versions, and the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.reception import receive
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries
from bidding.envelopes.examining import Submission
from kernel.refusal import Refused
from kernel.vocabulary import TenderStage
from signatures.sealed.judging import Signed
from tests.attacks import forging
from tests.attacks.forging import PRICE
from tests.attacks.scenes import refused, rivals_bid
from tests.world import CLOSES_AT, World
from tests.worlds import played

TICK = timedelta(microseconds=1)


# Replays, retries, time


def test_a_strangers_retry_learns_nothing(
    shared: World, open_play: Play, rival: Player, attacker: Player
) -> None:
    """Nothing is deduplicated across bidders: known and unknown acts get one answer."""
    with shared.installation.journal.read() as work:
        row = queries.acts_of_bidder(work.session, open_play.lots[0], rival.firm.identifier)[0]
        known = Signed(row.statement, row.cms)
    _, given = rivals_bid(open_play, rival)
    unknown = forging.bid(open_play, rival)
    taken = Submission(open_play.tender, open_play.lots[0], "bid", known, given)
    answers = []
    for each in (taken, unknown):
        with pytest.raises(Refused) as error:
            receive(shared.installation, attacker.actor, each)
        answers.append(str(error.value.refusal))
    assert answers[0] == answers[1]
    assert answers[0].startswith("statement_mismatch")


def test_an_old_version_is_not_revived(shared: World) -> None:
    play = played(shared)
    bidder, lot = shared.supplier(1), play.lots[0]
    old = sealed.seal_bid(shared.installation, bidder, play.tender, lot, PRICE)
    first = receive(shared.installation, bidder.actor, old.submission)
    last = play.bid(bidder, lot, PRICE)
    again = receive(shared.installation, bidder.actor, old.submission)
    assert (again.receipt, again.live) == (first.receipt, False)
    # Past the retry, straight to the examination: its place in the chain is taken.
    with pytest.raises(Refused) as error:
        sealed.submit(shared.installation, bidder, old.submission)
    assert error.value.refusal.code == "act_seq"
    with shared.installation.journal.read() as work:
        acts = queries.acts_of_bidder(work.session, lot, bidder.firm.identifier)
    assert [act.digest for act in acts] == [first.act, last.act]


def test_a_microsecond_before_is_in_time_and_the_closing_instant_is_late(shared: World) -> None:
    play = played(shared)
    first, second = shared.supplier(1), shared.supplier(2)
    made = [
        sealed.seal_bid(shared.installation, each, play.tender, play.lots[0], PRICE).submission
        for each in (first, second)
    ]
    shared.clock.set(CLOSES_AT - TICK)
    given = receive(shared.installation, first.actor, made[0])
    assert given.accepted_at == CLOSES_AT - TICK
    shared.clock.set(CLOSES_AT)
    assert refused(shared, second, made[1]) == "late"


def test_a_clock_set_back_opens_nothing_again(shared: World) -> None:
    play = played(shared, bids=1)
    bidder = shared.supplier(2)
    made = sealed.seal_bid(shared.installation, bidder, play.tender, play.lots[0], PRICE)
    shared.clock.set(CLOSES_AT)
    play.close()
    assert play.stage is TenderStage.CLOSED
    shared.clock.set(CLOSES_AT - timedelta(hours=1))
    assert refused(shared, bidder, made.submission) == "wrong_stage"
