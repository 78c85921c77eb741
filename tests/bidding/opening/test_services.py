"""Releases, objections and openings: who, when, with how many, and what failed and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.opening import examining, queries, services
from bidding.opening.models import OpenedBid
from journal.models import EntryField, EntryRow
from kernel import canonical
from kernel.money import Money
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import Action, LotStage, Part, Role, TenderStage
from procurement.parties.capacities import act, subject
from procurement.tenders import queries as tenders
from signatures import notes
from signatures.notes import SigningKey
from signatures.sealed import payload, receipts, statements
from tests.holders import checked, downloaded, released, sends
from tests.world import CLOSES_AT, START, World
from tests.worlds import played

PRICE = Money.parse("980000.00", "CNY")
OPENS_AT = CLOSES_AT + timedelta(minutes=10)
TICK = timedelta(microseconds=1)


def closed(world: World, bids: int = 3) -> Play:
    """A closed tender, at the first instant at which shares may be released."""
    play = played(world, stage=TenderStage.CLOSED, bids=bids)
    world.clock.set(OPENS_AT)
    return play


def code_of(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.refusal.code


def opened(play: Play) -> list[OpenedBid]:
    with play.installation.journal.read() as work:
        return queries.opened_bids(work.session, play.lots[0])


def body(play: Play, object: str, part: str) -> Any:
    """A part of the body of the one entry about a thing."""
    with play.installation.journal.read() as work:
        value = work.session.scalars(
            select(EntryField.value)
            .join(EntryRow, EntryRow.id == EntryField.entry)
            .where(EntryRow.object == object, EntryField.name == f"body.{part}")
        ).one()
    assert value is not None
    return canonical.decode(value.encode())


def objects(play: Play, bidder: Player, proof: tuple[bytes, bytes] | None = None) -> str:
    """A bidder objects, with a receipt and its note if there is one."""
    key = play.installation.keys.receipt_vkey
    proven = proof and examining.examine_receipt(*proof, key=key)
    with play.installation.journal.write() as work:
        return services.object_at_opening(
            work, bidder.actor, play.lots[0], "没有宣读我方报价", proof=proven or None
        )


# Opening


def test_a_lot_is_opened_whole_and_its_record_signed(shared: World) -> None:
    play = closed(shared)
    play.release(play.lots[0])
    record: Any = canonical.decode(play.open(play.lots[0]))
    assert [bid["price"] for bid in record["bids"]] == ["980000.00", "1050000.00", "1100000.00"]
    assert {each["closing"] for each in record["releases"]} == {record["closing"]}
    assert record["stamp"]["seconds_after_closing"] == 0
    assert record["stamp"]["outside"] is False
    assert all(bid.state == "open" for bid in opened(play))
    with play.installation.journal.read() as work:
        assert tenders.lot(work.session, play.lots[0]).stage == LotStage.OPENED


def test_everybody_can_check_the_readout_by_one_opening(shared: World) -> None:
    play = closed(shared)
    play.release(play.lots[0])
    with play.installation.journal.read() as work:
        assert queries.published_bids(work.session, play.lots[0]) == []
    play.open(play.lots[0])
    with play.installation.journal.read() as work:
        published = queries.published_bids(work.session, play.lots[0])
    assert len(published) == 3
    for bid in published:
        inner = statements.read(bid.inner.statement, "inner", part="price")
        stated = statements.read(bid.act.statement, "bid")
        price = next(each for each in stated["envelopes"] if each["part"] == "price")
        assert canonical.digest(bid.inner.statement) == price["inner"]
        assert payload.commit(dict(bid.opening)) in inner["files"]
        assert bid.opening["name"] == "readout.json"
        readout = play.installation.blobs.read(bid.opening["digest"])
        assert b'"price":"' in readout


def test_one_holder_of_three_may_stay_away(shared: World) -> None:
    play = closed(shared)
    play.release(play.lots[0], holders=play.staff.holders[1:])
    play.open(play.lots[0])
    assert len(opened(play)) == 3


def test_one_holder_alone_opens_nothing(shared: World) -> None:
    play = closed(shared)
    play.release(play.lots[0], holders=play.staff.holders[:1])
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code_of(error) == "lot_not_open"
    assert opened(play) == []


def test_when_the_holders_fall_short_for_good_nobody_is_at_fault_but_they(shared: World) -> None:
    play = closed(shared)
    play.release(play.lots[0], holders=play.staff.holders[:1])
    sealed.open_lot(play.installation, play.tender, play.lots[0], give_up=True)
    assert {(bid.state, bid.cause, bid.price_minor) for bid in opened(play)} == {
        ("withdrawn", "shares_missing", None)
    }


def test_a_broken_readout_counts_as_revoked_while_the_others_open(shared: World) -> None:
    play = played(shared, bids=3)
    bidder = shared.supplier(4)
    broken = sealed.seal_bid(
        shared.installation, bidder, play.tender, play.lots[0], PRICE, readout=b'{"price":"1"}'
    )
    sealed.submit(shared.installation, bidder, broken.submission)
    shared.clock.set(CLOSES_AT)
    play.close()
    shared.clock.set(OPENS_AT)
    play.release(play.lots[0])
    record: Any = canonical.decode(play.open(play.lots[0]))
    found = {bid.bidder_id: (bid.state, bid.cause) for bid in opened(play)}
    assert found.pop(bidder.firm.id) == ("revoked", "readout_malformed")
    assert set(found.values()) == {("open", None)}
    assert record["bids"][3]["price"] is None


def test_a_replaced_and_a_withdrawn_bid_are_never_opened(shared: World) -> None:
    play = played(shared, bids=3)
    play.bid(shared.supplier(1), play.lots[0], Money.parse("960000.00", "CNY"))
    play.bid(shared.supplier(4), play.lots[0], PRICE)
    play.withdraw(shared.supplier(4), play.lots[0])
    shared.clock.set(CLOSES_AT)
    play.close()
    shared.clock.set(OPENS_AT)
    play.release(play.lots[0])
    play.open(play.lots[0])
    prices = {bid.bidder_id: bid.price_minor for bid in opened(play)}
    assert prices == {
        shared.supplier(1).firm.id: 96000000,
        shared.supplier(2).firm.id: 105000000,
        shared.supplier(3).firm.id: 110000000,
    }


def test_a_lot_is_opened_once(shared: World) -> None:
    play = closed(shared)
    play.release(play.lots[0])
    play.open(play.lots[0])
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code_of(error) == "wrong_stage"


# Too few


def test_fewer_than_three_bids_stay_sealed_for_ever(shared: World) -> None:
    play = closed(shared, bids=2)
    holder = play.staff.holders[0]
    with pytest.raises(Refused) as error:
        checked(play, holder, "price")
    assert code_of(error) == "bids_too_few"
    assert play.leave_sealed(play.lots[0])
    with play.installation.journal.read() as work:
        lot = tenders.lot(work.session, play.lots[0])
        assert (lot.stage, lot.failed_reason) == (LotStage.FAILED, "too_few_bids")
    with pytest.raises(Refused) as error:
        downloaded(play, holder, "price")
    assert code_of(error) == "wrong_stage"
    assert opened(play) == []


def test_a_server_with_too_few_bids_decrypts_nothing_even_with_all_shares(shared: World) -> None:
    play = closed(shared, bids=2)
    for part in Part:
        for holder in play.staff.holders:
            work = checked(play, holder, part, bids_min=1)  # a client that does not mind
            sends(play, holder, part, released(play, holder, part, work=work))
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code_of(error) == "too_few_bids"


def test_with_three_bids_nothing_is_left_sealed(shared: World) -> None:
    play = closed(shared)
    assert not play.leave_sealed(play.lots[0])


def test_it_fails_only_after_the_time_for_objections(shared: World) -> None:
    play = closed(shared, bids=2)
    shared.clock.set(OPENS_AT - TICK)
    with pytest.raises(Refused) as error:
        play.leave_sealed(play.lots[0])
    assert code_of(error) == "objection_period_runs"


def test_a_cancelled_lot_gives_out_no_box_and_takes_no_share(shared: World) -> None:
    play = closed(shared)
    holder = play.staff.holders[0]
    signed = released(play, holder, "price")
    play.cancel(Text("采购任务取消", "The purchase is no longer needed"))
    with pytest.raises(Refused) as error:
        downloaded(play, holder, "price")
    assert code_of(error) == "wrong_stage"
    with pytest.raises(Refused) as error:
        sends(play, holder, "price", signed)
    assert code_of(error) == "wrong_stage"


# Releasing


def test_shares_wait_for_the_time_for_objections(shared: World) -> None:
    play = closed(shared)
    holder = play.staff.holders[0]
    signed = released(play, holder, "price")
    shared.clock.set(OPENS_AT - TICK)
    with pytest.raises(Refused) as error:
        sends(play, holder, "price", signed)
    assert code_of(error) == "objection_period_runs"
    shared.clock.set(OPENS_AT)
    assert sends(play, holder, "price", signed)


def test_a_holder_releases_once(shared: World) -> None:
    play = closed(shared)
    holder = play.staff.holders[0]
    sends(play, holder, "price", released(play, holder, "price"))
    with pytest.raises(Refused) as error:
        sends(play, holder, "price", released(play, holder, "price"))
    assert code_of(error) == "released_already"


def test_nobody_releases_for_another(shared: World) -> None:
    play = closed(shared)
    first, second, _ = play.staff.holders
    signed = released(play, first, "price")
    for person in (second, play.staff.officer, shared.supplier(1)):
        with pytest.raises(Refused) as error:
            sends(play, person, "price", signed)
        assert code_of(error) == "not_authorised"


def sits_on_the_panel(play: Play, person: Player) -> None:
    """The step with which every act of a panel member begins."""
    play.cast.grant(person, [(Role.PANELIST, person.firm)])
    with play.installation.journal.write() as work:
        on = subject(
            work,
            "purchase",
            play.purchase,
            named={person.person},
            purchase=play.purchase,
            profile=play.plot.profile,
        )
        act(work, person.actor, Action.SCORE_BIDS, on, purchase=play.purchase)


def test_who_holds_a_key_sits_on_no_panel(shared: World) -> None:
    play = closed(shared)
    with pytest.raises(Refused) as error:
        sits_on_the_panel(play, play.staff.holders[0])
    assert code_of(error) == "excluded_role"
    assert error.value.refusal.cites == ("Order 87 art. 40",)


def test_who_sits_on_the_panel_holds_no_key(shared: World) -> None:
    shared.clock.set(START)
    play = shared.play()
    play.plan()
    play.intend()
    sits_on_the_panel(play, play.staff.holders[0])
    play.draft()
    with pytest.raises(Refused) as error:
        play.make_keys()
    assert code_of(error) == "excluded_role"


def test_a_wrong_share_names_its_sender_and_the_others_open_the_lot(shared: World) -> None:
    play = closed(shared)
    first, *others = play.staff.holders

    def flip(stated: dict[str, Any]) -> None:
        share = stated["shares"][0]["share"]
        stated["shares"][0]["share"] = ("1" if share[0] == "0" else "0") + share[1:]

    signed = released(play, first, "price", change=flip)
    made = sends(play, first, "price", signed)
    stated: Any = canonical.decode(signed.statement)
    assert body(play, made, "wrong") == [stated["shares"][0]["context"]]
    assert body(play, made, "index") == stated["index"]
    sends(play, others[0], "price", released(play, others[0], "price"))
    for holder in others:
        sends(play, holder, "technical", released(play, holder, "technical"))
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code_of(error) == "lot_not_open"  # and of no bid anything is shown
    assert opened(play) == []
    sends(play, others[1], "price", released(play, others[1], "price"))
    play.open(play.lots[0])
    assert {bid.state for bid in opened(play)} == {"open"}


def test_before_the_closing_there_is_no_work_for_anybody(shared: World) -> None:
    play = played(shared, bids=3)
    with pytest.raises(NotFound, match="closing"):
        downloaded(play, play.staff.holders[0], "price")


# Objecting


def test_an_objection_is_kept_and_stops_nothing_by_itself(shared: World) -> None:
    play = closed(shared)
    made = objects(play, shared.supplier(1))
    assert body(play, made, "stops_the_lot") is False
    play.release(play.lots[0])
    record: Any = canonical.decode(play.open(play.lots[0]))
    assert record["objections"] == [made]


def test_an_objection_needs_words(shared: World) -> None:
    play = closed(shared)
    with pytest.raises(Refused) as error, play.installation.journal.write() as work:
        services.object_at_opening(work, shared.supplier(1).actor, play.lots[0], "  ")
    assert code_of(error) == "objection_without_reason"


def test_a_receipt_that_is_in_the_tree_stops_nothing(shared: World) -> None:
    play = played(shared, bids=3)
    given = play.bid(shared.supplier(4), play.lots[0], PRICE)
    shared.clock.set(CLOSES_AT)
    play.close()
    shared.clock.set(OPENS_AT)
    made = objects(play, shared.supplier(4), (given.receipt, given.note))
    assert body(play, made, "stops_the_lot") is False


def test_a_receipt_of_another_tender_stops_nothing(shared: World) -> None:
    foreign = played(shared)
    given = foreign.bid(shared.supplier(4), foreign.lots[0], PRICE)
    play = closed(shared)
    made = objects(play, shared.supplier(4), (given.receipt, given.note))
    assert body(play, made, "stops_the_lot") is False
    play.release(play.lots[0])
    assert play.open(play.lots[0])


def test_nobody_stops_a_lot_with_a_receipt_of_his_own_making(shared: World) -> None:
    play = played(shared, bids=3)
    given = play.bid(shared.supplier(4), play.lots[0], PRICE)
    shared.clock.set(CLOSES_AT)
    play.close()
    stated: Any = canonical.decode(given.receipt)
    forged = canonical.encode(stated | {"blind": "00" * 32})
    key = play.installation.keys.receipt_vkey
    own = notes.sign(receipts.note_text(forged), SigningKey.generate(key.name))
    for note in (given.note, own, b"not a note\n"):
        with pytest.raises(Refused) as error:
            examining.examine_receipt(forged, note, key=key)
        assert code_of(error) == "receipt_not_ours"


# The record


def test_officer_and_holders_sign_the_record_and_nobody_else(shared: World) -> None:
    play = closed(shared)
    play.release(play.lots[0])
    record = play.open(play.lots[0])
    holder, supplier = play.staff.holders[0], shared.supplier(1)
    with play.installation.journal.write() as work:
        signature = play.cast.examined(holder, record)
        assert services.sign_opening_record(work, holder.actor, play.lots[0], signature)
    signature = play.cast.examined(supplier, record)
    with pytest.raises(Refused) as error, play.installation.journal.write() as work:
        services.sign_opening_record(work, supplier.actor, play.lots[0], signature)
    assert code_of(error) == "not_authorised"
