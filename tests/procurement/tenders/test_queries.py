"""Reads: locks that let bids pass each other, lists by key, and what waits for its time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kernel.refusal import NotFound
from kernel.vocabulary import PurchaseStage, TenderStage
from procurement.tenders import of_buyer, queries
from procurement.tenders.queries import PAGE_ROWS_MAX
from procurement.tenders.standing import pinned_profile
from tests.procurement.tenders.town import BUYER, CLOSES_AT, PUBLISHED_AT, Town, cny

MICROSECOND = timedelta(microseconds=1)


def test_two_bids_share_the_tender_and_a_change_waits(town: Town) -> None:
    town.opened()
    with town.work() as first, town.work() as second, town.work() as third:
        queries.tender_for_bid(first.session, town.tender)
        queries.tender_for_bid(second.session, town.tender)
        third.session.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            queries.tender_for_change(third.session, town.tender)
        third.session.rollback()


def test_a_row_is_read_anew_under_its_lock(town: Town) -> None:
    town.opened()
    with town.work() as work:
        before = queries.tender(work.session, town.tender)
        assert before.version == 1
        with town.work() as other:
            queries.tender_for_change(other.session, town.tender).version = 2
        assert queries.tender_for_bid(work.session, town.tender).version == 2


@pytest.mark.parametrize(
    "read", [queries.tender, queries.tender_for_bid, queries.tender_for_change]
)
def test_what_does_not_exist_is_not_found(town: Town, read: object) -> None:
    assert callable(read)
    with pytest.raises(NotFound), town.work() as work:
        read(work.session, "ten_none")


def test_a_tender_is_due_at_its_closing_instant(town: Town) -> None:
    town.opened()
    with town.journal.read() as work:
        assert queries.due_for_closing(work.session, CLOSES_AT - MICROSECOND) == []
        assert queries.due_for_closing(work.session, CLOSES_AT) == [town.tender]
        assert [row.id for row in queries.open_tenders(work.session)] == [town.tender]


def test_lists_go_on_by_key(town: Town) -> None:
    half = cny("500000.00")
    made = []
    for _ in range(2):
        town.clock.set(PUBLISHED_AT - timedelta(days=30))
        town.intended(budget=half)
        town.identities.clear()
        made.append(town.opened(lots=(town.new_lot(budget=half, ceiling=half),)))
    with town.journal.read() as work:
        (newest,) = queries.newest_tenders(work.session, limit=1)
        (older,) = queries.newest_tenders(work.session, after=(newest.published_at, newest.id))
        (soonest,) = queries.closing_soonest(work.session, limit=1)
        (next_one,) = queries.closing_soonest(work.session, after=(soonest.closes_at, soonest.id))
        buyers = [town.organizations[BUYER]]
        mine = of_buyer.tenders_in(work.session, buyers, [TenderStage.OPEN])
        drafts = of_buyer.tenders_in(work.session, buyers, [TenderStage.DRAFT])
    assert {newest.id, older.id} == {soonest.id, next_one.id} == set(made)
    assert newest.budget == half
    assert {row.id for row in mine} == set(made)
    assert drafts == []


def test_what_waits_is_found_however_much_it_is(town: Town) -> None:
    many = PAGE_ROWS_MAX + 1
    for _ in range(many):
        town.approved_plan(budget=cny("1.00"))
    with town.journal.read() as work:
        found = of_buyer.purchases_to_draft(
            work.session, [town.organizations[BUYER]], [PurchaseStage.APPROVED]
        )
    assert len(found) == many


def test_a_holder_finds_the_own_tenders(town: Town) -> None:
    town.opened()
    with town.journal.read() as work:
        held = queries.holdings_of(work.session, town.actors["holder1"].person)
        other = queries.holdings_of(work.session, town.actors["officer"].person)
    assert [(key.part, tender.id) for key, tender in held] == [
        ("technical", town.tender),
        ("price", town.tender),
    ]
    assert other == []


def test_before_it_is_set_there_is_no_committee_to_hand_out(town: Town) -> None:
    town.drafted()
    with pytest.raises(NotFound), town.journal.read() as work:
        queries.committee_package(work.session, town.tender)


def test_the_package_holds_the_chain_of_notices(town: Town) -> None:
    town.opened()
    town.amend(town.new_amendment(closes_at=CLOSES_AT + timedelta(days=1)))
    with town.journal.read() as work:
        package = queries.committee_package(work.session, town.tender)
        profile = pinned_profile(queries.tender(work.session, town.tender))
    assert [notice.number for notice in package.notices] == [1, 2]
    assert package.notices[1].closes_at == CLOSES_AT + timedelta(days=1)
    assert package.entry_id.startswith("ent_")
    assert profile.edition == "cn-gov/2026.1"
