"""What the operator of the machine can do with it: everything but open what is sealed.

He is superuser of the database, reads and writes every file, and holds every key of the server.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.receipts import ReceiptKeys
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import services
from bidding.envelopes.examining import ExaminedSubmission, Submission
from bidding.envelopes.services import Receipt
from journal import verify
from journal.audit import Fault, audit
from journal.export import export
from kernel.vocabulary import Audience
from procurement.disclosure import DISCLOSURE
from tests.world import World


class Operator:
    """The operator of a world, without scruples."""

    def __init__(self, world: World) -> None:
        self.world = world

    def sql(self, *statements: str, **values: Any) -> int:
        """Run SQL with every trigger and foreign key disabled; how many rows the last one hit."""
        hit = 0
        with self.world.installation.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                hit = connection.execute(text(statement), values).rowcount
        return hit

    def first(self, query: str, **values: Any) -> Any:
        """The first row that a query finds."""
        with self.world.installation.engine.begin() as connection:
            return connection.execute(text(query), values).one()

    def forgets_act(self, digest: str, *, and_closes_the_gap: bool = True) -> None:
        """Remove an accepted act from table and tree, as if it had never come.

        Those behind it move up, so that the tree is whole again and only shorter.
        """
        found = self.first("SELECT entry_id, tender_id FROM bid_act WHERE digest = :d", d=digest)
        log = f"acts:{found.tender_id}"
        self.sql(
            "DELETE FROM envelope WHERE act_id = (SELECT id FROM bid_act WHERE digest = :digest)",
            "DELETE FROM bid_act WHERE digest = :digest",
            digest=digest,
        )
        self.forgets_entry(found.entry_id, log, and_closes_the_gap=and_closes_the_gap)

    def forgets_entry(self, entry: str, log: str, *, and_closes_the_gap: bool = True) -> None:
        """Remove an entry from its log."""
        place = self.first(
            "SELECT max(position) AS at FROM entry_position WHERE entry = :entry", entry=entry
        )
        self.sql(
            "DELETE FROM entry_position WHERE entry = :entry",
            "DELETE FROM entry_waiting WHERE entry = :entry",
            "DELETE FROM entry_field WHERE entry = :entry",
            "DELETE FROM entry WHERE id = :entry",
            entry=entry,
        )
        if and_closes_the_gap and place.at is not None:
            self.closes_up(log, place.at)

    def closes_up(self, log: str, at: int) -> None:
        """Move what stands behind a removed entry up by one, so that no gap tells."""
        self.sql(
            "UPDATE entry_position SET position = position + 1000000"
            " WHERE log = :log AND position > :at",
            "UPDATE entry_position SET position = position - 1000001"
            " WHERE log = :log AND position > 1000000",
            log=log,
            at=at,
        )

    def accepts_unexamined(
        self, play: Play, bidder: Player, examined: ExaminedSubmission, *, at: datetime
    ) -> Receipt:
        """Accept whatever he likes at whatever time he likes, under the server's own keys."""
        clock, before = self.world.clock, self.world.clock.now()
        clock.set(at)
        try:
            with play.installation.journal.write() as work:
                return services.accept_act(
                    work, bidder.actor, examined, signer=ReceiptKeys(play.installation.keys)
                )
        finally:
            clock.set(before)

    def ciphertext_path(self, digest: str) -> Path:
        """Where a ciphertext lies on the disk."""
        name = digest.removeprefix("sha256:")
        return self.world.installation.settings.var / "blobs" / name[:2] / name

    def publishes(self, folder: Path) -> Path:
        """The log as the public gets it."""
        installation = self.world.installation
        with installation.journal.read() as work:
            export(
                work.session,
                installation.publication.tiles,
                folder,
                disclosure=DISCLOSURE,
                reached=lambda _tender, _moment: True,
                keys={
                    "log.vkey": installation.keys.log_vkey,
                    "receipt.vkey": installation.keys.receipt_vkey,
                },
                audience=Audience.PUBLIC,
            )
        return folder

    def faults(self) -> list[Fault]:
        """What the night's own audit finds."""
        with self.world.installation.journal.read() as work:
            return audit(work.session, work.origin)


def examined(play: Play, bidder: Player, submission: Submission) -> ExaminedSubmission:
    """A submission as the server examines it."""
    checkpoint = sealed.latest_checkpoint_digest(play.installation)
    with play.installation.journal.read() as work:
        return play.installation.examiner.submission(
            work.session, bidder.actor, submission, checkpoint=checkpoint
        )


def verified(folder: Path, *receipts: Path, checkpoints: Sequence[Path] = ()) -> list[str]:
    """What the stand-alone verifier names in a log and in receipts; nothing if all fits."""
    options = Namespace(
        key=str(folder / "log.vkey"),
        receipt_key=str(folder / "receipt.vkey"),
        checkpoint=[str(each) for each in checkpoints],
        witness=[],
    )
    return [str(problem) for problem in verify.run([folder, *receipts], options).problems]
