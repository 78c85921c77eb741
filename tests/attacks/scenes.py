"""Scenes that the attacks have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.reception import receive
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries
from bidding.envelopes.examining import Submission, boxes_as_given
from bidding.envelopes.models import BidAct
from bidding.envelopes.services import Receipt
from bidding.opening import examining, services
from kernel import canonical
from kernel.refusal import Refused
from tests.world import CLOSES_AT, World

OPENS_AT = CLOSES_AT + timedelta(minutes=10)


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


def refused(world: World, bidder: Player, given: Submission) -> str:
    """Send it as the surfaces do; the code of the refusal, and nothing was taken in."""
    before = _acts(world)
    with pytest.raises(Refused) as error:
        receive(world.installation, bidder.actor, given)
    assert _acts(world) == before
    found = error.value.refusal
    return found.code if "key" not in found.facts else f"{found.code} {found.facts['key']}"


def _acts(world: World) -> int:
    with world.installation.journal.read() as work:
        return work.session.scalar(select(func.count()).select_from(BidAct)) or 0


def rivals_bid(play: Play, rival: Player) -> tuple[dict[str, Any], dict[str, tuple[bytes, ...]]]:
    """What the rival's act says and the boxes that belong to it; the operator hands them over."""
    with play.installation.journal.read() as work:
        row = queries.acts_of_bidder(work.session, play.lots[0], rival.firm.identifier)[-1]
        stated: Any = canonical.decode(row.statement)
        return stated, {
            each.part: boxes_as_given(each.stated["box_bytes"]) for each in row.envelopes
        }
