"""The walk in docs/architecture.md is true: what it names exists, runs, and runs in that order."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

import httpx
from click.testing import CliRunner
from sqlalchemy import Engine

from app.jobs import proceeding, timekeeping
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from app.surfaces import application
from bidding.opening import queries as openings
from bidding.opening import services as opening
from kernel.money import Money
from kernel.vocabulary import Part
from procurement.tenders import queries as tenders
from signatures.sealed.readout import ReadOut
from signatures.tool import keyfiles
from signatures.tool.cli import main
from tests.world import CLOSES_AT, PASSWORD, World

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([a-z_/]+\.py):([A-Za-z_.]+)`")
# Said of the rehearsal, which stands for steps that this test takes with the tool.
BESIDE = {("app/rehearsal/sealed.py", "seal_bid")}
PASSPHRASE = "a long passphrase of the holder"
SERVER = ("--server", "https://sunlit.test")

Step = tuple[str, str]


def _walk() -> list[Step]:
    """The functions of the walk in the order of the page."""
    return [step for step in NAMED.findall(PAGE.partition("## A walk")[2]) if step not in BESIDE]


def _defined(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """The functions of a module: `name`, `Class.name`, and functions in functions by their name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield inside + node.name
            yield from _defined(node)
        elif isinstance(node, ast.ClassDef):
            yield from _defined(node, f"{node.name}.")
        else:
            yield from _defined(node, inside)


def test_every_function_that_the_page_names_is_there() -> None:
    named = NAMED.findall(PAGE)
    assert len(named) > 50
    for path, function in named:
        source = (ROOT / path).read_text(encoding="utf-8")
        assert function in set(_defined(ast.parse(source))), f"{path}:{function}"


def test_the_walk_is_what_runs(engine: Engine, tmp_path: Path) -> None:
    world = World(engine, tmp_path)
    play = world.tender(bids=2)
    walk = _walk()
    with _called(set(walk)) as called:
        _one_bid(Desk(world, tmp_path), play)
    ran = iter(called)
    for step in walk:
        assert step in called, f"{step} never ran"
        assert step in ran, f"{step} did not run at this place of the walk"


@contextmanager
def _called(wanted: set[Step]) -> Iterator[list[Step]]:
    """Every call of the wanted functions while the block runs, in order."""
    calls: list[Step] = []
    known: dict[object, Step | None] = {}

    def step_of(frame: FrameType) -> Step | None:
        code = frame.f_code
        if not code.co_filename.startswith(str(ROOT)):
            return None
        name = code.co_qualname.rpartition("<locals>.")[2]
        step = (code.co_filename[len(str(ROOT)) + 1 :], name)
        return step if step in wanted else None

    def note(frame: FrameType, event: str, _: object) -> None:
        if event != "call":
            return
        if frame.f_code not in known:
            known[frame.f_code] = step_of(frame)
        if (step := known[frame.f_code]) is not None:
            calls.append(step)

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


class Desk:
    """A bidder's and the holders' computers, which reach the installation over HTTP."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.home = folder / "desk"
        self.trust = self.home / "trust"
        self.trust.mkdir(parents=True)
        world.pki.trust().to_directory(self.trust)
        self._network = httpx.WSGITransport(app=application(world.installation))

    def does(self, *arguments: object) -> None:
        """Run a command of `sunlit-bid` that must succeed."""
        done = CliRunner().invoke(
            main,
            [str(each) for each in arguments],
            obj={"clock": self.world.clock, "transport": self._network},
            env={
                "SUNLIT_BID_P12_PASSWORD": "p12",
                "SUNLIT_BID_KEYS_PASSPHRASE": PASSPHRASE,
                "SUNLIT_BID_PASSWORD": PASSWORD,
            },
            catch_exceptions=False,
        )
        assert done.exit_code == 0, done.output

    def signed_by(self, player: Player) -> tuple[object, ...]:
        """The option that names a person's key file."""
        path = self.home / f"{player.login}.p12"
        path.write_bytes(player.signer.to_p12("p12"))
        return "--p12", path

    def file(self, folder: str, name: str, content: bytes) -> Path:
        """A folder with one file of a bid."""
        (self.home / folder).mkdir()
        (self.home / folder / name).write_bytes(content)
        return self.home / folder


def _one_bid(desk: Desk, play: Play) -> None:
    """One bid, from the bidder's desk to the signed record of its opening."""
    world, [lot] = desk.world, play.lots
    _seal_and_send(desk, play, lot)
    timekeeping.keep_time(world.installation)
    world.clock.set(CLOSES_AT)
    timekeeping.keep_time(world.installation)
    world.clock.advance(timedelta(minutes=11))
    for holder in play.staff.holders[: play.plot.threshold]:
        _release(desk, play, lot, holder)
    assert proceeding.proceed(world.installation) == [lot]
    _sign_record(play, lot)
    assert len(play.opened(lot)) == 3


def _seal_and_send(desk: Desk, play: Play, lot: str) -> None:
    bidder = desk.world.supplier(3)
    package, bid = desk.home / "package.json", desk.home / "bid"
    desk.does("committee", "fetch", *SERVER, "--tender", play.tender, "--out", package)
    with desk.world.installation.journal.read() as work:
        printed = tenders.committee_package(work.session, play.tender).fingerprint
    readout = ReadOut(Money.parse("990000.00", "CNY")).encode()
    desk.does(
        *("seal", "--package", package, "--trust", desk.trust, "--without-log", "--lot", lot),
        *("--bidder", bidder.firm.identifier, "--fingerprint", printed, "--out", bid),
        *("--technical", desk.file("technical", "offer.txt", b"as specified")),
        *("--price", desk.file("price", "readout.json", readout)),
        *desk.signed_by(bidder),
    )
    desk.does("submit", *SERVER, "--account", bidder.login, bid)


def _release(desk: Desk, play: Play, lot: str, holder: Player) -> None:
    installation = desk.world.installation
    with installation.journal.read() as work:
        index = sealed.index_of(work.session, holder, play.tender, Part.PRICE)
    keys = desk.home / f"{holder.login}.age"
    keyfiles.write_part_keys(
        keys,
        PASSPHRASE,
        origin=installation.journal.origin,
        tender=play.tender,
        index=index,
        identities={str(part): holder.identities[play.tender, str(part)] for part in Part},
    )
    for part in Part:
        desk.does(
            *("release", *SERVER, "--account", holder.login, "--trust", desk.trust),
            *("--tender", play.tender, "--lot", lot, "--part", part, "--keys", keys),
            *("--without-outside-evidence", *desk.signed_by(holder)),
        )


def _sign_record(play: Play, lot: str) -> None:
    officer = play.staff.officer
    with play.installation.journal.read() as work:
        record = openings.opening_record(work.session, lot).statement
    examined = play.cast.examined(officer, record)
    with play.installation.journal.write() as work:
        opening.sign_opening_record(work, officer.actor, lot, examined)
