"""Witnesses sign growth and nothing else, and their signatures reach the world and stay there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from journal.checkpoints import Checkpoint, Publication, body, publish
from journal.export import export
from journal.tiles import TileFolder
from journal.verify import Key, Unfit, check_log, check_witness
from journal.witness import Answer, Witness, WitnessRefused, attach, read_answer, request
from kernel.clock import FixedClock
from signatures import notes
from signatures.merkle import root
from signatures.notes import KeyKind, NoteProblem, SigningKey
from tests.journal.conftest import ORIGIN, ROWS


@pytest.fixture
def witness_key() -> SigningKey:
    return SigningKey.generate("bar.example", KeyKind.COSIGNATURE)


@pytest.fixture
def witness(publication: Publication, witness_key: SigningKey, tmp_path: Path) -> Witness:
    return Witness(witness_key, [(ORIGIN, publication.keys[0].verifier)], tmp_path / "witness")


def test_growth_is_signed_and_the_signature_reaches_the_world(
    publication: Publication,
    grow: Callable[[int], None],
    witness: Witness,
    witness_key: SigningKey,
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    old = 0
    for count in (3, 300, 1):
        grow(count)
        made = publish(publication)
        answer = witness.add_checkpoint(request(publication.tiles, old, made), clock.now())
        lines = read_answer(answer.status, answer.body)
        cosigned = attach(publication, made, lines, witness_key.verifier)
        old = made.size
    assert publish(publication).text == made.text
    opened = notes.open_note(publication.published.read_bytes(), [witness_key.verifier])
    assert opened.signatures[0].at == clock.now()
    assert publication.published.read_text() == cosigned.note
    with Session(publication.engine) as session:
        export(
            session,
            publication.tiles,
            tmp_path / "download",
            disclosure=ROWS,
            reached=lambda *_: False,
            keys={},
        )
    log = check_log(tmp_path / "download", Key.read(publication.keys[0].verifier.encode()))
    said = check_witness(log, Key.read(witness_key.verifier.encode()))
    assert said == "witness bar.example: signed the checkpoint of size 304"
    stranger = SigningKey.generate("bar.example", KeyKind.COSIGNATURE)
    with pytest.raises(Unfit, match="not_signed_by_witness"):
        check_witness(log, Key.read(stranger.verifier.encode()))


@pytest.fixture
def seen(
    publication: Publication, grow: Callable[[int], None], witness: Witness, clock: FixedClock
) -> Checkpoint:
    """A checkpoint of five entries that the witness has signed."""
    grow(5)
    made = publish(publication)
    answer = witness.add_checkpoint(request(publication.tiles, 0, made), clock.now())
    assert answer.status == HTTPStatus.OK
    return made


def fork(publication: Publication, folder: Path, size: int) -> tuple[TileFolder, Checkpoint]:
    """Another history, signed with the log's own key."""
    tiles = TileFolder(folder)
    tiles.append(0, [bytes([number % 256]) * 32 for number in range(size)])

    text = body(ORIGIN, size, root(tiles.reader(size).node, size))
    note = notes.sign(text, *publication.keys).decode()
    return tiles, Checkpoint(ORIGIN, size, root(tiles.reader(size).node, size), note)


def test_a_rewritten_history_is_not_signed(
    publication: Publication, seen: Checkpoint, witness: Witness, clock: FixedClock, tmp_path: Path
) -> None:
    for size, status in ((9, HTTPStatus.UNPROCESSABLE_ENTITY), (5, HTTPStatus.CONFLICT)):
        tiles, forged = fork(publication, tmp_path / f"fork{size}", size)
        answer = witness.add_checkpoint(request(tiles, 5, forged), clock.now())
        assert answer.status == status
    tiles, forged = fork(publication, tmp_path / "fork", 9)
    assert witness.add_checkpoint(request(tiles, 0, forged), clock.now()) == Answer(
        HTTPStatus.CONFLICT, "5\n"
    )


def test_after_refusing_it_still_follows_the_honest_log(
    publication: Publication,
    seen: Checkpoint,
    witness: Witness,
    clock: FixedClock,
    grow: Callable[[int], None],
    tmp_path: Path,
) -> None:
    tiles, forged = fork(publication, tmp_path / "fork", 9)
    witness.add_checkpoint(request(tiles, 5, forged), clock.now())
    grow(2)
    made = publish(publication)
    again = witness.add_checkpoint(request(publication.tiles, 5, made), clock.now())
    assert again.status == HTTPStatus.OK


def test_what_is_no_request_of_a_known_log_is_refused(
    publication: Publication, seen: Checkpoint, witness: Witness, clock: FixedClock
) -> None:
    stranger = SigningKey.generate(ORIGIN)
    elsewhere = SigningKey.generate("sunlit.example/other")
    for raw, status in (
        (b"", HTTPStatus.BAD_REQUEST),
        (b"old x\n\n" + seen.note.encode(), HTTPStatus.BAD_REQUEST),
        (b"old 05\n\n" + seen.note.encode(), HTTPStatus.BAD_REQUEST),
        (b"old 6\n\n" + seen.note.encode(), HTTPStatus.BAD_REQUEST),
        (b"old 5\n!\n\n" + seen.note.encode(), HTTPStatus.BAD_REQUEST),
        (b"old 5\n\n\xff", HTTPStatus.BAD_REQUEST),
        (b"old 5\n\n" + notes.sign(seen.text, stranger), HTTPStatus.FORBIDDEN),
        (
            b"old 5\n\n" + notes.sign(body("sunlit.example/other", 5, bytes(32)), elsewhere),
            HTTPStatus.NOT_FOUND,
        ),
        (b"old 5\n\n" + seen.note.encode(), HTTPStatus.OK),
    ):
        assert witness.add_checkpoint(raw, clock.now()).status == status


def test_of_two_histories_at_once_one_is_signed(
    publication: Publication, witness: Witness, clock: FixedClock, tmp_path: Path
) -> None:
    answers: list[Answer] = []
    requests = [request(*_swap(fork(publication, tmp_path / str(n), 3 + n))) for n in range(6)]

    def ask(raw: bytes) -> None:
        answers.append(witness.add_checkpoint(raw, clock.now()))

    threads = [threading.Thread(target=ask, args=(raw,)) for raw in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409, 409]


def _swap(made: tuple[TileFolder, Checkpoint]) -> tuple[TileFolder, int, Checkpoint]:
    return made[0], 0, made[1]


def test_answers_and_strangers_lines_are_judged(
    publication: Publication, seen: Checkpoint, witness_key: SigningKey, clock: FixedClock
) -> None:
    with pytest.raises(WitnessRefused) as refused:
        read_answer(409, "7\n")
    assert refused.value.size == 7
    with pytest.raises(WitnessRefused) as refused:
        read_answer(422, "")
    assert refused.value.size is None
    stranger = SigningKey.generate("bar.example", KeyKind.COSIGNATURE)
    before = publication.published.read_bytes()
    line = stranger.signature_line(seen.text, clock.now())
    with pytest.raises(NoteProblem):
        attach(publication, seen, line, witness_key.verifier)
    assert publication.published.read_bytes() == before
