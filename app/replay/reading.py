"""Read real tenders and bids, row by row; what does not fit is named by file, line and field.

The form is that of `*.tenders.jsonl` (Prozorro's own JSON, one tender a line) and `*.replay.csv`
(one row per bid and lot). A dirty row is left out and reported; the rest is played.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kernel.money import Money, minor_digits

OUTCOMES = frozenset({"won", "disqualified", "award_pending", "award_cancelled", "not_considered"})

# Prozorro is Ukrainian: an hour without a zone is Kyiv's, but all rows seen name theirs.
_NAME_CHARACTERS_MAX = 2000


@dataclass(frozen=True, slots=True)
class Dirty:
    """A row or a value that cannot be played, and why."""

    file: str
    line: int
    field: str
    reason: str

    def as_record(self) -> dict[str, object]:
        """As the report holds it."""
        return {"file": self.file, "line": self.line, "field": self.field, "reason": self.reason}


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
    line: int


@dataclass(frozen=True, slots=True)
class RealData:
    """What could be read, and what could not."""

    tenders: tuple[RealTender, ...]
    refused: tuple[Dirty, ...]


class Unreadable(ValueError):
    """A field that cannot be understood."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


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
            id = _text(parsed, "tenderID")
            if id in seen:
                raise Unreadable("tenderID", "named twice")
            seen.add(id)
            if id in wanted:
                tenders.append(_tender(parsed, line, rows, tenders_file.name, refused))
        except Unreadable as problem:
            refused.append(Dirty(tenders_file.name, line, problem.field, problem.reason))
    known = {tender.id for tender in tenders}
    for (tender, lot), found in rows.items():
        in_tender = any(
            each.id == lot for real in tenders if real.id == tender for each in real.lots
        )
        if tender not in known:
            refused += [
                Dirty(bids_file.name, row.bid.line, "tenderID", "no such tender") for row in found
            ]
        elif not in_tender:
            refused += [
                Dirty(bids_file.name, row.bid.line, "lot_id", "no such lot") for row in found
            ]
    refused.sort(key=lambda dirty: (dirty.file, dirty.line))
    ordered = sorted(tenders, key=lambda tender: (tender.opens_at, tender.id))
    return RealData(tuple(ordered), tuple(refused))


def _read_rows(path: Path, refused: list[Dirty]) -> Iterator[_Row]:
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    reader = csv.DictReader(text.splitlines(), strict=False)
    needed = {"tenderID", "lot_id", "lot_budget", "currency", "tenderer_id", "bid_amount"}
    missing = sorted((needed | {"real_outcome"}) - set(reader.fieldnames or ()))
    if missing:
        refused.append(Dirty(path.name, 1, missing[0], "column is missing"))
        return
    for row in reader:
        line = reader.line_num
        try:
            yield _row(row, line)
        except Unreadable as problem:
            refused.append(Dirty(path.name, line, problem.field, problem.reason))


def _row(row: Mapping[str, str | None], line: int) -> _Row:
    currency = _cell(row, "currency")
    outcome = _cell(row, "real_outcome")
    if outcome not in OUTCOMES:
        raise Unreadable("real_outcome", f"unknown outcome {outcome[:40]!r}")
    amount = money(row.get("bid_amount"), currency, "bid_amount")
    award = row.get("award_amount") or ""
    bid = RealBid(
        id=(row.get("bid_id") or "").strip(),
        bidder=_identifier(_cell(row, "tenderer_id"), "tenderer_id"),
        bidder_name="",
        amount=amount,
        outcome=outcome,
        award_amount=money(award, currency, "award_amount") if award.strip() else None,
        award_at=_instant(row.get("award_date"), "award_date") if row.get("award_date") else None,
        line=line,
    )
    if outcome == "won" and bid.award_amount is None:
        raise Unreadable("award_amount", "a winning bid without its award")
    budget = money(row.get("lot_budget"), currency, "lot_budget")
    return _Row(_cell(row, "tenderID"), (row.get("lot_id") or "").strip(), budget, bid)


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
    id = _text(parsed, "tenderID")
    entity = _mapping(parsed, "procuringEntity")
    identifier = _mapping(entity, "identifier", "procuringEntity.identifier")
    period = _mapping(parsed, "tenderPeriod")
    opens_at = _instant(period.get("startDate"), "tenderPeriod.startDate")
    closes_at = _instant(period.get("endDate"), "tenderPeriod.endDate")
    if closes_at <= opens_at:
        raise Unreadable("tenderPeriod.endDate", "is not after startDate")
    value = _mapping(parsed, "value")
    currency = _text(value, "currency", "value.currency")
    names = _bidder_names(parsed)
    title = _text(parsed, "title")
    items = _list(parsed, "items")
    lots: list[RealLot] = []
    real_lots = _list(parsed, "lots") or [{"id": "", "title": title, "value": value}]
    for number, lot in enumerate(real_lots):
        try:
            lots.append(_lot(lot, f"lots[{number}]", currency, title, items, rows, id, names))
        except Unreadable as problem:
            refused.append(Dirty(file, line, problem.field, problem.reason))
    if not lots:
        raise Unreadable("lots", "none can be read")
    return RealTender(
        id=id,
        title=title,
        buyer=_identifier(
            _text(identifier, "id", "procuringEntity.identifier.id"),
            "procuringEntity.identifier.id",
        ),
        buyer_name=_text(entity, "name", "procuringEntity.name"),
        currency=currency,
        opens_at=opens_at,
        closes_at=closes_at,
        lots=tuple(lots),
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
    value = _mapping(lot, "value", f"{field}.value")
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
    )
    return RealLot(
        id=id,
        title=str(lot.get("title") or title)[:_NAME_CHARACTERS_MAX],
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
        if not quantity.is_finite() or not 0 < quantity < 10**12:
            quantity = Decimal(1)
        kind = classification if isinstance(classification, Mapping) else {}
        yield RealItem(
            description=str(item.get("description") or "—")[:_NAME_CHARACTERS_MAX],
            quantity=quantity.quantize(Decimal("0.0001")),
            unit=str(unit.get("name") or "")[:40] if isinstance(unit, Mapping) else "",
            classification=str(kind.get("id") or "")[:40],
            scheme=str(kind.get("scheme") or "")[:20],
        )


def _bidder_names(parsed: Mapping[str, Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    for bid in _list(parsed, "bids"):
        for tenderer in _list(bid, "tenderers") if isinstance(bid, Mapping) else ():
            identifier = tenderer.get("identifier") if isinstance(tenderer, Mapping) else None
            if isinstance(identifier, Mapping) and isinstance(identifier.get("id"), str):
                name = tenderer.get("name")
                names[identifier["id"]] = (
                    name if isinstance(name, str) and name.strip() else identifier["id"]
                )
    return names


def _lines(path: Path, refused: list[Dirty]) -> Iterator[tuple[int, str]]:
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            try:
                text = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                refused.append(Dirty(path.name, number, "(line)", "is not UTF-8"))
                continue
            if text.strip():
                yield number, text


def _parse_json(raw: str) -> Mapping[str, Any]:
    try:
        # Amounts as decimals, so that 0.1 stays 0.1.
        parsed = json.loads(raw, parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as problem:
        raise Unreadable("(line)", f"is not JSON: {problem}") from problem
    if not isinstance(parsed, Mapping):
        raise Unreadable("(line)", "is not an object")
    return parsed


def money(value: object, currency: str, field: str) -> Money:
    """An amount greater than zero, exact to the currency's smallest unit."""
    if value is None or str(value).strip() == "":
        raise Unreadable(field, "is missing")
    if isinstance(value, bool):
        raise Unreadable(field, "is not an amount")
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation as problem:
        raise Unreadable(field, f"is not an amount: {str(value)[:40]!r}") from problem
    if not amount.is_finite() or amount <= 0 or amount >= 10**14:
        raise Unreadable(field, f"is not an amount greater than zero: {str(value)[:40]!r}")
    try:
        return Money(amount, currency)
    except ValueError as problem:
        places = minor_digits(currency) if len(currency) == 3 else 2
        raise Unreadable(field, f"{problem} (at most {places} decimal places)") from problem


def _identifier(value: str, field: str) -> str:
    if not value.isascii() or not all(c.isalnum() or c in "._-" for c in value) or len(value) > 40:
        raise Unreadable(field, f"is not an identifier: {value[:40]!r}")
    return value


def _instant(value: object, field: str) -> datetime:
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(field, "is missing")
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError as problem:
        raise Unreadable(field, f"is not an instant: {value[:40]!r}") from problem
    if at.tzinfo is None:
        raise Unreadable(field, "has no zone")
    return at.astimezone(UTC)


def _cell(row: Mapping[str, str | None], field: str) -> str:
    value = (row.get(field) or "").strip()
    if not value:
        raise Unreadable(field, "is missing")
    return value


def _text(found: Mapping[str, Any], name: str, field: str | None = None) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(field or name, "is missing")
    return value.strip()[:_NAME_CHARACTERS_MAX]


def _mapping(found: Mapping[str, Any], name: str, field: str | None = None) -> Mapping[str, Any]:
    value = found.get(name)
    if not isinstance(value, Mapping):
        raise Unreadable(field or name, "is missing")
    return value


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []
