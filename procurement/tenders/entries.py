"""What the journal keeps about tenders, committees, notices and questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.entries import Entry, personal, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class TenderDrafted(Entry):
    """An officer wrote a version of the draft; its text is held by its digest."""

    action: ClassVar[Action] = Action.DRAFT_TENDER
    purchase: str = public()
    version: int = public()
    content: str = public()
    threshold: int = public()
    holders: int = public()
    holder_persons: list[str] = restricted()


@dataclass(frozen=True, kw_only=True)
class HolderKeyRegistered(Entry):
    """A key holder vouched for a key for one part."""

    action: ClassVar[Action] = Action.REGISTER_HOLDER_KEY
    part: str = public()
    index: int = public()
    recipient: str = public()
    statement: str = public()
    certificate: str = restricted()


@dataclass(frozen=True, kw_only=True)
class PossessionShown(Entry):
    """A key holder signed that the key is at hand, after a test on a box of the holder's own."""

    action: ClassVar[Action] = Action.SHOW_POSSESSION
    part: str = public()
    index: int = public()
    recipient: str = public()
    statement: str = public()
    checkpoint: str = public()


@dataclass(frozen=True, kw_only=True)
class CommitteeSet(Entry):
    """The officer signed who together can open the bids."""

    action: ClassVar[Action] = Action.SET_COMMITTEE
    committee: str = public()
    fingerprint: str = public()
    threshold: int = public()
    holders: list[str] = public()
    certificate: str = restricted()


@dataclass(frozen=True, kw_only=True)
class TenderReturned(Entry):
    """The approver sent the draft back."""

    action: ClassVar[Action] = Action.RETURN_TENDER
    reason: str = restricted()


@dataclass(frozen=True, kw_only=True)
class TenderApproved(Entry):
    """Somebody other than its author released the draft for publication."""

    action: ClassVar[Action] = Action.APPROVE_TENDER
    version: int = public()
    content: str = public()


@dataclass(frozen=True, kw_only=True)
class TenderPublished(Entry):
    """The signed notice is out; from here on bids can be made."""

    action: ClassVar[Action] = Action.PUBLISH_TENDER
    ocid: str = public()
    buyer: str = public()
    notice: str = public()
    statement: str = public()
    number: int = public()
    profile: str = public()
    edition: str = public()
    committee: str = public()
    fingerprint: str = public()
    closes_at: str = public()
    earliest_closing_on: str = public()
    calendar: str = public()
    title: dict[str, str] = public()
    content: dict[str, Any] = public()
    pdf: str | None = public(default=None)
    early_reason: str | None = public(default=None)
    certificate: str = restricted()


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Entry):
    """Somebody asked; who it was is kept from everybody but the record."""

    action: ClassVar[Action] = Action.ASK_QUESTION
    text: str = restricted()
    organization: str = personal()


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Entry):
    """One answer to all, with the question and without its asker (Order 87 art. 27)."""

    action: ClassVar[Action] = Action.ANSWER_QUESTION
    question: str = public()
    answer: dict[str, str] = public()


@dataclass(frozen=True, kw_only=True)
class TenderAmended(Entry):
    """A signed corrigendum is out; bids made for an older notice are marked as such."""

    action: ClassVar[Action] = Action.AMEND_TENDER
    ocid: str = public()
    notice: str = public()
    statement: str = public()
    number: int = public()
    previous: str = public()
    closes_at: str = public()
    closes_at_before: str = public()
    changed: list[str] = public()
    changes: dict[str, str] = public()
    content: dict[str, Any] = public()
    pdf: str | None = public(default=None)
    certificate: str = restricted()


@dataclass(frozen=True, kw_only=True)
class TenderCancelled(Entry):
    """The tender ended without a result. Of its bids nothing but a blinded root is told."""

    action: ClassVar[Action] = Action.CANCEL_TENDER
    ocid: str = public()
    reason: dict[str, str] = public()
    published: bool = public()
    blinded_root: str | None = public(default=None)
