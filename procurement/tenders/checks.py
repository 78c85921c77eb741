"""Rules of the tender beside those of the notice in `rules`: drafts, holders, keys, questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from kernel.money import Money
from kernel.refusal import Refusal, refuse
from procurement.profiles.model import plain_fact

_NAME_FORBIDDEN = frozenset("/\\:")


def lots_within_budget(*, total: Money, budget: Money) -> Refusal | None:
    """All lots together stay within the purchase's budget (GPL art. 33, requirement 003)."""
    if total.currency == budget.currency and total <= budget:
        return None
    return refuse(
        "budget_exceeded",
        "GPL art. 33",
        wanted=total.as_record(),
        available=budget.as_record(),
    )


def something_bought(*, items_of_lots: Iterable[int]) -> Refusal | None:
    """A tender has lots, and each lot says what is bought."""
    counts = list(items_of_lots)
    if counts and all(counts):
        return None
    return refuse("subject_missing", "Order 87 art. 20", items=counts)


def criteria_fit_award(
    *, award_criteria: str, price_criteria: int, quality_criteria: int
) -> Refusal | None:
    """The price is scored once; under the lowest price nothing else is (Order 87 art. 54, 55)."""
    only_price = award_criteria == "lowest_price" and quality_criteria
    if price_criteria == 1 and not only_price:
        return None
    return refuse(
        "criteria_do_not_fit",
        "Order 87 art. 54",
        "Order 87 art. 55",
        award_criteria=award_criteria,
        price=price_criteria,
        quality=quality_criteria,
    )


def name_allowed(name: str) -> Refusal | None:
    """A document's name is one segment, so that it means the same on every computer."""
    if name and name not in (".", "..") and not _NAME_FORBIDDEN & set(name):
        return None
    return refuse("document_name", "SEALED_BID 3.1", name=name)


def line_allowed(line: str, *, allowed: bool) -> Refusal | None:
    """Words of the signed notice are one plain line: NFC, no control character (SEALED_BID 1)."""
    return None if allowed else refuse("line_not_plain", "SEALED_BID 1", line=line)


def one_tender(*, known: str | None) -> Refusal | None:
    """A purchase has one tender; another begins with a plan of its own."""
    return None if known is None else refuse("tender_known", tender=known)


def holders_distinct(people: Collection[str]) -> Refusal | None:
    """Each holder is another person (SEALED_BID 2)."""
    if len(set(people)) == len(people):
        return None
    return refuse("committee_persons", "SEALED_BID 2", people=len(people))


def outside_holder(*, organization: str | None, buyer: str) -> Refusal | None:
    """Who is named as from outside belongs to another organization than the buyer (SEALED_BID 2).

    Without an organization nobody can say that somebody is from outside.
    """
    if organization is not None and organization != buyer:
        return None
    return refuse("holder_not_outside", "SEALED_BID 2", organization=organization, buyer=buyer)


def key_is_fresh(*, known_for: str | None, part: str) -> Refusal | None:
    """A key is made for one tender and one part and used for no other (SEALED_BID 2)."""
    if known_for is None:
        return None
    return refuse("holder_key_not_fresh", "SEALED_BID 2", part=part)


def keys_complete(missing: Collection[str]) -> Refusal | None:
    """Every named holder has registered a key for every part (SEALED_BID 2)."""
    if not missing:
        return None
    return refuse("holder_keys_missing", "SEALED_BID 2", missing=sorted(missing))


def possession_shown(missing: Collection[str]) -> Refusal | None:
    """Every holder has shown that the key is at hand, before anybody seals to it (SEALED_BID 2)."""
    if not missing:
        return None
    return refuse("possession_not_shown", "SEALED_BID 2", missing=sorted(missing))


def committee_set(digest: str | None) -> Refusal | None:
    """A notice names the committee whose statement the officer signed (SEALED_BID 2)."""
    return None if digest else refuse("committee_missing", "SEALED_BID 2")


def same_certificates(*, registered: Collection[str], examined: Collection[str]) -> Refusal | None:
    """The committee was examined with the signatures that the holders registered."""
    if sorted(registered) == sorted(examined):
        return None
    return refuse("committee_certificates", "SEALED_BID 2")


def committee_examined_alike(
    *, threshold: int, named: int, examined_threshold: int, examined: int
) -> Refusal | None:
    """The examined committee has the threshold and the holders of the draft (SEALED_BID 2)."""
    if (threshold, named) == (examined_threshold, examined):
        return None
    return refuse(
        "committee_differs",
        "SEALED_BID 2",
        threshold=threshold,
        named=named,
        examined_threshold=examined_threshold,
        examined=examined,
    )


def closes_later(*, now: datetime, closes_at: datetime) -> Refusal | None:
    """A closing lies ahead; deadlines are half-open (DESIGN 3)."""
    if now < closes_at:
        return None
    return refuse(
        "closing_passed", "Order 87 art. 33", now=plain_fact(now), closes_at=plain_fact(closes_at)
    )


def closing_to_the_millisecond(closes_at: datetime) -> Refusal | None:
    """The closing is exactly what the signed notice says, which writes milliseconds."""
    if closes_at.microsecond % 1000 == 0:
        return None
    return refuse("closing_too_fine", "SEALED_BID 1", closes_at=closes_at.isoformat())


def text_present(text: str, *, what: str) -> Refusal | None:
    """Words that everybody will read are not empty."""
    return None if text.strip() else refuse("text_missing", what=what)


def one_supplier(suppliers: int) -> Refusal | None:
    """Who acts for several suppliers says for which one."""
    return None if suppliers == 1 else refuse("supplier_not_named", suppliers=suppliers)


def not_answered(answered_at: datetime | None) -> Refusal | None:
    """There is one answer to a question; what it lacked is said in an amendment (87-27)."""
    if answered_at is None:
        return None
    return refuse("answered_already", "Order 87 art. 27", answered_at=plain_fact(answered_at))


def amendment_changes_something(changed: Collection[str]) -> Refusal | None:
    """A corrigendum that changes nothing would only confuse who must name the last notice."""
    return None if changed else refuse("amendment_empty", "Order 87 art. 27")


def documents_known(*, numbers: Collection[int], known: Collection[int]) -> Refusal | None:
    """A new version is one of a document that is there."""
    unknown = sorted(set(numbers) - set(known))
    return refuse("document_unknown", numbers=unknown) if unknown else None
