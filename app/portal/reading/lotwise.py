"""A tender of many lots, some lots a page: each lot with all that is told of it on one page.

What a lot brings (result, bids, opening, contract, payments, lines of the record) grows with the
number of lots, so a page of all of them has no bound. What concerns the whole tender stands on
each page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.portal.reading.record import Seen, Story
from app.portal.views import LotsPage
from kernel.refusal import NotFound
from procurement.contracts.models import Contract
from procurement.tenders.models import Lot

# A real tender of four lots, with its contracts and payments, weighs 7 kB compressed, and its files
# 13 kB: twice as many lots, with more bids each, stay below the 35 kB of a first view.
LOTS_A_PAGE = 8


def page_of(lots: Sequence[Lot], number: int) -> Sequence[Lot]:
    """The lots of a page, the first of which is 1; NotFound for a page that there is not."""
    pages = pages_of(lots)
    if not 1 <= number <= max(1, len(pages)):
        raise NotFound("lots", str(number))
    return lots[(number - 1) * LOTS_A_PAGE : number * LOTS_A_PAGE]


def pages_of(lots: Sequence[Lot]) -> tuple[LotsPage, ...]:
    """What each page holds; nothing where one page holds all."""
    if len(lots) <= LOTS_A_PAGE:
        return ()
    return tuple(
        LotsPage(
            start // LOTS_A_PAGE + 1,
            lots[start].number,
            lots[min(start + LOTS_A_PAGE, len(lots)) - 1].number,
        )
        for start in range(0, len(lots), LOTS_A_PAGE)
    )


def story_for(
    story: Story, lots: Sequence[Lot], here: Sequence[Lot], contracts: Sequence[Contract]
) -> Story:
    """The entries of the whole tender and of the lots that are here."""
    if len(here) == len(lots):
        return story
    elsewhere = {lot.id for lot in lots} - {lot.id for lot in here}
    lot_of = {contract.id: contract.lot_id for contract in contracts}
    return Story(tuple(seen for seen in story.entries if _lot_of(seen, lot_of) not in elsewhere))


def _lot_of(seen: Seen, of_contract: Mapping[str, str]) -> str | None:
    """The lot that an entry is about; None for one about the whole tender."""
    if (lot := seen.body.get("lot")) is not None:
        return str(lot)
    return of_contract.get(str(seen.body.get("contract") or seen.object))
