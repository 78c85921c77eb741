"""What this library needs to know of a CMS signature; who finds it out is handed in.

`signatures.cms.verify_statement` gives a `Verdict`, which fits `Judgement`; a client with its own
trust anchors hands in its own function. So the rules of the sealed bid can be tried without a
certificate authority, and hold for every one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kernel.refusal import Refusal, refuse


class SignerCertificate(Protocol):
    """The certificate that a signature names as its own."""

    @property
    def fingerprint(self) -> str:
        """The digest of the certificate's DER bytes."""
        ...

    @property
    def person_serial_number(self) -> str | None:
        """By what an authority tells people apart."""
        ...

    @property
    def common_name(self) -> str | None:
        """The person's name, where there is no number."""
        ...


class Judgement(Protocol):
    """What was found about one signature."""

    @property
    def passed(self) -> bool:
        """Every part asked for is good."""
        ...

    @property
    def awaits_revocation_data(self) -> bool:
        """All that is missing is fresh revocation data."""
        ...

    @property
    def signer(self) -> SignerCertificate | None:
        """Whose signature it is."""
        ...

    @property
    def organization_identifier(self) -> str | None:
        """The organisation, if the certificate's issuer is trusted to name one."""
        ...

    @property
    def signature_value_digest(self) -> str | None:
        """The digest of the SignatureValue octets: what a time-stamp token is about."""
        ...


# Called with a statement's bytes and the CMS over them. Trust and time are the caller's.
Verify = Callable[[bytes, bytes], Judgement]
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement's bytes with the detached CMS over them, both exactly as received."""

    statement: bytes
    cms: bytes


def signature_refusal(judgement: Judgement, *, stale_allowed: bool, cite: str) -> Refusal | None:
    """Whether a signature counts; stale revocation data may pass, to be judged again later."""
    if judgement.signer is None or judgement.signature_value_digest is None:
        return refuse("signature_not_valid", cite, found=_why(judgement))
    if judgement.passed or (stale_allowed and judgement.awaits_revocation_data):
        return None
    return refuse(
        "signature_not_valid",
        cite,
        found=_why(judgement),
        signer=judgement.signer.fingerprint,
    )


def _why(judgement: Judgement) -> object:
    """The verdict's own code, where it has one."""
    return getattr(judgement, "code", None)
