"""The proof of one entry as a file that anybody can check with the log's key alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from journal import logs
from journal.checkpoints import Publication, publish
from journal.disclose import show
from journal.proofs import published_proof
from journal.sequencer import sequence
from journal.verify import Key, Unfit, check_proof
from journal.work import Journal
from kernel.refusal import Refused
from kernel.vocabulary import Audience
from signatures.notes import SigningKey
from tests.journal.conftest import OFFICER, ROWS, BidCast


def proof_file(publication: Publication, position: int) -> str:
    with Session(publication.engine) as session:
        (entry,) = logs.entry_ids(session, logs.PUBLIC, position, position + 1)
        proof = published_proof(session, publication.tiles, entry)
        (shown,) = show(
            session,
            [entry],
            disclosure=ROWS,
            audience=Audience.PUBLIC,
            reached=lambda *_: False,
        )
    assert proof is not None
    return proof.file(shown)


@pytest.fixture
def key(publication: Publication) -> Key:
    return Key.read(publication.keys[0].verifier.encode())


@pytest.mark.parametrize("position", [0, 255, 256, 299])
def test_one_file_and_the_key_are_enough(
    publication: Publication,
    grow: Callable[[int], None],
    key: Key,
    tmp_path: Path,
    position: int,
) -> None:
    grow(300)
    publish(publication)
    path = tmp_path / "entry.tlog-proof"
    path.write_text(proof_file(publication, position))
    said = check_proof(path, key, None)
    assert f"at position {position} is in the log that the checkpoint of size 300 signed" in said


def test_an_altered_field_index_step_or_signer_does_not_pass(
    publication: Publication, grow: Callable[[int], None], key: Key, tmp_path: Path
) -> None:
    grow(5)
    publish(publication)
    good = proof_file(publication, 2)
    path = tmp_path / "entry.tlog-proof"
    extra = good.split("\n")[1].removeprefix("extra ")
    record = json.loads(base64.b64decode(extra))
    record["fields"]["body.title"]["value"] = "另一个公告"
    forged = base64.b64encode(json.dumps(record).encode()).decode()
    for altered, code in (
        (good.replace(extra, forged), "field_wrong"),
        (good.replace("index 2", "index 3"), "entry_not_in_log"),
        (good.replace(good.split("\n")[3], good.split("\n")[4]), "entry_not_in_log"),
        (good.replace("\n5\n", "\n6\n"), "signature_wrong"),
        (good.replace("@v1", "@v2"), "proof_unreadable"),
        ("", "proof_unreadable"),
    ):
        path.write_text(altered)
        with pytest.raises(Unfit) as unfit:
            check_proof(path, key, None)
        assert unfit.value.code == code
    path.write_text(good)
    stranger = Key.read(SigningKey.generate(key.name).verifier.encode())
    with pytest.raises(Unfit, match="not_signed_by_log_key"):
        check_proof(path, stranger, None)


def test_what_is_not_published_yet_has_no_proof_and_what_is_private_none_at_all(
    publication: Publication, journal: Journal, grow: Callable[[int], None]
) -> None:
    grow(1)
    publish(publication)
    grow(1)
    with journal.write() as work:
        act = work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"))
    with Session(publication.engine) as session:
        assert published_proof(session, publication.tiles, act) is None
        (late,) = logs.entry_ids(session, logs.PUBLIC, 1)
        assert published_proof(session, publication.tiles, late) is None
    sequence(journal.engine)
    with Session(publication.engine) as session, pytest.raises(Refused):
        published_proof(session, publication.tiles, act)
