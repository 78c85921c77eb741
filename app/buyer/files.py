"""A tender file: the purchase, its tender once there is one, and what the officer has of it.

Each part begins from the person's own draft if there is one, else from the saved tender, else from
the plan. `composed` makes of all parts the one command that is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.buyer import tables
from app.buyer.drafted import restored
from app.buyer.sections import SECTIONS, prepared
from app.buyer.standing import seen_purchase
from app.buyer.uploads import Staged, read_staged, staged
from app.container import Container
from app.drafts import services as drafts
from app.web.forms import Form
from app.web.language import say
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Actor, Role
from procurement.parties import queries as parties
from procurement.plans import queries as plans
from procurement.plans.models import Purchase
from procurement.plans.standing import profile_at
from procurement.profiles import Category, Method, Profile
from procurement.tenders import queries as tenders
from procurement.tenders.commands import (
    NamedHolder,
    NewCriterion,
    NewDocument,
    NewItem,
    NewLot,
    TenderDraft,
    Terms,
)
from procurement.tenders.content import Content, content_of
from procurement.tenders.models import Tender

_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class File:
    """A purchase with its tender, if it is drafted; `key` is how addresses name it."""

    purchase: Purchase
    tender: Tender | None
    profile: Profile

    @property
    def key(self) -> str:
        """The tender's id, or the purchase's while there is no tender."""
        return self.tender.id if self.tender else self.purchase.id

    @property
    def version(self) -> int:
        """The saved version; 0 while nothing is saved."""
        return self.tender.version if self.tender else 0

    @property
    def title(self) -> Text:
        """The tender's own name, or the plan's."""
        named = self.tender or self.purchase
        return Text(named.title_zh, named.title_en)

    @property
    def budget(self) -> Money:
        """The budget of the purchase."""
        return Money.of_minor(self.purchase.budget_minor, self.purchase.currency)

    @property
    def content(self) -> Content | None:
        """What the saved tender says."""
        return content_of(self.tender) if self.tender else None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the file as the officer has it."""

    name: str
    form: Form
    saved_at: datetime | None
    """When the person's draft of it was kept; None where it is as saved."""
    base: int
    """On which saved version the draft stands."""
    documents: tuple[Staged, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether the person changed it and has not saved the whole."""
        return self.saved_at is not None


def load(work: Work, actor: Actor, key: str) -> File:
    """The file by its tender's or its purchase's id, if it is the person's business."""
    if key.startswith("pur_"):
        purchase = plans.purchase(work.session, key)
        tender = tenders.tender_of_purchase(work.session, key)
    else:
        tender = tenders.tender(work.session, key)
        purchase = plans.purchase(work.session, tender.purchase_id)
    seen_purchase(actor, purchase)
    return File(purchase, tender, profile_at(purchase.profile, work.clock.now()))


def kind_of(name: str) -> str:
    """The kind under which the draft of a part is kept."""
    return f"tender-{name}"


def part_of(container: Container, work: Work, actor: Actor, file: File, name: str) -> Part:
    """One part of the file, from the person's draft or from what is saved."""
    kept = drafts.find(work, actor.person, kind_of(name), file.purchase.id)
    form = new_form(work, file, name)
    if name == "documents":
        documents = _documents(container, file, kept.fields if kept else None)
    else:
        documents = ()
    if kept is None:
        return Part(name, form, None, file.version, documents)
    base = next(iter(kept.fields.get("version", ())), "")
    return Part(
        name,
        restored(form, kept.fields),
        kept.saved_at,
        int(base) if base.isascii() and base.isdigit() else 0,
        documents,
    )


def parts_of(container: Container, work: Work, actor: Actor, file: File) -> dict[str, Part]:
    """Every part of the file."""
    return {name: part_of(container, work, actor, file, name) for name in SECTIONS}


def new_form(work: Work, file: File, name: str) -> Form:
    """The form of a part with what is saved in it, and what can be chosen."""
    form = SECTIONS[name].form(_saved(file, name))
    prepared(form)
    if name == "holders":
        form["holders"].items = holders_offered(work)
    return form


def holders_offered(work: Work) -> list[tuple[str, str, str]]:
    """Everybody who may hold a key, with the organization they belong to."""
    found = []
    for id in parties.people_with_role(work.session, Role.HOLDER):
        person = parties.person(work.session, id)
        firm = parties.organization(work.session, person.organization_id)
        found.append((id, person.name, say(Text(firm.name_zh, firm.name_en))))
    return sorted(found, key=lambda one: one[1:])


def filled(part: Part) -> bool:
    """Whether the part can be read as it stands."""
    if part.name == "documents":
        return bool(part.documents)
    return part.form.valid()


def composed(work: Work, file: File, parts: Mapping[str, Part]) -> TenderDraft:
    """The whole as a command; every part must be filled."""
    forms: dict[str, Any] = {name: part.form for name, part in parts.items()}
    basics, lots, dates = forms["basics"], forms["lots"], forms["dates"]
    return TenderDraft(
        title=basics.text("title"),
        award_criteria=Method(basics.award_criteria.data),
        lots=_lots(lots, file.purchase.currency),
        criteria=criteria_of(forms["criteria"].criteria.data or ()),
        documents=tuple(one.document for one in parts["documents"].documents),
        terms=terms_of(file.profile, basics, lots, forms["terms"]),
        holders=_holders(work, file, forms["holders"].holders.data),
        threshold=forms["holders"].threshold.data,
        closes_at=dates.closes_at.data,
        facts=basics.text("facts"),
    )


def criteria_of(rows: Any) -> tuple[NewCriterion, ...]:
    """The rows of the criteria as commands; only scored ones keep a weight."""
    return tuple(
        NewCriterion(
            kind=row["kind"],
            title=Text(row["title_zh"], row["title_en"] or ""),
            weight=row["weight"] or Decimal(0),
            objective=bool(row["objective"]) or row["kind"] == "price",
            rule=Text(row["rule_zh"], row["rule_en"] or "") if row["rule_zh"] else None,
            justification=row["justification"] or "",
        )
        for row in rows
    )


def criteria_rows(content: Content) -> list[dict[str, Any]]:
    """The criteria as rows of the table."""
    return [
        {
            "kind": tables.write_kind(each["kind"]),
            "title_zh": each["title"]["zh"],
            "title_en": each["title"]["en"],
            "weight": tables.plain(Decimal(each["weight"])) if Decimal(each["weight"]) else "",
            "objective": tables.write_yes(each["objective"]),
            "rule_zh": each["rule"]["zh"],
            "rule_en": each["rule"]["en"],
            "justification": each["justification"],
        }
        for each in content.criteria
    ]


def terms_of(profile: Profile, basics: Any, lots: Any, terms: Any) -> Terms:
    """The terms: the profile's own values with what the officer chose."""
    return Terms.of_profile(
        profile,
        small_rate=terms.small_rate.data / _PERCENT,
        joint_rate=terms.joint_rate.data / _PERCENT,
        abnormal_share_of_ceiling=terms.abnormal_share.data / _PERCENT,
        standard_goods=basics.standard_goods.data,
        split_reason=lots.split_reason.data or "",
        bid_security=terms.bid_security.data,
        bid_security_form=(terms.bid_security_form.data or "") if terms.bid_security.data else "",
        contact=_words(basics, "contact"),
        opening_place=_words(basics, "opening_place"),
        delivery=_words(basics, "delivery"),
    )


def _words(form: Form, name: str) -> Text | None:
    return form.text(name) if form[f"{name}_zh"].data else None


def _lots(form: Any, currency: str) -> tuple[NewLot, ...]:
    items: dict[int, list[NewItem]] = {}
    for row in form.items.data or ():
        item = NewItem(
            Text(row["description_zh"], row["description_en"] or ""),
            row["quantity"],
            row["unit"],
            row["classification"] or "",
        )
        items.setdefault(row["lot"], []).append(item)
    return tuple(
        NewLot(
            Text(row["title_zh"], row["title_en"] or ""),
            Money(row["budget"], currency),
            Money(row["ceiling"], currency),
            tuple(items.get(number, ())),
            reserved_for_small=bool(row["reserved"]),
        )
        for number, row in enumerate(form.lots.data or (), start=1)
    )


def _holders(work: Work, file: File, people: tuple[str, ...]) -> tuple[NamedHolder, ...]:
    buyer = file.purchase.buyer_id
    named = [parties.person(work.session, person) for person in people]
    return tuple(NamedHolder(one.id, one.organization_id != buyer) for one in named)


def _documents(
    container: Container, file: File, fields: Mapping[str, Any] | None
) -> tuple[Staged, ...]:
    """The documents of the draft, or those that are saved."""
    if fields is not None:
        return tuple(read_staged(container, file.purchase.id, fields.get("documents", ())))
    content = file.content
    return tuple(
        staged(container, file.purchase.id, document_of(each))
        for each in (content.documents if content else ())
    )


def document_of(record: Mapping[str, Any]) -> NewDocument:
    """A document of a record as a command."""
    return NewDocument(record["name"], record["media_type"], record["digest"], record["size"])


def _saved(file: File, name: str) -> dict[str, Any]:
    """The fields of a part as the saved tender has them, or as the plan suggests them."""
    content = file.content
    if content is None or file.tender is None:
        return _suggested(file, name)
    terms = Terms.from_record(content.terms)
    if name == "basics":
        return {
            "title_zh": content.title["zh"],
            "title_en": content.title["en"],
            "award_criteria": content.award_criteria,
            "standard_goods": terms.standard_goods,
            "facts_zh": content.facts["zh"],
            "facts_en": content.facts["en"],
            **_both("delivery", terms.delivery),
            **_both("contact", terms.contact),
            **_both("opening_place", terms.opening_place),
        }
    if name == "lots":
        return {
            "lots": [_lot_row(lot) for lot in content.lots],
            "items": [_item_row(lot, item) for lot in content.lots for item in lot["items"]],
            "split_reason": terms.split_reason,
        }
    if name == "criteria":
        return {"criteria": criteria_rows(content)}
    if name == "terms":
        return {
            "small_rate": tables.plain(terms.small_rate * _PERCENT),
            "joint_rate": tables.plain(terms.joint_rate * _PERCENT),
            "abnormal_share": tables.plain(terms.abnormal_share_of_ceiling * _PERCENT),
            "bid_security": terms.bid_security,
            "bid_security_form": terms.bid_security_form or None,
        }
    if name == "holders":
        named = {key.index: key.person_id for key in file.tender.holder_keys}
        return {
            "holders": [named[index] for index in sorted(named)],
            "threshold": file.tender.threshold,
        }
    return {"closes_at": content.closes_at} if name == "dates" else {}


def _suggested(file: File, name: str) -> dict[str, Any]:
    purchase, profile = file.purchase, file.profile
    if name == "basics":
        return {
            "title_zh": purchase.title_zh,
            "title_en": purchase.title_en,
            "award_criteria": str(Method.COMPOSITE),
            "opening_place_zh": "网上开标",
            "opening_place_en": "Online",
        }
    if name == "lots":
        amount = str(file.budget)
        row = {
            "title_zh": purchase.title_zh,
            "title_en": purchase.title_en,
            "budget": amount,
            "ceiling": amount,
            "reserved": tables.write_yes(False),
        }
        return {"lots": [row]}
    if name == "criteria":
        least = profile.price_weight_min.value[Category(purchase.category)]
        return {"criteria": [_criterion_row("price", "价格", "Price", least)]}
    if name == "terms":
        return {
            "small_rate": tables.plain(profile.small_rate_min.value * _PERCENT),
            "joint_rate": tables.plain(profile.joint_rate_min.value * _PERCENT),
            "abnormal_share": tables.plain(profile.abnormal_share_of_ceiling.value * _PERCENT),
        }
    return {"threshold": profile.threshold_min.value} if name == "holders" else {}


def _criterion_row(kind: str, zh: str, en: str, weight: Decimal) -> dict[str, Any]:
    return {
        "kind": tables.write_kind(kind),
        "title_zh": zh,
        "title_en": en,
        "weight": tables.plain(weight),
        "objective": tables.write_yes(True),
        "rule_zh": "",
        "rule_en": "",
        "justification": "",
    }


def _lot_row(lot: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title_zh": lot["title"]["zh"],
        "title_en": lot["title"]["en"],
        "budget": lot["budget"],
        "ceiling": lot["ceiling"],
        "reserved": tables.write_yes(lot["reserved_for_small"]),
    }


def _item_row(lot: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "lot": lot["number"],
        "description_zh": item["description"]["zh"],
        "description_en": item["description"]["en"],
        "quantity": item["quantity"],
        "unit": item["unit"],
        "classification": item["classification"],
    }


def _both(name: str, words: Text | None) -> dict[str, str]:
    return {f"{name}_zh": words.zh, f"{name}_en": words.en} if words else {}
