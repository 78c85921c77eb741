"""The stand-alone verifier, run as a citizen would: the file alone, in a folder of its own.

Each attack is made where the operator could make it, in the database with its triggers switched
off, in the published files, or with the log's own key, and the verifier names what does not fit.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _cffi_backend
import cffi
import cryptography
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from journal import logs, verify
from journal.checkpoints import Publication, body, publish
from journal.disclose import erase_fields
from journal.export import export, receipt_file
from journal.heads import seal_heads
from journal.sequencer import sequence
from journal.tiles import TileFolder
from journal.work import Journal
from kernel import canonical
from signatures import notes
from signatures.merkle import root
from signatures.notes import SigningKey
from tests.journal.conftest import OFFICER, ORIGIN, ROWS, BidCast, TenderClosed


def never(tender: str | None, moment: str) -> bool:
    return False


class Citizen:
    """Downloads the log and checks it with a copy of the verifier and nothing else of ours."""

    def __init__(self, folder: Path, publication: Publication) -> None:
        self.home = folder
        self.home.mkdir()
        self.log = folder / "log"
        self._publication = publication
        shutil.copyfile(verify.__file__, folder / "verify.py")
        (folder / "libraries").mkdir()
        for module in (cryptography, cffi, _cffi_backend):
            found = Path(str(module.__file__))
            needed = found.parent if found.name == "__init__.py" else found
            (folder / "libraries" / needed.name).symlink_to(needed)

    def downloads(self) -> None:
        """Fetch the log as it is published now."""
        shutil.rmtree(self.log, ignore_errors=True)
        with Session(self._publication.engine) as session:
            export(
                session,
                self._publication.tiles,
                self.log,
                disclosure=ROWS,
                reached=never,
                keys={"log.vkey": self._publication.keys[0].verifier},
            )

    def checks(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the verifier with an import path that has nothing of ours."""
        return self.runs("verify.py", "log", *arguments)

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python without its site: only the standard library and `cryptography` are there."""
        return subprocess.run(
            [sys.executable, "-S", *arguments],
            cwd=self.home,
            env={"PYTHONPATH": str(self.home / "libraries")},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def citizen(tmp_path: Path, publication: Publication) -> Citizen:
    return Citizen(tmp_path / "citizen", publication)


def attack(publication: Publication, *statements: str) -> None:
    """What the owner of the database can do."""
    with publication.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def entry_at(publication: Publication, position: int) -> str:
    with Session(publication.engine) as session:
        return logs.entry_ids(session, logs.PUBLIC, position, position + 1)[0]


def test_the_verifier_finds_nothing_of_ours_on_its_path(citizen: Citizen) -> None:
    done = citizen.runs("-c", "import journal")
    assert "ModuleNotFoundError" in done.stderr


def test_an_honest_log_fits(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    for count in (3, 4, 300):
        grow(count)
        publish(publication)
    citizen.downloads()
    done = citizen.checks("--key", publication.keys[0].verifier.encode())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "307 entries fit, 307 of them shown, 4 checkpoints" in done.stdout
    assert done.stdout.endswith("FITS\n")
    assert "compare it" in citizen.checks().stdout


def test_an_empty_log_fits(citizen: Citizen, publication: Publication) -> None:
    publish(publication)
    citizen.downloads()
    assert citizen.checks().returncode == 0


def test_a_log_with_erased_and_withheld_fields_fits(
    citizen: Citizen, publication: Publication, journal: Journal, grow: Callable[[int], None]
) -> None:
    grow(2)
    with journal.write() as work:
        erase_fields(work, OFFICER, entry_at(publication, 1), ["actor"], reason="", reached=never)
        seal_heads(work, ["ten_1"])
    sequence(journal.engine)
    publish(publication)
    citizen.downloads()
    done = citizen.checks()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "王芳" not in (citizen.log / "entries/000.jsonl").read_text()


def test_a_row_altered_with_its_digest_is_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(9)
    publish(publication)
    victim = entry_at(publication, 5)
    attack(
        publication,
        "UPDATE entry_field SET value = '\"另一个公告\"', digest = 'sha256:' || encode(sha256("
        "salt || convert_to('\"另一个公告\"', 'UTF8')), 'hex')"
        f" WHERE entry = '{victim}' AND name = 'body.title'",
    )
    citizen.downloads()
    done = citizen.checks()
    assert done.returncode == 1
    assert f"entry_wrong: entry {victim} at position 5" in done.stdout


def test_a_row_altered_without_its_digest_is_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(9)
    publish(publication)
    victim = entry_at(publication, 5)
    attack(
        publication,
        "ALTER TABLE entry_field DROP CONSTRAINT ck_entry_field_digest_of_value",
        f"UPDATE entry_field SET value = '\"x\"' WHERE entry = '{victim}' AND name = 'body.title'",
    )
    citizen.downloads()
    done = citizen.checks()
    assert f"field_wrong: entry {victim} at position 5: body.title" in done.stdout


def test_an_instant_moved_in_a_field_is_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    citizen.downloads()
    alter_record(citizen, 2, lambda record: record["fields"].pop("instant"))
    assert f"entry_wrong: entry {entry_at(publication, 2)}" in citizen.checks().stdout


def test_a_dropped_row_is_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(9)
    publish(publication)
    victim = entry_at(publication, 4)
    attack(publication, f"DELETE FROM entry WHERE id = '{victim}'")
    citizen.downloads()
    assert "entry_missing: position 4" in citizen.checks().stdout


def test_a_dropped_row_whose_place_was_closed_is_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(9)
    publish(publication)
    after = entry_at(publication, 5)
    attack(
        publication,
        "DELETE FROM entry_position WHERE position = 4",
        "UPDATE entry_position SET position = position + 100 WHERE position > 4",
        "UPDATE entry_position SET position = position - 101 WHERE position > 100",
    )
    citizen.downloads()
    assert f"entry_wrong: entry {after} at position 4" in citizen.checks().stdout


def test_the_last_row_dropped_is_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    attack(publication, "DELETE FROM entry_position WHERE position = 2")
    citizen.downloads()
    assert "entry_missing: position 2" in citizen.checks().stdout


def test_swapped_rows_are_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(9)
    publish(publication)
    second = entry_at(publication, 6)
    attack(
        publication,
        "UPDATE entry_position SET position = 100 WHERE position = 3",
        "UPDATE entry_position SET position = 3 WHERE position = 6",
        "UPDATE entry_position SET position = 6 WHERE position = 100",
    )
    citizen.downloads()
    assert f"entry_wrong: entry {second} at position 3" in citizen.checks().stdout


def test_an_inserted_row_is_named(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    citizen.downloads()
    lines = (citizen.log / "entries/000.jsonl").read_text()
    (citizen.log / "entries/000.jsonl").write_text(lines + lines.split("\n")[0] + "\n")
    assert "entry_beyond_the_log: position 3" in citizen.checks().stdout


def test_tiles_rewritten_to_suit_an_altered_row_betray_the_range(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    for count in (3, 4, 2):
        grow(count)
        publish(publication)
    citizen.downloads()
    with Session(publication.engine) as session:
        leaves = logs.leaves(session, logs.PUBLIC)
    record = read_record(citizen, 5)
    del record["fields"]["body.title"]
    leaves[5] = verify.committed(ORIGIN, record["id"], record["fields"])
    write_record(citizen, 5, record)
    shutil.rmtree(citizen.log / "tile")
    TileFolder(citizen.log).append(0, leaves)
    expected = "root_wrong: an entry at positions 3 to 6: not what the checkpoint of size 7 signed"
    assert expected in citizen.checks().stdout


def test_a_rewritten_history_signed_by_the_log_key_is_shown_by_a_checkpoint_from_outside(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None], tmp_path: Path
) -> None:
    """The operator has every key; the citizen kept the checkpoint of last week."""
    grow(3)
    kept = publish(publication)
    (citizen.home / "kept").write_text(kept.note)
    grow(4)
    publish(publication)
    citizen.downloads()
    leaves = [bytes(32)] * 7
    shutil.rmtree(citizen.log / "tile")
    folder = TileFolder(citizen.log)
    folder.append(0, leaves)
    forged = body(ORIGIN, 7, root(folder.reader(7).node, 7))
    note = notes.sign(forged, *publication.keys)
    shutil.rmtree(citizen.log / "checkpoints")
    (citizen.log / "checkpoint").write_bytes(note)
    (citizen.log / "entries/000.jsonl").write_bytes(
        b"".join(
            canonical.encode({"position": n, "commitment": bytes(32).hex()}) + b"\n"
            for n in range(7)
        )
    )
    assert citizen.checks().returncode == 0
    done = citizen.checks("--checkpoint", "kept")
    assert "root_wrong" in done.stdout
    assert "checkpoint of size 3" in done.stdout


def test_a_log_that_shrank_is_shown_by_a_checkpoint_from_outside(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    citizen.downloads()
    grow(1)
    (citizen.home / "kept").write_text(publish(publication).note)
    assert "log_shrank: checkpoint of size 4" in citizen.checks("--checkpoint", "kept").stdout


def test_a_checkpoint_of_a_stranger_is_refused(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    made = publish(publication)
    citizen.downloads()
    stranger = SigningKey.generate(ORIGIN)
    (citizen.log / "checkpoint").write_bytes(notes.sign(made.text, stranger))
    done = citizen.checks("--key", publication.keys[0].verifier.encode())
    assert "not_signed_by_log_key: checkpoint of size 3" in done.stdout
    done = citizen.checks("--key", stranger.verifier.encode())
    assert "not_signed_by_log_key" in done.stdout


def test_an_altered_signature_is_refused(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(3)
    publish(publication)
    citizen.downloads()
    note = (citizen.log / "checkpoint").read_text()
    altered = note.replace(f"{ORIGIN}\n3\n", f"{ORIGIN}\n4\n", 1)
    (citizen.home / "slander").write_text(altered)
    assert "signature_wrong: checkpoint" in citizen.checks("--checkpoint", "slander").stdout
    (citizen.log / "checkpoint").write_text(note.replace(f"{ORIGIN}\n3\n", f"{ORIGIN}\n2\n", 1))
    assert citizen.checks().returncode == 1


@pytest.mark.parametrize(
    "name", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"]
)
@pytest.mark.parametrize("damage", ["altered", "cut", "gone"])
def test_a_damaged_tile_is_named(
    citizen: Citizen,
    publication: Publication,
    grow: Callable[[int], None],
    name: str,
    damage: str,
) -> None:
    grow(300)
    publish(publication)
    citizen.downloads()
    path = citizen.log / name
    raw = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(raw[:-1] if damage == "cut" else raw[:-1] + bytes([raw[-1] ^ 1]))
    done = citizen.checks()
    assert done.returncode == 1
    named = ("leaf_wrong: position", "entry_wrong", f"tile_wrong: {name}")
    assert any(word in done.stdout for word in (*named, f"tile_malformed: {name}")) or (
        damage == "gone" and f"tile_missing: {name}" in done.stdout
    )


def test_two_readings_of_one_line_are_refused(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(1)
    publish(publication)
    citizen.downloads()
    path = citizen.log / "entries/000.jsonl"
    path.write_text('{"position":7,' + path.read_text()[1:])
    assert "entries_unreadable" in citizen.checks().stdout


def test_no_byte_of_a_log_can_be_altered_unseen(
    citizen: Citizen, publication: Publication, grow: Callable[[int], None]
) -> None:
    """Any bit of any file: the verifier says `Unfit`, and neither fits nor falls over."""
    for count in (2, 258):
        grow(count)
        publish(publication)
    citizen.downloads()
    key = verify.Key.read(publication.keys[0].verifier.encode())
    files = sorted(
        path for path in citizen.log.rglob("*") if path.is_file() and path.suffix != ".vkey"
    )
    verify.check_log(citizen.log, key)

    @settings(max_examples=200, deadline=None)
    @given(st.sampled_from(files), st.integers(0), st.integers(0, 7))
    def alter(path: Path, at: int, bit: int) -> None:
        raw = path.read_bytes()
        at %= len(raw)
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :])
        try:
            with pytest.raises(verify.Unfit):
                verify.check_log(citizen.log, key)
        finally:
            path.write_bytes(raw)

    alter()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc."), inner),
        max_leaves=12,
    )
)
def test_its_canonical_form_is_ours(value: Any) -> None:
    try:
        expected = canonical.encode(value)
    except canonical.NotCanonical:
        return
    assert verify.canonical(value) == expected


class Bidder:
    """Holds a receipt and checks it against the log."""

    def __init__(self, citizen: Citizen, publication: Publication) -> None:
        self.key = SigningKey.generate(f"{ORIGIN}/receipt")
        self.publication = publication
        self.citizen = citizen

    def submits(self, journal: Journal, number: int, checkpoint: str) -> tuple[str, bytes]:
        receipt = canonical.encode(
            {
                "type": "sunlit/receipt/v1",
                "origin": ORIGIN,
                "tender": "ten_1",
                "act": f"sha256:{number:064x}",
                "checkpoint": checkpoint,
            }
        )
        with journal.write() as work:
            act = BidCast(object=f"bid_{number}", tender="ten_1")
            return work.record(OFFICER, act, leaf=receipt), receipt

    def note(self, receipt: bytes) -> bytes:
        said = f"sunlit/receipt/v1\n{ORIGIN}\n{canonical.digest(receipt)}\n"
        return notes.sign(said, self.key)

    def keeps(self, held: object) -> None:
        (self.citizen.home / "receipt.json").write_text(json.dumps(held))

    def checks(self) -> str:
        key = self.key.verifier.encode()
        return self.citizen.checks("receipt.json", "--receipt-key", key).stdout


@pytest.fixture
def bidder(citizen: Citizen, publication: Publication) -> Bidder:
    return Bidder(citizen, publication)


def close(journal: Journal) -> None:
    sequence(journal.engine)
    with journal.write() as work:
        head = logs.head(work.session, logs.acts_of("ten_1"))
        work.record(
            OFFICER,
            TenderClosed(object="ten_1", tender="ten_1", size=head.size, root=head.root_digest),
        )
    sequence(journal.engine)


def test_a_receipt_is_found_in_the_tree_that_was_closed(
    bidder: Bidder, journal: Journal, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(2)
    checkpoint = publish(publication).digest
    held = [bidder.submits(journal, number, checkpoint) for number in range(5)]
    entry, receipt = held[3]
    bidder.citizen.downloads()
    bidder.keeps(receipt_file(receipt, bidder.note(receipt)))
    assert "the tender is not closed yet" in bidder.checks()
    close(journal)
    publish(publication)
    bidder.citizen.downloads()
    assert "proof_missing" in bidder.checks()
    with Session(publication.engine) as session:
        proof = logs.inclusion(session, entry)
    bidder.keeps(receipt_file(receipt, bidder.note(receipt), proof))
    assert "leaf 3 of 5 in the tree" in bidder.checks()
    bidder.keeps({"receipt": receipt.decode(), "note": bidder.note(held[2][1]).decode()})
    assert "note_of_another_receipt" in bidder.checks()
    other = held[2][1]
    bidder.keeps(receipt_file(other, bidder.note(other), proof))
    assert "receipt_not_in_closed_tree" in bidder.checks()
    bidder.keeps(receipt_file(receipt, notes.sign("x\n", SigningKey.generate("x")), proof))
    assert "not_signed_by_receipt_key" in bidder.checks()
    bidder.keeps({"receipt": 7})
    assert "receipt_unreadable" in bidder.checks()


def test_a_dropped_bid_has_no_proof_that_fits(
    bidder: Bidder, journal: Journal, publication: Publication, grow: Callable[[int], None]
) -> None:
    """The operator takes the act away before the closing; the bidder holds the receipt."""
    grow(2)
    checkpoint = publish(publication).digest
    held = [bidder.submits(journal, number, checkpoint) for number in range(3)]
    sequence(journal.engine)
    entry, receipt = held[2]
    with Session(publication.engine) as session:
        honest = logs.inclusion(session, entry)
    attack(
        publication,
        f"DELETE FROM entry_position WHERE entry = '{entry}'",
        f"DELETE FROM entry WHERE id = '{entry}'",
    )
    close(journal)
    publish(publication)
    bidder.citizen.downloads()
    bidder.keeps(receipt_file(receipt, bidder.note(receipt), honest))
    assert "receipt_not_in_closed_tree" in bidder.checks()


def test_a_tender_that_was_closed_twice_is_shown(
    bidder: Bidder, journal: Journal, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(1)
    checkpoint = publish(publication).digest
    entry, receipt = bidder.submits(journal, 1, checkpoint)
    close(journal)
    with Session(publication.engine) as session:
        proof = logs.inclusion(session, entry)
    bidder.submits(journal, 2, checkpoint)
    close(journal)
    publish(publication)
    bidder.citizen.downloads()
    bidder.keeps(receipt_file(receipt, bidder.note(receipt), proof))
    assert "tender_closed_twice" in bidder.checks()


def test_a_receipt_that_names_another_history_is_shown(
    bidder: Bidder, journal: Journal, publication: Publication, grow: Callable[[int], None]
) -> None:
    grow(2)
    publish(publication)
    _, receipt = bidder.submits(journal, 1, canonical.digest(b"a checkpoint of another log"))
    bidder.citizen.downloads()
    bidder.keeps(receipt_file(receipt, bidder.note(receipt)))
    assert "receipt_names_unknown_checkpoint" in bidder.checks()


def read_record(citizen: Citizen, position: int) -> dict[str, Any]:
    lines = (citizen.log / "entries/000.jsonl").read_text().split("\n")
    found: dict[str, Any] = json.loads(lines[position])
    return found


def write_record(citizen: Citizen, position: int, record: dict[str, Any]) -> None:
    path = citizen.log / "entries/000.jsonl"
    lines = path.read_text().split("\n")
    lines[position] = canonical.encode(record).decode()
    path.write_text("\n".join(lines))


def alter_record(
    citizen: Citizen, position: int, alter: Callable[[dict[str, Any]], object]
) -> None:
    record = read_record(citizen, position)
    alter(record)
    write_record(citizen, position, record)
