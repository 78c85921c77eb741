"""Judging time-stamp tokens (RFC 3161), and the stampers that make them.

A token proves that something existed at its time. Whether that is evidence against the operator
depends on who runs the authority; `outside` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from kernel.canonical import JsonValue, digest
from kernel.clock import instant
from signatures import algorithms
from signatures.certificates import Certificate
from signatures.judging import CLOCK_SKEW_MAX, NO_TOKEN, ProvedTime, judge, unreadable
from signatures.signed_data import ID_TST_INFO, Malformed, read_signed_data
from signatures.stampers import DevelopmentStamper, HttpStamper, LocalStamper, Stamper
from signatures.tokens import TokenInfo, read_token_info
from signatures.trust import Trust
from signatures.verdicts import (
    Part,
    PartName,
    SubIndication,
    Verdict,
    absent,
    not_passed,
    passed,
)

__all__ = [
    "DevelopmentStamper",
    "HttpStamper",
    "LocalStamper",
    "Stamper",
    "TokenInfo",
    "TokenVerdict",
    "as_proof",
    "proved_time",
    "verify_token",
    "verify_token_over",
]


@dataclass(frozen=True, slots=True)
class TokenVerdict:
    """What was found about a token; `gen_time` counts only when the verdict passed."""

    verdict: Verdict
    gen_time: datetime | None = None
    serial_number: int | None = None
    policy: str | None = None
    outside: bool = False
    digest: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the token is good."""
        return self.verdict.passed

    @property
    def authority(self) -> Certificate | None:
        """The certificate of the authority that made the token."""
        return self.verdict.signer

    def as_record(self) -> dict[str, JsonValue]:
        """The finding as canonical JSON can hold it."""
        return {
            "verdict": self.verdict.as_record(),
            "gen_time": instant(self.gen_time) if self.gen_time else None,
            "serial_number": f"{self.serial_number:x}" if self.serial_number is not None else None,
            "policy": self.policy,
            "outside": self.outside,
            "token": self.digest,
        }


def verify_token(token: bytes, imprint: bytes, trust: Trust, at: datetime) -> TokenVerdict:
    """Judge a token over a SHA-256 imprint, by the time-stamping roots of the trust."""
    return verify_token_over(
        token, lambda oid: imprint if oid == algorithms.SHA256 else None, trust, at
    )


def verify_token_over(
    token: bytes, imprint: Callable[[str], bytes | None], trust: Trust, at: datetime
) -> TokenVerdict:
    """Judge a token whose digest algorithm its authority chose; the caller digests by its OID."""
    try:
        data = read_signed_data(token, distinguished=False)
        info = read_token_info(data)
    except Malformed as problem:
        return TokenVerdict(unreadable(str(problem), at), digest=digest(token))
    verdict = judge(
        data,
        lambda oid: algorithms.digest(oid, data.content or b""),
        trust.for_timestamps,
        at,
        policy=absent(PartName.POLICY),
        purpose=for_time_stamps,
        content_type=ID_TST_INFO,
    )
    for part in _token_problems(info, imprint, verdict.signer, at):
        verdict = verdict.with_part(part)
    return TokenVerdict(
        verdict,
        gen_time=info.gen_time,
        serial_number=info.serial_number,
        policy=info.policy,
        outside=verdict.passed and trust.runs_outside(verdict.material.chain),
        digest=digest(token),
    )


def _token_problems(
    info: TokenInfo,
    imprint: Callable[[str], bytes | None],
    authority: Certificate | None,
    at: datetime,
) -> Iterator[Part]:
    """What can be wrong with a token whose signature is good."""
    try:
        expected = imprint(info.digest_oid)
    except algorithms.NotAllowed:
        expected = None
    if info.imprint != expected:
        yield not_passed(PartName.INTACT, SubIndication.HASH_FAILURE, "imprint_of_something_else")
    if info.gen_time > at + CLOCK_SKEW_MAX:
        yield not_passed(
            PartName.TIME_STAMP, SubIndication.TIMESTAMP_ORDER_FAILURE, "token_of_the_future"
        )
    if authority is not None and not authority.valid_at(info.gen_time):
        yield not_passed(
            PartName.VALIDITY,
            SubIndication.OUT_OF_BOUNDS_NO_POE,
            "token_outside_the_authoritys_validity",
        )


def proved_time(token: bytes | None, signature: bytes, trust: Trust, at: datetime) -> ProvedTime:
    """The time that a token over a SignatureValue proves; a bad token proves none and shows.

    The imprint is the SHA-256 of the octets of SignatureValue (SEALED_BID 1); inside a PDF made
    elsewhere it may be of another allowed digest.
    """
    if token is None:
        return NO_TOKEN
    return as_proof(
        verify_token_over(token, lambda oid: algorithms.digest(oid, signature), trust, at)
    )


def as_proof(found: TokenVerdict) -> ProvedTime:
    """A judged token as the time-stamp part of another verdict."""
    if not found.passed:
        part = not_passed(
            PartName.TIME_STAMP,
            found.verdict.sub_indication or SubIndication.NO_POE,
            f"token_{found.verdict.code}",
        )
        return ProvedTime(part, None, found.digest)
    part = passed(
        PartName.TIME_STAMP,
        gen_time=instant(found.gen_time) if found.gen_time else None,
        outside=found.outside,
        authority=found.authority.fingerprint if found.authority else None,
    )
    return ProvedTime(part, found.gen_time, found.digest)


def for_time_stamps(certificate: Certificate) -> str | None:
    """Why a certificate may not sign tokens: RFC 3161 section 2.3 asks for one critical purpose."""
    try:
        found = certificate.parsed.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return "certificate_not_for_time_stamps"
    if not found.critical or list(found.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        return "certificate_not_for_time_stamps"
    return "certificate_of_an_authority" if certificate.is_authority else None
