"""The signed papers of a tender that the public may have: each once its entry is shown.

What holds more than the disclosure table ever shows everybody is not among them: the evaluation
report (questions about prices, who judged how) and the payment order (the invoice's number).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.opening.services import RECORD_PDF
from kernel.text import Text
from kernel.vocabulary import Action
from procurement.awards.models import Award
from procurement.awards.moments import Moments
from procurement.awards.services import NOTICE_PDF
from procurement.contracts.accepting import ACCEPTANCE_PDF
from procurement.contracts.models import Acceptance, Contract
from procurement.disclosure import DISCLOSURE
from procurement.parties import queries as parties
from procurement.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper: what it is called, and which entry lets it be seen."""

    title: Text
    digest: str
    action: Action
    object: str

    @property
    def file_name(self) -> str:
        """The name under which it is saved."""
        return f"{self.title.zh}.pdf"


def public_papers(session: Session, tender: Tender) -> tuple[Paper, ...]:
    """The papers of a tender that everybody may have now, in the order of the procedure."""
    reached = Moments(session).reached
    return tuple(
        paper
        for paper in _papers(session, tender)
        if reached(tender.id, DISCLOSURE[paper.action].moment)
    )


def _papers(session: Session, tender: Tender) -> Iterator[Paper]:
    several = len(tender.lots) > 1
    numbers = {lot.id: lot.number for lot in tender.lots}

    def titled(words: Text, lot: str, nth: int = 1) -> Text:
        zh = f"（包{numbers[lot]}）" if several else ""
        en = f", lot {numbers[lot]}" if several else ""
        again = f" {nth}" if nth > 1 else ""
        return Text(f"{words.zh}{zh}{again}", f"{words.en}{en}{again}")

    for lot in tender.lots:
        yield from _newest(
            session,
            RECORD_PDF,
            lot.id,
            titled(Text("开标记录", "Record of the opening"), lot.id),
            Action.SIGN_OPENING_RECORD,
            lot.id,
        )
    awards = session.scalars(
        select(Award)
        .where(Award.tender_id == tender.id, Award.published_at.is_not(None))
        .order_by(Award.published_at, Award.id)
    )
    for award in awards:
        yield from _newest(
            session,
            NOTICE_PDF,
            award.id,
            titled(Text("中标公告", "Award notice"), award.lot_id),
            Action.PUBLISH_AWARD,
            award.id,
        )
    inspections = session.execute(
        select(Acceptance, Contract.id, Contract.lot_id)
        .join(Contract, Contract.id == Acceptance.contract_id)
        .where(Contract.tender_id == tender.id)
        .order_by(Contract.lot_id, Acceptance.number)
    )
    for inspection, contract, lot_id in inspections:
        yield from _newest(
            session,
            ACCEPTANCE_PDF,
            inspection.id,
            titled(Text("履约验收书", "Record of acceptance"), lot_id, inspection.number),
            Action.ACCEPT_DELIVERY if inspection.accepted else Action.REJECT_DELIVERY,
            contract,
        )


def _newest(
    session: Session, kind: str, subject: str, title: Text, action: Action, object: str
) -> Iterator[Paper]:
    kept = parties.last_pdf(session, kind, subject)
    if kept is not None:
        yield Paper(title, kept.content, action, object)
