"""The answer to "is this signature good?", in parts and in the words of ETSI EN 319 102-1.

A bare yes hides what was looked at and what was not. A verdict says for each part what was found,
keeps the material it judged by, and can be written into the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kernel.canonical import JsonValue
from kernel.clock import instant
from signatures.certificates import Certificate


class Indication(StrEnum):
    """The main status of a validation (EN 319 102-1 section 5.1.3, table 5)."""

    TOTAL_PASSED = "TOTAL_PASSED"
    TOTAL_FAILED = "TOTAL_FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Why a validation did not pass (EN 319 102-1 section 5.1.3, table 6)."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    NOT_YET_VALID = "NOT_YET_VALID"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    TRY_LATER = "TRY_LATER"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_POE = "NO_POE"


_FAILURES: Final = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
    }
)


class PartName(StrEnum):
    """What is looked at, in the order in which a failing part gives the verdict its reason."""

    FORMAT = "format"
    INTACT = "intact"
    SIGNATURE = "signature"
    DOCUMENT = "document"
    POLICY = "policy"
    ALGORITHMS = "algorithms"
    CERTIFICATE = "certificate"
    VALIDITY = "validity"
    REVOCATION = "revocation"
    TIME_STAMP = "time_stamp"


_ORDER: Final = tuple(PartName)
_ESSENTIAL: Final = frozenset(
    {
        PartName.FORMAT,
        PartName.INTACT,
        PartName.SIGNATURE,
        PartName.ALGORITHMS,
        PartName.CERTIFICATE,
        PartName.VALIDITY,
        PartName.REVOCATION,
    }
)


class Finding(StrEnum):
    """What was found about one part."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    ABSENT = "absent"  # Nothing to look at, and nothing was asked for: no time stamp, no policy.
    NOT_REACHED = "not_reached"  # An earlier part failed, so that this one has no meaning.


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a verdict: what was found, a stable code for the reason, and the facts seen."""

    name: PartName
    finding: Finding
    code: str | None = None
    sub_indication: SubIndication | None = None
    facts: Mapping[str, JsonValue] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def passed(self) -> bool:
        """Whether this part was looked at and is good."""
        return self.finding is Finding.PASSED

    def as_record(self) -> dict[str, JsonValue]:
        """The part as canonical JSON can hold it."""
        return {
            "name": self.name.value,
            "finding": self.finding.value,
            "code": self.code,
            "sub_indication": self.sub_indication.value if self.sub_indication else None,
            "facts": dict(self.facts),
        }


def passed(name: PartName, **facts: JsonValue) -> Part:
    """A part that is good."""
    return Part(name, Finding.PASSED, facts=MappingProxyType(facts))


def not_passed(
    name: PartName, sub_indication: SubIndication, code: str, **facts: JsonValue
) -> Part:
    """A part that is not good, and why."""
    return Part(name, Finding.NOT_PASSED, code, sub_indication, MappingProxyType(facts))


def absent(name: PartName) -> Part:
    """A part that is not there and was not asked for."""
    return Part(name, Finding.ABSENT)


@dataclass(frozen=True, slots=True)
class Material:
    """What a verdict was judged by: enough for another person to judge again."""

    chain: tuple[Certificate, ...] = ()
    crls: tuple[str, ...] = ()
    token: str | None = None
    trust: str | None = None

    def as_record(self) -> dict[str, JsonValue]:
        """The material by its digests."""
        return {
            "chain": [certificate.fingerprint for certificate in self.chain],
            "crls": list(self.crls),
            "token": self.token,
            "trust": self.trust,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one signature.

    `judged_at` is the time the caller named; `best_time` is the earliest time at which the
    signature is proved to have existed (a time-stamp token's, else `judged_at`); `claimed_time` is
    the signer's own word and never decides anything.
    """

    indication: Indication
    sub_indication: SubIndication | None
    parts: tuple[Part, ...]
    judged_at: datetime
    best_time: datetime
    signer: Certificate | None = None
    organization_identifier: str | None = None
    claimed_time: datetime | None = None
    signature_value_digest: str | None = None
    digest_oid: str | None = None
    signature_oid: str | None = None
    material: Material = Material()
    field_name: str | None = None

    @property
    def passed(self) -> bool:
        """Whether every part asked for is good: TOTAL_PASSED."""
        return self.indication is Indication.TOTAL_PASSED

    @property
    def awaits_revocation_data(self) -> bool:
        """Whether all that is missing is fresh revocation data, so that it is judged again later.

        Such a bid is taken and its verdict shown; a second judgement follows at the opening
        (SEALED_BID 4).
        """
        open_parts = [part for part in self.parts if part.finding is Finding.NOT_PASSED]
        return bool(open_parts) and all(
            part.sub_indication is SubIndication.TRY_LATER for part in open_parts
        )

    @property
    def code(self) -> str | None:
        """The stable code of the part that gave the verdict its reason."""
        deciding = _deciding(self.parts)
        return deciding.code if deciding else None

    def part(self, name: PartName) -> Part:
        """One part by its name; a part that nobody looked at is `not_reached`."""
        for found in self.parts:
            if found.name == name:
                return found
        return Part(name, Finding.NOT_REACHED)

    def with_part(self, part: Part) -> Verdict:
        """The verdict with one part added or replaced, and concluded anew."""
        others = tuple(found for found in self.parts if found.name is not part.name)
        parts = _in_order((*others, part))
        indication, sub_indication = conclude(parts)
        return replace(self, parts=parts, indication=indication, sub_indication=sub_indication)

    def as_record(self) -> dict[str, JsonValue]:
        """The verdict as canonical JSON can hold it."""
        return {
            "type": "sunlit/verdict/v1",
            "indication": self.indication.value,
            "sub_indication": self.sub_indication.value if self.sub_indication else None,
            "parts": [part.as_record() for part in self.parts],
            "signer": self.signer.describe() if self.signer else None,
            "organization_identifier": self.organization_identifier,
            "judged_at": instant(self.judged_at),
            "best_time": instant(self.best_time),
            "claimed_time": instant(self.claimed_time) if self.claimed_time else None,
            "signature": self.signature_value_digest,
            "algorithms": {"digest": self.digest_oid, "signature": self.signature_oid},
            "material": self.material.as_record(),
            "field": self.field_name,
        }


def conclude(parts: Iterable[Part]) -> tuple[Indication, SubIndication | None]:
    """The indication that follows from the parts: the first that is not good is the reason."""
    parts = tuple(parts)
    deciding = _deciding(parts)
    if deciding is None:
        unseen = _ESSENTIAL - {part.name for part in parts if part.passed}
        if unseen:
            raise ValueError(f"no verdict without {', '.join(sorted(unseen))}")
        return Indication.TOTAL_PASSED, None
    if deciding.sub_indication in _FAILURES:
        return Indication.TOTAL_FAILED, deciding.sub_indication
    return Indication.INDETERMINATE, deciding.sub_indication


def verdict_of(
    parts: Iterable[Part], *, judged_at: datetime, best_time: datetime | None = None
) -> Verdict:
    """A verdict from its parts alone; the caller adds signer and material by `replace`."""
    ordered = _in_order(parts)
    indication, sub_indication = conclude(ordered)
    return Verdict(
        indication=indication,
        sub_indication=sub_indication,
        parts=ordered,
        judged_at=judged_at,
        best_time=best_time or judged_at,
    )


def _in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: _ORDER.index(part.name)))


def _deciding(parts: Iterable[Part]) -> Part | None:
    open_parts = [part for part in _in_order(parts) if part.finding is Finding.NOT_PASSED]
    # A failure outweighs an open question, whatever its place.
    open_parts.sort(key=lambda part: part.sub_indication not in _FAILURES)
    return open_parts[0] if open_parts else None
