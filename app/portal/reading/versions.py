"""What a corrigendum changed, read from the two notices as they were signed and published.

Compared is what the notices hold and name by digest, never the rows as they are now: so the page
of an early corrigendum says what it said, whatever later ones changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.portal.reading import tenders
from app.portal.reading.record import proofs_of
from app.portal.views import Document
from app.portal.views.versions import FieldChange, PartChange, VersionNamed, VersionsPage
from app.web.shown import Proof
from journal.work import Work
from kernel.blobs import Blobs
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from procurement.tenders import queries
from procurement.tenders.models import Notice
from reports import amounts, labels
from reports.terms import terms_in_words

Record = Mapping[str, Any]

_KINDS = {
    "qualification": Text("资格", "Qualification"),
    "compliance": Text("符合性", "Compliance"),
    "quality": Text("评分", "Quality"),
    "price": Text("价格", "Price"),
}
_FACTS = Text("采购需求", "Requirement")
_CRITERIA = Text("评审因素", "Criteria")
_DOCUMENTS = Text("文件", "Documents")
_TERMS = Text("条款", "Terms")
_LOTS = Text("分包", "Lots")


def versions_page(work: Work, key: str, number: int, blobs: Blobs) -> VersionsPage:
    """Notice `number` beside the one before it; NotFound for a notice that is not published."""
    purchase, tender = tenders.find(work.session, key)
    if tender is None or tender.published_at is None:
        raise NotFound("tender", key)
    chain = queries.notice_chain(work.session, tender.id)
    numbered = {notice.number: notice for notice in chain}
    if number not in numbered or number - 1 not in numbered:
        raise NotFound("version", f"{key} {number}")
    proofs = proofs_of(work.session, [notice.entry_id for notice in chain])
    named = {
        notice.number: _named(notice, purchase.method, proofs[notice.entry_id], blobs)
        for notice in chain
    }
    old, new = numbered[number - 1], numbered[number]
    said = Text(new.changes_zh, new.changes_en) if new.changes_zh.strip() else None
    return VersionsPage(
        key=purchase.ocid,
        title=Text(tender.title_zh, tender.title_en),
        before=named[number - 1],
        after=named[number],
        changes=said,
        parts=tuple(part for part in _parts(old.rest, new.rest, tender.currency) if part.fields),
        others=tuple(named[one] for one in sorted(named) if one > 1),
    )


def _named(notice: Notice, method: str, proof: Proof, blobs: Blobs) -> VersionNamed:
    first = notice.number == 1
    name = labels.notice_called(method) if first else labels.corrigendum_called(notice.number)
    paper = Document(name, notice.pdf, "PDF", blobs.size(notice.pdf), proof) if notice.pdf else None
    return VersionNamed(notice.number, name, notice.published_at, notice.closes_at, proof, paper)


def _parts(old: Record, new: Record, currency: str) -> Iterator[PartChange]:
    yield PartChange(_FACTS, tuple(_one(_FACTS, _text(old["facts"]), _text(new["facts"]))))
    yield PartChange(_LOTS, tuple(_rows(old["lots"], new["lots"], "number", _lot_of(currency))))
    yield PartChange(_CRITERIA, tuple(_criteria(old["criteria"], new["criteria"])))
    yield PartChange(
        _DOCUMENTS, tuple(_rows(old["documents"], new["documents"], "number", _document))
    )
    yield PartChange(_TERMS, tuple(_terms(old["terms"], new["terms"])))


def _one(name: Text, old: Text | None, new: Text | None) -> Iterator[FieldChange]:
    if old != new:
        yield FieldChange(name, old, new)


def _rows(
    old: Sequence[Record],
    new: Sequence[Record],
    key: str,
    shown: Callable[[Record], tuple[Text, Text]],
) -> Iterator[FieldChange]:
    """The rows that differ, matched by what stays the same in them."""
    before, after = {row[key]: row for row in old}, {row[key]: row for row in new}
    for each in (*before, *(one for one in after if one not in before)):
        was, now = before.get(each), after.get(each)
        if was != now:
            name = shown(now or was or {})[0]
            yield FieldChange(name, shown(was)[1] if was else None, shown(now)[1] if now else None)


def _criteria(old: Sequence[Record], new: Sequence[Record]) -> Iterator[FieldChange]:
    """A criterion is known by its kind and title: numbers move when one is put in between."""

    def keyed(rows: Iterable[Record]) -> list[Record]:
        return [
            {name: value for name, value in row.items() if name != "number"}
            | {"key": f"{row['kind']} {row['title']['zh']}"}
            for row in rows
        ]

    return _rows(keyed(old), keyed(new), "key", _criterion)


def _criterion(row: Record) -> tuple[Text, Text]:
    kind, title = _KINDS[row["kind"]], _text(row["title"]) or Text("–")
    points = format(Decimal(row["weight"]).normalize(), "f")
    rule = _text(row["rule"])
    zh = [f"{points}分"] if Decimal(row["weight"]) else []
    en = [f"{points} points"] if Decimal(row["weight"]) else []
    if rule is not None:
        zh.append(rule.zh)
        en.append(rule.en or rule.zh)
    return (
        Text(f"{kind.zh}：{title.zh}", f"{kind.en}: {title.en or title.zh}"),
        Text("\n".join(zh) or "有这一项", "\n".join(en) or "This one"),
    )


def _document(row: Record) -> tuple[Text, Text]:
    short = str(row["digest"])[7:19]
    return (
        Text(f"第{row['number']}份", f"Document {row['number']}"),
        Text(
            f"{row['name']}\n第{row['version']}版，指纹{short}",
            f"{row['name']}\nversion {row['version']}, fingerprint {short}",
        ),
    )


def _lot_of(currency: str) -> Callable[[Record], tuple[Text, Text]]:
    def shown(row: Record) -> tuple[Text, Text]:
        title = _text(row["title"]) or Text("–")
        budget, ceiling = (
            _money(Money.parse(row[name], currency)) for name in ("budget", "ceiling")
        )
        return (
            Text(f"包{row['number']}", f"Lot {row['number']}"),
            Text(
                f"{title.zh}\n预算{budget.zh}\n最高限价{ceiling.zh}\n标的{len(row['items'])}项",
                f"{title.en or title.zh}\nbudget {budget.en}\nceiling {ceiling.en}\n"
                f"items: {len(row['items'])}",
            ),
        )

    return shown


def _terms(old: Record, new: Record) -> Iterator[FieldChange]:
    for (name, was), (_, now) in zip(terms_in_words(old), terms_in_words(new), strict=True):
        yield from _one(name, was, now)


def _money(value: Money) -> Text:
    return Text(amounts.amount(value, "zh"), amounts.amount(value, "en"))


def _text(record: Record | None) -> Text | None:
    return Text(str(record["zh"]), str(record["en"])) if record and record["zh"].strip() else None
