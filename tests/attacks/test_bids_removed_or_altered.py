"""The operator drops a bid, or alters what was sent: what shows it, and whose fault it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.jobs import timekeeping
from app.rehearsal import sealed
from bidding.envelopes import queries as envelopes
from journal import logs
from kernel import canonical
from kernel.refusal import NotFound, Refused
from kernel.vocabulary import TenderStage
from signatures.sealed.judging import Signed
from tests.attacks.forging import PRICE
from tests.attacks.operator import Operator
from tests.attacks.scenes import code, objects, record_of, to_opening
from tests.holders import checked, downloaded, released, sends
from tests.world import CLOSES_AT, World

TICK = timedelta(milliseconds=1)


# A bid is removed


def test_a_bid_removed_before_the_closing_stops_the_lot_by_its_receipt(
    world: World, operator: Operator
) -> None:
    play = world.tender(bids=3)
    victim = world.supplier(4)
    given = play.bid(victim, play.lots[0], PRICE)
    operator.forgets_act(given.act)
    to_opening(world, play)  # table and tree agree: the closing sees nothing
    holder = play.staff.holders[0]
    signed = released(play, holder, "price")
    objects(play, victim, given)
    with pytest.raises(Refused) as error:
        sends(play, holder, "price", signed)
    assert code(error) == "stopped_by_objection"
    # And whatever the server says, a holder who was handed the receipt releases nothing.
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", objections=[given.receipt])
    assert code(error) == "objection_receipt_absent"
    with pytest.raises(Refused) as error:
        sealed.open_lot(play.installation, play.tender, play.lots[0], give_up=True)
    assert code(error) == "stopped_by_objection"


def test_a_lot_that_fails_for_a_removed_bid_does_not_fail(world: World, operator: Operator) -> None:
    """He drops one of three so that the lot is left sealed and the tender goes to his friend."""
    play = world.tender(bids=2)
    victim = world.supplier(3)
    given = play.bid(victim, play.lots[0], PRICE)
    operator.forgets_act(given.act)
    to_opening(world, play)
    objects(play, victim, given)
    with pytest.raises(Refused) as error:
        play.leave_sealed(play.lots[0])
    assert code(error) == "stopped_by_objection"


def test_a_bid_removed_after_a_head_was_sealed_is_an_alarm_and_no_closing(
    world: World, operator: Operator, caplog: pytest.LogCaptureFixture
) -> None:
    play = world.tender(bids=3)
    with world.installation.journal.read() as work:
        acts = envelopes.acts_of_organization(work.session, play.tender, world.supplier(2).firm.id)
    timekeeping.keep_time(world.installation)
    operator.forgets_act(acts[0].digest)
    assert ("tree_rewritten", f"acts:{play.tender}") in {
        (each.code, each.where) for each in operator.faults()
    }
    world.clock.set(CLOSES_AT)
    assert not play.close()
    assert play.stage is TenderStage.CLOSING
    assert "acts_rewritten" in caplog.text


def test_a_row_removed_before_the_closing_is_an_alarm_and_no_closing(
    world: World, operator: Operator, caplog: pytest.LogCaptureFixture
) -> None:
    play = world.tender(bids=3)
    operator.sql(
        "DELETE FROM envelope WHERE act_id IN (SELECT id FROM bid_act WHERE bidder = :bidder)",
        "DELETE FROM bid_act WHERE bidder = :bidder",
        bidder=world.supplier(2).firm.identifier,
    )
    world.clock.set(CLOSES_AT)
    assert not play.close()
    assert "acts_differ" in caplog.text
    with pytest.raises(NotFound, match="closing"):
        downloaded(play, play.staff.holders[0], "price")


def test_a_bid_removed_after_the_closing_is_refused_by_holder_and_server(
    world: World, operator: Operator
) -> None:
    play = world.tender(bids=3)
    holder = play.staff.holders[0]
    to_opening(world, play)
    given = downloaded(play, holder, "price")
    with world.installation.journal.read() as work:
        act = envelopes.acts_of_organization(work.session, play.tender, world.supplier(2).firm.id)[
            0
        ]
    fewer = replace(given, leaves=[each for each in given.leaves if each != act.receipt])
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=fewer)
    assert code(error) == "tree_size"
    friend = [*fewer.leaves, given.leaves[0]]
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=replace(given, leaves=friend))
    assert code(error) == "tree_root"
    known = {key: value for key, value in given.acts.items() if key != act.digest}
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=replace(given, acts=known))
    assert code(error) == "act_missing"
    operator.sql(
        "DELETE FROM envelope WHERE act_id = :id", "DELETE FROM bid_act WHERE id = :id", id=act.id
    )
    with pytest.raises(Refused) as error:
        downloaded(play, holder, "price")
    assert code(error) == "act_missing"
    operator.forgets_entry(act.entry_id, logs.acts_of(play.tender))
    with pytest.raises(Refused) as error:
        downloaded(play, holder, "price")
    assert code(error) == "tree_size"


# A bid is altered


def test_a_swapped_ciphertext_is_the_operators_fault_and_is_named(
    world: World, operator: Operator
) -> None:
    play = world.tender(bids=3)
    with world.installation.journal.read() as work:
        row = envelopes.acts_of_organization(work.session, play.tender, world.supplier(2).firm.id)[
            0
        ]
        act: Any = canonical.decode(row.statement)
    price = next(each for each in act["envelopes"] if each["part"] == "price")
    path = operator.ciphertext_path(price["ciphertext"])
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    to_opening(world, play)
    play.release(play.lots[0])
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code(error) == "lot_not_open"  # it waits: the right bytes may still be found
    path.unlink()
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code(error) == "lot_not_open"
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    record: Any = canonical.decode(
        sealed.open_lot(play.installation, play.tender, play.lots[0], give_up=True)
    )
    found = {each["bidder"]: (each["state"], each["cause"]) for each in record["bids"]}
    assert found[world.supplier(2).firm.identifier] == ("withdrawn", "ciphertext_differs")
    assert [state for state, _ in found.values()].count("open") == 2


def test_a_ciphertext_that_is_found_again_opens(world: World, operator: Operator) -> None:
    play = world.tender(bids=3)
    with world.installation.journal.read() as work:
        row = envelopes.acts_of_organization(work.session, play.tender, world.supplier(2).firm.id)[
            0
        ]
        act: Any = canonical.decode(row.statement)
    path = operator.ciphertext_path(act["envelopes"][1]["ciphertext"])
    kept = path.read_bytes()
    path.unlink()
    to_opening(world, play)
    play.release(play.lots[0])
    path.write_bytes(kept)
    assert {each["state"] for each in record_of(play)["bids"]} == {"open"}


def test_swapped_boxes_are_refused_by_the_holder(world: World, operator: Operator) -> None:
    play = world.tender(bids=3)
    to_opening(world, play)
    holder = play.staff.holders[0]
    given = downloaded(play, holder, "price")
    bent = dict.fromkeys(given.boxes, next(iter(given.boxes.values())))
    work = checked(play, holder, "price", given=replace(given, boxes=bent))
    stated: Any = canonical.decode(released(play, holder, "price", work=work).statement)
    said = [each.get("refused") for each in stated["shares"]]
    assert said == [None, "box_missing", "box_missing"]


def test_an_altered_act_is_refused_by_holder_and_server(world: World, operator: Operator) -> None:
    play = world.tender(bids=3)
    to_opening(world, play)
    holder = play.staff.holders[0]
    given = downloaded(play, holder, "price")
    digest, signed = next(iter(given.acts.items()))
    altered = Signed(signed.statement.replace(b'"seq":1', b'"seq":2'), signed.cms)
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=replace(given, acts=given.acts | {digest: altered}))
    assert code(error) == "act_missing"
    operator.sql(
        "UPDATE bid_act SET statement = :made WHERE digest = :digest",
        made=altered.statement,
        digest=digest,
    )
    with pytest.raises(Refused) as error:
        downloaded(play, holder, "price")
    assert code(error) == "act_missing"


def test_a_signature_put_in_the_place_of_the_receipted_one_is_not_the_bidders_fault(
    world: World, operator: Operator
) -> None:
    """So that a good bid would count as revoked by its own bidder."""
    play = world.tender(bids=4)
    bidder = world.supplier(2)
    to_opening(world, play)
    play.release(play.lots[0])
    with world.installation.journal.read() as work:
        row = envelopes.acts_of_organization(work.session, play.tender, bidder.firm.id)[0]
    operator.sql(
        "UPDATE bid_act SET cms = :cms WHERE id = :id",
        cms=world.supplier(5).signs(row.statement),
        id=row.id,
    )
    holder = play.staff.holders[2]
    stated: Any = canonical.decode(released(play, holder, "price").statement)
    said = [each.get("refused") for each in stated["shares"]]
    assert said == [None, "receipt_not_of_act", None, None]
    found = {each["bidder"]: each for each in record_of(play)["bids"]}
    assert found[bidder.firm.identifier]["state"] == "withdrawn"
    assert found[bidder.firm.identifier]["cause"] == "receipt_not_of_act"
