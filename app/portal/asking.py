"""What people paste into the verify page: an entry's number or id, a digest, or a whole receipt."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A statement is at most 48 KiB (SEALED_BID section 1); a signed note adds its lines.
RECEIPT_CHARACTERS_MAX = 64 * 1024

_NUMBER = re.compile(
    r"(?:第|no\.?|#)?\s*(?P<number>\d{1,3}(?:[,，]?\d{3}){0,4}|\d{1,15})\s*条?", re.I
)
_DIGEST = re.compile(r"(?:sha-?256[:：]\s*)?(?P<hex>[0-9a-f]{64})", re.I)
_ENTRY_ID = re.compile(r"[a-z]{1,20}_[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class EntryNumber:
    """An index in the public log."""

    number: int


@dataclass(frozen=True, slots=True)
class EntryId:
    """The id of an entry, which it has before it has a number."""

    id: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of a document, an act or a leaf, as `sha256:<hex>`."""

    digest: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as the bidder holds it: the text as it was pasted, not yet examined."""

    text: str


Asked = EntryNumber | EntryId | Digest | Receipt


def read_asked(text: str) -> Asked | None:
    """What was pasted, or None where it is nothing that the record could know.

    Spaces inside a digest are taken out, since printed notices group it.
    """
    text = text.strip()
    if not text or len(text) > RECEIPT_CHARACTERS_MAX:
        return None
    if found := _NUMBER.fullmatch(text):
        return EntryNumber(int(re.sub(r"\D", "", found["number"])))
    if found := _DIGEST.fullmatch(re.sub(r"\s+", "", text)):
        return Digest("sha256:" + found["hex"].lower())
    if _ENTRY_ID.fullmatch(text):
        return EntryId(text)
    if "sunlit/receipt/v1" in text:
        return Receipt(text)
    return None


def address_of(asked: Asked) -> str | None:
    """How to ask for it in an address; None for a receipt, which is the bidder's own to show."""
    match asked:
        case EntryNumber(number):
            return str(number)
        case EntryId(id):
            return id
        case Digest(digest):
            return digest
        case Receipt():
            return None
