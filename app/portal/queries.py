"""What the portal asks of the system; the implementation on the database is wired in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol

from app.portal.asking import Asked
from app.portal.views import (
    Answer,
    HomePage,
    LogFacts,
    OpeningPage,
    ProfilePage,
    RulesPage,
    TenderFilter,
    TenderPage,
    TenderSlice,
)
from app.portal.views.single import AwardPage, ContractPage
from app.portal.views.versions import VersionsPage
from app.web.spreadsheet import Kind


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A published document as it goes out: exactly the bytes whose digest is logged."""

    name: str
    media_type: str
    size: int
    digest: str
    stream: BinaryIO


class PortalQueries(Protocol):
    """Reads for the public pages. A missing thing is `kernel.refusal.NotFound`."""

    def home(self) -> HomePage:
        """What closes soon and what happened today."""
        ...

    def list_tenders(self, wanted: TenderFilter, after: str | None) -> TenderSlice:
        """The next tenders after a key, in keyset order; a key that nobody gave starts anew."""
        ...

    def tender(self, key: str, page: int = 1) -> TenderPage:
        """Everything that may be shown of a tender and of one page of its lots, with the record."""
        ...

    def award(self, key: str, id: str) -> AwardPage:
        """A published award of the tender, whether or not it still stands."""
        ...

    def contract(self, key: str, id: str) -> ContractPage:
        """A contract of the tender that both parties have signed."""
        ...

    def versions(self, key: str, number: int) -> VersionsPage:
        """Notice `number` of the tender beside the one before it; 2 is the first corrigendum."""
        ...

    def export(self, name: str, wanted: TenderFilter, kind: Kind) -> BinaryIO:
        """The list of this name as a file for a spreadsheet, in the reader's language."""
        ...

    def opening(self, key: str) -> OpeningPage:
        """The opening of a tender, as far as it has come; before closing nothing but the clock."""
        ...

    def document(self, tender_key: str, digest: str) -> PublishedFile:
        """A published document of the tender; NotFound if it is not published, or not of it."""
        ...

    def opening_evidence(self, tender_key: str, lot: int) -> PublishedFile:
        """What the public gets to check an opening by; NotFound before the lot is open."""
        ...

    def log_facts(self) -> LogFacts:
        """Where the log stands, and what is needed to check it."""
        ...

    def verify(self, asked: Asked) -> Answer:
        """Where the record says it, with the proof."""
        ...

    def rules(self) -> RulesPage:
        """The profiles that this installation knows: `app.portal.rulebook.rules_page()`."""
        ...

    def profile(self, id: str, edition: str | None) -> ProfilePage:
        """A profile's parameters, of the newest edition if none is named (`rulebook`)."""
        ...
