"""Rows of a tender made from commands and from plain values."""

from __future__ import annotations

from journal.work import Work
from kernel.identifiers import new_id
from kernel.vocabulary import LotStage
from procurement.tenders.commands import NewItem, NewLot
from procurement.tenders.content import Record
from procurement.tenders.models import Criterion, Item, Lot, Tender, TenderDocument


def add_document(work: Work, tender: Tender, record: Record) -> None:
    """A row for a version of a document whose bytes lie in the blob store already."""
    work.session.add(
        TenderDocument(
            id=new_id("doc"),
            tender_id=tender.id,
            number=record["number"],
            version=record["version"],
            name=record["name"],
            media_type=record["media_type"],
            content=record["digest"],
            size=record["size"],
            added_at=work.clock.now(),
        )
    )


def add_criterion(work: Work, tender: Tender, record: Record) -> None:
    """A row for a criterion in the form in which notices write it."""
    work.session.add(
        Criterion(
            id=new_id("crit"),
            tender_id=tender.id,
            number=record["number"],
            kind=record["kind"],
            title_zh=record["title"]["zh"],
            title_en=record["title"]["en"],
            weight=record["weight"],
            objective=record["objective"],
            rule_zh=record["rule"]["zh"],
            rule_en=record["rule"]["en"],
            justification=record["justification"],
        )
    )


def add_lot(work: Work, tender: Tender, number: int, new: NewLot) -> None:
    """Rows for a lot and its items."""
    lot = Lot(
        id=new_id("lot"),
        tender_id=tender.id,
        number=number,
        title_zh=new.title.zh,
        title_en=new.title.en,
        budget_minor=new.budget.minor,
        ceiling_minor=new.ceiling.minor,
        reserved_for_small=new.reserved_for_small,
        stage=str(LotStage.SEALED),
    )
    work.session.add(lot)
    work.session.flush()
    for place, item in enumerate(new.items, start=1):
        work.session.add(_item(lot, place, item))


def _item(lot: Lot, number: int, new: NewItem) -> Item:
    return Item(
        id=new_id("item"),
        lot_id=lot.id,
        number=number,
        description_zh=new.description.zh,
        description_en=new.description.en,
        quantity=new.quantity,
        unit=new.unit,
        classification=new.classification,
        scheme=new.scheme,
    )
