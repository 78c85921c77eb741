"""The portal's queries on the database: one reading transaction for each request.

Every page is read as the public may see it now; the journal's disclosure table decides, and the
view models refuse what must not be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.container import Container
from app.portal import rulebook
from app.portal.asking import Asked
from app.portal.queries import PublishedFile
from app.portal.reading import (
    documents,
    evidence,
    exporting,
    home,
    listing,
    single,
    sitting,
    tenders,
    verifying,
    versions,
)
from app.portal.views import (
    Answer,
    Download,
    HomePage,
    LogFacts,
    OpeningPage,
    ProfilePage,
    RulesPage,
    TenderFilter,
    TenderPage,
    TenderSlice,
)
from app.portal.views.single import AwardPage, ContractPage, TenderNamed
from app.portal.views.versions import VersionsPage
from app.web.language import say
from app.web.site import Checkpoint
from app.web.spreadsheet import Kind, written
from journal import verify as verifier
from journal.checkpoints import latest_checkpoint
from journal.models import CheckpointRow
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from reports.ocds.models import OcdsProcess

VERIFIER_FILE = Path(verifier.__file__)


@dataclass(frozen=True, slots=True)
class DatabaseQueries:
    """`PortalQueries` on an installation."""

    container: Container
    zone: ZoneInfo
    log_url: Callable[[], str]
    """Where this request's reader finds the log's files, `https://host/log`."""
    record_url: Callable[[str], str]
    """Where this request's reader finds the open data of a purchase, by its ocid."""

    def home(self) -> HomePage:
        """What closes soon and what happened lately."""
        with self.container.journal.read() as work:
            return home.home_page(work.session, work.now(), self.zone)

    def list_tenders(self, wanted: TenderFilter, after: str | None) -> TenderSlice:
        """The next tenders after a key, the newest first."""
        with self.container.journal.read() as work:
            return listing.list_tenders(work.session, wanted, after, work.now())

    def tender(self, key: str, page: int = 1) -> TenderPage:
        """Everything that may be shown of a purchase, with one page of its lots."""
        with self.container.journal.read() as work:
            blobs = self.container.blobs
            found = tenders.tender_page(work, key, blobs, work.now(), self.zone, page)
            published = work.session.get(OcdsProcess, found.key) is not None
        return replace(found, data_url=self.record_url(found.key)) if published else found

    def award(self, key: str, id: str) -> AwardPage:
        """A published award."""
        container = self.container
        with container.journal.read() as work:
            found = single.award_page(work, key, id, container.blobs, work.now(), self.zone)
            return replace(found, tender=self._with_data(work, found.tender))

    def contract(self, key: str, id: str) -> ContractPage:
        """A contract in force."""
        container = self.container
        with container.journal.read() as work:
            found = single.contract_page(work, key, id, container.blobs, work.now(), self.zone)
            return replace(found, tender=self._with_data(work, found.tender))

    def versions(self, key: str, number: int) -> VersionsPage:
        """What a corrigendum changed."""
        container = self.container
        with container.journal.read() as work:
            return versions.versions_page(work, key, number, container.blobs)

    def export(self, name: str, wanted: TenderFilter, kind: Kind) -> BinaryIO:
        """A public list as a file for a spreadsheet."""
        table = exporting.TABLES.get(name)
        if table is None:
            raise NotFound("list", name)
        heads = [say(head) for head in table.heads]
        with self.container.journal.read() as work:
            rows = table.rows(work.session, wanted, work.now())
            return written(kind, heads, rows, self.zone)

    def _with_data(self, work: Work, tender: TenderNamed) -> TenderNamed:
        published = work.session.get(OcdsProcess, tender.key) is not None
        return replace(tender, data_url=self.record_url(tender.key)) if published else tender

    def opening(self, key: str) -> OpeningPage:
        """The opening of a tender, as far as it has come."""
        with self.container.journal.read() as work:
            return sitting.opening_page(work, key, work.now())

    def document(self, tender_key: str, digest: str) -> PublishedFile:
        """A published document."""
        with self.container.journal.read() as work:
            return documents.document(work.session, self.container.blobs, tender_key, digest)

    def opening_evidence(self, tender_key: str, lot: int) -> PublishedFile:
        """What the public gets to check an opening by."""
        with self.container.journal.read() as work:
            return evidence.opening_evidence(work.session, tender_key, lot)

    def log_facts(self) -> LogFacts:
        """Where the log stands, and one command that checks all of it."""
        with self.container.journal.read() as work:
            newest = checkpoint(work)
        key, url = self.container.keys.log_vkey.encode(), self.log_url()
        return LogFacts(
            origin=self.container.journal.origin,
            key=key,
            command=f"curl -sO {url}/verify.py && curl -s {url}/log.tar | tar x\n"
            f"python3 verify.py log --key '{key}'",
            checkpoint=newest,
            downloads=_downloads(url) if newest else (),
        )

    def verify(self, asked: Asked) -> Answer:
        """Where the record says it, with the proof."""
        container = self.container
        with container.journal.read() as work:
            means = verifying.Means(
                work, container.publication.tiles, container.keys.receipt_vkey, self.log_url()
            )
            return verifying.verify(means, asked)

    def rules(self) -> RulesPage:
        """The profiles that this installation knows."""
        return rulebook.rules_page()

    def profile(self, id: str, edition: str | None) -> ProfilePage:
        """A profile's parameters."""
        return rulebook.profile_page(id, edition)


def checkpoint(work: Work) -> Checkpoint | None:
    """The newest signed head of the public log, as the frame of pages shows it."""
    newest = latest_checkpoint(work.session)
    if newest is None:
        return None
    at = work.session.scalars(
        select(CheckpointRow.signed_at).order_by(CheckpointRow.number.desc()).limit(1)
    ).one()
    return Checkpoint(newest.size, f"sha256:{newest.root.hex()}", at)


def _downloads(url: str) -> tuple[Download, ...]:
    return (
        Download(
            Text("核验程序（一个文件）", "The verifier (one file)"),
            f"{url}/verify.py",
            VERIFIER_FILE.stat().st_size,
        ),
        Download(Text("整部日志", "The whole log"), f"{url}/log.tar"),
        Download(Text("最新检查点", "The newest checkpoint"), f"{url}/checkpoint"),
        Download(Text("回执公钥", "The key of receipts"), f"{url}/receipt.vkey"),
    )
