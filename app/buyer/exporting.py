"""A buyer's own tenders as rows for a spreadsheet, one for each lot, as the list is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from app.buyer.lists import Asked
from app.web.language import say
from app.web.spreadsheet import Cell
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import LotStage, TenderStage
from procurement.awards import queries as awards
from procurement.parties import queries as parties
from procurement.tenders import of_buyer
from procurement.tenders.models import Lot
from procurement.tenders.queries import PAGE_ROWS_MAX
from reports.labels import LOT_STAGES, TENDER_STAGES

HEADS = tuple(
    Text(zh, en)
    for zh, en in (
        ("编号", "Number"),
        ("项目", "Tender"),
        ("阶段", "Stage"),
        ("公告时间", "Published"),
        ("投标截止", "Bids close"),
        ("包", "Lot"),
        ("包的阶段", "Stage of the lot"),
        ("包的预算", "Budget of the lot"),
        ("中标人", "Winner"),
        ("中标金额", "Amount awarded"),
        ("币种", "Currency"),
    )
)
# A lot before the closing says no more than its tender: nothing of the bids is in this list.
_AFTER_CLOSING = frozenset({TenderStage.CLOSED})


def rows(work: Work, buyers: Collection[str], question: Asked) -> Iterator[Sequence[Cell]]:
    """Every tender that the list holds, not only the page that is shown; the newest first."""
    after: str | None = None
    while True:
        found = of_buyer.tenders_listed(
            work.session,
            buyers,
            stage=question.stage,
            words=question.terms,
            after=after,
            limit=PAGE_ROWS_MAX,
        )
        for one in found:
            for lot in one.tender.lots:
                yield _row(work, one, lot)
        if len(found) < PAGE_ROWS_MAX:
            return
        after = found[-1].id


def _row(work: Work, one: of_buyer.TenderOfBuyer, lot: Lot) -> Sequence[Cell]:
    tender, stage = one.tender, TenderStage(one.tender.stage)
    award = awards.live_award(work.session, lot.id)
    winner = parties.organization(work.session, award.supplier_id) if award else None
    return (
        one.ocid,
        say(Text(tender.title_zh, tender.title_en)),
        say(TENDER_STAGES[stage]),
        tender.published_at,
        tender.closes_at,
        say(Text(lot.title_zh, lot.title_en)),
        say(LOT_STAGES[LotStage(lot.stage)]) if stage in _AFTER_CLOSING else None,
        Money.of_minor(lot.budget_minor, tender.currency).amount,
        say(Text(winner.name_zh, winner.name_en)) if winner else None,
        Money.of_minor(award.amount_minor, award.currency).amount if award else None,
        tender.currency,
    )
