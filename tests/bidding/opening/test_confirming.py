"""A bidder confirms the opening record: its own act, once, on the spot (Order 87 art. 42)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from bidding.opening import queries
from bidding.opening.confirming import confirm_opening
from journal.models import EntryRow
from kernel.refusal import Refused, StaleWrite
from kernel.vocabulary import Action, TenderStage
from tests.world import CLOSES_AT, World
from tests.worlds import played


def opened(world: World) -> tuple[Play, bytes]:
    """A tender whose one lot is open, and the record of it."""
    play = played(world, stage=TenderStage.CLOSED, bids=3)
    world.clock.set(CLOSES_AT + timedelta(minutes=10))
    play.release(play.lots[0])
    return play, play.open(play.lots[0])


def confirms(play: Play, person: Player, record: bytes, *, signer: Player | None = None) -> str:
    """A person confirms with a signature, of another where one is named."""
    examined = play.cast.examined(signer or person, record)
    with play.installation.journal.write() as work:
        return confirm_opening(work, person.actor, play.lots[0], examined)


def test_each_bidder_confirms_once(shared: World) -> None:
    play, record = opened(shared)
    first, second = shared.supplier(1), shared.supplier(2)
    confirms(play, first, record)
    confirms(play, second, record)
    with pytest.raises(Refused, match="opening_confirmed_already"):
        confirms(play, first, record)
    with play.installation.journal.read() as work:
        rows = queries.confirmations(work.session, play.lots[0])
        assert {row.bidder_id for row in rows} == {first.firm.id, second.firm.id}
        entries = work.session.scalars(
            select(EntryRow).where(EntryRow.action == Action.CONFIRM_OPENING)
        ).all()
    assert len(entries) == 2


def test_nobody_else_confirms(shared: World) -> None:
    play, record = opened(shared)
    for person in (play.staff.officer, play.staff.holders[0]):
        with pytest.raises(Refused, match="not_authorised"):
            confirms(play, person, record)
    with pytest.raises(Refused, match="not_in_the_opening"):
        confirms(play, shared.supplier(4), record)
    with pytest.raises(Refused, match="signer_is_not_actor"):
        confirms(play, shared.supplier(1), record, signer=shared.supplier(2))


def test_another_record_is_not_confirmed(shared: World) -> None:
    play, record = opened(shared)
    with pytest.raises(StaleWrite):
        confirms(play, shared.supplier(1), record.replace(b'"price":"', b'"price":"1', 1))


def test_there_is_nothing_to_confirm_before_the_lot_is_open(shared: World) -> None:
    play = played(shared, stage=TenderStage.CLOSED, bids=3)
    with pytest.raises(Refused, match="wrong_stage"):
        confirms(play, shared.supplier(1), b"{}")


def test_once_the_bids_are_judged_it_is_too_late(shared: World) -> None:
    play, record = opened(shared)
    shared.clock.advance(timedelta(microseconds=1))
    Judging(play, play.lots[0]).qualify()
    with pytest.raises(Refused, match="wrong_stage"):
        confirms(play, shared.supplier(1), record)
