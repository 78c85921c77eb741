"""What walks have found, each as the few steps that are left of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.rehearsal.play import Play
from bidding.opening import services as opening
from bidding.opening.models import OpeningRecord
from kernel.refusal import Refused
from kernel.vocabulary import LotStage, TenderStage
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
