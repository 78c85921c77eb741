"""Checkpoints: durable tiles first, and nothing signed that takes something back."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from journal import checkpoints, logs
from journal.checkpoints import Publication, adopt, latest_checkpoint, publish
from journal.models import CheckpointRow
from journal.sequencer import sequence
from journal.tiles import TileFolder
from journal.work import Journal
from kernel.refusal import Refused
from signatures import notes
from signatures.merkle import EMPTY_ROOT, Tree, leaf_hash
from signatures.notes import SigningKey
from tests.journal.conftest import OFFICER, ORIGIN, BidCast


def test_a_checkpoint_says_origin_size_and_root(
    publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(5)
    made = publish(publication)
    text = notes.verify(made.note.encode(), publication.believed)
    with Session(publication.engine) as session:
        tree = logs.tree(session, logs.PUBLIC)
        assert latest_checkpoint(session) == made
    assert text.split("\n")[:2] == [ORIGIN, "5"]
    assert made.root == tree.root()
    assert publication.published.read_text() == made.note == publication.memory.read_text()


def test_an_empty_log_has_a_checkpoint_and_an_unchanged_one_is_not_signed_again(
    publication: Publication,
) -> None:
    first = publish(publication)
    assert (first.size, first.root) == (0, EMPTY_ROOT)
    assert publish(publication) == first
    with Session(publication.engine) as session:
        assert len(session.scalars(select(CheckpointRow)).all()) == 1


def test_private_entries_leave_no_trace_in_the_public_log(
    publication: Publication, journal: Journal, grow: Callable[[int], None]
) -> None:
    grow(2)
    before = publish(publication)
    files = sorted(publication.tiles.root.rglob("*"))
    with journal.write() as work:
        for number in range(7):
            work.record(OFFICER, BidCast(object=f"bid_{number}", tender="ten_1"))
    sequence(journal.engine)
    assert publish(publication) == before
    assert sorted(publication.tiles.root.rglob("*")) == files


class _Watched(SigningKey):
    """A real key that tells when it signs."""

    def signature_line(self, text: str, at: datetime | None = None) -> str:
        _EVENTS.append("signed")
        return super().signature_line(text, at)


_EVENTS: list[str] = []


def test_every_tile_and_its_folders_are_synced_before_the_signature(
    publication: Publication,
    log_key: SigningKey,
    grow: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was synced, and when the key signed, in the order in which it happened."""
    sync = os.fsync

    def told(handle: int) -> None:
        sync(handle)
        _EVENTS.append(os.readlink(f"/proc/self/fd/{handle}"))

    monkeypatch.setattr(os, "fsync", told)
    watched = replace(publication, keys=(_Watched(log_key.name, log_key.kind, log_key.seed),))
    root = publication.tiles.root
    for count in (3, 300):
        grow(count)
        _EVENTS.clear()
        before = set(root.rglob("*"))
        publish(watched)
        assert _EVENTS.count("signed") == 1
        signed = _EVENTS.index("signed")
        new = set((root / "tile").rglob("*")) - before
        content = {_content(event, root) for event in _EVENTS[:signed]}
        for path in new:
            if path.is_dir():
                assert str(path) in _EVENTS[:signed]
            else:
                # A file is synced under the name that it has until it is whole.
                assert (path.parent, path.name) in content
                assert str(path.parent) in _EVENTS[:signed]
        after = _EVENTS[signed:]
        assert any("last-checkpoint" in event for event in after)
        assert not any(str(root / "tile") in event for event in after)


def _content(event: str, root: Path) -> tuple[Path, str]:
    path = Path(event)
    return path.parent, path.name.removeprefix(".").split(".")[0]


def test_publishers_at_once_make_one_chain(
    publication: Publication, grow: Callable[[int], None]
) -> None:
    problems: list[BaseException] = []

    def run() -> None:
        try:
            for _ in range(5):
                publish(publication)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        grow(20)
    for thread in threads:
        thread.join()
    last = publish(publication)
    assert problems == []
    assert last.size == 120
    with Session(publication.engine) as session:
        tree = logs.tree(session, logs.PUBLIC)
        chain = checkpoints.checkpoints(session)
    assert [each.root for each in chain] == [tree.root(each.size) for each in chain]
    assert [each.size for each in chain] == sorted({each.size for each in chain})
    assert publication.published.read_text() == publication.memory.read_text() == last.note


def test_nothing_is_signed_when_a_tile_cannot_be_written(
    publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(2)
    first = publish(publication)
    grow(300)
    # A file lies where the folder of the partial tiles belongs.
    (publication.tiles.root / "tile/0/001.p").write_bytes(b"")
    with pytest.raises(FileExistsError):
        publish(publication)
    assert publication.memory.read_text() == publication.published.read_text() == first.note
    with Session(publication.engine) as session:
        assert latest_checkpoint(session) == first


def test_a_crash_after_remembering_is_made_good_by_the_next_run(
    publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(2)
    publish(publication)
    grow(3)
    made = publish(publication)
    # As if the process had died before the commit and before the file.
    with publication.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM checkpoint WHERE size = 5"))
    publication.published.unlink()
    assert publish(publication) == made
    with Session(publication.engine) as session:
        assert latest_checkpoint(session) == made
    assert publication.published.read_text() == made.note


def cut_back(engine: Engine, size: int) -> None:
    """What a restored older backup is: later rows are not there."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in (
            "DELETE FROM checkpoint WHERE size > :size",
            "DELETE FROM entry_field WHERE entry IN"
            " (SELECT entry FROM entry_position WHERE position >= :size)",
            "DELETE FROM entry WHERE id IN"
            " (SELECT entry FROM entry_position WHERE position >= :size)",
            "DELETE FROM entry_position WHERE position >= :size",
        ):
            connection.execute(text(statement), {"size": size})


def test_a_restored_older_backup_signs_nothing(
    publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    grow(4)
    last = publish(publication)
    cut_back(publication.engine, 3)
    with pytest.raises(Refused) as refused:
        publish(publication)
    assert refused.value.refusal.code == "log_shrank"
    assert refused.value.refusal.facts == {"signed": 7, "size": 3}
    assert publication.memory.read_text() == publication.published.read_text() == last.note


@pytest.mark.parametrize("regrown", [4, 5, 600])
def test_a_restored_backup_that_grew_anew_signs_nothing(
    publication: Publication, grow: Callable[[int], None], regrown: int
) -> None:
    grow(3)
    publish(publication)
    grow(4)
    publish(publication)
    cut_back(publication.engine, 3)
    grow(regrown)
    with pytest.raises(Refused) as refused:
        publish(publication)
    assert refused.value.refusal.code == "log_forked"


def test_with_memory_and_tiles_rolled_back_too_the_checkpoint_from_outside_stops_it(
    publication: Publication, grow: Callable[[int], None], tmp_path: Path
) -> None:
    grow(3)
    first = publish(publication)
    grow(4)
    outside = publish(publication)
    cut_back(publication.engine, 3)
    publication.memory.write_text(first.note)
    publication.published.write_text(first.note)
    adopt(publication, outside.note)
    with pytest.raises(Refused) as refused:
        publish(publication)
    assert refused.value.refusal.code == "log_shrank"


def test_a_server_that_has_forgotten_what_it_signed_waits_for_somebody_to_tell_it(
    publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    made = publish(publication)
    publication.memory.unlink()
    with pytest.raises(Refused) as refused:
        publish(publication)
    assert refused.value.refusal.code == "memory_lost"
    assert adopt(publication, made.note) == made
    assert publish(publication) == made


def test_lost_tiles_stop_the_signing(publication: Publication, grow: Callable[[int], None]) -> None:
    grow(3)
    publish(publication)
    (publication.tiles.root / "tile/0/000.p/3").unlink()
    grow(1)
    with pytest.raises(Refused) as refused:
        publish(publication)
    assert refused.value.refusal.code == "tiles_lost"


def test_only_our_own_and_newer_checkpoints_are_adopted(
    publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    old = publish(publication)
    grow(1)
    publish(publication)
    stranger = SigningKey.generate(ORIGIN)
    other = SigningKey.generate("sunlit.example/other")
    text = checkpoints.body(ORIGIN, 9, EMPTY_ROOT)
    elsewhere = checkpoints.body("sunlit.example/other", 9, EMPTY_ROOT)
    for note, code in (
        (old.note, "older_checkpoint"),
        (notes.sign(text, stranger).decode(), "foreign_checkpoint"),
        (notes.sign(elsewhere, other).decode(), "foreign_checkpoint"),
        (notes.sign(elsewhere, publication.keys[0]).decode(), "foreign_checkpoint"),
        (old.note.replace("\n3\n", "\n30\n"), "foreign_checkpoint"),
        (notes.sign("no checkpoint\n", publication.keys[0]).decode(), "foreign_checkpoint"),
    ):
        with pytest.raises(Refused) as refused:
            adopt(publication, note)
        assert refused.value.refusal.code == code


def test_a_foreign_tree_in_the_folder_stops_the_signing(
    publication: Publication, grow: Callable[[int], None], tmp_path: Path
) -> None:
    grow(3)
    publish(publication)
    forged = TileFolder(tmp_path / "forged")
    forged.append(0, [b"a", b"b", b"c"])
    tile = publication.tiles.root / "tile/0/000.p/3"
    tile.write_bytes((forged.root / "tile/0/000.p/3").read_bytes())
    grow(1)
    with pytest.raises(Refused) as refused:
        publish(publication)
    assert refused.value.refusal.code == "log_forked"
    assert Tree([leaf_hash(b"a")]).root() == leaf_hash(b"a")


def test_past_one_tile(publication: Publication, grow: Callable[[int], None]) -> None:
    for step in (255, 1, 1, 300):
        grow(step)
        made = publish(publication)
    with Session(publication.engine) as session:
        assert made.root == logs.tree(session, logs.PUBLIC).root()
