"""The database refuses what must never be, one trigger and constraint after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from journal.models import TRIGGERS
from journal.sequencer import sequence
from journal.work import Journal
from tests.journal.conftest import OFFICER, NoticePublished

_ALL = ("entry", "entry_field", "entry_position", "checkpoint", "sealed_head", "field_disclosure")
_COLUMN = {
    "entry": "action = 'x'",
    "entry_field": "value = 'x'",
    "entry_position": "position = 7",
    "checkpoint": "size = 7",
    "sealed_head": "size = 7",
    "field_disclosure": "audience = 'x'",
    "entry_waiting": "log = 'x'",
}


@pytest.fixture
def filled(engine: Engine, publish_notices: Callable[[int], list[str]]) -> Engine:
    """A database with a row in the tables that every entry fills, and one that waits."""
    publish_notices(2)
    sequence(engine)
    publish_notices(1)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO checkpoint (size, root, note, digest, signed_at)"
                " VALUES (1, sha256(''), '', '', now())"
            )
        )
        connection.execute(
            text(
                "INSERT INTO sealed_head SELECT id, 'acts', 'ten_1', 0, sha256(''), sha256(''),"
                " '', now() FROM entry LIMIT 1"
            )
        )
        connection.execute(
            text(
                "INSERT INTO field_disclosure SELECT entry, name, 'public', entry"
                " FROM entry_field LIMIT 1"
            )
        )
    return engine


def refused(engine: Engine, statement: str, reason: str) -> None:
    with pytest.raises(DBAPIError, match=reason), engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("table", [*_ALL, "entry_waiting"])
def test_no_row_is_updated(filled: Engine, table: str) -> None:
    refused(filled, f"UPDATE {table} SET {_COLUMN[table]}", "insert-only|only a personal field")


@pytest.mark.parametrize("table", _ALL)
def test_no_row_is_deleted(filled: Engine, table: str) -> None:
    refused(filled, f"DELETE FROM {table}", "insert-only")


@pytest.mark.parametrize("table", [*_ALL, "entry_waiting"])
def test_no_table_is_truncated(filled: Engine, table: str) -> None:
    refused(filled, f"TRUNCATE {table} CASCADE", "insert-only")


@pytest.mark.parametrize(
    ("change", "where", "reason"),
    [
        ("value = NULL, salt = NULL, erased_by = entry", "name = 'object'", "only a personal"),
        (
            "value = NULL, salt = NULL, erased_by = entry",
            "name = 'body.estimate'",
            "only a personal",
        ),
        ("value = NULL, salt = NULL", "name = 'actor'", "only a personal"),
        ("value = '\"x\"'", "name = 'actor'", "only a personal"),
        ("value = NULL, erased_by = entry", "name = 'actor'", "only a personal"),
        (
            "value = NULL, salt = NULL, erased_by = entry, digest = 'sha256:00'",
            "name = 'actor'",
            "only a personal",
        ),
        (
            "value = NULL, salt = NULL, erased_by = 'ent_none'",
            "name = 'actor'",
            "fk_entry_field_erased_by",
        ),
    ],
)
def test_only_a_personal_field_is_erased_and_only_by_an_entry(
    filled: Engine, change: str, where: str, reason: str
) -> None:
    refused(filled, f"UPDATE entry_field SET {change} WHERE {where}", reason)


def test_a_field_is_erased_once(filled: Engine) -> None:
    erase = (
        "UPDATE entry_field SET value = NULL, salt = NULL, erased_by = entry WHERE name = 'actor'"
    )
    with filled.begin() as connection:
        connection.execute(text(erase))
    refused(filled, erase, "only a personal")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("INSERT INTO entry_position SELECT log, 7, entry FROM entry_waiting", "leave a gap"),
        ("INSERT INTO entry_position SELECT log, 0, entry FROM entry_waiting", "pk_entry_position"),
        ("INSERT INTO entry_position SELECT log, -1, entry FROM entry_waiting", "from_zero"),
        (
            "INSERT INTO entry_position SELECT 'acts:ten_1', 0, entry FROM entry_waiting",
            "fk_entry_position",
        ),
        ("INSERT INTO entry_position SELECT log, 2, entry FROM entry_position", "entry_position"),
        (
            "INSERT INTO entry (id, log, action, object, recorded_at, commitment, leaf, leaf_hash)"
            " SELECT 'ent_x', log, action, object, recorded_at, commitment, leaf, sha256(leaf)"
            " FROM entry LIMIT 1",
            "leaf_hash_of_leaf",
        ),
        (
            "INSERT INTO entry (id, log, action, object, recorded_at, commitment, leaf, leaf_hash)"
            " SELECT 'ent_x', 'acts:ten_1', action, object, recorded_at, commitment, leaf,"
            " leaf_hash FROM entry LIMIT 1",
            "log_of_its_tender",
        ),
        (
            "INSERT INTO entry_field SELECT entry, 'more', 'public', salt, '7', digest"
            " FROM entry_field LIMIT 1",
            "digest_of_value",
        ),
        (
            "INSERT INTO entry_field SELECT entry, 'more', 'public', NULL, NULL, digest"
            " FROM entry_field LIMIT 1",
            "erased_with_its_salt",
        ),
    ],
)
def test_no_row_says_what_cannot_be(filled: Engine, statement: str, reason: str) -> None:
    refused(filled, statement, reason)


def test_the_statements_for_a_migration_can_be_run_again(filled: Engine) -> None:
    with filled.begin() as connection:
        for statement in TRIGGERS:
            connection.execute(text(statement))


def test_nobody_chooses_the_order_of_entries(journal: Journal) -> None:
    with journal.write() as work:
        work.record(OFFICER, NoticePublished(object="ten_1", title="公告"))
    refused(
        journal.engine,
        "INSERT INTO entry (seq, id, log, action, object, recorded_at, commitment, leaf, leaf_hash)"
        " SELECT 99, 'ent_x', log, action, object, recorded_at, commitment, leaf, leaf_hash"
        " FROM entry",
        "GENERATED ALWAYS",
    )
