"""The home page: what closes soon, what happened lately, and three figures of the year."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.portal.reading.listing import closing_soonest, count_open, of_tenders, year_start
from app.portal.views import Figure, Happening, HomePage
from app.web import moments
from bidding.opening.models import OpenedBid
from journal import logs
from journal.models import EntryRow
from kernel.text import Text
from kernel.vocabulary import Action
from procurement.contracts.models import Contract
from procurement.payments.models import Invoice, Payment
from reports import labels

CLOSING_SOON = 4
LATELY = 4
# Entries that are public at once: nothing here waits for a later moment.
_NEWS = (
    Action.OPEN_LOT,
    Action.LEAVE_SEALED,
    Action.FAIL_LOT,
    Action.CANCEL_TENDER,
    Action.PUBLISH_AWARD,
    Action.SIGN_AS_BUYER,
    Action.SETTLE_PAYMENT,
)


def home_page(session: Session, now: datetime, zone: ZoneInfo) -> HomePage:
    """S01."""
    return HomePage(
        open_count=count_open(session, now),
        closing_soon=closing_soonest(session, now, CLOSING_SOON),
        today=_lately(session, now, zone),
        figures=tuple(_figures(session, now)),
    )


def _lately(session: Session, now: datetime, zone: ZoneInfo) -> tuple[Happening, ...]:
    rows = session.execute(
        select(EntryRow.tender, EntryRow.action, EntryRow.recorded_at)
        .where(
            EntryRow.log == logs.PUBLIC,
            EntryRow.action.in_([str(action) for action in _NEWS]),
            EntryRow.tender.is_not(None),
        )
        .order_by(EntryRow.seq.desc())
        .limit(LATELY * 8)
    ).all()
    newest = {row.tender: row for row in reversed(rows)}
    cards = of_tenders(session, [tender for tender in newest if tender], now)
    ordered = sorted(newest.values(), key=lambda row: row.recorded_at, reverse=True)
    return tuple(
        Happening(
            status=cards[row.tender].status,
            key=cards[row.tender].key,
            title=cards[row.tender].title,
            note=_note(Action(row.action), row.recorded_at, now, zone),
        )
        for row in ordered
        if row.tender in cards
    )[:LATELY]


def _note(action: Action, at: datetime, now: datetime, zone: ZoneInfo) -> Text:
    label = labels.ACTIONS[action]
    return Text(
        f"{moments.brief(at, 'zh', zone, now)}，{label.zh}",
        f"{moments.brief(at, 'en', zone, now)}: {label.en}",
    )


def _figures(session: Session, now: datetime) -> list[Figure]:
    """Figures of the year; one of which nothing can be said yet is left out."""
    since = year_start(now)
    found = []
    contracts = session.scalar(
        select(func.count()).select_from(Contract).where(Contract.buyer_signed_at >= since)
    )
    if contracts:
        found.append(Figure(str(contracts), Text("已签合同", "contracts signed")))
    bids, opened = session.execute(
        select(func.count(), func.count(OpenedBid.lot_id.distinct())).where(
            OpenedBid.opened_at >= since
        )
    ).one()
    if opened:
        mean = Text("平均每包开启的投标", "bids opened per lot")
        found.append(Figure(f"{bids / opened:.1f}", mean))
    paid, in_time = session.execute(
        select(func.count(), func.count().filter(Payment.paid_on <= Invoice.due_on))
        .select_from(Payment)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .where(Payment.settled_at >= since)
    ).one()
    if paid:
        of_all = Text(f"按时付款（共{paid}笔）", f"paid in time (of {paid})")
        found.append(Figure(f"{in_time * 100 // paid}%", of_all))
    return found
