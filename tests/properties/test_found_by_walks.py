"""What walks have found, each as the few steps that are left of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.rehearsal.disputing import Disputing
from app.rehearsal.play import Play
from bidding.opening import services as opening
from bidding.opening.models import OpeningRecord
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import LotStage, TenderStage
from procurement.challenges.rules import About
from procurement.challenges.services import ChallengeItem
from tests.world import World


def sign_record(play: Play) -> None:
    """The officer signs the opening record as it stands."""
    [lot] = play.lots
    officer = play.staff.officer
    with play.installation.journal.read() as work:
        statement = work.session.get_one(OpeningRecord, lot).statement
    examined = play.cast.examined(officer, statement)
    with play.installation.journal.write() as work:
        opening.sign_opening_record(work, officer.actor, lot, examined)


def test_a_second_signature_under_the_same_record(engine: Engine, tmp_path: Path) -> None:
    """A second click is a lawful no; it was a broken unique index and a fault of the server."""
    world = World(engine, tmp_path)
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    with pytest.raises(Refused, match="signed_already"):
        sign_record(play)


def test_a_complaint_beside_a_further_challenge(engine: Engine, tmp_path: Path) -> None:
    """What a firm challenged anew stands in the way of no complaint about what was answered.

    It was a broken unique index, and the time for the complaint ran meanwhile (GPL art. 55).
    """
    world = World(engine, tmp_path)
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    [lot] = play.lots
    first, second = (Disputing(play, world.supplier(2), lot) for _ in range(2))
    first.file(ChallengeItem("开标程序有误"), about=About.PROCESS)
    with pytest.raises(Refused, match="challenge_filed_already"):
        second.file(ChallengeItem("开标程序有误"), about=About.PROCESS)
    world.clock.advance(timedelta(days=1))
    first.answer("rejected")
    second.file(ChallengeItem("资格审查程序有误"), about=About.PROCESS)
    first.complain((1,), "答复不实")
    first.decide("dismissed", "none", Text("驳回"))
