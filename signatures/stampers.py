"""Where time-stamp tokens come from: an authority inside this process, or one reached by HTTP."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import httpx

from kernel.clock import Clock
from kernel.refusal import Refused, refuse
from signatures import algorithms, der
from signatures.signed_data import (
    ID_TST_INFO,
    Malformed,
    read_signed_data,
    signed_attributes,
    write_signed_data,
)
from signatures.signers import Signer
from signatures.tokens import read_token_info

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
            self.signer.form,
            self.signer.certificate,
            self.signer.issuers,
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
    if der.read_algorithm(algorithm) != algorithms.SHA256:
        raise der.NotDer("imprint of another digest")
    value = der.expect(hashed, der.OCTET_STRING).content
    if len(value) != IMPRINT_BYTES:
        raise der.NotDer("imprint of another length")
    nonces = [der.read_integer(node) for node in rest if node.tag == der.INTEGER]
    return value, nonces[0] if nonces else None
