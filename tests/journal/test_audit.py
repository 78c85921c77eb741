"""The audit from inside: names what was changed behind the triggers, in the private trees too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from journal.audit import Fault, audit
from journal.checkpoints import Publication, publish
from journal.disclose import erase_fields
from journal.heads import seal_heads
from journal.sequencer import sequence
from journal.work import Journal
from tests.journal.conftest import OFFICER, ORIGIN, BidCast, QuestionAsked


@pytest.fixture
def lived(journal: Journal, publication: Publication, grow: Callable[[int], None]) -> Publication:
    """A log with two checkpoints, a tender with three acts, and heads over them."""
    grow(3)
    publish(publication)
    for number in range(3):
        with journal.write() as work:
            work.record(
                OFFICER, BidCast(object=f"bid_{number}", tender="ten_1"), leaf=b"r%d" % number
            )
            work.record(OFFICER, QuestionAsked(object=f"que_{number}", tender="ten_1"))
        sequence(journal.engine)
        with journal.write() as work:
            seal_heads(work, ["ten_1"])
    grow(2)
    publish(publication)
    return publication


def attack(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def faults(publication: Publication) -> list[Fault]:
    with Session(publication.engine) as session:
        return audit(session, ORIGIN)


def entry_at(publication: Publication, log: str, position: int) -> str:
    with publication.engine.connect() as connection:
        query = text("SELECT entry FROM entry_position WHERE log = :log AND position = :position")
        found: str = connection.execute(query, {"log": log, "position": position}).scalar_one()
        return found


def test_an_honest_journal_has_no_fault(lived: Publication, journal: Journal) -> None:
    assert faults(lived) == []
    with journal.write() as work:
        victim = entry_at(lived, "public", 1)
        erase_fields(work, OFFICER, victim, ["actor"], reason="", reached=lambda *_: True)
    sequence(journal.engine)
    assert faults(lived) == []


@pytest.mark.parametrize(
    ("change", "code", "what"),
    [
        ("UPDATE entry SET object = 'other' WHERE id = '{id}'", "column_wrong", "object"),
        ("UPDATE entry SET action = 'bid.submit' WHERE id = '{id}'", "column_wrong", "action"),
        (
            "UPDATE entry_field SET value = '7', digest = 'sha256:' || encode(sha256(salt || '7'),"
            " 'hex') WHERE entry = '{id}' AND name = 'result'",
            "commitment_wrong",
            "",
        ),
        (
            "DELETE FROM entry_field WHERE entry = '{id}' AND name = 'address'",
            "commitment_wrong",
            "",
        ),
        (
            "UPDATE entry SET leaf = 'x', leaf_hash = sha256('\\x0078') WHERE id = '{id}'",
            "leaf_wrong",
            "",
        ),
    ],
)
@pytest.mark.parametrize("log", ["public", "proceedings:ten_1"])
def test_an_altered_entry_is_named(
    lived: Publication, log: str, change: str, code: str, what: str
) -> None:
    victim = entry_at(lived, log, 1)
    attack(lived.engine, change.format(id=victim))
    assert faults(lived)[0] == Fault(code, victim, what)


def test_an_act_dropped_and_its_place_closed_is_seen_by_the_heads(lived: Publication) -> None:
    attack(lived.engine, "DELETE FROM entry_position WHERE log = 'acts:ten_1' AND position = 1")
    attack(
        lived.engine,
        "UPDATE entry_position SET position = 1 WHERE log LIKE 'acts:%' AND position=2",
    )
    assert {fault.code for fault in faults(lived)} == {"tree_rewritten"}
    assert faults(lived)[0].where == "acts:ten_1"


def test_a_gap_and_a_missing_row_are_named(lived: Publication) -> None:
    victim = entry_at(lived, "public", 4)
    attack(lived.engine, "DELETE FROM entry_position WHERE log = 'acts:ten_1' AND position = 0")
    attack(lived.engine, f"DELETE FROM entry WHERE id = '{victim}'")
    found = {(fault.code, fault.where) for fault in faults(lived)}
    assert ("position_missing", "acts:ten_1 0") in found
    assert ("entry_missing", "public 4") in found


def test_a_rewritten_log_is_seen_by_its_checkpoints(lived: Publication) -> None:
    for change in ((4, 100), (5, 4), (100, 5)):
        attack(
            lived.engine,
            f"UPDATE entry_position SET position = {change[1]}"
            f" WHERE log = 'public' AND position = {change[0]}",
        )
    assert Fault("root_wrong", "public", "an entry at positions 3 to 7") in faults(lived)


def test_an_altered_head_is_named(lived: Publication) -> None:
    attack(lived.engine, "UPDATE sealed_head SET size = 2 WHERE size = 3 AND tree = 'acts'")
    assert [fault.code for fault in faults(lived)] == ["head_wrong", "tree_rewritten"]


@pytest.mark.parametrize("tree", ["acts", "proceedings"])
def test_a_head_that_was_removed_is_named(lived: Publication, tree: str) -> None:
    with lived.engine.connect() as connection:
        query = text("SELECT entry FROM sealed_head WHERE size = 2 AND tree = :tree")
        entry = connection.execute(query, {"tree": tree}).scalar_one()
    attack(lived.engine, f"DELETE FROM sealed_head WHERE entry = '{entry}' AND tree = '{tree}'")
    assert faults(lived) == [Fault("head_missing", f"{tree}:ten_1", entry)]


def test_all_heads_removed_with_what_they_would_have_shown(lived: Publication) -> None:
    attack(lived.engine, "DELETE FROM sealed_head")
    assert [fault.code for fault in faults(lived)] == ["head_missing"] * 6


def test_a_log_cut_short_is_named(lived: Publication) -> None:
    attack(lived.engine, "DELETE FROM entry_position WHERE log = 'public' AND position = 7")
    assert Fault("log_shrank", "public", "7 of 8") in faults(lived)
