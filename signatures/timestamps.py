"""Time-stamp tokens (RFC 3161): asking for one, and judging one.

A token proves that something existed at its time. Whether that is evidence against the operator
depends on who runs the authority; `outside` says so.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import httpx
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from kernel.canonical import JsonValue, digest
from kernel.clock import Clock, instant
from kernel.refusal import Refused, refuse
from signatures import algorithms, der
from signatures.certificates import Certificate
from signatures.judging import CLOCK_SKEW_MAX, NO_TOKEN, ProvedTime, judge, unreadable
from signatures.signed_data import (
    ID_TST_INFO,
    Malformed,
    SignedData,
    read_signed_data,
    signed_attributes,
    write_signed_data,
)
from signatures.signers import Signer
from signatures.trust import Trust
from signatures.verdicts import (
    PartName,
    SubIndication,
    Verdict,
    absent,
    not_passed,
    passed,
)

IMPRINT_BYTES: Final = 32
RESPONSE_BYTES_MAX: Final = 64 * 1024
# The policy of the development authority, under the same UUID as the statement policy.
DEVELOPMENT_POLICY: Final = "2.25.240388076489770293372625452877444601987.1"


class Stamper(Protocol):
    """Makes time-stamp tokens over SHA-256 imprints."""

    @property
    def outside(self) -> bool:
        """Whether the authority is run by somebody other than the operator."""
        ...

    def stamp(self, imprint_sha256: bytes) -> bytes:
        """A token (DER) over the imprint; Refused when none can be had."""
        ...


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What a token says (TSTInfo)."""

    digest_oid: str
    imprint: bytes
    gen_time: datetime
    serial_number: int
    policy: str
    nonce: int | None


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
    """Judge a token over an imprint, by the time-stamping roots of the trust, at an instant."""
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
    if info.imprint != imprint or info.digest_oid != algorithms.SHA256:
        verdict = verdict.with_part(
            not_passed(PartName.INTACT, SubIndication.HASH_FAILURE, "imprint_of_something_else")
        )
    if info.gen_time > at + CLOCK_SKEW_MAX:
        verdict = verdict.with_part(
            not_passed(
                PartName.TIME_STAMP, SubIndication.TIMESTAMP_ORDER_FAILURE, "token_of_the_future"
            )
        )
    if verdict.signer is not None and not verdict.signer.valid_at(info.gen_time):
        verdict = verdict.with_part(
            not_passed(
                PartName.VALIDITY,
                SubIndication.OUT_OF_BOUNDS_NO_POE,
                "token_outside_the_authoritys_validity",
            )
        )
    return TokenVerdict(
        verdict,
        gen_time=info.gen_time,
        serial_number=info.serial_number,
        policy=info.policy,
        outside=verdict.passed and trust.runs_outside(verdict.material.chain),
        digest=digest(token),
    )


def proved_time(token: bytes | None, signature: bytes, trust: Trust, at: datetime) -> ProvedTime:
    """The time that a token over a SignatureValue proves; a bad token proves none and shows.

    The imprint is the SHA-256 of the octets of SignatureValue (SEALED_BID 1).
    """
    if token is None:
        return NO_TOKEN
    found = verify_token(token, algorithms.digest(algorithms.SHA256, signature), trust, at)
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


def read_token_info(data: SignedData) -> TokenInfo:
    """Read TSTInfo (RFC 3161 section 2.4.2); Malformed when it is not there."""
    if data.content_type != ID_TST_INFO or data.content is None:
        raise Malformed("not_a_token")
    try:
        _version, policy, imprint, serial, gen_time, *rest = der.read(data.content).children()
        algorithm, hashed = imprint.children()
        nonces = [node for node in rest if node.tag == der.INTEGER]
        return TokenInfo(
            digest_oid=der.read_oid(algorithm.children()[0]),
            imprint=der.expect(hashed, der.OCTET_STRING).content,
            gen_time=der.read_time(der.expect(gen_time, der.GENERALIZED_TIME)),
            serial_number=der.read_integer(serial),
            policy=der.read_oid(policy),
            nonce=der.read_integer(nonces[0]) if nonces else None,
        )
    except (der.NotDer, ValueError, IndexError) as problem:
        raise Malformed("not_a_token") from problem


@dataclass(frozen=True)
class LocalStamper:
    """A time-stamping authority inside this process: evidence of order, not against the operator.

    Its serial numbers are random, so that they do not tell how many bids there are.
    """

    signer: Signer
    clock: Clock
    policy: str = DEVELOPMENT_POLICY

    @property
    def outside(self) -> bool:
        """Never: the operator holds the key."""
        return False

    def stamp(self, imprint_sha256: bytes) -> bytes:
        """A token over the imprint, at the time of the clock."""
        if len(imprint_sha256) != IMPRINT_BYTES:
            raise ValueError("an imprint is the 32 bytes of a SHA-256")
        return self._token(imprint_sha256, nonce=None)

    def answer(self, query: bytes) -> bytes:
        """The TimeStampResp to a TimeStampReq, for serving RFC 3161 over HTTP."""
        try:
            imprint, nonce = _read_query(query)
        except (der.NotDer, ValueError, IndexError):
            # PKIStatus rejection (2), PKIFailureInfo badDataFormat (bit 5).
            failure = der.element(der.BIT_STRING, b"\x02\x04")
            return der.sequence(der.sequence(der.integer(2), failure))
        return der.sequence(der.sequence(der.integer(0)), self._token(imprint, nonce))

    def _token(self, imprint: bytes, nonce: int | None) -> bytes:
        info = der.sequence(
            der.integer(1),
            der.oid(self.policy),
            _imprint(imprint),
            der.integer(secrets.randbits(127)),
            der.generalized_time(self.clock.now()),
            der.integer(nonce) if nonce is not None else b"",
        )
        attributes = signed_attributes(
            algorithms.digest(self.signer.form.digest_oid, info),
            self.signer.certificate,
            content_type=ID_TST_INFO,
        )
        return write_signed_data(
            attributes,
            self.signer.sign(attributes),
            self.signer,
            content_type=ID_TST_INFO,
            content=info,
        )


class HoldsTimestampKey(Protocol):
    """A PKI that holds the key of a time-stamping authority."""

    @property
    def timestamp_signer(self) -> Signer:
        """The authority's key and certificate."""
        ...


class DevelopmentStamper(LocalStamper):
    """The time-stamping authority of the development PKI."""

    def __init__(self, pki: HoldsTimestampKey, clock: Clock) -> None:
        super().__init__(pki.timestamp_signer, clock)


@dataclass(frozen=True)
class HttpStamper:
    """A time-stamping authority reached by HTTP (RFC 3161 section 3.4).

    The address is the operator's setting; none is ever taken from a file.
    """

    url: str
    outside: bool = True
    timeout: timedelta = timedelta(seconds=10)

    def stamp(self, imprint_sha256: bytes) -> bytes:
        """A token over the imprint, checked to answer this very question."""
        nonce = secrets.randbits(63)
        query = der.sequence(
            der.integer(1),
            _imprint(imprint_sha256),
            der.integer(nonce),
            der.element(der.BOOLEAN, b"\xff"),
        )
        try:
            answer = httpx.post(
                self.url,
                content=query,
                headers={"Content-Type": "application/timestamp-query"},
                timeout=self.timeout.total_seconds(),
                follow_redirects=False,
            )
            answer.raise_for_status()
        except httpx.HTTPError as problem:
            raise Refused(refuse("time_stamp_not_had", problem=type(problem).__name__)) from problem
        return read_answer(answer.content, imprint_sha256, nonce)


def read_answer(raw: bytes, imprint: bytes, nonce: int) -> bytes:
    """The token of a TimeStampResp; Refused unless it was granted for this imprint and nonce.

    Its signature is judged by `verify_token`, not here.
    """
    if len(raw) > RESPONSE_BYTES_MAX:
        raise Refused(refuse("time_stamp_answer_unreadable", bytes=len(raw)))
    try:
        status, *tokens = der.read(raw).children()
        granted = der.read_integer(status.children()[0])
        if granted not in (0, 1) or not tokens:
            raise Refused(refuse("time_stamp_refused", status=granted))
        info = read_token_info(read_signed_data(tokens[0].raw, distinguished=False))
    except (der.NotDer, Malformed, IndexError, ValueError) as problem:
        raise Refused(refuse("time_stamp_answer_unreadable", problem=str(problem))) from problem
    if (info.digest_oid, info.imprint, info.nonce) != (algorithms.SHA256, imprint, nonce):
        raise Refused(refuse("time_stamp_answers_another_question"))
    return tokens[0].raw


def _imprint(value: bytes) -> bytes:
    return der.sequence(der.sequence(der.oid(algorithms.SHA256)), der.octets(value))


def _read_query(raw: bytes) -> tuple[bytes, int | None]:
    _version, imprint, *rest = der.read(raw).children()
    algorithm, hashed = imprint.children()
    if der.read_oid(algorithm.children()[0]) != algorithms.SHA256:
        raise der.NotDer("imprint of another digest")
    value = der.expect(hashed, der.OCTET_STRING).content
    if len(value) != IMPRINT_BYTES:
        raise der.NotDer("imprint of another length")
    nonces = [der.read_integer(node) for node in rest if node.tag == der.INTEGER]
    return value, nonces[0] if nonces else None
