"""Somebody who sees everything public tries to learn how many bids there are before the closing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine

from app.jobs import timekeeping
from app.rehearsal.play import Play
from bidding.envelopes import queries
from journal import logs
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, Role
from signatures.sealed import receipts
from signatures.timestamps import verify_token
from tests.attacks.operator import Operator
from tests.world import CLOSES_AT, PUBLISHED_AT, World
from tests.worlds import database_of

COUNTS = (0, 1, 7)
FIRMS = 7
# Hours, then the last hour by minutes, to the last moment before the closing.
TICKS = (
    *(timedelta(hours=hours) for hours in (50, 49, 48, 2, 1)),
    *(timedelta(minutes=minutes) for minutes in (59, 58, 30, 2, 1)),
)


@dataclass
class Seen:
    """A world with some number of bids, and the folder that the public downloads."""

    world: World
    play: Play
    folder: Path
    receipts: list[bytes]

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What is shown of each entry, line by line."""
        return [
            json.loads(line)
            for path in sorted(self.folder.glob("entries/**/*.jsonl"))
            for line in path.read_text("utf-8").splitlines()
        ]


@pytest.fixture(scope="module")
def seen(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Seen]:
    """The same purchase at the same times, with no bid, one bid and seven."""
    found = {}
    for count in COUNTS:
        with database_of(template, postgres) as engine:
            found[count] = _watched(World(engine, tmp_path_factory.mktemp("world")), count)
    return found


def _watched(world: World, count: int) -> Seen:
    suppliers = []
    for number in range(FIRMS):
        firm = world.cast.firm(f"9161000000COUNT{number:03d}", Text(f"甲{number}", f"A {number}"))
        suppliers.append(
            world.cast.player(f"count{number}", f"人{number}", firm, [(Role.SUPPLIER, firm)])
        )
    play = world.tender()
    given = []
    for number, supplier in enumerate(suppliers[:count]):
        world.clock.set(PUBLISHED_AT + timedelta(days=2, hours=number))
        price = Money.parse(f"{900000 + number}.00", "CNY")
        given.append(play.bid(supplier, play.lots[0], price).receipt)
    for before in TICKS:
        world.clock.set(CLOSES_AT - before)
        timekeeping.keep_time(world.installation)
    folder = Operator(world).publishes(world.installation.settings.var / "public")
    tokens = []
    with world.installation.journal.read() as work:
        for row in queries.acts_of_lot(work.session, play.lots[0]):
            assert row.token is not None
            tokens.append(row.token)
            assert logs.place_of(work.session, row.entry_id) is not None
    for token in tokens:
        serial = verify_token(token, bytes(32), world.pki.trust(), world.clock.now()).serial_number
        assert serial is not None
        assert serial.bit_length() > 64  # random: it counts nothing
    return Seen(world, play, folder, given)


def test_the_public_log_has_the_same_entries_at_the_same_places(seen: dict[int, Seen]) -> None:
    shapes = [
        [
            (
                entry["position"],
                sorted(entry.get("fields", {})),
                _shown(entry, "act"),
                _shown(entry, "instant"),
            )
            for entry in each.entries
        ]
        for each in seen.values()
    ]
    assert shapes[0] == shapes[1] == shapes[2]
    acts = {act for _, _, act, _ in shapes[0]}
    assert str(Action.SEAL_HEADS) in acts
    assert not acts & {str(Action.SUBMIT_BID), str(Action.REPLACE_BID), str(Action.REFUSE_BID)}


def _shown(entry: dict[str, Any], name: str) -> Any:
    return entry.get("fields", {}).get(name, {}).get("value")


def test_the_published_files_have_the_same_names_and_sizes(seen: dict[int, Seen]) -> None:
    def sizes(each: Seen) -> dict[str, int]:
        return {
            str(path.relative_to(each.folder)): path.stat().st_size
            for path in each.folder.rglob("*")
            if path.is_file()
        }

    none, one, seven = (sizes(each) for each in seen.values())
    assert none == one == seven
    assert any(name.startswith("checkpoints/") for name in none)  # one a timer's tick, no more


def test_a_head_looks_the_same_whatever_is_below_it(seen: dict[int, Seen]) -> None:
    for each in seen.values():
        heads = [entry for entry in each.entries if _shown(entry, "act") == Action.SEAL_HEADS]
        assert len(heads) == len(TICKS)
        commitments = [_shown(entry, "body.acts") for entry in heads]
        assert len(set(commitments)) == len(TICKS)  # a fresh blind each, also where nothing grew
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", found) for found in commitments)
        assert {tuple(sorted(entry["fields"])) for entry in heads} == {
            (
                "act",
                "actor",
                "address",
                "body.acts",
                "body.proceedings",
                "instant",
                "object",
                "result",
                "tender",
            )
        }


def test_an_id_says_no_number_and_no_order(seen: dict[int, Seen]) -> None:
    for each in seen.values():
        ids = [entry["id"] for entry in each.entries if "id" in entry]
        assert all(re.fullmatch("ent_[a-z2-7]{26}", id) for id in ids)
        assert len(set(ids)) == len(ids)
        assert ids != sorted(ids)
        # A key and not three letters anywhere: a random id may hold these too.
        assert '"seq' not in json.dumps(each.entries)


def test_a_receipt_tells_its_holder_nothing_of_the_others(seen: dict[int, Seen]) -> None:
    """The first bidder's receipt has the same fields and lengths whether he is one or of seven."""
    alone, among = seen[1].receipts[0], seen[7].receipts[0]
    shapes = [
        {
            key: len(value) if isinstance(value, str) else value
            for key, value in receipts.read_receipt(raw).items()
        }
        for raw in (alone, among)
    ]
    assert shapes[0] == shapes[1]
    assert not {"size", "position", "number", "seq"} & set(shapes[0])
    last = receipts.read_receipt(seen[7].receipts[-1])
    first = receipts.read_receipt(seen[7].receipts[0])
    assert last["checkpoint"] == first["checkpoint"]  # no checkpoint was made because of a bid
