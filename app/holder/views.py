"""What a key holder's pages show; one frozen dataclass a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.holder.forms import KeysForm
from app.web.forms import Form
from app.web.signing import ToSign
from kernel.text import Text
from kernel.vocabulary import LotStage, Part, TenderStage


@dataclass(frozen=True, slots=True)
class Head:
    """Which tender a page is about."""

    tender: str
    title: Text
    number: str
    """The ocid, under which everybody finds the tender."""
    buyer: Text
    is_published: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A tender in a holder's list."""

    head: Head
    stage: TenderStage
    closes_at: datetime
    next: Text
    is_mine_to_do: bool


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The tenders for which the person is named as key holder."""

    tenders: Sequence[Held]


@dataclass(frozen=True, slots=True)
class Key:
    """The holder's key for one part, as far as the server knows it."""

    part: Part
    recipient: str | None
    is_shown: bool
    """Whether possession was shown after a self-test."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody of the committee, and how far they are."""

    index: int
    name: str
    organization: Text
    outside: bool
    mine: bool
    registered: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Released:
    """Who released for a part, never what."""

    index: int
    name: str
    at: datetime
    mine: bool
    receipt: str
    """The digest of the release, which its entry in the log names."""


@dataclass(frozen=True, slots=True)
class PartRelease:
    """One part of a lot: who has released it so far."""

    part: Part
    released: Sequence[Released]
    missing: Sequence[tuple[str, bool]]
    """Who has not, and whether it is the reader."""
    mine: Released | None


@dataclass(frozen=True, slots=True)
class LotRelease:
    """A lot at its opening."""

    lot: str
    number: int
    title: Text
    stage: LotStage
    parts: Sequence[PartRelease]
    may_release: bool
    stopped: Text | None
    """Why nothing of the lot is released, if an objection stopped it."""
    ended: Text | None
    may_sign: bool
    """Whether the holder may sign the record of the opening now."""


@dataclass(frozen=True, slots=True)
class Commands:
    """What the offline tool is told, filled in."""

    make: str
    possession: str
    register: str
    release: Sequence[tuple[str, str, str]]
    """Lot, part, and the two commands in one text."""
    destruction: str


@dataclass(frozen=True, slots=True)
class HolderPage:
    """One tender for one of its holders."""

    head: Head
    stage: TenderStage
    origin: str
    index: int
    threshold: int
    keys: Sequence[Key]
    holders: Sequence[Holder]
    fingerprint: str | None
    closes_at: datetime
    closed_at: datetime | None
    releasable_at: datetime | None
    """Closing plus the rule's minutes for objections; None before the closing."""
    objection_minutes: int
    cites: Sequence[str]
    lots: Sequence[LotRelease]
    may_register: bool
    may_show: bool
    evidence: str
    """`outside`, `own` or `none`: what stands behind the closing."""
    destroy_from: date | None
    certificates: Sequence[str]
    """Fingerprints of the certificates with which the holder can sign now."""
    commands: Commands
    form: KeysForm
    hindrance: Text | None = None

    @property
    def keys_done(self) -> bool:
        """Whether every key is registered and shown."""
        return all(key.recipient and key.is_shown for key in self.keys)

    @property
    def to_release(self) -> list[LotRelease]:
        """The lots that wait for this holder."""
        return [lot for lot in self.lots if lot.may_release]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The record of an opening, to be signed by a holder who was there."""

    head: Head
    lot: LotRelease
    form: Form
    bids: Sequence[tuple[str, str, str | None, str | None]]
    """Name, state, price with currency, cause."""
    closed_at: datetime
    opened_at: datetime
    to_sign: Sequence[ToSign]
