"""What a tender says, as plain values: taken from its rows, changed by a corrigendum, compared.

The notice is built from these values and not from rows, so that the bytes which an officer is given
to sign can be made before anything is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from kernel.clock import instant
from kernel.money import Money
from kernel.text import Text
from procurement.tenders.commands import Amendment, NewCriterion, NewDocument
from procurement.tenders.models import Criterion, Item, Lot, Tender, TenderDocument

Record = dict[str, Any]

SCORED = frozenset({"quality", "price"})


@dataclass(frozen=True, slots=True)
class Content:
    """All that may be read of a tender, in the form in which entries and notices hold it."""

    title: Record
    award_criteria: str
    currency: str
    lots: tuple[Record, ...]
    criteria: tuple[Record, ...]
    documents: tuple[Record, ...]
    facts: Record
    terms: Record
    closes_at: datetime

    @property
    def budget(self) -> Money:
        """The budget of all lots together."""
        return self._sum("budget")

    @property
    def ceiling(self) -> Money:
        """The highest price that all lots together may reach."""
        return self._sum("ceiling")

    def money(self, amount: str) -> Money:
        """An amount of the records in the tender's currency."""
        return Money.parse(amount, self.currency)

    def as_record(self) -> Record:
        """As entries hold it and as its digest is taken."""
        return {
            "title": self.title,
            "award_criteria": self.award_criteria,
            "currency": self.currency,
            "lots": list(self.lots),
            "criteria": list(self.criteria),
            "documents": list(self.documents),
            "facts": self.facts,
            "terms": self.terms,
            "closes_at": instant(self.closes_at),
        }

    def weights(self) -> list[Decimal]:
        """The weights of the scored criteria."""
        return [Decimal(each["weight"]) for each in self.criteria if each["kind"] in SCORED]

    def price_weight(self) -> Decimal:
        """How much the price counts."""
        return sum(
            (Decimal(each["weight"]) for each in self.criteria if each["kind"] == "price"),
            Decimal(0),
        )

    def titles(self, *kinds: str) -> list[str]:
        """The Chinese titles of the criteria of these kinds."""
        return [each["title"]["zh"] for each in self.criteria if each["kind"] in kinds]

    def _sum(self, amount: str) -> Money:
        total = sum((Decimal(lot[amount]) for lot in self.lots), Decimal(0))
        return Money(total, self.currency)


def content_of(tender: Tender) -> Content:
    """What the rows of a tender say now: of each document its newest version."""
    newest = {document.number: document for document in sorted(tender.documents, key=_version)}
    return Content(
        title=_words(tender.title_zh, tender.title_en),
        award_criteria=tender.award_criteria,
        currency=tender.currency,
        lots=tuple(_lot(lot, tender.currency) for lot in tender.lots),
        criteria=tuple(_criterion(each) for each in tender.criteria),
        documents=tuple(_document(newest[number]) for number in sorted(newest)),
        facts=_words(tender.facts_zh, tender.facts_en),
        terms=dict(tender.terms),
        closes_at=tender.closes_at,
    )


def amended(content: Content, amendment: Amendment) -> Content:
    """What the tender will say once the corrigendum is published."""
    return replace(
        content,
        closes_at=amendment.closes_at,
        documents=_documents_after(content.documents, amendment),
        criteria=(
            content.criteria
            if amendment.criteria is None
            else tuple(criterion_record(*each) for each in enumerate(amendment.criteria, start=1))
        ),
        terms=content.terms if amendment.terms is None else amendment.terms.as_record(),
        facts=content.facts if amendment.facts is None else amendment.facts.as_record(),
    )


def changed(before: Content, after: Content) -> frozenset[str]:
    """Which parts differ, by the names that the profile uses (Order 87 art. 27)."""
    compared: Mapping[str, tuple[object, object]] = {
        "subject": (_subject(before), _subject(after)),
        "qualification": (_unscored(before), _unscored(after)),
        "criteria": (_scored(before), _scored(after)),
        "documents": (before.documents, after.documents),
        "terms": (before.terms, after.terms),
        "facts": (before.facts, after.facts),
        "closes_at": (before.closes_at, after.closes_at),
    }
    return frozenset(name for name, (old, new) in compared.items() if old != new)


def present(content: Content) -> frozenset[str]:
    """Which of the fields that a notice may have to have it has (Order 87 art. 13).

    Buyer, notice period and closing time are never absent: rows and profile hold them.
    """
    items = [item for lot in content.lots for item in lot["items"]]
    said: Mapping[str, object] = {
        "buyer": True,
        "notice_period": True,
        "closes_at": True,
        "title": content.title["zh"],
        "budget": content.lots,
        "ceiling": content.lots,
        "requirement": content.facts["zh"] and items,
        "qualification": content.titles("qualification"),
        "documents": content.documents,
        "opening_place": content.terms["opening_place"],
        "contact": content.terms["contact"],
    }
    return frozenset(name for name, value in said.items() if value)


def criterion_record(number: int, new: NewCriterion) -> Record:
    """A criterion of a command in the form in which a row's is written."""
    rule = new.rule or Text("-")
    return {
        "number": number,
        "kind": new.kind,
        "title": new.title.as_record(),
        "weight": plain_weight(new.weight),
        "objective": new.objective,
        "rule": _words(rule.zh if new.rule else "", rule.en),
        "justification": new.justification,
    }


def document_record(number: int, version: int, new: NewDocument) -> Record:
    """A document of a command in the form in which a row's is written."""
    return {
        "number": number,
        "version": version,
        "name": new.name,
        "media_type": new.media_type,
        "digest": new.content,
        "size": new.size,
    }


def plain_weight(weight: Decimal) -> str:
    """A weight as notices write it: without exponent, with the four places that rows keep."""
    return format(weight.quantize(Decimal("0.0001")), "f")


def _documents_after(before: Sequence[Record], amendment: Amendment) -> tuple[Record, ...]:
    after = {document["number"]: document for document in before}
    for change in amendment.documents:
        number = change.number or max(after, default=0) + 1
        version = after[number]["version"] + 1 if number in after else 1
        after[number] = document_record(number, version, change.document)
    return tuple(after[number] for number in sorted(after))


def _subject(content: Content) -> object:
    return content.title, content.award_criteria, content.currency, content.lots


def _unscored(content: Content) -> list[Record]:
    return [_unnumbered(each) for each in content.criteria if each["kind"] not in SCORED]


def _scored(content: Content) -> list[Record]:
    return [_unnumbered(each) for each in content.criteria if each["kind"] in SCORED]


def _unnumbered(criterion: Record) -> Record:
    return {name: value for name, value in criterion.items() if name != "number"}


def _words(zh: str, en: str) -> Record:
    return {"zh": zh, "en": en}


def _lot(lot: Lot, currency: str) -> Record:
    return {
        "lot": lot.id,
        "number": lot.number,
        "title": _words(lot.title_zh, lot.title_en),
        "budget": str(Money.of_minor(lot.budget_minor, currency)),
        "ceiling": str(Money.of_minor(lot.ceiling_minor, currency)),
        "reserved_for_small": lot.reserved_for_small,
        "items": [_item(item) for item in lot.items],
    }


def _item(item: Item) -> Record:
    return {
        "item": item.id,
        "number": item.number,
        "description": _words(item.description_zh, item.description_en),
        "quantity": format(item.quantity.normalize(), "f"),
        "unit": item.unit,
        "classification": item.classification,
        "scheme": item.scheme,
    }


def _criterion(each: Criterion) -> Record:
    return {
        "number": each.number,
        "kind": each.kind,
        "title": _words(each.title_zh, each.title_en),
        "weight": plain_weight(each.weight),
        "objective": each.objective,
        "rule": _words(each.rule_zh, each.rule_en),
        "justification": each.justification,
    }


def _document(document: TenderDocument) -> Record:
    return {
        "number": document.number,
        "version": document.version,
        "name": document.name,
        "media_type": document.media_type,
        "digest": document.content,
        "size": document.size,
    }


def _version(document: TenderDocument) -> int:
    return document.version
