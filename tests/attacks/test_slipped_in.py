"""The operator slips acts in after the closing, forks a chain or breaks it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.receipts import ReceiptKeys
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries as envelopes
from bidding.envelopes import services as sealing
from bidding.envelopes.entries import BidSubmitted
from bidding.envelopes.examining import ExaminedSubmission
from bidding.envelopes.models import BidAct
from bidding.envelopes.services import Receipt
from bidding.opening import queries
from kernel import canonical
from kernel.identifiers import new_id
from kernel.refusal import Refused
from kernel.text import Text
from signatures.sealed import receipts
from tests.attacks import forging
from tests.attacks.forging import PRICE
from tests.attacks.operator import Operator, examined
from tests.attacks.scenes import OPENS_AT, code, record_of, to_opening
from tests.holders import downloaded
from tests.world import CLOSES_AT, World
from tests.worlds import with_outside_stamps

TICK = timedelta(milliseconds=1)


# Acts slipped in


def slips_in(
    world: World, play: Play, operator: Operator, friend: Player, *, pretend: datetime
) -> Receipt:
    """He holds the closing back, takes his friend's bid after it, and dates it to before."""
    world.clock.set(CLOSES_AT + timedelta(minutes=5))
    made = sealed.seal_bid(world.installation, friend, play.tender, play.lots[0], PRICE)
    world.clock.set(pretend)
    seen = examined(play, friend, made.submission)
    return operator.accepts_unexamined(play, friend, seen, at=pretend)


def test_an_act_slipped_in_after_the_closing_rests_on_the_operators_word(
    world: World, operator: Operator
) -> None:
    outside = with_outside_stamps(world)
    play = world.tender()
    for number in (1, 2, 3):
        outside.set(world.clock.now())
        play.bid(world.supplier(number), play.lots[0], PRICE)
    outside.set(CLOSES_AT + timedelta(minutes=5))  # the authority's clock he cannot set
    given = slips_in(world, play, operator, world.supplier(4), pretend=CLOSES_AT - TICK)
    assert receipts.read_receipt(given.receipt)["accepted_at"] == "2026-04-28T01:29:59.999Z"
    world.clock.set(CLOSES_AT + timedelta(minutes=5))
    outside.set(CLOSES_AT + timedelta(minutes=5, seconds=30))
    assert play.close()
    world.clock.set(OPENS_AT + timedelta(minutes=5))
    play.release(play.lots[0])
    record = record_of(play)
    assert record["resting_on_operators_word"] == [given.act]
    assert record["stamp"]["outside"] is True
    assert record["stamp"]["seconds_after_closing"] == 30
    assert {each["state"] for each in record["bids"]} == {"open"}


def test_a_token_of_the_closing_instant_or_later_vouches_for_nothing_before_it(
    world: World, operator: Operator
) -> None:
    outside = with_outside_stamps(world)
    play = world.tender()
    acts = {}
    for number, at in enumerate((CLOSES_AT - timedelta(seconds=1), CLOSES_AT, CLOSES_AT), 1):
        world.clock.set(CLOSES_AT - timedelta(seconds=2))
        outside.set(at)
        acts[number] = play.bid(world.supplier(number), play.lots[0], PRICE).act
    to_opening(world, play)
    play.release(play.lots[0])
    assert record_of(play)["resting_on_operators_word"] == [acts[2], acts[3]]


def test_without_anybody_outside_every_act_rests_on_the_operators_word(world: World) -> None:
    play = world.tender(bids=3)
    play.bid(world.supplier(4), play.lots[0], PRICE)
    play.withdraw(world.supplier(4), play.lots[0])
    to_opening(world, play)
    play.release(play.lots[0])
    record = record_of(play)
    with world.installation.journal.read() as work:
        everything = queries.lot_acts(work.session, play.tender, play.lots[0]).acts
    # The bid that was withdrawn and its withdrawal as well: those could have been slipped in too.
    assert record["resting_on_operators_word"] == [act.digest for act in everything]
    assert len(everything) == 5
    assert record["stamp"]["outside"] is False


def test_a_token_put_beside_an_act_later_is_no_evidence(world: World, operator: Operator) -> None:
    """The receipt names the token that there was, or that there was none."""
    outside = with_outside_stamps(world)
    play = world.tender()
    examiner = world.installation.examiner
    stamper, examiner.stamper = examiner.stamper, None
    outside.set(CLOSES_AT - timedelta(days=1))
    acts = [play.bid(world.supplier(n), play.lots[0], PRICE).act for n in (1, 2, 3)]
    examiner.stamper = stamper
    with world.installation.journal.read() as work:
        row = envelopes.act_by_digest(work.session, acts[0])
        assert row is not None
        token = examiner._token(row.cms)
    operator.sql("UPDATE bid_act SET token = :token WHERE digest = :act", token=token, act=acts[0])
    to_opening(world, play)
    play.release(play.lots[0])
    assert record_of(play)["resting_on_operators_word"] == acts


def test_a_bid_of_after_the_closing_with_its_true_time_stops_everything(
    world: World, operator: Operator
) -> None:
    """Slipped in as it is, every holder refuses the lot, and so does the server."""
    play = world.tender(bids=3)
    friend = world.supplier(4)
    made = sealed.seal_bid(world.installation, friend, play.tender, play.lots[0], PRICE)
    seen = examined(play, friend, made.submission)
    world.clock.set(CLOSES_AT)
    forces_in(world, play, friend, seen, at=CLOSES_AT)
    to_opening(world, play)
    with pytest.raises(Refused) as error:
        downloaded(play, play.staff.holders[0], "price")
    assert code(error) == "receipt_late"


# Forks and gaps


def forces_in(
    world: World,
    play: Play,
    bidder: Player,
    seen: ExaminedSubmission,
    *,
    at: datetime,
    seq: int | None = None,
    previous: str | None = None,
) -> bytes:
    """Past every rule: an act with a receipt and a leaf, written as the server writes them."""
    act = seen.examined.act
    keys = ReceiptKeys(world.installation.keys)
    receipt = receipts.make_receipt(
        act,
        signature=seen.examined.signature,
        token=canonical.digest(seen.token) if seen.token else None,
        accepted_at=at,
        checkpoint=seen.checkpoint,
    )
    with world.installation.journal.write() as work:
        entry = work.record(
            bidder.actor,
            BidSubmitted(
                object=act.digest,
                tender=play.tender,
                lot=play.lots[0],
                bidder=act.bidder,
                seq=act.seq,
                act=act.digest,
                receipt=canonical.digest(receipt),
            ),
            leaf=receipt,
        )
        row: BidAct = sealing._row(seen, bidder.actor, at, receipt, keys, entry)
        row.id = new_id("act")
        row.seq, row.previous = seq or act.seq, previous if seq else act.prev
        work.session.add(row)
    return receipt


def test_a_fork_in_a_bidders_acts_stops_that_bid_and_is_named(world: World) -> None:
    """Two bids of one firm, so that he may choose the better when he knows the others."""
    play = world.tender(bids=3)
    friend = world.supplier(4)
    made = [forging.bid(play, friend) for _ in range(2)]
    seen = [examined(play, friend, each) for each in made]
    at = world.clock.now()
    forces_in(world, play, friend, seen[0], at=at)
    forces_in(world, play, friend, seen[1], at=at, seq=2, previous=seen[0].examined.act.digest)
    to_opening(world, play)
    play.release(play.lots[0])
    record = record_of(play)
    assert record["stopped"] == {friend.firm.identifier: "chain_fork"}
    assert friend.firm.identifier not in {each["bidder"] for each in record["bids"]}


def test_a_gap_in_a_bidders_acts_stops_that_bid_and_is_named(
    world: World, operator: Operator
) -> None:
    """He drops the replacement between two others, and with it what the bidder wanted."""
    play = world.tender(bids=3)
    bidder = world.supplier(4)
    acts = [play.bid(bidder, play.lots[0], PRICE).act for _ in range(3)]
    operator.forgets_act(acts[1])
    to_opening(world, play)
    play.release(play.lots[0])
    assert record_of(play)["stopped"] == {bidder.firm.identifier: "chain_gap"}


def test_a_cancelled_tender_is_never_opened_with_whatever_shares(world: World) -> None:
    play = world.tender(bids=3)
    to_opening(world, play)
    play.release(play.lots[0])
    play.cancel(Text("采购任务取消", "The purchase is no longer needed"))
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code(error) == "wrong_stage"
