"""After an older backup was restored the log goes on as signed, and says what is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from journal import logs
from journal.audit import audit
from journal.checkpoints import Publication, adopt, publish
from journal.export import export
from journal.restore import restore
from journal.sequencer import sequence
from journal.verify import Key, check_log
from journal.work import Journal
from kernel.refusal import Refused
from tests.journal.conftest import OFFICER, ORIGIN, ROWS, NoticePublished
from tests.journal.test_checkpoints import cut_back


def fits(publication: Publication, folder: Path) -> int:
    with Session(publication.engine) as session:
        export(
            session,
            publication.tiles,
            folder,
            disclosure=ROWS,
            reached=lambda *_: False,
            keys={},
        )
    log = check_log(folder, Key.read(publication.keys[0].verifier.encode()))
    return len(log.records)


@pytest.mark.parametrize("regrown", [0, 2, 6])
def test_the_log_goes_on_where_it_was_signed(
    publication: Publication,
    journal: Journal,
    grow: Callable[[int], None],
    tmp_path: Path,
    regrown: int,
) -> None:
    grow(3)
    publish(publication)
    grow(4)
    before = publish(publication)
    cut_back(publication.engine, 3)
    grow(regrown)
    done = restore(journal, publication, tenders=["ten_1"])
    assert done is not None
    assert (done.kept, done.signed, len(done.lost), done.placed_anew) == (3, 7, 4, 0)
    sequence(journal.engine)
    after = publish(publication)
    assert after.size == 7 + regrown + 1
    assert fits(publication, tmp_path / "download") == after.size
    with Session(publication.engine) as session:
        faults = audit(session, ORIGIN)
        assert {(fault.code, fault.where) for fault in faults} == {
            ("body_lost", id) for id in done.lost
        }
        assert logs.tree(session, logs.PUBLIC).root(7) == before.root


def test_an_entry_that_waited_in_the_backup_gets_the_position_that_was_signed(
    publication: Publication,
    journal: Journal,
    publish_notices: Callable[[int], list[str]],
    tmp_path: Path,
) -> None:
    """The backup was taken between the commit of entries and their placing.

    Placed anew they would stand in the order of their identities, and not as they were signed:
    one had been committed late.
    """
    kept = publish_notices(2)
    sequence(journal.engine)
    first = publish(publication)
    with journal.write() as early:
        early_id = early.record(OFFICER, NoticePublished(object="ten_e", title="早"))
        early.insert_drafts()
        waited = publish_notices(1)
        sequence(journal.engine)
    waited.append(early_id)
    sequence(journal.engine)
    publish(publication)
    with publication.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM entry_position WHERE position >= 2"))
        connection.execute(text("DELETE FROM checkpoint WHERE size > 2"))
        connection.execute(
            text("INSERT INTO entry_waiting SELECT seq, id, log FROM entry WHERE seq > 2")
        )
    newer = publish_notices(1)
    # The sequencer runs before anybody notices.
    sequence(journal.engine)
    done = restore(journal, publication)
    assert done is not None
    assert (done.kept, len(done.lost), done.placed_anew) == (first.size, 0, 2)
    sequence(journal.engine)
    publish(publication)
    with Session(publication.engine) as session:
        placed = logs.entry_ids(session, logs.PUBLIC)
        assert placed == [*kept, *waited, *newer, done.entry]
        assert audit(session, ORIGIN) == []
    assert fits(publication, tmp_path / "download") == 6


def test_where_nothing_is_missing_nothing_is_done(
    publication: Publication, journal: Journal, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    grow(1)
    assert restore(journal, publication) is None
    assert publish(publication).size == 4


def test_without_memory_or_tiles_nothing_is_done(
    publication: Publication, journal: Journal, grow: Callable[[int], None]
) -> None:
    grow(3)
    first = publish(publication)
    grow(4)
    made = publish(publication)
    cut_back(publication.engine, 3)
    publication.memory.unlink()
    with pytest.raises(Refused) as refused:
        restore(journal, publication)
    assert refused.value.refusal.code == "memory_lost"
    adopt(publication, made.note)
    bundle = publication.tiles.root / "tile/entries/000.p/7"
    raw = bundle.read_bytes()
    bundle.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(Refused) as refused:
        restore(journal, publication)
    assert refused.value.refusal.code == "tiles_lost"
    bundle.unlink()
    with pytest.raises(Refused) as refused:
        restore(journal, publication)
    assert refused.value.refusal.code == "tiles_lost"
    with Session(publication.engine) as session:
        assert logs.size(session, logs.PUBLIC) == first.size


def test_a_signed_position_is_taken_back_by_nobody(
    publication: Publication, journal: Journal, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    with publication.engine.begin() as connection:
        connection.execute(text("SET LOCAL journal.restoring = 'on'"))
        with pytest.raises(DBAPIError, match="insert-only"):
            connection.execute(text("DELETE FROM entry_position WHERE position = 2"))
        connection.rollback()
