"""Reads of tenders: under lock for use cases, by keyset for pages, whole for a bidder's client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.parties.models import Organization, SignedDocument
from procurement.plans.models import Purchase
from procurement.tenders.models import HolderKey, Lot, Notice, Question, Tender, TenderDocument
from signatures.sealed.committee import fingerprint_of
from signatures.sealed.judging import Signed

PAGE_ROWS_MAX = 100
PUBLISHED = (
    TenderStage.OPEN,
    TenderStage.CLOSING,
    TenderStage.CLOSED,
    TenderStage.CANCELLED,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TenderRow:
    """A tender as lists show it."""

    id: str
    ocid: str
    title: Text
    buyer: Text
    category: str
    budget: Money
    stage: TenderStage
    published_at: datetime
    closes_at: datetime
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """A signed statement as a client checks it: the bytes, the CMS over them, a token if any."""

    statement: bytes
    cms: bytes
    token: bytes | None


@dataclass(frozen=True, slots=True)
class HolderPackage:
    """One holder's key for one part, with the statements about it."""

    part: str
    index: int
    outside: bool
    recipient: str
    holder: Statement
    possession: Statement | None


@dataclass(frozen=True, slots=True)
class NoticePackage:
    """A notice or corrigendum with its place in the log."""

    number: int
    digest: str
    closes_at: datetime
    entry_id: str
    signed: Statement


@dataclass(frozen=True, slots=True)
class CommitteePackage:
    """All that a bidder's client checks before it seals anything (SEALED_BID 3.0)."""

    tender: str
    buyer: str
    digest: str
    fingerprint: str
    threshold: int
    entry_id: str
    committee: Statement
    holders: tuple[HolderPackage, ...]
    notices: tuple[NoticePackage, ...]


def tender(session: Session, tender_id: str) -> Tender:
    """A tender by its id; NotFound if there is none."""
    return _found(session.get(Tender, tender_id), "tender", tender_id)


def published_tender(session: Session, tender_id: str) -> Tender:
    """A tender that the public may know of; for anything else NotFound, as if there were none."""
    found = tender(session, tender_id)
    if found.published_at is None:
        raise NotFound("tender", tender_id)
    return found


def tender_for_change(session: Session, tender_id: str) -> Tender:
    """A tender under `FOR UPDATE`: nobody bids, asks or closes until the transaction ends."""
    wanted = select(Tender).where(Tender.id == tender_id).with_for_update()
    return _found(session.scalars(_anew(wanted)).one_or_none(), "tender", tender_id)


def tender_for_bid(session: Session, tender_id: str) -> Tender:
    """A tender under `FOR SHARE`: bids do not wait for each other, only the closing waits."""
    wanted = select(Tender).where(Tender.id == tender_id).with_for_update(read=True)
    return _found(session.scalars(_anew(wanted)).one_or_none(), "tender", tender_id)


def tender_of_purchase(session: Session, purchase_id: str) -> Tender | None:
    """The tender of a purchase, once it is drafted."""
    return session.scalars(select(Tender).where(Tender.purchase_id == purchase_id)).one_or_none()


def lot(session: Session, lot_id: str) -> Lot:
    """A lot by its id; NotFound if there is none."""
    return _found(session.get(Lot, lot_id), "lot", lot_id)


def question_for_change(session: Session, question_id: str) -> tuple[Question, Tender]:
    """A question and its tender, both under lock; the tender first, as everywhere."""
    tender_id = session.scalar(select(Question.tender_id).where(Question.id == question_id))
    changed = tender_for_change(session, _found(tender_id, "question", question_id))
    wanted = select(Question).where(Question.id == question_id).with_for_update()
    return _found(session.scalars(_anew(wanted)).one_or_none(), "question", question_id), changed


def questions(session: Session, tender_id: str, *, answered_only: bool) -> list[Question]:
    """Questions of a tender; the public gets the answered ones, and no hint of how many wait."""
    wanted = select(Question).where(Question.tender_id == tender_id)
    if answered_only:
        wanted = wanted.where(Question.answered_at.is_not(None))
        return list(session.scalars(wanted.order_by(Question.answered_at, Question.id)))
    return list(session.scalars(wanted.order_by(Question.asked_at, Question.id)))


def waiting_questions(session: Session, tender_ids: Sequence[str]) -> dict[str, list[Question]]:
    """The questions that still wait for their answer, by tender, the oldest first."""
    rows = session.scalars(
        select(Question)
        .where(Question.tender_id.in_(tender_ids), Question.answered_at.is_(None))
        .order_by(Question.asked_at, Question.id)
    )
    found: dict[str, list[Question]] = {}
    for row in rows:
        found.setdefault(row.tender_id, []).append(row)
    return found


def notice_chain(session: Session, tender_id: str) -> list[Notice]:
    """The notice and its corrigenda in order; each names its predecessor."""
    return list(
        session.scalars(select(Notice).where(Notice.tender_id == tender_id).order_by(Notice.number))
    )


def last_notice(session: Session, tender_id: str) -> Notice:
    """The notice or corrigendum that bids must name now."""
    wanted = select(Notice).where(Notice.tender_id == tender_id).order_by(Notice.number.desc())
    return _found(session.scalars(wanted.limit(1)).one_or_none(), "notice", tender_id)


def documents(session: Session, tender_id: str) -> list[TenderDocument]:
    """Every version of every document, old ones too (requirement 019)."""
    return list(
        session.scalars(
            select(TenderDocument)
            .where(TenderDocument.tender_id == tender_id)
            .order_by(TenderDocument.number, TenderDocument.version)
        )
    )


def holder_keys(session: Session, tender_id: str) -> list[HolderKey]:
    """The named holders of a tender with their keys, part after part, index by index."""
    return list(
        session.scalars(
            select(HolderKey)
            .where(HolderKey.tender_id == tender_id)
            # The order of the committee statement: technical before price (SEALED_BID 2).
            .order_by(HolderKey.part.desc(), HolderKey.index)
        )
    )


def holder_signatures(session: Session, tender_id: str) -> list[Signed]:
    """The holders' statements with the signatures over them, in the committee's order."""
    kept = [
        _signed(session, key.document_id)
        for key in holder_keys(session, tender_id)
        if key.document_id is not None
    ]
    return [Signed(each.statement, each.cms) for each in kept]


def holder_certificates(session: Session, tender_id: str) -> list[str]:
    """The certificates with which the holders vouched for their keys."""
    return list(
        session.scalars(
            select(SignedDocument.signer_certificate)
            .join(HolderKey, HolderKey.document_id == SignedDocument.id)
            .where(HolderKey.tender_id == tender_id)
        )
    )


def holdings_of(session: Session, person_id: str) -> list[tuple[HolderKey, Tender]]:
    """For which tenders a person is named as key holder, the soonest closing first."""
    rows = session.execute(
        select(HolderKey, Tender)
        .join(Tender, Tender.id == HolderKey.tender_id)
        .where(HolderKey.person_id == person_id, Tender.stage != str(TenderStage.CANCELLED))
        .order_by(Tender.closes_at, Tender.id, HolderKey.part.desc())
    )
    return [(row[0], row[1]) for row in rows]


def committee_package(session: Session, tender_id: str) -> CommitteePackage:
    """The committee's and the notices' statements with their signatures, as they were received."""
    known = tender(session, tender_id)
    if known.committee_digest is None or known.committee_document is None:
        raise NotFound("committee", tender_id)
    buyer = session.get_one(Organization, known.buyer_id)
    return CommitteePackage(
        tender=known.id,
        buyer=buyer.identifier,
        digest=known.committee_digest,
        fingerprint=fingerprint_of(known.committee_digest),
        threshold=known.threshold,
        entry_id=known.committee_entry_id or "",
        committee=_signed(session, known.committee_document),
        holders=tuple(
            HolderPackage(
                part=key.part,
                index=key.index,
                outside=key.outside,
                recipient=key.recipient or "",
                holder=_signed(session, key.document_id or ""),
                possession=(
                    _signed(session, key.possession_document_id)
                    if key.possession_document_id
                    else None
                ),
            )
            for key in holder_keys(session, tender_id)
        ),
        notices=tuple(
            NoticePackage(
                number=notice.number,
                digest=notice.digest,
                closes_at=notice.closes_at,
                entry_id=notice.entry_id,
                signed=_signed(session, notice.document_id),
            )
            for notice in notice_chain(session, tender_id)
        ),
    )


def due_for_closing(session: Session, now: datetime, limit: int = PAGE_ROWS_MAX) -> list[str]:
    """Tenders whose closing time has come and whose closing has not begun."""
    return list(
        session.scalars(
            select(Tender.id)
            .where(Tender.stage == str(TenderStage.OPEN), Tender.closes_at <= now)
            .order_by(Tender.closes_at, Tender.id)
            .limit(limit)
        )
    )


def open_tenders(session: Session) -> list[Tender]:
    """Every tender that takes bids: for each a head is sealed (SEALED_BID 4)."""
    return list(
        session.scalars(
            select(Tender).where(Tender.stage == str(TenderStage.OPEN)).order_by(Tender.id)
        )
    )


def newest_tenders(
    session: Session,
    *,
    stages: Sequence[TenderStage] = PUBLISHED,
    buyer_id: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE_ROWS_MAX,
) -> list[TenderRow]:
    """Published tenders, the newest first; `after` is the last row's `published_at` and id."""
    wanted = _listed(stages, buyer_id)
    if after is not None:
        wanted = wanted.where(tuple_(Tender.published_at, Tender.id) < after)
    wanted = wanted.order_by(Tender.published_at.desc(), Tender.id.desc())
    return _rows(session, wanted, limit)


def closing_soonest(
    session: Session,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE_ROWS_MAX,
) -> list[TenderRow]:
    """Open tenders, the soonest closing first; `after` is the last row's `closes_at` and id."""
    wanted = _listed((TenderStage.OPEN,), None)
    if after is not None:
        wanted = wanted.where(tuple_(Tender.closes_at, Tender.id) > after)
    return _rows(session, wanted.order_by(Tender.closes_at, Tender.id), limit)


def _listed(
    stages: Sequence[TenderStage], buyer_id: str | None
) -> Select[Tender, Purchase, Organization]:
    wanted = (
        select(Tender, Purchase, Organization)
        .join(Purchase, Purchase.id == Tender.purchase_id)
        .join(Organization, Organization.id == Tender.buyer_id)
        # A draft that was cancelled was never published and stays unknown.
        .where(Tender.published_at.is_not(None), Tender.stage.in_([str(stage) for stage in stages]))
    )
    return wanted if buyer_id is None else wanted.where(Tender.buyer_id == buyer_id)


def _rows(
    session: Session, wanted: Select[Tender, Purchase, Organization], limit: int
) -> list[TenderRow]:
    found = session.execute(wanted.limit(min(limit, PAGE_ROWS_MAX))).all()
    budgets = _budgets(session, [listed.id for listed, _, _ in found])
    return [
        TenderRow(
            id=listed.id,
            ocid=bought.ocid,
            title=Text(listed.title_zh, listed.title_en),
            buyer=Text(buyer.name_zh, buyer.name_en),
            category=listed.category,
            budget=Money.of_minor(budgets[listed.id], listed.currency),
            stage=TenderStage(listed.stage),
            published_at=listed.published_at or listed.drafted_at,
            closes_at=listed.closes_at,
            is_sample=bought.is_sample,
        )
        for listed, bought, buyer in found
    ]


def _budgets(session: Session, tender_ids: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        select(Lot.tender_id, func.sum(Lot.budget_minor))
        .where(Lot.tender_id.in_(tender_ids))
        .group_by(Lot.tender_id)
    )
    return {tender_id: int(total) for tender_id, total in rows}


def _signed(session: Session, document_id: str) -> Statement:
    kept = _found(session.get(SignedDocument, document_id), "signed_document", document_id)
    if kept.statement is None or kept.cms is None:
        raise NotFound("statement", document_id)
    return Statement(kept.statement, kept.cms, kept.token)


def _anew(wanted: Select[T]) -> Select[T]:
    """Read anew under the lock: what the session remembers may be older."""
    return wanted.execution_options(populate_existing=True)


def _found(row: T | None, kind: str, id: str) -> T:
    if row is None:
        raise NotFound(kind, id)
    return row
