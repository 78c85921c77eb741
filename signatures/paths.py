"""From a certificate up to a root that the verifier holds (RFC 5280 section 6).

The path is built and checked by pyhanko-certvalidator with no access to the network; revocation is
judged apart, so that a verdict can say which of the two failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    ValidationError,
)

from signatures.certificates import Certificate
from signatures.trust import Trust
from signatures.verdicts import SubIndication
from signatures.waiting import wait_for

FOUND_CHAINS_MAX: Final = 10_000
# What a signer brings along: more would only lengthen the search for a path.
EXTRA_CERTIFICATES_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Path:
    """The chain from a certificate to a root, or why there is none."""

    chain: tuple[Certificate, ...] = ()
    sub_indication: SubIndication | None = None
    code: str | None = None

    @property
    def found(self) -> bool:
        """Whether a good chain was found."""
        return self.sub_indication is None


# The library's reasons in the words of the standard; the first that fits counts.
_REASONS: Final[tuple[tuple[type[Exception], SubIndication, str], ...]] = (
    (ExpiredError, SubIndication.OUT_OF_BOUNDS_NO_POE, "issuer_expired"),
    (NotYetValidError, SubIndication.OUT_OF_BOUNDS_NO_POE, "issuer_not_yet_valid"),
    (DisallowedAlgorithmError, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "chain_algorithm_weak"),
    (ValidationError, SubIndication.CHAIN_CONSTRAINTS_FAILURE, "chain_not_valid"),
    (PathBuildingError, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "no_chain_to_a_trusted_root"),
)


def find_path(
    certificate: Certificate, brought: Iterable[Certificate], trust: Trust, at: datetime
) -> Path:
    """The chain from the certificate to a root of the trust, good at the instant.

    `brought` are certificates that came with the signature: links to try, never roots.
    """
    known = trust.found_chains.get(certificate.fingerprint)
    if known is not None and all(link.valid_at(at) for link in known):
        return Path(known)
    if certificate in trust.roots:
        return _pinned(certificate, at)
    path = _search(certificate, tuple(brought)[:EXTRA_CERTIFICATES_MAX], trust, at)
    if path.found:
        if len(trust.found_chains) >= FOUND_CHAINS_MAX:
            trust.found_chains.clear()
        trust.found_chains[certificate.fingerprint] = path.chain
    return path


def _pinned(certificate: Certificate, at: datetime) -> Path:
    """A certificate that is itself held as a root: the platform's own seal is."""
    if not certificate.valid_at(at):
        return Path(
            sub_indication=SubIndication.OUT_OF_BOUNDS_NO_POE, code="certificate_out_of_validity"
        )
    return Path((certificate,))


def _search(
    certificate: Certificate, brought: tuple[Certificate, ...], trust: Trust, at: datetime
) -> Path:
    if not trust.roots:
        return Path(
            sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
            code="no_chain_to_a_trusted_root",
        )
    context = ValidationContext(
        trust_roots=[_asn1(root) for root in trust.roots],
        other_certs=[_asn1(link) for link in (*trust.intermediates, *brought)],
        moment=at,
        allow_fetching=False,
        revocation_mode="none",
        time_tolerance=timedelta(0),
    )
    validator = CertificateValidator(_asn1(certificate), validation_context=context)
    try:
        found = wait_for(validator.async_validate_path())
    except tuple(kind for kind, _, _ in _REASONS) as problem:
        return _reason(problem)
    except (ValueError, TypeError, KeyError) as problem:
        # What asn1crypto raises on a certificate that it cannot read.
        return Path(
            sub_indication=SubIndication.CHAIN_CONSTRAINTS_FAILURE,
            code=f"chain_unreadable_{type(problem).__name__}",
        )
    links = tuple(Certificate.from_der(link.dump()) for link in found.iter_certs(include_root=True))
    return Path(tuple(reversed(links)))


def _reason(problem: Exception) -> Path:
    for kind, sub_indication, code in _REASONS:
        if isinstance(problem, kind):
            return Path(sub_indication=sub_indication, code=code)
    raise problem


def _asn1(certificate: Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.der)
