"""docs/verifying.md: its commands run against a served installation, its codes are those there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, select
from werkzeug.serving import make_server

from app.api import records
from app.jobs import timekeeping
from app.rehearsal import sealed
from app.rehearsal.play import Play
from app.surfaces import application
from bidding.envelopes import queries as envelopes
from journal import verify
from journal.export import receipt_file
from journal.models import EntryRow
from kernel.money import Money
from kernel.vocabulary import Action
from signatures.tool import folder
from tests.world import CLOSES_AT, PUBLISHED_AT, World
from tests.worlds import database_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "verifying.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def test_every_code_of_the_verifier_is_explained_and_none_besides() -> None:
    source = Path(verify.__file__).read_text(encoding="utf-8")
    there = set(re.findall(r'Unfit\("([a-z_]+)"', source))
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", PAGE, re.M)
    told = [code for row in rows for code in re.findall(r"`([a-z_]+)`", row)]
    assert set(told) == there
    assert len(told) == len(there)


@pytest.fixture(scope="module")
def stranger(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stranger]:
    """Somebody with a terminal, a served installation, and a bid of theirs in a closed tender."""
    home = tmp_path_factory.mktemp("stranger")
    with database_of(template, postgres) as engine:
        world = World(engine, tmp_path_factory.mktemp("world"))
        play = _closed_tender(world, home)
        server = make_server("127.0.0.1", 0, application(world.installation), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Stranger(world, play, home, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class Stranger:
    """Runs the commands of the page in a folder of their own."""

    def __init__(self, world: World, play: Play, home: Path, site: str) -> None:
        self.home = home
        keys = world.installation.keys
        (home / "log-key.txt").write_text(keys.log_vkey.encode() + "\n")
        (home / "receipt-key.txt").write_text(keys.receipt_vkey.encode() + "\n")
        (home / "root.pem").write_bytes(world.pki.root.certificate.pem())
        with world.installation.journal.read() as work:
            published = select(EntryRow.id).where(EntryRow.action == str(Action.PUBLISH_TENDER))
            entry = work.session.scalars(published).one()
        self._says: Mapping[str, str] = {
            "SITE": site,
            "ENTRY": entry,
            "TENDER": play.tender,
            "SIGNED_AT": str(int(PUBLISHED_AT.timestamp())),
        }

    def runs(self, block: str) -> subprocess.CompletedProcess[str]:
        """Run a block as it stands on the page."""
        mine = Path(sys.executable).parent
        # The page's `python3` is the one with the packages, and its curl asks no proxy.
        (self.home / "bin").mkdir(exist_ok=True)
        python = self.home / "bin" / "python3"
        if not python.exists():
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            python.chmod(0o755)
        path = f"{self.home / 'bin'}:{mine}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self.home,
            env={**self._says, "PATH": path, "LANG": "C.UTF-8", "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
        )


def _closed_tender(world: World, home: Path) -> Play:
    """A closed tender with three bids; the last bidder's folder is what the offline tool keeps."""
    play = world.tender(bids=2)
    bidder, [lot] = world.supplier(3), play.lots
    made = sealed.seal_bid(
        world.installation, bidder, play.tender, lot, Money.parse("990000.00", "CNY")
    )
    receipt = sealed.submit(world.installation, bidder, made.submission)
    (home / "bid").mkdir()
    folder.write_act(home / "bid", made.submission.signed, made.envelopes)
    folder.write_receipt(home / "bid", records.receipt(receipt))
    world.clock.set(CLOSES_AT)
    timekeeping.keep_time(world.installation)
    world.clock.advance(timedelta(minutes=1))
    timekeeping.keep_time(world.installation)
    with world.installation.journal.read() as work:
        row = envelopes.act_by_digest(work.session, receipt.act)
        assert row is not None
        proof = envelopes.proof_of_act(work.session, row)
    held = receipt_file(receipt.receipt, receipt.note, proof)
    (home / "held.json").write_text(json.dumps(held))
    return play


def test_every_command_of_the_page_runs(stranger: Stranger) -> None:
    said = ""
    for block in BLOCKS:
        done = stranger.runs(block)
        assert done.returncode == 0, block + done.stdout + done.stderr
        said += done.stdout
    assert "entries fit" in said
    assert "is in the log that the checkpoint" in said
    assert "leaf 2 of 3 in the tree" in said
    assert "accepted at" in said
    assert said.count("FITS") == len(re.findall(r"python3 verify\.py", "".join(BLOCKS)))


def test_a_changed_byte_is_named(stranger: Stranger) -> None:
    whole, *_ = BLOCKS
    assert stranger.runs(whole).returncode == 0
    check = "python3 verify.py log --key log-key.txt"
    lines = stranger.home / "log" / "entries" / "000.jsonl"
    lines.write_text(lines.read_text(encoding="utf-8").replace("安陵县", "安丘县", 1), "utf-8")
    done = stranger.runs(check)
    assert done.returncode == 1
    assert "DOES NOT FIT  field_wrong: entry ent_" in done.stdout


def test_a_changed_statement_is_not_signed(stranger: Stranger) -> None:
    [signed] = [block for block in BLOCKS if "openssl cms" in block]
    stranger.runs(signed)
    with (stranger.home / "notice.json").open("ab") as notice:
        notice.write(b" ")
    again = signed[signed.index("openssl cms") : signed.index("sha256sum")]
    assert stranger.runs(again).returncode != 0
