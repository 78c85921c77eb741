"""Changing the log key: whoever trusts the old one comes to trust the new one, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from journal.checkpoints import Publication, adopt, publish
from journal.export import export
from journal.keys import _record, publish_handover, rotate_log_key
from journal.verify import Key, Log, Unfit, check_log
from journal.work import Journal
from kernel.refusal import Refused
from kernel.vocabulary import system_actor
from signatures import notes
from signatures.notes import SigningKey
from tests.journal.conftest import ORIGIN, ROWS


@pytest.fixture
def new_key() -> SigningKey:
    return SigningKey.generate(ORIGIN)


def check(publication: Publication, folder: Path, trusted: SigningKey) -> Log:
    with Session(publication.engine) as session:
        export(
            session,
            publication.tiles,
            folder,
            disclosure=ROWS,
            reached=lambda *_: False,
            keys={},
        )
    return check_log(folder, Key.read(trusted.verifier.encode()))


def test_the_new_key_is_believed_by_who_trusts_the_old_one(
    publication: Publication,
    journal: Journal,
    grow: Callable[[int], None],
    new_key: SigningKey,
    tmp_path: Path,
) -> None:
    (old_key,) = publication.keys
    grow(3)
    after, both = rotate_log_key(journal, publication, new_key)
    assert both.size == 4
    opened = notes.open_note(both.note.encode(), after.believed)
    assert opened.signed_by(old_key.verifier)
    assert opened.signed_by(new_key.verifier)
    check(after, tmp_path / "at once", old_key)
    grow(2)
    alone = publish(after)
    assert not notes.open_note(alone.note.encode(), after.believed).signed_by(old_key.verifier)
    check(after, tmp_path / "later", old_key)
    third = SigningKey.generate(ORIGIN)
    last, _ = rotate_log_key(journal, after, third)
    grow(1)
    publish(last)
    check(last, tmp_path / "twice", old_key)
    with pytest.raises(Unfit, match=r"key_not_handed_over|not_signed_by_log_key"):
        check(last, tmp_path / "stranger", third)


def test_a_key_that_the_old_one_did_not_name_is_not_believed(
    publication: Publication,
    journal: Journal,
    grow: Callable[[int], None],
    new_key: SigningKey,
    tmp_path: Path,
) -> None:
    (old_key,) = publication.keys
    grow(3)
    publish(publication)
    grow(1)
    publish(replace(publication, keys=(new_key,), past=(old_key.verifier,)))
    with pytest.raises(Unfit, match="not_signed_by_log_key: checkpoint of size 4"):
        check(publication, tmp_path / "download", old_key)


def test_a_handover_that_only_the_new_key_signed_is_refused(
    publication: Publication,
    journal: Journal,
    grow: Callable[[int], None],
    new_key: SigningKey,
    tmp_path: Path,
) -> None:
    (old_key,) = publication.keys
    grow(1)
    after, both = rotate_log_key(journal, publication, new_key)
    grow(1)
    publish(after)
    with Session(publication.engine) as session:
        export(
            session,
            publication.tiles,
            tmp_path / "download",
            disclosure=ROWS,
            reached=lambda *_: False,
            keys={},
        )
    for path in (tmp_path / "download" / "checkpoints").iterdir():
        if path.read_text() == both.note:
            path.write_bytes(notes.sign(both.text, new_key))
    with pytest.raises(Unfit, match=r"key_not_handed_over|not_signed_by_log_key"):
        check_log(tmp_path / "download", Key.read(old_key.verifier.encode()))


def test_a_crash_before_the_checkpoint_of_both_is_made_good(
    publication: Publication,
    journal: Journal,
    grow: Callable[[int], None],
    new_key: SigningKey,
    tmp_path: Path,
) -> None:
    (old_key,) = publication.keys
    grow(2)
    from_size = _record(journal, publication, new_key, system_actor("keys"))
    assert from_size == 3
    grow(4)
    after, both = publish_handover(publication, new_key, from_size)
    assert both.size == 3
    assert publish(after).size == 7
    check(after, tmp_path / "download", old_key)


def test_the_retired_key_signs_nothing_new_that_is_adopted_as_ours_only_by_choice(
    publication: Publication,
    journal: Journal,
    grow: Callable[[int], None],
    new_key: SigningKey,
) -> None:
    grow(1)
    after, both = rotate_log_key(journal, publication, new_key)
    forgetful = replace(after, past=())
    assert adopt(forgetful, both.note) == both
    old_only = notes.sign(both.text, *publication.keys).decode()
    with pytest.raises(Refused):
        adopt(forgetful, old_only)
