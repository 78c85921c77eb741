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
# How many of the certificates that a signer brings along are tried. Authorities that certify each
# other in a ring have factorially many paths: nine of them kept the search busy for a minute. No
# honest chain has more than three links between a person and a root.
BROUGHT_MAX: Final = 5


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


def issuers_of(certificate: Certificate, trust: Trust, at: datetime) -> tuple[Certificate, ...]:
    """The authorities between a certificate and its root, as they travel with its signatures."""
    chain = find_path(certificate, (), trust, at).chain
    return tuple(link for link in chain[1:] if link not in trust.roots)


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
    links = _upwards(certificate, (*brought, *trust.brought), trust)
    path = _search(certificate, links, trust, at)
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


def _upwards(
    certificate: Certificate, brought: tuple[Certificate, ...], trust: Trust
) -> tuple[Certificate, ...]:
    """Those of the certificates brought along that stand above this one, by name, and not many.

    One whose issuer the verifier knows comes first, so that no crowd can push it out.
    """
    known = {found.subject_der for found in (*trust.roots, *trust.intermediates)}
    ranked = sorted(dict.fromkeys(brought), key=lambda link: link.issuer_der not in known)
    chosen: dict[Certificate, None] = {}
    wanted = {certificate.issuer_der}
    for _ in range(BROUGHT_MAX):
        above = [link for link in ranked if link.subject_der in wanted and link not in chosen]
        chosen.update(dict.fromkeys(above[: BROUGHT_MAX - len(chosen)]))
        wanted = {link.issuer_der for link in above}
    return tuple(chosen)


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
