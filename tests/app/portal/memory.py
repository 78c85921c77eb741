"""The portal's queries kept in memory: all of the Protocol, small enough to read."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from flask import Flask

from app.portal.asking import Asked, EntryNumber
from app.portal.queries import PublishedFile
from app.portal.routes import portal
from app.portal.views import (
    Answer,
    HomePage,
    LogFacts,
    OpeningPage,
    ProfilePage,
    RulesPage,
    TenderCard,
    TenderFilter,
    TenderPage,
    TenderSlice,
    Verdict,
)
from app.portal.views.single import AwardPage, ContractPage
from app.portal.views.versions import VersionsPage
from app.web.assets import static_files
from app.web.faults import install_faults
from app.web.headers import install_headers
from app.web.pages import install_pages
from app.web.site import Site
from app.web.spreadsheet import Kind
from app.web.transfer import install_transfer
from kernel.refusal import NotFound
from tests.app.portal import samples


@dataclass
class MemoryQueries:
    """What the portal shows, as lists and mappings."""

    home_page: HomePage = samples.HOME
    cards: Sequence[TenderCard] = samples.CARDS
    tenders: Mapping[str, TenderPage] = field(
        default_factory=lambda: {samples.OPEN.key: samples.OPEN}
    )
    files: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    sittings: Mapping[str, OpeningPage] = field(default_factory=dict)
    log: LogFacts = samples.LOG
    answers: Mapping[Asked, Answer] = field(
        default_factory=lambda: {EntryNumber(47_902): samples.PROVED}
    )
    rules_page: RulesPage = field(default_factory=lambda: RulesPage(samples.PROFILES))
    profiles: Mapping[str, ProfilePage] = field(
        default_factory=lambda: {"cn-gov": samples.PROFILE_PAGE}
    )
    page_length: int = 3
    asked: list[Asked] = field(default_factory=list)

    def home(self) -> HomePage:
        return self.home_page

    def list_tenders(self, wanted: TenderFilter, after: str | None) -> TenderSlice:
        matching = [
            card
            for card in self.cards
            if (wanted.status is None or card.status is wanted.status)
            and wanted.words.casefold() in (card.title.zh + card.title.en).casefold()
        ]
        keys = [card.key for card in matching]
        start = keys.index(after) + 1 if after in keys else 0
        shown = matching[start : start + self.page_length]
        more = len(matching) > start + self.page_length
        return TenderSlice(tuple(shown), shown[-1].key if more else None, len(matching))

    def tender(self, key: str, page: int = 1) -> TenderPage:
        if key not in self.tenders:
            raise NotFound("tender", key)
        return self.tenders[key]

    def award(self, key: str, id: str) -> AwardPage:
        raise NotFound("award", f"{key} {id}")

    def contract(self, key: str, id: str) -> ContractPage:
        raise NotFound("contract", f"{key} {id}")

    def versions(self, key: str, number: int) -> VersionsPage:
        raise NotFound("version", f"{key} {number}")

    def export(self, name: str, wanted: TenderFilter, kind: Kind) -> BinaryIO:
        raise NotFound("list", name)

    def opening(self, key: str) -> OpeningPage:
        if key not in self.sittings:
            raise NotFound("tender", key)
        return self.sittings[key]

    def document(self, tender_key: str, digest: str) -> PublishedFile:
        if (tender_key, digest) not in self.files:
            raise NotFound("document", digest)
        data = self.files[tender_key, digest]
        return PublishedFile("招标文件.pdf", "application/pdf", len(data), digest, io.BytesIO(data))

    def opening_evidence(self, tender_key: str, lot: int) -> PublishedFile:
        raise NotFound("opening", f"{tender_key} {lot}")

    def log_facts(self) -> LogFacts:
        return self.log

    def verify(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answers.get(asked, Answer(Verdict.NOT_FOUND))

    def rules(self) -> RulesPage:
        return self.rules_page

    def profile(self, id: str, edition: str | None) -> ProfilePage:
        found = self.profiles.get(id)
        if found is None or edition not in (None, *found.editions, found.profile.edition):
            raise NotFound("profile", id)
        return found


def make_app(queries: MemoryQueries, site: Site = samples.SITE) -> Flask:
    """The portal as wiring would set it up, without anything else."""
    app = Flask("sunlit", static_folder=None)
    install_headers(app)
    install_transfer(app)
    install_pages(app, lambda: site)
    install_faults(app)
    app.register_blueprint(static_files())
    app.register_blueprint(portal(queries))
    return app


def file_digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
