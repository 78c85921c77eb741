"""The state of a tender and of a lot as the public sees it, from the stages that the rows hold.

One table and one SQL expression for list, page and filter alike, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select

from app.web.shown import Status
from bidding.opening.models import Release
from kernel.vocabulary import ContractStage, LotStage, TenderStage
from procurement.contracts.models import Contract
from procurement.tenders.models import Lot, Tender

# A tender stands where the lot stands that has come least far; those without a result come last.
_SEALED, _JUDGED, _AWARDED, _CONTRACTED, _ENDED = range(5)
_ORDER: Mapping[LotStage, int] = {
    LotStage.SEALED: _SEALED,
    LotStage.OPENED: _JUDGED,
    LotStage.QUALIFIED: _JUDGED,
    LotStage.EVALUATED: _JUDGED,
    LotStage.REPORTED: _JUDGED,
    LotStage.DECIDED: _JUDGED,
    LotStage.AWARDED: _AWARDED,
    LotStage.CONTRACTED: _CONTRACTED,
    LotStage.FAILED: _ENDED,
    LotStage.CANCELLED: _ENDED,
}
_STATUS: Mapping[int, Status] = {
    _SEALED: Status.SEALED,
    _JUDGED: Status.EVALUATION,
    _AWARDED: Status.AWARDED,
    _CONTRACTED: Status.CONTRACT,
    _ENDED: Status.STOPPED,
}
# A contract that was signed and is not yet fully paid.
_RUNNING = (str(ContractStage.IN_FORCE), str(ContractStage.ACCEPTED))


def status_at(now: datetime) -> ColumnElement[str]:
    """The status of the tender of the enclosing query, as the text of a `Status`.

    A tender whose closing time has come takes no bid, whether or not the job has closed it yet.
    """
    least = (
        select(
            func.min(case({str(stage): order for stage, order in _ORDER.items()}, value=Lot.stage))
        )
        .where(Lot.tender_id == Tender.id)
        .correlate(Tender)
        .scalar_subquery()
    )
    shares_given = exists(
        select(literal(1)).where(Release.tender_id == Tender.id).correlate(Tender)
    )
    unpaid = exists(
        select(literal(1))
        .where(Contract.tender_id == Tender.id, Contract.stage.in_(_RUNNING))
        .correlate(Tender)
    )
    before = Tender.stage == str(TenderStage.OPEN)
    return case(
        (and_(before, Tender.closes_at > now), str(Status.OPEN)),
        (Tender.stage.in_((str(TenderStage.OPEN), str(TenderStage.CLOSING))), str(Status.SEALED)),
        (Tender.stage == str(TenderStage.CANCELLED), str(Status.STOPPED)),
        (and_(least == _SEALED, shares_given), str(Status.OPENING)),
        (and_(least == _CONTRACTED, ~unpaid), str(Status.COMPLETED)),
        *((least == order, str(status)) for order, status in _STATUS.items()),
        else_=str(Status.STOPPED),
    )


def lot_status(stage: LotStage, tender: Status, *, paid: bool = False) -> Status:
    """The status of one lot beside that of its tender; `paid` if its contract is fully paid."""
    if paid and _ORDER[stage] == _CONTRACTED:
        return Status.COMPLETED
    if tender in (Status.OPEN, Status.SEALED, Status.OPENING) and _ORDER[stage] == _SEALED:
        return tender
    return _STATUS[_ORDER[stage]]
