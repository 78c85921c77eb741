"""A supplier and a key holder who trust nothing but `sunlit-bid`, over HTTP on this machine.

The server is the whole application behind a real socket; the two of them have their key file,
the trust anchors of the authority's letter, and the log's key from a newspaper.
"""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from app.jobs import timekeeping
from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from app.surfaces import application
from journal.export import receipt_file
from kernel.money import Money
from kernel.vocabulary import Part
from signatures.sealed.statements import PARTS
from signatures.tool.cli import main
from tests.journeys.evidence import gather, holds
from tests.world import CLOSES_AT, PASSWORD, PUBLISHED_AT, World

SECRETS = {
    "SUNLIT_BID_P12_PASSWORD": "p12",
    "SUNLIT_BID_KEYS_PASSPHRASE": "a long passphrase of one's own",
    "SUNLIT_BID_PASSWORD": PASSWORD,
}


@contextmanager
def served(world: World) -> Iterator[str]:
    """The installation behind a socket of this machine; its address."""
    server = make_server("127.0.0.1", 0, application(world.installation), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Computer:
    """Somebody's own computer."""

    world: World
    address: str
    folder: Path
    player: Player

    def does(self, *arguments: object) -> str:
        """Run a command that must succeed; what it prints."""
        done = self._run(*arguments)
        assert done[0] == 0, done[1]
        return done[1]

    def is_refused(self, code: str, *arguments: object) -> None:
        """Run a command that must end with this code."""
        done = self._run(*arguments)
        assert done[0] == 1, done[1]
        assert code in done[1]

    def _run(self, *arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(
            main,
            [str(each) for each in arguments],
            obj={"clock": self.world.clock},
            env=SECRETS,
            catch_exceptions=False,
        )
        return done.exit_code, done.output

    @property
    def signed(self) -> tuple[object, ...]:
        """The person's key file."""
        path = self.folder / "me.p12"
        if not path.exists():
            path.write_bytes(self.player.signer.to_p12(SECRETS["SUNLIT_BID_P12_PASSWORD"]))
        return ("--p12", path)

    @property
    def online(self) -> tuple[object, ...]:
        """Where the server is, and who asks."""
        return ("--server", self.address, "--account", self.player.login)

    @property
    def trusted(self) -> tuple[object, ...]:
        """Trust anchors, and the public log over HTTP under its printed key."""
        trust = self.folder / "trust"
        if not trust.exists():
            trust.mkdir()
            self.world.pki.trust().to_directory(trust)
        timekeeping.publish_record(self.world.installation)
        key = self.world.installation.keys.log_vkey.encode()
        return ("--trust", trust, "--log", f"{self.address}/log", "--log-key", key)


def computer(world: World, address: str, folder: Path, player: Player) -> Computer:
    """A folder of the person's own."""
    home = folder / player.login
    home.mkdir()
    return Computer(world, address, home, player)


def offer(at: Computer, total: str) -> tuple[object, ...]:
    """What a bid says: a folder of the offer, and the price that will be read out."""
    technical = at.folder / "technical"
    technical.mkdir(exist_ok=True)
    (technical / "技术方案.pdf").write_bytes(b"%PDF-1.7 how we do it")
    return ("--technical", technical, "--total", total, "--delivery", "合同签订后30日内")


def make_keys(holder: Computer, play: Play) -> Path:
    """The holder makes keys at home; only signed statements about them reach the server."""
    world = holder.world
    said = holder.does("keys", "place", *holder.online, "--tender", play.tender)
    told = dict(line.split(maxsplit=1) for line in said.splitlines()[:2])
    [index] = {line.split("index ")[1][0] for line in said.splitlines()[2:]}
    assert told["origin"] == world.installation.journal.origin
    home = holder.folder / "keys"
    parts = ("--part", "technical", "--part", "price")
    place = ("--origin", told["origin"], "--tender", play.tender)
    holder.does(*("keys", "make", *place, "--index", index, *parts, "--out", home, *holder.signed))
    keys = home / "keys.age"
    holder.does(
        *("keys", "possession", "--keys", keys, "--checkpoint", told["checkpoint"]),
        *("--out", home, *holder.signed),
    )
    sent = holder.does("keys", "register", *holder.online, home)
    assert sent.split() == [
        f"{name}-{part}" for name in ("holder", "possession") for part in sorted(PARTS)
    ]
    assert "no key yet" not in holder.does(
        *("keys", "place", *holder.online, "--tender", play.tender)
    )
    return keys


def bids_twice(supplier: Computer, play: Play) -> Path:
    """Look at the committee, seal, send, check the receipt; then replace it. The last folder."""
    package = supplier.folder / "package.json"
    supplier.does(
        *("committee", "fetch", "--server", supplier.address),
        *("--tender", play.tender, "--out", package),
    )
    known = ("--package", package, *supplier.trusted)
    shown = supplier.does("committee", "check", *known)
    assert "NOT CHECKED" not in shown
    fingerprint = shown.splitlines()[0].removeprefix("fingerprint  ")
    seal = (
        *("seal", *known, "--lot", play.lots[0], "--fingerprint", fingerprint),
        *("--bidder", supplier.player.firm.identifier, *supplier.signed),
    )
    refused_before_it_is_sealed(supplier, seal)
    first, second = supplier.folder / "first", supplier.folder / "second"
    supplier.does(*seal, *offer(supplier, "990000.00"), "--out", first)
    supplier.does("submit", *supplier.online, first)
    supplier.does(*seal, *offer(supplier, "970000.00"), "--after", first, "--out", second)
    supplier.does("submit", *supplier.online, second)
    # A connection that broke: the same folder sent again gets the same receipt.
    receipt = (second / "receipt.json").read_bytes()
    supplier.does("submit", *supplier.online, second)
    assert (second / "receipt.json").read_bytes() == receipt
    keys = supplier.world.installation.keys
    seal_trust = _made(supplier.folder / "seal-trust")
    keys.seal_trust().to_directory(seal_trust)
    key = ("--receipt-key", keys.receipt_vkey.encode(), "--trust", seal_trust)
    assert "NOT CHECKED" not in supplier.does("receipt", "check", second, *key)
    return second


def refused_before_it_is_sealed(supplier: Computer, seal: tuple[object, ...]) -> None:
    """A read-out that the opening could not read: refused while it can still be mended."""
    price = _made(supplier.folder / "price")
    offered = (*seal, "--technical", price, "--price", price, "--out", supplier.folder / "no")
    supplier.is_refused("readout_missing", *offered)
    for wrong in (
        b'{"total":"970000.00","currency":"CNY","delivery":""}',
        b'{"currency":"USD","delivery":"","price":"9.00","type":"sunlit/readout/v1"}',
    ):
        (price / "readout.json").write_bytes(wrong)
        supplier.is_refused("readout_malformed", *offered)
    (price / "readout.json").write_bytes(
        b'{"currency":"CNY","delivery":"","price":"9.00","type":"sunlit/readout/v1"}'
    )
    supplier.is_refused("readout_given_twice", *offered, "--total", "9.00")


def releases(holder: Computer, play: Play, keys: Path) -> None:
    """Nothing before its time; then both parts, each checked whole before a box is opened."""
    asked = (
        *(*holder.online, "--tender", play.tender, "--lot", play.lots[0], "--keys", keys),
        # The development authority is the operator's own and is no outside evidence.
        "--without-outside-evidence",
    )
    price = ("release", *asked, "--part", "price", *holder.signed)
    holder.is_refused("objection_time_runs", *price, *holder.trusted)
    holder.world.clock.advance(timedelta(minutes=31))
    for part in Part:
        opened = holder.does("boxes", "open", *asked, *holder.trusted, "--part", part)
        assert opened.count("a share") == 3
        holder.does("release", *asked, *holder.trusted, "--part", part, *holder.signed)
    holder.is_refused("released_already", *price, *holder.trusted)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where the world's installation is served."""
    with served(world) as at:
        yield at


def test_sealed_and_opened_from_home(world: World, address: str, tmp_path: Path) -> None:
    play = world.play()
    play.plan()
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    at_home, absent, comes = play.staff.holders
    holder = computer(world, address, tmp_path, at_home)
    keys = make_keys(holder, play)
    play.make_keys(holders=[absent, comes])
    play.set_committee()
    play.publish()

    world.clock.advance(timedelta(days=1))
    [lot] = play.lots
    supplier = computer(world, address, tmp_path, world.supplier(1))
    sent = bids_twice(supplier, play)
    for number, price in ((2, "1050000.00"), (3, "1100000.00")):
        play.bid(world.supplier(number), lot, Money.parse(price, "CNY"))
    world.clock.set(CLOSES_AT)
    timekeeping.keep_time(world.installation)

    releases(holder, play, keys)
    play.release(lot, holders=[comes])
    play.open(lot)
    judging = Judging(play, lot)
    # Three bids: what was replaced was never opened.
    assert len(play.opened(lot)) == 3
    judging.qualify()
    play.bidders.setdefault(lot, {})[supplier.player.firm.id] = supplier.player
    judging.evaluate()
    judging.award()
    assert judging.awarded() == (supplier.player.firm.identifier, "970000.00")

    # The receipt that the tool kept is the one the record holds, and it fits the closed tree.
    evidence = holds(world, _made(tmp_path / "evidence"))
    kept = json.loads((sent / "receipt.json").read_text("utf-8"))
    held = [json.loads(path.read_text("utf-8"))["receipt"] for path in evidence.receipts]
    assert receipt_file(_bytes(kept["receipt"]), kept["note"].encode())["receipt"] in held
    assert gather(world, _made(tmp_path / "again")).judged().returncode == 0


def _bytes(encoded: str) -> bytes:
    return b64decode(encoded)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
