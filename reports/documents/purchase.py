"""What documents say of a purchase: its buyer, lots, items, criteria and terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from kernel.money import Money
from kernel.text import Text
from procurement.parties import queries as parties
from procurement.parties.models import Organization
from procurement.plans import queries as plans
from procurement.plans.models import Purchase
from procurement.profiles import load_profile
from procurement.profiles.model import Profile
from procurement.tenders.content import Content
from procurement.tenders.models import Lot, Tender
from reports.documents.frame import Edition, Enclosed, Frame, Signatory
from reports.documents.words import plain, published, text_of

KINDS: Final = {
    "qualification": Text("资格", "Qualification"),
    "compliance": Text("符合性", "Compliance"),
    "quality": Text("质量", "Quality"),
    "price": Text("价格", "Price"),
}
METHODS: Final = {
    "composite": Text("综合评分法", "Composite scoring"),
    "lowest_price": Text("最低评标价法", "Lowest evaluated price"),
}
OFFICER: Final = Text("采购经办人", "Procurement officer")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of what is bought, and in a contract what it costs."""

    number: int
    description: Text
    quantity: str
    unit: str
    unit_price: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot with its budget, its ceiling and its items."""

    number: int
    title: Text
    budget: Money
    ceiling: Money
    items: tuple[ItemLine, ...]
    reserved: bool
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A criterion and its points; one that is passed or failed has none."""

    kind: Text
    title: Text
    points: str
    rule: Text | None = None


@dataclass(frozen=True, slots=True)
class Bought:
    """The rows that most documents begin with."""

    tender: Tender
    buyer: Organization
    purchase: Purchase
    profile: Profile

    @property
    def title(self) -> Text:
        """What the purchase is called."""
        return published(self.tender.title_zh, self.tender.title_en)

    @property
    def office(self) -> Text:
        """The buyer's name."""
        return name_of(self.buyer)

    def frame(
        self,
        edition: Edition,
        kind: Text,
        *,
        proof: str = "",
        signatories: tuple[Signatory, ...] = (),
        statement: bytes | None = None,
        title: Text | None = None,
        office: Text | None = None,
    ) -> Frame:
        """The frame of a document about this purchase; the statement goes into it as a file."""
        enclosed = (
            (Enclosed("statement.json", statement, Text("签名的声明", "The signed statement")),)
            if statement is not None
            else ()
        )
        return Frame(
            edition=edition,
            zone=self.profile.zone,
            kind=kind,
            title=title or self.title,
            office=office or self.office,
            number=self.purchase.ocid,
            is_sample=self.purchase.is_sample,
            proof=proof,
            signatories=signatories,
            enclosed=enclosed,
        )


def bought(session: Session, tender: Tender) -> Bought:
    """The rows behind a tender's documents."""
    return Bought(
        tender,
        parties.organization(session, tender.buyer_id),
        plans.purchase(session, tender.purchase_id),
        load_profile(tender.profile, tender.profile_edition),
    )


def name_of(organization: Organization) -> Text:
    """An organization's name."""
    return published(organization.name_zh, organization.name_en)


def names(session: Session, organizations: set[str]) -> dict[str, Text]:
    """The names of these organizations, by id."""
    return {id: name_of(parties.organization(session, id)) for id in sorted(organizations)}


def lot_title(bought_: Bought, lot: Lot) -> Text:
    """The purchase's title, and of which lot a document speaks where there are several."""
    if len(bought_.tender.lots) == 1:
        return bought_.title
    whole, part = bought_.title, published(lot.title_zh, lot.title_en)
    return Text(
        f"{whole.zh}（包{lot.number}：{part.zh}）",
        f"{whole.en or whole.zh} (lot {lot.number}: {part.en or part.zh})",
    )


def lots_of(content: Content, *, items_max: int | None = None) -> tuple[LotFacts, ...]:
    """The lots that a tender's content names, with no more than so many items each."""
    return tuple(
        LotFacts(
            number=lot["number"],
            title=_words(lot["title"]),
            budget=Money.parse(lot["budget"], content.currency),
            ceiling=Money.parse(lot["ceiling"], content.currency),
            items=tuple(
                ItemLine(
                    number=item["number"],
                    description=_words(item["description"]),
                    quantity=plain(Decimal(item["quantity"])),
                    unit=item["unit"],
                )
                for item in lot["items"][:items_max]
            ),
            reserved=bool(lot["reserved_for_small"]),
            left_out=max(0, len(lot["items"]) - items_max) if items_max is not None else 0,
        )
        for lot in content.lots
    )


def criteria_of(content: Content) -> tuple[CriterionLine, ...]:
    """The criteria that a tender's content names."""
    return tuple(
        CriterionLine(
            KINDS[each["kind"]],
            _words(each["title"]),
            plain(Decimal(each["weight"])) if Decimal(each["weight"]) else "",
            text_of(each["rule"]),
        )
        for each in content.criteria
    )


def _words(record: Mapping[str, Any]) -> Text:
    return published(record["zh"], record["en"])
