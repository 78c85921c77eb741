"""The operator drops, swaps, slips in and splits: what shows it, and where it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.jobs import timekeeping
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
from bidding.opening import examining, queries, services
from journal import logs
from kernel import canonical
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refused, refuse
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.tenders import queries as tenders
from signatures.sealed import receipts, release, statements
from signatures.sealed.committee import holder_statement, read_committee
from signatures.sealed.judging import Signed
from tests.attacks import forging
from tests.attacks.forging import PRICE
from tests.attacks.operator import Operator, examined
from tests.holders import checked, downloaded, released, sends
from tests.world import CLOSES_AT, World
from tests.worlds import with_outside_stamps

OPENS_AT = CLOSES_AT + timedelta(minutes=10)
TICK = timedelta(milliseconds=1)


def code(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.refusal.code


def to_opening(world: World, play: Play) -> None:
    """Close the tender and let the time for objections pass."""
    world.clock.set(CLOSES_AT)
    assert play.close()
    world.clock.set(OPENS_AT)


def record_of(play: Play) -> Any:
    """The opening record, after the lot was opened."""
    return canonical.decode(play.open(play.lots[0]))


def objects(play: Play, bidder: Player, given: Receipt) -> None:
    """A bidder objects with his receipt."""
    key = play.installation.keys.receipt_vkey
    proof = examining.examine_receipt(given.receipt, given.note, key=key)
    with play.installation.journal.write() as work:
        services.object_at_opening(work, bidder.actor, play.lots[0], "我方投标未宣读", proof=proof)


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


# A committee of his own


def test_a_substituted_committee_is_refused_by_every_client(world: World) -> None:
    play = world.tender(bids=3)
    known = forging.committee_of(play)
    friends = [world.supplier(number) for number in (1, 2, 3)]
    with world.installation.journal.read() as work:
        package = tenders.committee_package(work.session, play.tender)
    signed = Signed(package.committee.statement, package.committee.cms)
    holders = [Signed(each.holder.statement, each.holder.cms) for each in package.holders]

    def read(committee: Signed, statements_: list[Signed]) -> Any:
        return read_committee(
            committee,
            statements_,
            origin=known.origin,
            tender=play.tender,
            verify=world.installation.examiner.verify_at(world.clock.now()),
            buyer=package.buyer,
        )

    assert read(signed, holders).digest == known.digest
    # His friends' keys under the officer's signature over the real committee.
    own = [
        Signed(made, friend.signs(made))
        for part in ("technical", "price")
        for index, friend in enumerate(friends, 1)
        for made in [_holder_statement(known.origin, play.tender, part, index)]
    ]
    with pytest.raises(Refused) as error:
        read(signed, own)
    assert code(error) == "committee_holders_differ"
    # A committee statement of his own, with a signature that he copies or gives himself.
    made = statements.encode(
        "committee",
        origin=known.origin,
        tender=play.tender,
        threshold=2,
        holders=[canonical.digest(each.statement) for each in own],
    )
    with pytest.raises(Refused) as error:
        read(Signed(made, signed.cms), own)
    assert code(error) == "signature_not_valid"
    # Signed by somebody with a good certificate it is a committee, with another fingerprint than
    # the notice prints, which the officer signed.
    other = read(Signed(made, friends[0].signs(made)), own)
    assert other.fingerprint != known.fingerprint
    assert other.officer != known.officer
    with world.installation.journal.read() as work:
        notice: Any = canonical.decode(package.notices[-1].signed.statement)
    assert notice["fingerprint"] == known.fingerprint
    # A bid that was sealed for it all the same is refused, and by holders too.
    stray = forging.bid(play, world.supplier(4))
    stated: Any = canonical.decode(stray.signed.statement)
    act = canonical.encode(stated | {"committee": other.digest})
    with pytest.raises(Refused) as error:
        examined(play, world.supplier(4), replace(stray, signed=Signed(act, b"")))
    assert code(error) == "statement_mismatch"
    to_opening(world, play)
    with pytest.raises(Refused) as error:
        checked(play, play.staff.holders[0], "price", committee=replace(known, digest=other.digest))
    assert code(error) == "act_committee_unknown"


def _holder_statement(origin: str, tender: str, part: str, index: int) -> bytes:
    return holder_statement(
        origin=origin,
        tender=tender,
        part=part,
        index=index,
        identity=sealed.new_identity(),
        made_at=datetime.fromisoformat("2026-04-01T00:00:00+00:00"),
    )


# Before the closing, and at it


def test_nothing_is_decrypted_before_the_closing_whatever_the_server_sends(world: World) -> None:
    play = world.tender(bids=3)
    holder = play.staff.holders[0]
    with pytest.raises(NotFound, match="closing"):
        downloaded(play, holder, "price")
    # He closes on his own, under a clock of his, and offers the boxes.
    world.clock.set(CLOSES_AT)
    play.close()
    given = downloaded(play, holder, "price")
    for now in (CLOSES_AT - timedelta(days=3), CLOSES_AT - TICK):
        with pytest.raises(Refused) as error:
            checked(play, holder, "price", given=given, now=now)
        assert code(error) == "before_closing"
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=given, now=OPENS_AT - TICK)
    assert code(error) == "objection_time_runs"
    assert checked(play, holder, "price", given=given, now=OPENS_AT)


def test_a_closing_of_before_its_time_is_refused(world: World) -> None:
    play = world.tender(bids=3)
    to_opening(world, play)
    holder = play.staff.holders[0]
    given = downloaded(play, holder, "price")
    stated: Any = canonical.decode(given.closing)
    early = canonical.encode(stated | {"closed_at": "2026-04-28T01:29:59.999Z"})
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=replace(given, closing=early))
    assert code(error) == "closed_early"


def test_of_two_closings_a_client_keeps_the_first(world: World) -> None:
    play = world.tender(bids=3)
    to_opening(world, play)
    holder = play.staff.holders[0]
    given = downloaded(play, holder, "price")
    first = canonical.digest(given.closing)
    other = _other_closing(given)
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=other, closing_known=first)
    assert code(error) == "closing_differs"
    # One that is not in the public log as the outside evidence has it is refused on first sight.
    with pytest.raises(Refused) as error:
        checked(
            play,
            holder,
            "price",
            given=other,
            anchored=lambda raw: None if raw == given.closing else refuse("closing_not_in_log"),
        )
    assert code(error) == "closing_not_in_log"


def _other_closing(given: release.Work) -> release.Work:
    """A second closing that leaves out the last bid."""
    leaves = list(given.leaves)[:-1]
    stated: Any = canonical.decode(given.closing)
    root = receipts.root_text(receipts.tree_root([receipts.leaf_hash(each) for each in leaves]))
    closing = canonical.encode(stated | {"size": len(leaves), "root": root})
    return replace(given, closing=closing, leaves=leaves)


def test_shares_for_two_closings_do_not_add_up(world: World) -> None:
    """Each half of the holders is shown another closing; which one each saw is in the log."""
    play = world.tender(bids=3)
    to_opening(world, play)
    first, second, third = play.staff.holders
    other = {}

    def elsewhere(stated: dict[str, Any]) -> None:
        stated["closing"] = other["closing"]

    other["closing"] = canonical.digest(_other_closing(downloaded(play, first, "price")).closing)
    for part in ("technical", "price"):
        sends(play, first, part, released(play, first, part))
        sends(play, second, part, released(play, second, part, change=elsewhere))
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code(error) == "lot_not_open"
    with world.installation.journal.read() as work:
        named = {row.closing for row in queries.releases(work.session, play.lots[0])}
    assert len(named) == 2
    for part in ("technical", "price"):
        sends(play, third, part, released(play, third, part))
    record = record_of(play)
    assert {each["closing"] for each in record["releases"]} == named
    assert {each["state"] for each in record["bids"]} == {"open"}


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
