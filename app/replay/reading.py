"""Read real tenders and bids, row by row; what does not fit is named by file, line and field.

The form is that of `*.tenders.jsonl` (Prozorro's own JSON, one tender a line) and `*.replay.csv`
(one row per bid and lot). A dirty row is left out and reported; the rest is played.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from app.replay.fields import (
    NAME_CHARACTERS_MAX,
    Unreadable,
    cell,
    identifier,
    instant,
    listed,
    mapping,
    money,
    text,
)
from app.replay.table import Dirty, Row, rows_of
from kernel.money import Money

_COLUMNS = frozenset(
    {
        "tenderID",
        "lot_id",
        "lot_budget",
        "currency",
        "tenderer_id",
        "bid_amount",
        "real_outcome",
    }
)
OUTCOMES = frozenset({"won", "disqualified", "award_pending", "award_cancelled", "not_considered"})

_LEAST_QUANTITY = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class RealItem:
    """A line of what was bought."""

    description: str
    quantity: Decimal
    unit: str
    classification: str
    scheme: str


@dataclass(frozen=True, slots=True)
class RealBid:
    """One bid for one lot, with what became of it."""

    id: str
    bidder: str
    bidder_name: str
    amount: Money
    outcome: str
    award_amount: Money | None
    award_at: datetime | None
    line: int


@dataclass(frozen=True, slots=True)
class RealLot:
    """One lot with its bids; the id is empty where the tender has no lots of its own."""

    id: str
    title: str
    budget: Money
    items: tuple[RealItem, ...]
    bids: tuple[RealBid, ...]

    @property
    def winner(self) -> RealBid | None:
        """The bid that really won, if one did."""
        return next((bid for bid in self.bids if bid.outcome == "won"), None)

    @property
    def is_compared(self) -> bool:
        """Whether the lot is held against reality: two or more bids and a real winner."""
        return len(self.bids) >= 2 and self.winner is not None


@dataclass(frozen=True, slots=True)
class RealTender:
    """A tender as it really was."""

    id: str
    title: str
    buyer: str
    buyer_name: str
    currency: str
    opens_at: datetime
    closes_at: datetime
    lots: tuple[RealLot, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RealData:
    """What could be read, and what could not."""

    tenders: tuple[RealTender, ...]
    refused: tuple[Dirty, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    tender: str
    lot: str
    budget: Money
    bid: RealBid


def read_real(tenders_file: Path, bids_file: Path) -> RealData:
    """Read both files; only tenders that have bids are returned, ordered by their opening."""
    refused: list[Dirty] = []
    rows = _by_lot(_read_rows(bids_file, refused), bids_file.name, refused)
    wanted = {tender for tender, _ in rows}
    tenders: list[RealTender] = []
    seen: set[str] = set()
    for line, raw in _lines(tenders_file, refused):
        try:
            parsed = _parse_json(raw)
            id = text(parsed, "tenderID")
            if id in seen:
                raise Unreadable("tenderID", "named twice")
            seen.add(id)
            if id in wanted:
                tenders.append(_tender(parsed, line, rows, tenders_file.name, refused))
        except Unreadable as problem:
            refused.append(Dirty(tenders_file.name, line, problem.field, problem.reason))
    refused += _unmatched(rows, tenders, bids_file.name)
    refused.sort(key=lambda dirty: (dirty.file, dirty.line))
    ordered = sorted(tenders, key=lambda tender: (tender.opens_at, tender.id))
    return RealData(tuple(ordered), tuple(refused))


def _unmatched(
    rows: Mapping[tuple[str, str], list[_Row]], tenders: Iterable[RealTender], file: str
) -> Iterator[Dirty]:
    """Rows that belong to no tender or lot, or are in another currency than it."""
    known = {tender.id: tender for tender in tenders}
    for (tender, lot), found in rows.items():
        real = known.get(tender)
        if real is None:
            problem = ("tenderID", "no such tender")
        elif all(each.id != lot for each in real.lots):
            problem = ("lot_id", "no such lot")
        elif found[0].budget.currency != real.currency:
            problem = ("currency", f"the tender is in {real.currency}")
        else:
            continue
        yield from (Dirty(file, row.bid.line, *problem) for row in found)


def _read_rows(path: Path, refused: list[Dirty]) -> Iterator[_Row]:
    for line, row in rows_of(path, _COLUMNS, refused):
        try:
            yield _row(row, line)
        except Unreadable as problem:
            refused.append(Dirty(path.name, line, problem.field, problem.reason))


def _row(row: Row, line: int) -> _Row:
    currency = cell(row, "currency")
    outcome = cell(row, "real_outcome")
    if outcome not in OUTCOMES:
        raise Unreadable("real_outcome", f"unknown outcome {outcome[:40]!r}")
    amount = money(row.get("bid_amount"), currency, "bid_amount")
    award = row.get("award_amount") or ""
    bid = RealBid(
        id=(row.get("bid_id") or "").strip(),
        bidder=identifier(cell(row, "tenderer_id"), "tenderer_id"),
        bidder_name="",
        amount=amount,
        outcome=outcome,
        award_amount=money(award, currency, "award_amount") if award.strip() else None,
        award_at=instant(row.get("award_date"), "award_date") if row.get("award_date") else None,
        line=line,
    )
    if outcome == "won" and bid.award_amount is None:
        raise Unreadable("award_amount", "a winning bid without its award")
    budget = money(row.get("lot_budget"), currency, "lot_budget")
    return _Row(cell(row, "tenderID"), (row.get("lot_id") or "").strip(), budget, bid)


def _by_lot(
    rows: Iterable[_Row], file: str, refused: list[Dirty]
) -> dict[tuple[str, str], list[_Row]]:
    lots: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        others = lots.setdefault((row.tender, row.lot), [])
        if any(other.bid.bidder == row.bid.bidder for other in others):
            refused.append(Dirty(file, row.bid.line, "tenderer_id", "bids twice for this lot"))
        elif row.bid.outcome == "won" and any(other.bid.outcome == "won" for other in others):
            refused.append(Dirty(file, row.bid.line, "real_outcome", "a second winner of this lot"))
        elif others and others[0].budget.currency != row.budget.currency:
            refused.append(Dirty(file, row.bid.line, "currency", "differs within the lot"))
        else:
            others.append(row)
    return lots


def _tender(
    parsed: Mapping[str, Any],
    line: int,
    rows: Mapping[tuple[str, str], list[_Row]],
    file: str,
    refused: list[Dirty],
) -> RealTender:
    id = text(parsed, "tenderID")
    entity = mapping(parsed, "procuringEntity")
    registered = mapping(entity, "identifier", "procuringEntity.identifier")
    period = mapping(parsed, "tenderPeriod")
    opens_at = instant(period.get("startDate"), "tenderPeriod.startDate")
    closes_at = instant(period.get("endDate"), "tenderPeriod.endDate")
    if closes_at <= opens_at:
        raise Unreadable("tenderPeriod.endDate", "is not after startDate")
    value = mapping(parsed, "value")
    currency = text(value, "currency", "value.currency")
    names = _bidder_names(parsed)
    title = text(parsed, "title")
    items = listed(parsed, "items")
    lots: list[RealLot] = []
    real_lots = listed(parsed, "lots") or [{"id": "", "title": title, "value": value}]
    for number, lot in enumerate(real_lots):
        try:
            read = _lot(lot, f"lots[{number}]", currency, title, items, rows, id, names)
            if any(other.id == read.id for other in lots):
                raise Unreadable(f"lots[{number}].id", "named twice")
            lots.append(read)
        except Unreadable as problem:
            refused.append(Dirty(file, line, problem.field, problem.reason))
    if not lots:
        raise Unreadable("lots", "none can be read")
    return RealTender(
        id=id,
        title=title,
        buyer=identifier(
            text(registered, "id", "procuringEntity.identifier.id"),
            "procuringEntity.identifier.id",
        ),
        buyer_name=text(entity, "name", "procuringEntity.name"),
        currency=currency,
        opens_at=opens_at,
        closes_at=closes_at,
        lots=tuple(lots),
        file=file,
        line=line,
    )


def _lot(
    lot: object,
    field: str,
    currency: str,
    title: str,
    items: list[Any],
    rows: Mapping[tuple[str, str], list[_Row]],
    tender: str,
    names: Mapping[str, str],
) -> RealLot:
    if not isinstance(lot, Mapping):
        raise Unreadable(field, "is not an object")
    id = lot.get("id")
    if not isinstance(id, str):
        raise Unreadable(f"{field}.id", "is missing")
    value = mapping(lot, "value", f"{field}.value")
    budget = money(value.get("amount"), currency, f"{field}.value.amount")
    mine = [
        item
        for item in items
        if isinstance(item, Mapping) and (not id or item.get("relatedLot") in (id, None))
    ]
    bids = tuple(
        RealBid(
            id=row.bid.id,
            bidder=row.bid.bidder,
            bidder_name=names.get(row.bid.bidder, row.bid.bidder),
            amount=row.bid.amount,
            outcome=row.bid.outcome,
            award_amount=row.bid.award_amount,
            award_at=row.bid.award_at,
            line=row.bid.line,
        )
        for row in rows.get((tender, id), ())
        if row.budget.currency == currency
    )
    return RealLot(
        id=id,
        title=str(lot.get("title") or title)[:NAME_CHARACTERS_MAX],
        budget=budget,
        items=tuple(_items(mine)) or (RealItem(title, Decimal(1), "", "", ""),),
        bids=bids,
    )


def _items(items: Iterable[Mapping[str, Any]]) -> Iterator[RealItem]:
    """The items, as far as they can be read: they do not decide who wins."""
    for item in items:
        classification = item.get("classification")
        unit = item.get("unit")
        try:
            quantity = Decimal(str(item.get("quantity")))
        except InvalidOperation:
            quantity = Decimal(1)
        if not quantity.is_finite() or not _LEAST_QUANTITY <= quantity < 10**12:
            quantity = Decimal(1)
        kind = classification if isinstance(classification, Mapping) else {}
        yield RealItem(
            description=str(item.get("description") or "—")[:NAME_CHARACTERS_MAX],
            quantity=quantity.quantize(_LEAST_QUANTITY),
            unit=str(unit.get("name") or "")[:40] if isinstance(unit, Mapping) else "",
            classification=str(kind.get("id") or "")[:40],
            scheme=str(kind.get("scheme") or "")[:20],
        )


def _bidder_names(parsed: Mapping[str, Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    for bid in listed(parsed, "bids"):
        for tenderer in listed(bid, "tenderers") if isinstance(bid, Mapping) else ():
            known = tenderer.get("identifier") if isinstance(tenderer, Mapping) else None
            if isinstance(known, Mapping) and isinstance(known.get("id"), str):
                name = tenderer.get("name")
                names[known["id"]] = name if isinstance(name, str) and name.strip() else known["id"]
    return names


def _lines(path: Path, refused: list[Dirty]) -> Iterator[tuple[int, str]]:
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            try:
                line = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                refused.append(Dirty(path.name, number, "(line)", "is not UTF-8"))
                continue
            if line.strip():
                yield number, line


def _parse_json(raw: str) -> Mapping[str, Any]:
    try:
        # Amounts as decimals, so that 0.1 stays 0.1.
        parsed = json.loads(raw, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as problem:
        # Also a number with more digits, or a larger exponent, than Python takes.
        raise Unreadable("(line)", f"is not JSON: {problem}") from problem
    if not isinstance(parsed, Mapping):
        raise Unreadable("(line)", "is not an object")
    return parsed
