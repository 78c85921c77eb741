"""Bids, replacements, withdrawals and their receipts; who may not, when not, and the closing."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.jobs import timekeeping
from app.reception import receive
from app.rehearsal import sealed
from app.rehearsal.play import Play
from bidding.envelopes import queries, services
from bidding.envelopes.models import BidAct, Closing, RefusedBid
from journal import logs
from journal.models import EntryRow, SealedHeadRow
from kernel.money import Money
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.parties.services import ban_supplier
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Amendment
from signatures import cms, merkle, notes
from signatures.sealed import receipts
from tests.world import CLOSES_AT, World
from tests.worlds import played

PRICE = Money.parse("980000.00", "CNY")
LESS = Money.parse("970000.00", "CNY")
LATER = Text("投标截止时间延后", "Bids may come later")
REASON = Text("采购任务取消", "The purchase is no longer needed")


@pytest.fixture(scope="module")
def open_play(shared: World) -> Play:
    """An open tender without bids; tests use different suppliers."""
    return played(shared)


def code_of(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.refusal.code


# Accepting


def test_a_receipt_is_the_leaf_under_both_signatures(shared: World, open_play: Play) -> None:
    supplier, lot = shared.supplier(1), open_play.lots[0]
    given = open_play.bid(supplier, lot, PRICE)
    read = receipts.read_receipt(given.receipt, tender=open_play.tender, lot=lot)
    assert (read["event"], read["bidder"]) == ("bid", supplier.firm.identifier)
    assert (read["act"], given.live) == (given.act, True)
    with shared.installation.journal.read() as work:
        row = queries.act_by_digest(work.session, given.act)
        assert row is not None
        entry = work.session.get_one(EntryRow, row.entry_id)
    assert entry.leaf == given.receipt
    assert entry.log == logs.acts_of(open_play.tender)
    keys = shared.installation.keys
    assert notes.verify(given.note, [keys.receipt_vkey]) == receipts.note_text(given.receipt)
    trust = shared.pki.trust()
    seal = cms.verify_document(given.receipt, given.seal, trust, shared.clock.now())
    assert seal.signature_value_digest is not None
    assert seal.part("intact").passed  # type: ignore[arg-type]


def test_a_receipt_names_a_checkpoint_that_everybody_can_see(
    shared: World, open_play: Play
) -> None:
    given = open_play.bid(shared.supplier(2), open_play.lots[0], PRICE)
    named = receipts.read_receipt(given.receipt)["checkpoint"]
    assert named == timekeeping.latest_checkpoint_digest(shared.installation)


def test_a_replacement_and_a_withdrawal_follow_the_bid(shared: World) -> None:
    play = played(shared)
    supplier, lot = shared.supplier(1), play.lots[0]
    first = play.bid(supplier, lot, PRICE)
    second = play.bid(supplier, lot, LESS)
    third = play.withdraw(supplier, lot)
    fourth = play.bid(supplier, lot, PRICE)
    read = [receipts.read_receipt(each.receipt) for each in (first, second, third, fourth)]
    assert [each["event"] for each in read] == ["bid", "replacement", "withdrawal", "replacement"]
    assert [each["prev"] for each in read] == [None, first.act, second.act, third.act]
    assert not third.live
    assert fourth.live


def test_nothing_is_withdrawn_twice(shared: World) -> None:
    play = played(shared, bids=1)
    play.withdraw(shared.supplier(1), play.lots[0])
    with pytest.raises(Refused) as error:
        play.withdraw(shared.supplier(1), play.lots[0])
    assert code_of(error) == "nothing_to_withdraw"


def test_the_same_act_again_gets_the_same_receipt_also_after_the_closing(shared: World) -> None:
    play = played(shared)
    supplier, lot = shared.supplier(1), play.lots[0]
    made = sealed.seal_bid(shared.installation, supplier, play.tender, lot, PRICE)
    first = receive(shared.installation, supplier.actor, made.submission)
    assert receive(shared.installation, supplier.actor, made.submission) == first
    play.withdraw(supplier, lot)
    shared.clock.set(CLOSES_AT)
    play.close()
    again = receive(shared.installation, supplier.actor, made.submission)
    assert (again.receipt, again.seal, again.note) == (first.receipt, first.seal, first.note)
    assert not again.live  # the present state: it was withdrawn since
    with shared.installation.journal.read() as work:
        assert queries.closing_of(work.session, play.tender).size == 2


def test_a_corrigendum_makes_bids_name_the_last_notice(shared: World) -> None:
    play = played(shared)
    supplier, lot = shared.supplier(1), play.lots[0]
    old = sealed.seal_bid(shared.installation, supplier, play.tender, lot, PRICE)
    play.amend(Amendment(changes=LATER, closes_at=CLOSES_AT + timedelta(days=20)))
    with pytest.raises(Refused) as error:
        sealed.submit(shared.installation, supplier, old.submission)
    assert code_of(error) == "statement_mismatch"
    assert error.value.refusal.facts["key"] == "notice"
    assert play.bid(supplier, lot, PRICE).live


# Who may not, and when not


def test_a_banned_supplier_may_not(shared: World) -> None:
    play = played(shared)
    supplier = shared.supplier(5)
    with shared.installation.journal.write() as work:
        ban_supplier(
            work,
            shared.staff.supervisor.actor,
            supplier.firm.id,
            date(2026, 4, 1),
            date(2026, 4, 30),
            "GPL art. 77",
        )
    with pytest.raises(Refused) as error:
        play.bid(supplier, play.lots[0], PRICE)
    assert code_of(error) == "supplier_banned"


def test_nobody_else_may_bid(shared: World, open_play: Play) -> None:
    officer = shared.staff.officer
    with pytest.raises(Refused) as error:
        open_play.bid(officer, open_play.lots[0], PRICE)
    assert code_of(error) == "not_authorised"


def test_before_the_publication_there_is_nothing_to_bid_for(shared: World) -> None:
    play = played(shared, stage=TenderStage.APPROVED)
    with pytest.raises(NotFound, match="notice"):
        play.bid(shared.supplier(1), play.lots[0], PRICE)


def test_a_refused_attempt_is_noted_with_its_reason(shared: World) -> None:
    play = played(shared)
    supplier, lot = shared.supplier(1), play.lots[0]
    made = sealed.seal_bid(shared.installation, supplier, play.tender, lot, PRICE)
    shared.clock.set(CLOSES_AT)
    with pytest.raises(Refused) as error:
        receive(shared.installation, supplier.actor, made.submission)
    assert code_of(error) == "late"
    with shared.installation.journal.read() as work:
        noted = work.session.scalars(
            select(RefusedBid).where(RefusedBid.tender_id == play.tender)
        ).one()
        entry = work.session.scalars(select(EntryRow).where(EntryRow.object == noted.id)).one()
    assert (noted.code, noted.person_id) == ("late", supplier.person)
    assert entry.log == logs.proceedings_of(play.tender)


def test_a_look_at_what_is_sealed_is_refused_and_noted(shared: World, open_play: Play) -> None:
    officer = shared.staff.officer
    with shared.installation.journal.write() as work:
        refusal = services.note_sealed_read(work, officer.actor, open_play.tender, "bids")
    assert refusal.code == "sealed"


# Closing


def test_the_closing_fixes_size_and_root(shared: World) -> None:
    play = played(shared, stage=TenderStage.CLOSED, bids=3)
    with shared.installation.journal.read() as work:
        closing = queries.closing_of(work.session, play.tender)
        leaves = logs.leaves(work.session, logs.acts_of(play.tender))
    assert closing.size == len(leaves) == 3
    assert closing.root == receipts.root_text(
        receipts.tree_root([merkle.leaf_hash(leaf) for leaf in leaves])
    )


def test_it_is_not_closed_before_every_act_has_its_place(shared: World) -> None:
    play = played(shared, bids=2)
    shared.clock.set(CLOSES_AT)
    with shared.installation.journal.write() as work:
        services.begin_closing(work, play.tender)
    with pytest.raises(Refused) as error, shared.installation.journal.write() as work:
        services.close_tender(work, play.tender)
    assert code_of(error) == "acts_not_all_placed"
    assert timekeeping.close_tender(shared.installation, play.tender)


def test_it_does_not_begin_a_moment_early(shared: World, open_play: Play) -> None:
    shared.clock.set(CLOSES_AT - timedelta(microseconds=1))
    with pytest.raises(Refused) as error, shared.installation.journal.write() as work:
        services.begin_closing(work, open_play.tender)
    assert code_of(error) == "before_closing"


def test_the_closing_is_stamped_and_a_missing_stamp_is_sought_again(shared: World) -> None:
    play = played(shared, bids=1)
    examiner, stamper = shared.installation.examiner, shared.installation.examiner.stamper
    examiner.stamper = None
    shared.clock.set(CLOSES_AT)
    play.close()
    assert _closing(shared, play).token is None
    examiner.stamper = stamper
    shared.clock.advance(timedelta(seconds=40))
    timekeeping.stamp_closings(shared.installation)
    closing = _closing(shared, play)
    assert closing.token is not None
    assert not closing.token_outside  # the demo's own authority proves nothing against the operator
    stamp = examiner.judge_closing(closing.statement, closing.token)
    assert stamp is not None
    assert stamp.stamped_at == CLOSES_AT + timedelta(seconds=40)


def test_a_token_that_is_not_good_is_not_kept(shared: World) -> None:
    play = played(shared)
    examiner, stamper = shared.installation.examiner, shared.installation.examiner.stamper
    examiner.stamper = _OverSomethingElse(shared)
    try:
        given = play.bid(shared.supplier(1), play.lots[0], PRICE)
    finally:
        examiner.stamper = stamper
    assert receipts.read_receipt(given.receipt)["token"] is None


class _OverSomethingElse:
    """An authority whose tokens are about something else."""

    outside = True

    def __init__(self, world: World) -> None:
        self._world = world

    def stamp(self, imprint_sha256: bytes) -> bytes:
        return self._world.stamper.stamp(hashlib.sha256(imprint_sha256).digest())


def test_after_the_closing_each_bidder_gets_the_proof_of_its_last_act(shared: World) -> None:
    play = played(shared, bids=3)
    given = play.bid(shared.supplier(2), play.lots[0], LESS)
    with shared.installation.journal.read() as work:
        row = queries.act_by_digest(work.session, given.act)
        assert row is not None
        with pytest.raises(NotFound, match="closing"):
            queries.proof_of_act(work.session, row)
    shared.clock.set(CLOSES_AT)
    play.close()
    with shared.installation.journal.read() as work:
        proof = queries.proof_of_act(work.session, row)
        closing = queries.closing_of(work.session, play.tender)
    assert receipts.included(
        merkle.leaf_hash(given.receipt),
        index=proof.position,
        size=closing.size,
        proof=proof.hashes,
        root=bytes.fromhex(closing.root.removeprefix("sha256:")),
    )


def test_after_the_closing_heads_are_shown_and_the_tree_continues_them(shared: World) -> None:
    play = played(shared)
    for number in (1, 2, 3):
        play.bid(shared.supplier(number), play.lots[0], PRICE)
        shared.clock.advance(timedelta(hours=1))
        timekeeping.keep_time(shared.installation)
    with shared.installation.journal.read() as work, pytest.raises(NotFound, match="closing"):
        queries.heads_with_proofs(work, play.tender)
    shared.clock.set(CLOSES_AT)
    play.close()
    with shared.installation.journal.read() as work:
        shown = queries.heads_with_proofs(work, play.tender)
        closing = queries.closing_of(work.session, play.tender)
    assert [head.size for head, _ in shown] == [1, 2, 3]
    root = bytes.fromhex(closing.root.removeprefix("sha256:"))
    for head, proof in shown:
        stated = receipts.head_statement(
            origin=shared.installation.journal.origin,
            tender=play.tender,
            size=head.size,
            root=receipts.root_text(head.root),
            blind=head.blind,
        )
        assert receipts.sealed_head(stated) == head.commitment
        assert merkle.verify_consistency(head.size, closing.size, head.root, root, proof)


def test_of_a_cancelled_tender_a_blinded_root_is_all_that_is_told(shared: World) -> None:
    play = played(shared, bids=3)
    play.cancel(REASON)
    with shared.installation.journal.read() as work:
        assert work.session.get(Closing, play.tender) is None
        head = work.session.scalars(
            select(SealedHeadRow)
            .where(SealedHeadRow.tender == play.tender, SealedHeadRow.tree == "acts")
            .order_by(SealedHeadRow.sealed_at.desc())
        ).first()
        assert tenders.tender(work.session, play.tender).stage == TenderStage.CANCELLED
        with pytest.raises(NotFound, match="closing"):
            queries.heads_with_proofs(work, play.tender)
    assert head is not None
    assert head.size == 3  # with every act in it, and nobody can tell from the commitment
    with pytest.raises(Refused) as error:
        play.bid(shared.supplier(4), play.lots[0], PRICE)
    assert code_of(error) == "wrong_stage"


# What the database itself refuses


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bid_act SET accepted_at = accepted_at - interval '1 hour'",
        "DELETE FROM bid_act",
        "UPDATE envelope SET size = 1",
        "DELETE FROM envelope",
        "UPDATE closing SET size = 0",
        "UPDATE closing SET token = NULL",
        "DELETE FROM closing",
        "DELETE FROM refused_bid",
        "TRUNCATE bid_act CASCADE",
    ],
)
def test_evidence_is_insert_only(shared: World, statement: str) -> None:
    play = played(shared, stage=TenderStage.CLOSED, bids=1)
    with shared.installation.journal.read() as work:
        before = work.session.scalar(select(func.count()).select_from(BidAct))
    engine = shared.installation.engine
    with pytest.raises(DBAPIError, match="insert-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with shared.installation.journal.read() as work:
        assert work.session.scalar(select(func.count()).select_from(BidAct)) == before
        assert queries.closing_of(work.session, play.tender).size == 1


def _closing(world: World, play: Play) -> Closing:
    with world.installation.journal.read() as work:
        return queries.closing_of(work.session, play.tender)
