"""What the parts of the application are handed: made once by `app.wiring`, never looked up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from app.accounts.rules import DEMONSTRATION, USUAL, SessionLimits
from app.settings import Settings
from bidding.envelopes.examining import Examiner
from journal.checkpoints import Publication
from journal.work import Journal
from kernel.blobs import Blobs
from kernel.clock import Clock
from signatures.serverkeys import ServerKeys
from signatures.trust import Trust


@dataclass(frozen=True, slots=True)
class Container:
    """An installation at work."""

    settings: Settings
    engine: Engine
    clock: Clock
    journal: Journal
    blobs: Blobs
    trust: Trust
    keys: ServerKeys
    cookie_key: str
    publication: Publication
    examiner: Examiner

    @property
    def session_limits(self) -> SessionLimits:
        """How long people stay logged in."""
        return DEMONSTRATION if self.settings.demo else USUAL
