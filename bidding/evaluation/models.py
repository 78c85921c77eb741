"""Standings of bids, panels and their declarations, opinions, score sheets, rankings, reports."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.columns import Base, Digest, Id, Key, Minor


class BidStanding(Base):
    """How an opened bid stands: qualified, compliant, price accepted; each no has its reason."""

    __tablename__ = "bid_standing"

    bid_id: Mapped[Key] = mapped_column(ForeignKey("opened_bid.id"))
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    qualified: Mapped[bool]
    # None while nobody has said so; a bid without a judged price has a price nobody doubts.
    compliant: Mapped[bool | None]
    price_accepted: Mapped[bool | None]
    # Whether the bidder stood by a corrected price; None where nothing was corrected (87-59).
    price_confirmed: Mapped[bool | None]
    # Of the step that took the bid out; published with the award (87-69).
    reason_zh: Mapped[str] = mapped_column(Text, default="")
    reason_en: Mapped[str] = mapped_column(Text, default="")
    cites: Mapped[str] = mapped_column(String(300), default="")
    # What the bid declares for deductions and the brand rule, as the officer found it proved.
    preference: Mapped[dict]  # type: ignore[type-arg]
    qualified_by: Mapped[Id]
    qualified_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("qualified OR compliant IS NULL", name="compliance_after_qualification"),
        CheckConstraint("qualified OR price_accepted IS NULL", name="price_after_qualification"),
        CheckConstraint("qualified OR price_confirmed IS NULL", name="confirmed_if_qualified"),
        # Whoever is turned away is told why and by which rule (87-69, requirement 096).
        CheckConstraint(
            "(qualified AND compliant IS NOT FALSE AND price_accepted IS NOT FALSE"
            " AND price_confirmed IS NOT FALSE)"
            " OR (reason_zh <> '' AND cites <> '')",
            name="reasoned",
        ),
    )

    @property
    def in_the_race(self) -> bool:
        """Whether nothing has taken the bid out so far."""
        said = (self.compliant, self.price_accepted, self.price_confirmed)
        return self.qualified and all(one is not False for one in said)


class PanelDraw(Base):
    """A random draw that anybody can repeat: its seed, and who was on the list or kept off it."""

    __tablename__ = "panel_draw"

    id: Mapped[Key]
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    number: Mapped[int]
    # How many members the panel has, buyer's members included.
    seats: Mapped[int]
    closing: Mapped[Digest]
    # What nobody was to choose: a time stamp over the list, or random bytes where there was none.
    chance: Mapped[str] = mapped_column(String(20))
    randomness: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    seed: Mapped[Digest]
    # [{person, role, excluded: code or null}] in the order that the seed gives
    listed: Mapped[list]  # type: ignore[type-arg]
    drawn_by: Mapped[Id]
    drawn_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("lot_id", "number"),
        CheckConstraint("number >= 1 AND seats >= 1", name="number"),
        CheckConstraint("chance IN ('stamp_outside', 'stamp_own', 'stored')", name="chance"),
        CheckConstraint(
            "(chance = 'stored') = (randomness IS NOT NULL)"
            " AND (chance = 'stored') = (token IS NULL)",
            name="chance_kept",
        ),
    )


class PanelMember(Base):
    """A seat on the panel of a lot. Who has left it never comes back, and his opinions are void."""

    __tablename__ = "panel_member"

    id: Mapped[Key]
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    draw_id: Mapped[Id] = mapped_column(ForeignKey("panel_draw.id"))
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    seated_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    declaration_document: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    left_at: Mapped[datetime | None]
    left_code: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("lot_id", "person_id"),
        CheckConstraint("role IN ('panelist', 'buyer_panelist')", name="role"),
        CheckConstraint("(left_at IS NULL) = (left_code IS NULL)", name="left_for_a_reason"),
        CheckConstraint(
            "(declared_at IS NULL) = (declaration_document IS NULL)", name="declared_by_signature"
        ),
    )


class Interest(Base):
    """A tie between a person and an organization, as declared; later draws look at it (GPR 9)."""

    __tablename__ = "interest"

    id: Mapped[Key]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    ended_on: Mapped[date | None]
    declared_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('employment', 'office', 'share', 'family', 'other')", name="kind"
        ),
    )


class ComplianceOpinion(Base):
    """One member's opinion whether a bid meets the tender's requirements (87-50)."""

    __tablename__ = "compliance_opinion"

    member_id: Mapped[Key] = mapped_column(ForeignKey("panel_member.id"))
    bid_id: Mapped[Key] = mapped_column(ForeignKey("bid_standing.bid_id"))
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    compliant: Mapped[bool]
    reason_zh: Mapped[str] = mapped_column(Text, default="")
    reason_en: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("compliant OR reason_zh <> ''", name="reasoned"),)


class PriceQuestion(Base):
    """An abnormally low price, questioned, answered and judged; never rejected unasked (87-60)."""

    __tablename__ = "price_question"

    id: Mapped[Key]
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    bid_id: Mapped[Id] = mapped_column(ForeignKey("bid_standing.bid_id"), unique=True)
    triggers: Mapped[list]  # type: ignore[type-arg]
    text: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[Id]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    # digests of the evidence that came with the answer
    evidence: Mapped[list]  # type: ignore[type-arg]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    judgement_zh: Mapped[str | None] = mapped_column(Text)
    judgement_en: Mapped[str | None] = mapped_column(Text)
    judged_by: Mapped[str | None] = mapped_column(String(40))
    judged_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("asked_at < due_at", name="window"),
        CheckConstraint("answered_at IS NULL OR answered_at < due_at", name="answered_in_time"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint(
            "(accepted IS NULL) = (judged_at IS NULL)"
            " AND (accepted IS NULL) = (judged_by IS NULL)"
            " AND (accepted IS NULL) = (judgement_zh IS NULL)",
            name="judged",
        ),
    )


class PriceCorrection(Base):
    """A price that contradicts itself, corrected by the panel, confirmed by its bidder (87-59)."""

    __tablename__ = "price_correction"

    id: Mapped[Key]
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    bid_id: Mapped[Id] = mapped_column(ForeignKey("bid_standing.bid_id"), unique=True)
    # the ways in which the bid states its price, and what the rules made of them one by one
    stated: Mapped[dict]  # type: ignore[type-arg]
    steps: Mapped[list]  # type: ignore[type-arg]
    cites: Mapped[str] = mapped_column(String(300))
    price_minor: Mapped[Minor]
    noted_by: Mapped[Id]
    noted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    # None while the bidder may still answer; silence until then does not confirm.
    confirmed: Mapped[bool | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("signed_document.id"))
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("price_minor > 0", name="price"),
        CheckConstraint("jsonb_array_length(steps) > 0", name="corrects_something"),
        CheckConstraint("noted_at < due_at", name="window"),
        CheckConstraint("(confirmed IS NULL) = (answered_at IS NULL)", name="answered"),
        # A price that the bidder did not bid binds by the bidder's own signature and no other way.
        CheckConstraint("confirmed IS NOT TRUE OR document_id IS NOT NULL", name="by_signature"),
    )


class ScoreSheet(Base):
    """One member's signed scores of all bids; invisible to the others until all are in (87-55)."""

    __tablename__ = "score_sheet"

    member_id: Mapped[Key] = mapped_column(ForeignKey("panel_member.id"))
    lot_id: Mapped[Id] = mapped_column(ForeignKey("lot.id"), index=True)
    document_id: Mapped[Id] = mapped_column(ForeignKey("signed_document.id"))
    submitted_at: Mapped[datetime]

    scores: Mapped[list[Score]] = relationship(
        order_by="(Score.bid_id, Score.criterion_id)", cascade="all, delete-orphan"
    )


class Score(Base):
    """The points of one bid for one criterion on one sheet."""

    __tablename__ = "score"

    member_id: Mapped[Key] = mapped_column(ForeignKey("score_sheet.member_id"))
    bid_id: Mapped[Key] = mapped_column(ForeignKey("bid_standing.bid_id"))
    criterion_id: Mapped[Key] = mapped_column(ForeignKey("criterion.id"))
    points: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    # Why, in the member's own words; the bidder is told the reasons of its own points (87-69).
    reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (CheckConstraint("0 <= points AND points <= 100", name="points"),)


class Ranking(Base):
    """The ranking of a lot with every step of its arithmetic; the report's signatures cover it."""

    __tablename__ = "ranking"

    lot_id: Mapped[Key] = mapped_column(ForeignKey("lot.id"))
    method: Mapped[str] = mapped_column(String(20))
    # inputs, deductions and intermediate results, as the scoring functions returned them
    steps: Mapped[dict]  # type: ignore[type-arg]
    # the canonical report; its digest is what every member signs
    report: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[Digest]
    ranked_at: Mapped[datetime]
    reported_at: Mapped[datetime | None]

    bids: Mapped[list[RankedBid]] = relationship(order_by="(RankedBid.rank, RankedBid.bid_id)")


class RankedBid(Base):
    """The place of a bid in a ranking. Deductions change the evaluation price and nothing else."""

    __tablename__ = "ranked_bid"

    bid_id: Mapped[Key] = mapped_column(ForeignKey("bid_standing.bid_id"))
    lot_id: Mapped[Id] = mapped_column(ForeignKey("ranking.lot_id"), index=True)
    rank: Mapped[int]
    # False where a better bid of the same brand stands: it keeps its place and cannot win (87-31).
    candidate: Mapped[bool]
    # A deduction may leave fractions of the smallest unit; only what is shown is rounded.
    evaluation_price: Mapped[Decimal] = mapped_column(Numeric(26, 8))
    price_points: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    quality_points: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    total_points: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))

    __table_args__ = (
        CheckConstraint("rank >= 1", name="rank"),
        CheckConstraint("candidate OR rank > 1", name="behind_its_brand"),
        CheckConstraint("evaluation_price > 0", name="price"),
    )


class ReportSignature(Base):
    """A member's signature on the report, with his dissent if he has one (87-61)."""

    __tablename__ = "report_signature"

    member_id: Mapped[Key] = mapped_column(ForeignKey("panel_member.id"))
    lot_id: Mapped[Id] = mapped_column(ForeignKey("ranking.lot_id"), index=True)
    document_id: Mapped[Id] = mapped_column(ForeignKey("signed_document.id"))
    dissent: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("dissent IS NULL OR dissent <> ''", name="dissent"),)
