"""What the use cases of a tender are asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from kernel.blobs import Blobs
from kernel.money import Money
from kernel.text import Text
from procurement.profiles import Method, Profile, TieBreak


@dataclass(frozen=True, slots=True)
class NewItem:
    """A line of what is bought."""

    description: Text
    quantity: Decimal
    unit: str
    classification: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot: what one contract will be about."""

    title: Text
    budget: Money
    ceiling: Money
    items: tuple[NewItem, ...]
    reserved_for_small: bool = False


@dataclass(frozen=True, slots=True)
class NewCriterion:
    """A criterion; `justification` is the reason for words that the profile wants justified."""

    kind: str
    title: Text
    weight: Decimal = Decimal(0)
    objective: bool = False
    rule: Text | None = None
    justification: str = ""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document whose bytes are durable already; the row holds the digest alone."""

    name: str
    media_type: str
    content: str
    size: int


@dataclass(frozen=True, slots=True)
class NamedHolder:
    """A person who is to hold a key; `outside` says that it is nobody of the buyer's."""

    person_id: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What the documents fix for the evaluation and the opening (requirement 023)."""

    tie_break: tuple[TieBreak, ...]
    rounding: str
    rounding_places: int
    rounding_stage: str
    small_rate: Decimal
    joint_rate: Decimal
    abnormal_share_of_ceiling: Decimal
    read_out: tuple[str, ...]
    standard_goods: bool = False
    # Why there is more than one lot (GPL art. 28, requirement 014).
    split_reason: str = ""
    bid_security: Money | None = None
    bid_security_form: str = ""
    contact: Text | None = None
    opening_place: Text | None = None
    delivery: Text | None = None

    @classmethod
    def of_profile(cls, profile: Profile, **chosen: Any) -> Terms:
        """The profile's own values, with what the officer chose in their place."""
        values: dict[str, Any] = {
            "tie_break": profile.tie_break.value,
            "rounding": profile.rounding.value,
            "rounding_places": profile.rounding_places.value,
            "rounding_stage": profile.rounding_stage.value,
            "small_rate": profile.small_rate_min.value,
            "joint_rate": profile.joint_rate_min.value,
            "abnormal_share_of_ceiling": profile.abnormal_share_of_ceiling.value,
            "read_out": profile.read_out.value,
        }
        return cls(**values | chosen)

    def as_record(self) -> dict[str, Any]:
        """As the tender's row and the notice hold it."""
        return {
            "tie_break": [str(step) for step in self.tie_break],
            "rounding": self.rounding,
            "rounding_places": self.rounding_places,
            "rounding_stage": self.rounding_stage,
            "small_rate": format(self.small_rate, "f"),
            "joint_rate": format(self.joint_rate, "f"),
            "abnormal_share_of_ceiling": format(self.abnormal_share_of_ceiling, "f"),
            "read_out": list(self.read_out),
            "standard_goods": self.standard_goods,
            "split_reason": self.split_reason,
            "bid_security": self.bid_security.as_record() if self.bid_security else None,
            "bid_security_form": self.bid_security_form,
            "contact": self.contact.as_record() if self.contact else None,
            "opening_place": self.opening_place.as_record() if self.opening_place else None,
            "delivery": self.delivery.as_record() if self.delivery else None,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Terms:
        """Read what `as_record` wrote."""
        security = record["bid_security"]
        return cls(
            tie_break=tuple(TieBreak(step) for step in record["tie_break"]),
            rounding=record["rounding"],
            rounding_places=record["rounding_places"],
            rounding_stage=record["rounding_stage"],
            small_rate=Decimal(record["small_rate"]),
            joint_rate=Decimal(record["joint_rate"]),
            abnormal_share_of_ceiling=Decimal(record["abnormal_share_of_ceiling"]),
            read_out=tuple(record["read_out"]),
            standard_goods=record["standard_goods"],
            split_reason=record["split_reason"],
            bid_security=Money.parse(**_amount(security)) if security else None,
            bid_security_form=record["bid_security_form"],
            contact=_text(record["contact"]),
            opening_place=_text(record["opening_place"]),
            delivery=_text(record["delivery"]),
        )


@dataclass(frozen=True, slots=True)
class TenderDraft:
    """A whole tender as the officer has it now."""

    title: Text
    award_criteria: Method
    lots: tuple[NewLot, ...]
    criteria: tuple[NewCriterion, ...]
    documents: tuple[NewDocument, ...]
    terms: Terms
    holders: tuple[NamedHolder, ...]
    threshold: int
    closes_at: datetime
    facts: Text | None = None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A new version of the document of that number, or a further document without one."""

    document: NewDocument
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a corrigendum changes. What is None or empty stays as it is."""

    closes_at: datetime
    changes: Text
    documents: tuple[DocumentChange, ...] = ()
    criteria: tuple[NewCriterion, ...] | None = None
    terms: Terms | None = None
    facts: Text | None = None


def keep_document(blobs: Blobs, name: str, media_type: str, data: bytes | BinaryIO) -> NewDocument:
    """Make a document's bytes durable, before any transaction (DESIGN 10)."""
    content = blobs.put(data)
    return NewDocument(name, media_type, content, blobs.size(content))


def _amount(record: Mapping[str, str]) -> dict[str, str]:
    return {"text": record["amount"], "currency": record["currency"]}


def _text(record: Mapping[str, str] | None) -> Text | None:
    return Text(record["zh"], record["en"]) if record else None
