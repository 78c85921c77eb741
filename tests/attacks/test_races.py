"""Two at once, with real connections: closing and bids, an act twice, a share twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, func, select, text

from app.jobs import timekeeping
from app.receipts import ReceiptKeys
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries, services
from bidding.envelopes.examining import ExaminedSubmission
from bidding.envelopes.models import BidAct
from bidding.envelopes.services import Receipt
from bidding.opening import examining
from bidding.opening import services as opening
from journal import logs
from journal.work import Work
from kernel.money import Money
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text
from kernel.vocabulary import Role, TenderStage
from procurement.tenders import queries as tenders
from tests.attacks import forging
from tests.attacks.operator import examined
from tests.holders import released
from tests.world import CLOSES_AT, World
from tests.worlds import rewire

PRICE = Money.parse("980000.00", "CNY")
BIDDERS = 36
THREADS = 12
ROUNDS = 3


class ShiftedClock:
    """The computer's clock and the database's, both moved by one span: real time passes."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    def now(self) -> datetime:
        """The computer's time, moved."""
        return datetime.now(UTC) + self.shift

    def sql_now(self) -> ColumnElement[Any]:
        """The database's time at the moment the statement runs, moved."""
        return func.clock_timestamp() + self.shift


def lets_time_run(world: World, play: Play, until_closing: timedelta) -> ShiftedClock:
    """From now on real time passes, and the closing is so far away."""
    clock = ShiftedClock(timedelta())
    rewire(world, clock=clock)
    play.installation = world.installation
    clock.shift = CLOSES_AT - until_closing - datetime.now(UTC)
    return clock


def accepts(work: Work, play: Play, bidder: Player, seen: ExaminedSubmission) -> Receipt:
    """The use case that races."""
    return services.accept_act(work, bidder.actor, seen, signer=ReceiptKeys(play.installation.keys))


def attempt(play: Play, bidder: Player, seen: ExaminedSubmission) -> Receipt | str:
    """The receipt, or the code of the refusal."""
    try:
        with play.installation.journal.write() as work:
            return accepts(work, play, bidder, seen)
    except Refused as refused:
        return refused.refusal.code
    except StaleWrite:
        return "stale_write"


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads, each with a connection of its own."""
    with ThreadPoolExecutor(THREADS + 2) as threads:
        yield threads


def waits_for_a_lock(play: Play) -> None:
    """Return when somebody in this database waits for a lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with play.installation.engine.connect() as connection:
            if connection.execute(query).scalar_one():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


@contextmanager
def held(play: Play, do: Callable[[Work], object]) -> Iterator[None]:
    """Do something in a transaction of its own, and commit only at the end of the block."""
    done, commit = threading.Event(), threading.Event()

    def run() -> None:
        with play.installation.journal.write() as work:
            do(work)
            done.set()
            assert commit.wait(20)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(run)
        try:
            while not done.wait(0.05):
                if running.done():
                    running.result()
            yield
        finally:
            commit.set()
        running.result()


# Closing against acceptance


def test_around_the_closing_instant_none_is_late_and_none_is_lost(
    world: World, pool: ThreadPoolExecutor
) -> None:
    play = world.tender()
    bidders = []
    for number in range(BIDDERS):
        firm = world.cast.firm(f"9161000000RACE{number:04d}", Text(f"乙{number}", f"B {number}"))
        bidders.append(
            world.cast.player(f"race{number}", f"人{number}", firm, [(Role.SUPPLIER, firm)])
        )
    seen = [
        examined(
            play,
            bidder,
            sealed.seal_bid(play.installation, bidder, play.tender, play.lots[0], PRICE).submission,
        )
        for bidder in bidders
    ]
    clock = lets_time_run(world, play, timedelta(seconds=1.5))
    # More at the instant itself than around it.
    offsets = [random.gauss(0, 0.05) for _ in bidders]
    order = sorted(zip(offsets, bidders, seen, strict=True), key=lambda one: one[0])
    closer = pool.submit(_close_as_soon_as_possible, play)
    futures: list[Future[Receipt | str]] = []
    for offset, bidder, submission in order:
        _sleep_until(clock, CLOSES_AT + timedelta(seconds=offset))
        futures.append(pool.submit(attempt, play, bidder, submission))
    answers = [future.result() for future in futures]
    closer.result()
    accepted = [answer for answer in answers if isinstance(answer, Receipt)]
    refused = {answer for answer in answers if isinstance(answer, str)}
    assert accepted
    assert refused <= {"late", "wrong_stage"}
    assert len(accepted) < BIDDERS
    assert all(receipt.accepted_at < CLOSES_AT for receipt in accepted)
    assert timekeeping.close_tender(play.installation, play.tender)
    with play.installation.journal.read() as work:
        closing = queries.closing_of(work.session, play.tender)
        leaves = set(logs.leaves(work.session, logs.acts_of(play.tender)))
        rows = work.session.scalar(select(func.count()).select_from(BidAct))
    assert leaves == {receipt.receipt for receipt in accepted}
    assert closing.size == rows == len(accepted)


def _sleep_until(clock: ShiftedClock, at: datetime) -> None:
    time.sleep(max(0.0, (at - clock.now()).total_seconds()))


def _close_as_soon_as_possible(play: Play) -> None:
    """Knock until the rule lets the closing begin."""
    while not _begun(play):
        time.sleep(0.001)


def _begun(play: Play) -> bool:
    try:
        with play.installation.journal.write() as work:
            services.begin_closing(work, play.tender)
    except Refused as refused:
        if refused.refusal.code == "before_closing":
            return False
        raise
    return True


def test_the_closing_waits_for_a_bid_under_way_and_counts_it(
    world: World, pool: ThreadPoolExecutor
) -> None:
    play = world.tender()
    bidder = world.supplier(1)
    seen = examined(
        play,
        bidder,
        sealed.seal_bid(play.installation, bidder, play.tender, play.lots[0], PRICE).submission,
    )
    clock = lets_time_run(world, play, timedelta(seconds=1))
    given: list[Receipt] = []
    with held(play, lambda work: given.append(accepts(work, play, bidder, seen))):
        _sleep_until(clock, CLOSES_AT + timedelta(milliseconds=50))
        closing = pool.submit(timekeeping.close_tender, play.installation, play.tender)
        waits_for_a_lock(play)
        assert not closing.done()
    assert closing.result()
    with play.installation.journal.read() as work:
        assert queries.closing_of(work.session, play.tender).size == 1
        assert logs.leaves(work.session, logs.acts_of(play.tender)) == [given[0].receipt]


def test_the_time_of_acceptance_is_read_after_the_lock_was_had(
    world: World, pool: ThreadPoolExecutor
) -> None:
    """A bid that began to wait before the instant and got the lock after it is late."""
    play = world.tender()
    bidder = world.supplier(1)
    seen = examined(
        play,
        bidder,
        sealed.seal_bid(play.installation, bidder, play.tender, play.lots[0], PRICE).submission,
    )
    clock = lets_time_run(world, play, timedelta(seconds=1.5))
    with held(play, lambda work: tenders.tender_for_change(work.session, play.tender)):
        waiting = pool.submit(attempt, play, bidder, seen)
        waits_for_a_lock(play)
        assert clock.now() < CLOSES_AT
        _sleep_until(clock, CLOSES_AT + timedelta(milliseconds=50))
    assert waiting.result() == "late"


# The same twice


def test_of_two_acts_with_one_number_the_loser_gets_a_refusal(
    world: World, pool: ThreadPoolExecutor
) -> None:
    play = world.tender()
    bidder = world.supplier(1)
    first, second = (examined(play, bidder, forging.bid(play, bidder)) for _ in range(2))
    with held(play, lambda work: accepts(work, play, bidder, first)):
        other = pool.submit(attempt, play, bidder, second)
        waits_for_a_lock(play)
    assert other.result() == "stale_write"
    with play.installation.journal.read() as work:
        acts = queries.acts_of_bidder(work.session, play.lots[0], bidder.firm.identifier)
    assert [act.digest for act in acts] == [first.examined.act.digest]


def test_where_the_first_gives_up_the_second_is_taken(
    world: World, pool: ThreadPoolExecutor
) -> None:
    play = world.tender()
    bidder = world.supplier(1)
    first, second = (examined(play, bidder, forging.bid(play, bidder)) for _ in range(2))
    waiting: list[Future[Receipt | str]] = []

    def accept_and_fail(work: Work) -> None:
        accepts(work, play, bidder, first)
        waiting.append(pool.submit(attempt, play, bidder, second))
        waits_for_a_lock(play)
        raise ConnectionError("the client is gone")

    with pytest.raises(ConnectionError), held(play, accept_and_fail):
        pass
    assert isinstance(waiting[0].result(), Receipt)
    with play.installation.journal.read() as work:
        acts = queries.acts_of_bidder(work.session, play.lots[0], bidder.firm.identifier)
    assert [act.digest for act in acts] == [second.examined.act.digest]


def test_of_many_acts_at_once_one_is_taken_each_round(
    world: World, pool: ThreadPoolExecutor
) -> None:
    play = world.tender()
    bidder = world.supplier(1)
    for taken in range(1, ROUNDS + 1):
        made = [examined(play, bidder, forging.bid(play, bidder)) for _ in range(4)]
        answers = list(pool.map(lambda seen: attempt(play, bidder, seen), made))
        assert sorted(isinstance(answer, Receipt) for answer in answers) == [False] * 3 + [True]
        with play.installation.journal.read() as work:
            acts = queries.acts_of_bidder(work.session, play.lots[0], bidder.firm.identifier)
        assert len(acts) == taken


def test_a_share_released_twice_at_once_is_taken_once(
    world: World, pool: ThreadPoolExecutor
) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3)
    world.clock.set(CLOSES_AT + timedelta(minutes=10))
    holder = play.staff.holders[0]

    def seen() -> examining.ExaminedRelease:
        with play.installation.journal.read() as work:
            return examining.examine_release(
                work.session,
                play.installation.examiner,
                play.tender,
                play.lots[0],
                "price",
                released(play, holder, "price"),
            )

    def release(given: examining.ExaminedRelease) -> str:
        try:
            with play.installation.journal.write() as work:
                return opening.release_shares(work, holder.actor, given)
        except Refused as refused:
            return refused.refusal.code

    first, second = seen(), seen()
    with held(play, lambda work: opening.release_shares(work, holder.actor, first)):
        other = pool.submit(release, second)
        waits_for_a_lock(play)
    assert other.result() == "released_already"


def test_a_lot_opened_twice_at_once_is_opened_once(world: World, pool: ThreadPoolExecutor) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3)
    world.clock.set(CLOSES_AT + timedelta(minutes=10))
    play.release(play.lots[0])
    with play.installation.journal.read() as work:
        outcome = examining.open_with_shares(
            work.session, play.installation.examiner, play.tender, play.lots[0]
        )

    def again() -> str:
        try:
            with play.installation.journal.write() as work:
                return opening.open_lot(work, outcome).digest
        except Refused as refused:
            return refused.refusal.code

    with held(play, lambda work: opening.open_lot(work, outcome)):
        other = pool.submit(again)
        waits_for_a_lock(play)
    assert other.result() == "wrong_stage"
