"""A journal with two kinds of entries of its own, so that its tests need no stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import pytest
from sqlalchemy import Engine

from journal.checkpoints import Publication
from journal.entries import Entry, personal, public, restricted
from journal.sequencer import sequence
from journal.tiles import TileFolder
from journal.work import Journal
from kernel.clock import FixedClock
from kernel.vocabulary import Action, Actor, Audience, Log
from signatures.notes import SigningKey

ORIGIN = "sunlit.example/6f2c8e2b7a9d4c51a0e3b4f5c6d7e8f9"
OFFICER = Actor("per_officer", frozenset(), "192.0.2.7")


class Row(NamedTuple):
    """A row of a disclosure table."""

    log: Log
    moment: str
    before: frozenset[Audience] = frozenset()


ROWS = {action: Row(Log.PUBLIC, "at_once") for action in Action} | {
    Action.SUBMIT_BID: Row(Log.ACTS, "at_opening"),
    Action.ASK_QUESTION: Row(Log.PROCEEDINGS, "at_closing"),
    Action.ENROL_PERSON: Row(Log.PUBLIC, "never", frozenset({Audience.ADMIN, Audience.SUPERVISOR})),
}


@dataclass(frozen=True, kw_only=True)
class NoticePublished(Entry):
    """A public fact with one part of each visibility."""

    action: ClassVar[Action] = Action.PUBLISH_TENDER
    title: str = public()
    estimate: str = restricted(default="1168000.00")
    contact: str = personal(default="王芳")


@dataclass(frozen=True, kw_only=True)
class BidCast(Entry):
    """A fact of the tree of acts."""

    action: ClassVar[Action] = Action.SUBMIT_BID
    digest: str = public(default="sha256:00")


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Entry):
    """A fact of the tree of proceedings."""

    action: ClassVar[Action] = Action.ASK_QUESTION
    words: str = restricted(default="?")


@dataclass(frozen=True, kw_only=True)
class TenderClosed(Entry):
    """The closing, with the parts that the verifier reads."""

    action: ClassVar[Action] = Action.CLOSE_TENDER
    size: int = public()
    root: str = public()


@pytest.fixture
def journal(engine: Engine, clock: FixedClock) -> Journal:
    """A journal on a fresh database."""
    return Journal(engine, clock, ORIGIN, ROWS)


@pytest.fixture
def publish_notices(journal: Journal) -> Callable[[int], list[str]]:
    """Record a number of public entries, each in its own transaction."""

    def record(count: int) -> list[str]:
        ids = []
        for number in range(count):
            with journal.write() as work:
                entry = NoticePublished(object=f"ten_{number}", title=f"第{number}号公告")
                ids.append(work.record(OFFICER, entry))
        return ids

    return record


@pytest.fixture
def grow(journal: Journal, publish_notices: Callable[[int], list[str]]) -> Callable[[int], None]:
    """Record entries and place them."""

    def record(count: int) -> None:
        publish_notices(count)
        sequence(journal.engine)

    return record


@pytest.fixture
def log_key() -> SigningKey:
    """A log key."""
    return SigningKey.generate(ORIGIN)


@pytest.fixture
def publication(
    engine: Engine, clock: FixedClock, log_key: SigningKey, tmp_path: Path
) -> Publication:
    """Where the tests publish."""
    return Publication(
        engine=engine,
        clock=clock,
        origin=ORIGIN,
        tiles=TileFolder(tmp_path / "log"),
        memory=tmp_path / "state" / "last-checkpoint",
        keys=(log_key,),
    )
