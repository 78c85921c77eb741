"""The signed notice and its corrigenda: which bytes the officer signs, and what they leave out.

A notice holds what a bidder's client must know for certain before it seals anything: until when,
for whom to seal, under which rules. Everything else is held by the digest `rest`, whose preimage is
published beside it, so that a statement stays within its limits (SEALED_BID 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kernel import canonical
from kernel.clock import instant
from procurement.parties.signing import statement
from procurement.profiles import Profile
from procurement.tenders.content import Content
from signatures.sealed.committee import fingerprint_of
from signatures.sealed.statements import STATEMENT_BYTES_MAX, read_canonical


@dataclass(frozen=True, slots=True)
class NoticeFrame:
    """What a notice says beside the tender's content."""

    origin: str
    tender: str
    ocid: str
    buyer: str
    number: int
    previous: str | None
    committee: str
    changes: dict[str, str]


def notice_statement(frame: NoticeFrame, content: Content, profile: Profile) -> bytes:
    """The bytes of `sunlit/notice/v1`; refused where they pass the limits of a statement."""
    made = statement(
        "notice",
        frame.origin,
        tender=frame.tender,
        ocid=frame.ocid,
        buyer=frame.buyer,
        number=frame.number,
        previous=frame.previous,
        title=content.title,
        award_criteria=content.award_criteria,
        currency=content.currency,
        lots=[_chosen(lot, "lot", "number", "title", "ceiling") for lot in content.lots],
        closes_at=instant(content.closes_at),
        committee=frame.committee,
        fingerprint=fingerprint_of(frame.committee),
        documents=[
            _chosen(each, "number", "version", "name", "digest") for each in content.documents
        ],
        criteria=[_chosen(each, "number", "kind", "title", "weight") for each in content.criteria],
        profile=profile.name,
        edition=profile.edition,
        profile_digest=profile.digest,
        # Below this many live bids a holder's client opens nothing (SEALED_BID 6).
        live_bids_min=profile.bidders_min_to_open.value,
        objection_minutes=profile.objection_minutes.value,
        rest=canonical.digest_of(rest_of(frame, content)),
    )
    read_canonical(made, STATEMENT_BYTES_MAX)
    return made


def rest_of(frame: NoticeFrame, content: Content) -> dict[str, Any]:
    """What the notice names by digest alone; kept with it and published beside it."""
    return {
        "lots": list(content.lots),
        "criteria": list(content.criteria),
        "documents": list(content.documents),
        "facts": content.facts,
        "terms": content.terms,
        "changes": frame.changes,
    }


def _chosen(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: record[name] for name in names}
