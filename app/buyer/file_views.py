"""What each page of a tender file is handed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.buyer.findings import Checked, Finding
from app.buyer.simulator import Outcome
from app.buyer.uploads import Staged
from app.buyer.views import Happened
from app.web.forms import Form
from app.web.shown import Lamp
from app.web.signing import ToSign
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.tenders.content import Content


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page of a file."""

    key: str
    purchase: str
    number: str
    title: Text
    stage: TenderStage | None
    state: Text
    version: int
    saved: bool
    """Whether a tender is saved."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the file in the task list."""

    name: str
    title: Text
    hint: Text
    state: Text
    kind: str
    """done, due (something lacks), draft (not saved) or idle: which tag is drawn."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the file, with how it stands."""

    title: Text
    url: str
    state: Text | None = None
    kind: str = "idle"
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class FilePage:
    """S36: the task list of a tender file."""

    head: Head
    buyer: Text
    budget: Money
    parts: Sequence[PartRow]
    unsaved: int
    stale: Sequence[Text]
    """Parts whose draft stands on an older version than is saved."""
    may_write: bool
    why_not: Text | None
    problems: Sequence[Finding]
    checked: Checked | None
    links: Sequence[Link]
    next: Text
    next_url: str | None
    returned_reason: str | None
    cancelled_reason: Text | None
    closes_at: datetime | None
    drafted_by: str
    may_cancel: bool
    lots: Sequence[Link]
    public_url: str | None
    record: Sequence[Happened]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One part of the file."""

    head: Head
    name: str
    title: Text
    form: Form
    draft: str
    kept_at: datetime | None
    stale: bool
    version: int
    next: Text | None
    next_url: str | None
    budget: Money
    earliest_on: date | None = None
    earliest_from_plan_on: date | None = None
    planned_start_on: date | None = None
    days_min: int = 0
    cites: Text | None = None
    documents: Sequence[Staged] = ()
    accept: str = ""
    megabytes_max: int = 0
    outcomes: Sequence[Outcome] = ()
    simulator_fault: Text | None = None
    holders_min: int = 0
    holders_max: int = 0
    threshold_min: int = 0
    outside_min: int = 0
    bounds: Sequence[tuple[Text, str]] = ()


@dataclass(frozen=True, slots=True)
class ChecksPage:
    """S38: what the rules say of the saved version."""

    head: Head
    checked: Checked
    unsaved: int
    rules: Text
    rules_url: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The tender as everybody will read it."""

    head: Head
    buyer: Text
    content: Content
    rules: Text


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """S39: the version an approver releases or sends back."""

    head: Head
    buyer: Text
    content: Content
    rules: Text
    checked: Checked
    drafted_by: str
    may_approve: bool
    may_return: bool
    own_work: bool
    apart: Text | None
    back: Form
    record: Sequence[Happened]


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A named holder, and what of theirs is there."""

    name: str
    organization: Text
    outside: bool
    keys: int
    shown: int
    parts: int

    @property
    def ready(self) -> bool:
        """Whether every key is registered and shown to be at hand."""
        return self.keys == self.shown == self.parts


@dataclass(frozen=True, slots=True)
class CommitteePage:
    """Who holds keys, what is missing, and the officer's signature over the whole."""

    head: Head
    threshold: int
    holders: Sequence[HolderRow]
    digest: str | None
    fingerprint: str | None
    may_set: bool
    form: Form
    to_sign: Sequence[ToSign] = ()
    blocked: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class PublishPage:
    """S40: the last look before the notice is out."""

    head: Head
    buyer: Text
    content: Content
    rules: Text
    fingerprint: str | None
    form: Form
    needs_early_reason: bool
    blocked: Sequence[Finding]
    to_sign: Sequence[ToSign]
    may_publish: bool


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of an open tender, for choosing which one is replaced."""

    number: int
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class AmendPage:
    """The corrigendum while it is written."""

    head: Head
    form: Form
    upload: Form
    draft: str
    closes_at: datetime
    moves_to: datetime | None
    """The earliest closing that a change of the documents would leave, if it is later."""
    lead_days: int
    cites: Text | None
    barred: Text | None
    """Which rule keeps subject and qualification as they are."""
    documents: Sequence[DocumentRow]
    staged: Sequence[Staged]
    accept: str


@dataclass(frozen=True, slots=True)
class Change:
    """One part as it was and as it will be."""

    part: Text
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AmendCheckPage:
    """What a corrigendum will change, before it is signed."""

    head: Head
    form: Form
    number: int
    closes_before: datetime
    closes_after: datetime
    moves_to: datetime | None
    changes: Text
    parts: Sequence[Change]
    blocked: Sequence[Finding]
    to_sign: Sequence[ToSign]


@dataclass(frozen=True, slots=True)
class CancelPage:
    """The end of a tender without a result."""

    head: Head
    form: Form
    published: bool
    budget: Money
    cites: Text | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question without its asker."""

    id: str
    words: str
    asked_at: datetime
    due_at: datetime
    lamp: Lamp
    answer: Text | None
    answered_at: datetime | None
    form: Form | None


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """S41: what is asked, and the one answer that everybody gets."""

    head: Head
    waiting: Sequence[QuestionRow]
    answered: Sequence[QuestionRow]
    closes_at: datetime
    may_answer: bool
    answer_workdays: int
    cites: Text | None
