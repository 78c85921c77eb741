"""What the journal keeps of an evaluation; who sat on the panel is restricted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.entries import Entry, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class BidsQualified(Entry):
    """The officer decided which opened bids are qualified, each no with its reason (87-44, 69)."""

    action: ClassVar[Action] = Action.QUALIFY_BIDS
    lot: str = public()
    # [{bid, bidder, qualified, reason: {zh, en}, cites}]
    bids: list[dict[str, Any]] = public()


@dataclass(frozen=True, kw_only=True)
class PanelDrawn(Entry):
    """A panel was drawn; with the list and these values anybody can draw it again (87-48).

    `chance` says what the seed took beside closing and list: the token of somebody outside, one of
    the operator's own authority, or random bytes; `value` is the token's digest, or the bytes.
    """

    action: ClassVar[Action] = Action.DRAW_PANEL
    lot: str = public()
    number: int = public()
    closing: str = public()
    chance: str = public()
    value: str = public()
    seed: str = public()
    size: int = public()
    # The digest of `listed` is public at the award, the persons on it are not.
    list_digest: str = public()
    listed: list[dict[str, Any]] = restricted()
    seated: list[str] = restricted()
    absent: list[str] = restricted(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class InterestsDeclared(Entry):
    """A member declared his interests before he saw a bid; a conflict ends the seat (87-49)."""

    action: ClassVar[Action] = Action.DECLARE_INTERESTS
    lot: str = public()
    declaration: str = public()
    conflict: bool = public()
    member: str = restricted()
    ties: list[dict[str, Any]] = restricted()
    replaced_by: str | None = restricted(default=None)


@dataclass(frozen=True, kw_only=True)
class ComplianceChecked(Entry):
    """A member gave his opinions; with the last of them the bids that do not comply are known."""

    action: ClassVar[Action] = Action.CHECK_COMPLIANCE
    lot: str = public()
    member: str = restricted()
    opinions: list[dict[str, Any]] = restricted()
    # [{bid, bidder, compliant, reason, cites}], empty while a member's opinion is missing
    outcome: list[dict[str, Any]] = public()


@dataclass(frozen=True, kw_only=True)
class PriceQuestioned(Entry):
    """The panel asked a bidder to explain a price that looks too low (87-60, ALB)."""

    action: ClassVar[Action] = Action.QUESTION_PRICE
    lot: str = public()
    bid: str = restricted()
    triggers: list[dict[str, Any]] = restricted()
    text: str = restricted()
    due_at: str = restricted()


@dataclass(frozen=True, kw_only=True)
class PriceAnswered(Entry):
    """A bidder explained the price, with evidence."""

    action: ClassVar[Action] = Action.ANSWER_PRICE
    lot: str = public()
    bid: str = restricted()
    answer: str = restricted()
    evidence: list[str] = restricted()


@dataclass(frozen=True, kw_only=True)
class PriceJudged(Entry):
    """The panel accepted the explanation of a price or turned the bid away, with its reason."""

    action: ClassVar[Action] = Action.JUDGE_PRICE
    lot: str = public()
    bid: str = public()
    bidder: str = public()
    accepted: bool = public()
    judgement: dict[str, str] = public()
    cites: str = public(default="")
    member: str = restricted()


@dataclass(frozen=True, kw_only=True)
class PriceCorrected(Entry):
    """The panel corrected a price that contradicts itself, by the order of the rules (87-59)."""

    action: ClassVar[Action] = Action.CORRECT_PRICE
    lot: str = public()
    bid: str = public()
    bidder: str = public()
    # {sheet, currency, in_words, detail_total, lines: [{unit_price, quantity, misplaced}]}
    stated: dict[str, Any] = restricted()
    # [{rule, before, after}]
    steps: list[dict[str, str]] = public()
    price: dict[str, str] = public()
    cites: str = public()
    due_at: str = public()
    member: str = restricted()


@dataclass(frozen=True, kw_only=True)
class CorrectionAnswered(Entry):
    """A bidder stood by the corrected price by signature, or did not, and the bid is void (87-59).

    Without a document nobody answered in time.
    """

    action: ClassVar[Action] = Action.CONFIRM_CORRECTION
    lot: str = public()
    bid: str = public()
    bidder: str = public()
    confirmed: bool = public()
    price: dict[str, str] = public()
    document: str | None = public(default=None)
    in_the_race: bool = public()
    cites: str = public()


@dataclass(frozen=True, kw_only=True)
class BidsScored(Entry):
    """A member handed in the signed score sheet."""

    action: ClassVar[Action] = Action.SCORE_BIDS
    lot: str = public()
    sheet: str = public()
    member: str = restricted()
    scores: list[dict[str, Any]] = restricted()


@dataclass(frozen=True, kw_only=True)
class BidsRanked(Entry):
    """The ranking followed from sheets and prices by arithmetic; the report holds each step."""

    action: ClassVar[Action] = Action.RANK_BIDS
    lot: str = public()
    method: str = public()
    report: str = public()
    # [{bid, bidder, rank, candidate, price, evaluation_price, price_points, quality_points,
    # total_points, broken_by}]
    places: list[dict[str, Any]] = public()


@dataclass(frozen=True, kw_only=True)
class ReportSigned(Entry):
    """A member signed the report; a dissent is noted with its reason (87-61)."""

    action: ClassVar[Action] = Action.SIGN_REPORT
    lot: str = public()
    report: str = public()
    document: str = public()
    dissents: bool = public()
    complete: bool = public()
    pdf: str | None = public(default=None)
    member: str = restricted()
    dissent: str | None = restricted(default=None)


@dataclass(frozen=True, kw_only=True)
class ReportConcluded(Entry):
    """The report stands though some were silent: their time is over, so they agree (87-61)."""

    action: ClassVar[Action] = Action.CONCLUDE_REPORT
    lot: str = public()
    report: str = public()
    due_at: str = public()
    signed: int = public()
    silent: int = public()
    cites: list[str] = public()
    silent_members: list[str] = restricted()


@dataclass(frozen=True, kw_only=True)
class LotFailed(Entry):
    """A lot ended without a result, for a reason that the rules name (87-43, GPL 36)."""

    action: ClassVar[Action] = Action.FAIL_LOT
    lot: str = public()
    code: str = public()
    reason: dict[str, str] = public()
    cites: list[str] = public()
