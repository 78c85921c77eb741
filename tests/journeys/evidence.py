"""What an outsider holds at the end of a journey: the downloaded log, receipts, the verifier."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.jobs import timekeeping
from bidding.envelopes.models import BidAct
from journal import logs
from journal.audit import audit
from journal.disclose import Reached
from journal.export import export, receipt_file
from journal.models import EntryRow
from kernel.vocabulary import Action
from procurement.disclosure import DISCLOSURE
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]


def everything_reached(_tender: str | None, _moment: str) -> bool:
    """All moments have come: the purchase is over."""
    return True


def nothing_reached(_tender: str | None, _moment: str) -> bool:
    """No moment has come but `at once`: the strictest download there is."""
    return False


@dataclass(frozen=True)
class Evidence:
    """Files on an outsider's disk, and what the verifier says about them."""

    log: Path
    receipts: tuple[Path, ...]
    keys: tuple[str, ...]

    def judged(self, *more: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the stand-alone verifier in a process of its own, as an outsider does."""
        return subprocess.run(
            [sys.executable, "-m", "journal.verify", self.log, *self.receipts, *self.keys, *more],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def gather(world: World, folder: Path, *, reached: Reached = everything_reached) -> Evidence:
    """Download the log, and take every receipt from its holder, with its proof."""
    installation = world.installation
    timekeeping.publish_record(installation)
    log = folder / "log"
    with Session(installation.engine) as session:
        export(
            session,
            installation.publication.tiles,
            log,
            disclosure=DISCLOSURE,
            reached=reached,
            keys={
                "log.vkey": installation.keys.log_vkey,
                "receipt.vkey": installation.keys.receipt_vkey,
            },
        )
        receipts = tuple(_receipts(session, folder))
    keys = (
        *("--key", installation.keys.log_vkey.encode()),
        *("--receipt-key", installation.keys.receipt_vkey.encode()),
    )
    return Evidence(log, receipts, keys)


def _receipts(session: Session, folder: Path) -> Iterable[Path]:
    for act in session.scalars(select(BidAct).order_by(BidAct.accepted_at)):
        path = folder / f"{act.bidder}-{act.seq}-{act.id[-4:]}.json"
        proof = logs.inclusion(session, act.entry_id)
        held = receipt_file(act.receipt, act.receipt_note, proof)
        path.write_text(json.dumps(held), encoding="utf-8")
        yield path


def recorded(world: World) -> dict[Action, int]:
    """How many entries there are of each verb."""
    counted = select(EntryRow.action, func.count()).group_by(EntryRow.action)
    with world.installation.journal.read() as work:
        return {Action(action): count for action, count in work.session.execute(counted)}


def holds(world: World, folder: Path, *, reached: Reached = everything_reached) -> Evidence:
    """From inside and from outside the whole record must fit; returns what was downloaded."""
    evidence = gather(world, folder, reached=reached)
    with world.installation.journal.read() as work:
        assert audit(work.session, work.origin) == []
    done = evidence.judged()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("FITS\n")
    return evidence


def spoil_and_see(path: Path, evidence: Evidence) -> None:
    """Change one byte in the middle of a file: the verifier says no, and yes once it is back."""
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert evidence.judged().returncode == 1
    path.write_bytes(whole)
    assert evidence.judged().returncode == 0
