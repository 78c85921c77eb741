"""The operator rewrites what was recorded: how far he goes, and who names what he did."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.database import engine_for
from app.jobs import timekeeping
from app.rehearsal.play import Play
from journal import export, logs
from journal.entries import commitment, field_digest
from journal.models import EntryField
from journal.tiles import TileFolder
from kernel.money import Money
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Action, TenderStage
from signatures.merkle import leaf_hash
from tests.attacks.operator import Operator, verified
from tests.world import World
from tests.worlds import rewire

PRICE = Money.parse("980000.00", "CNY")


@pytest.fixture
def play(world: World) -> Play:
    """A published tender with a bid; the log is signed, and more was recorded behind it."""
    return world.tender(bids=1)


def altered(operator: Operator, play: Play) -> tuple[str, int]:
    """The closing time in the published notice, moved by a day; the entry and its position.

    He keeps the digest of the field in step, as the constraint of the table demands.
    """
    row = operator.first(
        "SELECT e.id, p.position, f.salt, f.value FROM entry e JOIN entry_field f ON f.entry = e.id"
        " JOIN entry_position p ON p.entry = e.id"
        " WHERE e.action = :act AND e.object = :tender AND f.name = 'body.closes_at'",
        act=str(Action.PUBLISH_TENDER),
        tender=play.tender,
    )
    value = row.value.replace("2026-04-28", "2026-04-29")
    assert value != row.value
    changed = operator.sql(
        "UPDATE entry_field SET value = :value, digest = :digest"
        " WHERE entry = :entry AND name = 'body.closes_at'",
        value=value,
        digest=field_digest(bytes(row.salt), value.encode()),
        entry=row.id,
    )
    assert changed == 1
    return row.id, row.position


def recommitted(operator: Operator, play: Play, entry: str) -> None:
    """He also puts the commitment and the leaf in step with the altered field."""
    with play.installation.journal.read() as work:
        fields = work.session.query(EntryField).filter_by(entry=entry).all()
        made = commitment(work.origin, entry, {each.name: each.digest for each in fields})
    operator.sql(
        "UPDATE entry SET commitment = :made, leaf = :made, leaf_hash = :hash WHERE id = :entry",
        made=made,
        hash=leaf_hash(made),
        entry=entry,
    )


def retiled(play: Play) -> None:
    """He also writes the tiles anew, from the altered rows."""
    tiles = play.installation.publication.tiles.root
    shutil.rmtree(tiles / "tile")
    with play.installation.journal.read() as work:
        TileFolder(tiles).append(0, logs.leaves(work.session, logs.PUBLIC))


def resigned(operator: Operator, world: World) -> None:
    """He also forgets every checkpoint and signs the altered log with the server's own key."""
    publication = world.installation.publication
    operator.sql("DELETE FROM checkpoint")
    publication.memory.unlink()
    publication.published.unlink()
    shutil.rmtree(publication.tiles.root / "tile")
    timekeeping.publish_record(world.installation)


def test_untouched_everything_fits(play: Play, operator: Operator, tmp_path: Path) -> None:
    assert verified(operator.publishes(tmp_path / "log")) == []
    assert operator.faults() == []


def test_an_altered_field_is_named(play: Play, operator: Operator, tmp_path: Path) -> None:
    entry, position = altered(operator, play)
    assert verified(operator.publishes(tmp_path / "log")) == [
        f"entry_wrong: entry {entry} at position {position}: it is not what the log holds there"
    ]
    assert [(each.code, each.where) for each in operator.faults()] == [("commitment_wrong", entry)]


def test_an_altered_value_whose_digest_stays_is_named(
    play: Play, operator: Operator, tmp_path: Path
) -> None:
    operator.sql("ALTER TABLE entry_field DROP CONSTRAINT ck_entry_field_digest_of_value")
    changed = operator.sql(
        "UPDATE entry_field SET value = '\"2026-04-29T01:30:00.000Z\"' WHERE name ="
        " 'body.closes_at' AND entry = (SELECT id FROM entry WHERE action = :act)",
        act=str(Action.PUBLISH_TENDER),
    )
    assert changed == 1
    (problem,) = verified(operator.publishes(tmp_path / "log"))
    assert problem.startswith("field_wrong: entry ent_")
    assert [each.code for each in operator.faults()] == ["field_wrong"]


def test_with_the_leaf_in_step_it_is_named_by_the_published_tiles(
    play: Play, operator: Operator, tmp_path: Path
) -> None:
    entry, position = altered(operator, play)
    recommitted(operator, play, entry)
    (problem,) = verified(operator.publishes(tmp_path / "log"))
    assert problem.startswith(f"entry_wrong: entry {entry} at position {position}")
    assert "root_wrong" in {each.code for each in operator.faults()}


def test_with_the_tiles_in_step_it_is_named_by_the_signed_root(
    play: Play, operator: Operator, tmp_path: Path
) -> None:
    entry, position = altered(operator, play)
    recommitted(operator, play, entry)
    retiled(play)
    (problem,) = verified(operator.publishes(tmp_path / "log"))
    assert problem.startswith("root_wrong: an entry at positions ")
    first, last = _range(problem)
    assert first <= position <= last
    # And the server itself signs nothing more.
    _record_something(play)
    with pytest.raises(Refused) as error:
        timekeeping.publish_record(play.installation)
    assert error.value.refusal.code == "log_forked"


def test_with_all_signed_anew_it_is_named_by_whoever_holds_an_old_checkpoint(
    play: Play, operator: Operator, world: World, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    held.write_bytes(world.installation.publication.published.read_bytes())
    entry, position = altered(operator, play)
    recommitted(operator, play, entry)
    _record_something(play)
    resigned(operator, world)
    folder = operator.publishes(tmp_path / "log")
    assert verified(folder) == []  # alone, it is a good log: it takes somebody who remembers
    (problem,) = verified(folder, checkpoints=[held])
    first, last = _range(problem)
    assert first <= position <= last


def test_with_all_signed_anew_it_is_named_by_a_bidders_receipt(
    play: Play, operator: Operator, world: World, tmp_path: Path
) -> None:
    given = play.bid(world.supplier(2), play.lots[0], PRICE)
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(export.receipt_file(given.receipt, given.note)), "utf-8")
    assert verified(operator.publishes(tmp_path / "before"), receipt) == []
    entry, _ = altered(operator, play)
    recommitted(operator, play, entry)
    resigned(operator, world)
    (problem,) = verified(operator.publishes(tmp_path / "after"), receipt)
    assert problem.startswith("receipt_names_unknown_checkpoint: receipt receipt.json")


@pytest.mark.parametrize("hide", [False, True], ids=["a gap", "closed up"])
def test_a_dropped_entry_is_named(
    play: Play, operator: Operator, tmp_path: Path, hide: bool
) -> None:
    row = operator.first(
        "SELECT p.entry, p.position FROM entry_position p JOIN entry e ON e.id = p.entry"
        " WHERE e.action = :act AND p.log = 'public'",
        act=str(Action.APPROVE_TENDER),
    )
    operator.sql(
        "DELETE FROM entry_field WHERE entry = :entry",
        "DELETE FROM entry_position WHERE entry = :entry",
        "DELETE FROM entry WHERE id = :entry",
        entry=row.entry,
    )
    if hide:
        operator.closes_up(logs.PUBLIC, row.position)
    (problem,) = verified(operator.publishes(tmp_path / "log"))
    assert f"position {row.position}" in problem
    assert problem.split(":")[0] == ("entry_wrong" if hide else "entry_missing")


def test_two_entries_in_each_others_place_are_named(
    play: Play, operator: Operator, tmp_path: Path
) -> None:
    operator.sql(
        "UPDATE entry_position SET position = 999 WHERE log = 'public' AND position = 5",
        "UPDATE entry_position SET position = 5 WHERE log = 'public' AND position = 6",
        "UPDATE entry_position SET position = 6 WHERE log = 'public' AND position = 999",
    )
    (problem,) = verified(operator.publishes(tmp_path / "log"))
    assert problem.startswith("entry_wrong")
    assert "at position 5" in problem


def test_the_database_itself_refuses_a_hurried_hand(play: Play) -> None:
    for statement in ("UPDATE entry SET object = 'x'", "DELETE FROM entry_field"):
        engine = play.installation.engine
        with pytest.raises(Exception, match="insert-only"), engine.begin() as connection:
            connection.execute(text(statement))


# A restored backup


@pytest.fixture
def backup(engine: Engine, template: tuple[Engine, str]) -> Iterator[Callable[[], Engine]]:
    """Copies the database as it is now; the copy is what a restore will bring back."""
    server, _ = template
    name = str(engine.url.database)
    made: list[Engine] = []

    def copy() -> Engine:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}_old TEMPLATE {name}"))
        made.append(engine_for(engine.url.set(database=f"{name}_old")))
        return made[0]

    yield copy
    for each in made:
        each.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}_old WITH (FORCE)"))


@pytest.mark.parametrize("grown", [False, True], ids=["shorter", "grown anew"])
def test_after_a_restored_backup_the_log_refuses_to_sign(
    world: World, backup: Callable[[], Engine], grown: bool
) -> None:
    play = world.tender(stage=TenderStage.APPROVED)
    timekeeping.publish_record(world.installation)
    old = backup()
    play.publish()
    play.bid(world.supplier(1), play.lots[0], PRICE)
    signed = timekeeping.publish_record(world.installation)
    rewire(world, engine=old)
    if grown:
        for number in range(2, 2 + signed.size):  # longer than what was signed
            world.cast.firm(f"9161000000000000{number:02d}", _name(number))
    with pytest.raises(Refused) as error:
        timekeeping.publish_record(world.installation)
    assert error.value.refusal.code == ("log_forked" if grown else "log_shrank")
    published = world.installation.publication.published.read_text("utf-8")
    assert published == signed.note  # nothing was taken back


def test_a_server_that_forgot_what_it_signed_does_not_sign(play: Play, world: World) -> None:
    world.installation.publication.memory.unlink()
    _record_something(play)
    with pytest.raises(Refused) as error:
        timekeeping.publish_record(world.installation)
    assert error.value.refusal.code == "memory_lost"


def _range(problem: str) -> tuple[int, int]:
    words = problem.split("positions ")[1].split(":")[0].split(" to ")
    return int(words[0]), int(words[1])


def _record_something(play: Play) -> None:
    play.cast.firm("916100000000000099", _name(99))


def _name(number: int) -> Text:
    return Text(f"某公司{number}", f"Some firm {number}")
