"""What is due next in the demo: the instant to which its visible control moves the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.evaluation.deadlines import open_deadlines as reports_due
from kernel.text import Text
from kernel.vocabulary import LotStage, TenderStage
from procurement.awards.deadlines import open_deadlines as decisions_due
from procurement.awards.models import Award
from procurement.challenges.deadlines import open_deadlines as answers_due
from procurement.contracts.deadlines import open_deadlines as signatures_due
from procurement.payments.deadlines import open_deadlines as payments_due
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile

_CLOSING = Text("投标截止", "Bidding closes")
_OPENING = Text("可以开标", "The bids may be opened")
_CHALLENGE = Text("质疑期结束", "The time to challenge ends")
_LIMITS = {
    "report": Text("评审报告的时限到", "The evaluation report is due"),
    "decision": Text("定标的时限到", "The award decision is due"),
    "notice": Text("公告结果的时限到", "The award notice is due"),
    "answer": Text("答复质疑的时限到", "The answer to a challenge is due"),
    "ruling": Text("投诉处理的时限到", "The ruling on a complaint is due"),
    "signing": Text("签合同的时限到", "The contract is due"),
    "payment": Text("付款的时限到", "A payment is due"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """Something that time brings, and the tender that it is about."""

    at: datetime
    what: Text
    tender: str


def next_due(session: Session, now: datetime) -> Due | None:
    """The soonest of all that is still to come; None when nothing is."""
    coming = (due for due in _everything(session, now) if due.at > now)
    return min(coming, key=lambda due: (due.at, due.tender), default=None)


def _everything(session: Session, now: datetime) -> Iterable[Due]:
    for tender in session.scalars(select(Tender).where(Tender.stage == str(TenderStage.OPEN))):
        yield Due(tender.closes_at, _CLOSING, tender.id)
        yield Due(_opens_at(tender), _OPENING, tender.id)
    sealed = (
        select(Tender)
        .join(Lot, Lot.tender_id == Tender.id)
        .where(Tender.stage == str(TenderStage.CLOSED), Lot.stage == str(LotStage.SEALED))
        .distinct()
    )
    for tender in session.scalars(sealed):
        yield Due(_opens_at(tender), _OPENING, tender.id)
    for award in session.scalars(select(Award).where(Award.lapsed_at.is_(None))):
        if award.challenge_until is not None:
            yield Due(award.challenge_until, _CHALLENGE, award.tender_id)
    for limit in (
        *reports_due(session),
        *decisions_due(session),
        *answers_due(session),
        *signatures_due(session, now),
        *payments_due(session),
    ):
        yield Due(limit.due_at, _LIMITS[limit.limit], limit.tender)


def _opens_at(tender: Tender) -> datetime:
    return tender.closes_at + timedelta(minutes=pinned_profile(tender).objection_minutes.value)
