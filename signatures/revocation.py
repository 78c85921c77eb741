"""Whether a certificate was revoked at an instant, by the lists that an authority signed.

Only what lies at hand is asked. Addresses inside a certificate are never followed: an uploaded file
would choose where this server connects to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from kernel.canonical import JsonValue, digest
from kernel.clock import instant
from kernel.refusal import Refused, refuse
from signatures.certificates import PEM_MARK, Certificate

_WEAK: Final = (hashes.SHA1, hashes.MD5)
# RFC 5280 section 5.2: what a list may carry and still be read by these rules. A critical extension
# outside this set makes the list unusable here.
_UNDERSTOOD: Final = frozenset(
    {
        x509.CRLNumber.oid,
        x509.AuthorityKeyIdentifier.oid,
        x509.AuthorityInformationAccess.oid,
        x509.FreshestCRL.oid,
        x509.IssuingDistributionPoint.oid,
    }
)


@dataclass(frozen=True, eq=False)
class RevocationList:
    """One certificate revocation list."""

    der: bytes = field(repr=False)
    parsed: x509.CertificateRevocationList = field(repr=False)
    # A list may be megabytes long; each question is answered once. The answers never change.
    _entries: dict[int, x509.RevokedCertificate | None] = field(default_factory=dict, repr=False)
    _issuers: dict[str, bool] = field(default_factory=dict, repr=False)

    @classmethod
    def from_bytes(cls, raw: bytes) -> RevocationList:
        """Read a list from DER or PEM; Refused when it cannot be read."""
        try:
            parsed = x509.load_pem_x509_crl(raw) if PEM_MARK in raw else x509.load_der_x509_crl(raw)
            found = cls(parsed.public_bytes(Encoding.DER), parsed)
            _ = found.issued_at, found.next_at, found.readable
        except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
            raise Refused(refuse("revocation_list_unreadable", problem=str(problem))) from problem
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RevocationList) and other.der == self.der

    def __hash__(self) -> int:
        return hash(self.der)

    @cached_property
    def digest(self) -> str:
        """The digest of the list's bytes."""
        return digest(self.der)

    @cached_property
    def issued_at(self) -> datetime:
        """When the list says it was made (thisUpdate)."""
        return self.parsed.last_update_utc

    @cached_property
    def next_at(self) -> datetime | None:
        """Until when the list is fresh (nextUpdate)."""
        return self.parsed.next_update_utc

    @cached_property
    def readable(self) -> bool:
        """Whether it is a full, direct list without a weak digest or a rule unknown here."""
        if isinstance(self.parsed.signature_hash_algorithm, _WEAK):
            return False
        extensions = self.parsed.extensions
        if any(extension.oid == x509.DeltaCRLIndicator.oid for extension in extensions):
            return False
        if any(extension.critical and extension.oid not in _UNDERSTOOD for extension in extensions):
            return False
        point = self.distribution_point
        return point is None or not (
            point.indirect_crl
            or point.only_some_reasons
            or point.only_contains_attribute_certs
            or point.relative_name
        )

    @cached_property
    def distribution_point(self) -> x509.IssuingDistributionPoint | None:
        """Which of its issuer's certificates the list is about, where it says so."""
        try:
            return self.parsed.extensions.get_extension_for_class(
                x509.IssuingDistributionPoint
            ).value
        except x509.ExtensionNotFound:
            return None

    def covers(self, certificate: Certificate) -> bool:
        """Whether the list is about this certificate.

        An authority may split its list by address; absence from a part says nothing about a
        certificate that names another part (RFC 5280 section 6.3.3 (b)).
        """
        point = self.distribution_point
        if point is None:
            return True
        if point.only_contains_ca_certs and not certificate.is_authority:
            return False
        if point.only_contains_user_certs and certificate.is_authority:
            return False
        return point.full_name is None or bool(
            set(point.full_name) & _distribution_points(certificate)
        )

    def entry(self, certificate: Certificate) -> x509.RevokedCertificate | None:
        """The entry for a certificate, if the list has one."""
        serial = certificate.serial_number
        if serial not in self._entries:
            self._entries[serial] = self.parsed.get_revoked_certificate_by_serial_number(serial)
        return self._entries[serial]

    def issued_by(self, issuer: Certificate) -> bool:
        """Whether the issuer's key signed the list, and may sign lists."""
        if issuer.fingerprint not in self._issuers:
            self._issuers[issuer.fingerprint] = self._signed_by(issuer)
        return self._issuers[issuer.fingerprint]

    def _signed_by(self, issuer: Certificate) -> bool:
        if self.parsed.issuer != issuer.parsed.subject or not _may_sign_lists(issuer):
            return False
        try:
            return self.parsed.is_signature_valid(issuer.public_key)  # type: ignore[arg-type]
        except (TypeError, ValueError, UnsupportedAlgorithm):
            return False


class RevocationStatus(StrEnum):
    """What the lists at hand say about a certificate at an instant."""

    GOOD = "good"
    REVOKED = "revoked"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Revocation:
    """The answer for one certificate at one instant, and the list it came from."""

    certificate: Certificate
    status: RevocationStatus
    list: RevocationList | None = None
    revoked_at: datetime | None = None
    reason: str | None = None

    def facts(self) -> dict[str, JsonValue]:
        """The answer as a verdict's part keeps it."""
        return {
            "certificate": self.certificate.fingerprint,
            "status": self.status.value,
            "crl": self.list.digest if self.list else None,
            "crl_issued_at": instant(self.list.issued_at) if self.list else None,
            "crl_next_at": instant(self.list.next_at) if self.list and self.list.next_at else None,
            "revoked_at": instant(self.revoked_at) if self.revoked_at else None,
            "reason": self.reason,
        }


def revocation_at(
    certificate: Certificate,
    issuer: Certificate,
    lists: Iterable[RevocationList],
    at: datetime,
) -> Revocation:
    """Whether the certificate was revoked at the instant, by the freshest list of its issuer.

    A list made after the instant answers for it too, since it names the date of each revocation;
    but not one made after the certificate ran out, from which an entry may be gone (RFC 5280
    section 3.3). A list made before answers while it is fresh.
    """
    usable = [
        found
        for found in lists
        if found.readable
        and found.covers(certificate)
        and found.issued_at <= certificate.valid_to
        and found.issued_by(issuer)
    ]
    if not usable:
        return Revocation(certificate, RevocationStatus.UNKNOWN)
    freshest = max(usable, key=lambda found: found.issued_at)
    entry = freshest.entry(certificate)
    if entry is not None and entry.revocation_date_utc <= at:
        return Revocation(
            certificate,
            RevocationStatus.REVOKED,
            freshest,
            entry.revocation_date_utc,
            _reason(entry),
        )
    if freshest.issued_at < at and (freshest.next_at is None or freshest.next_at < at):
        return Revocation(certificate, RevocationStatus.STALE, freshest)
    revoked_at = entry.revocation_date_utc if entry is not None else None
    return Revocation(certificate, RevocationStatus.GOOD, freshest, revoked_at)


def _may_sign_lists(issuer: Certificate) -> bool:
    try:
        usage = issuer.parsed.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.crl_sign


def _distribution_points(certificate: Certificate) -> set[x509.GeneralName]:
    try:
        points = certificate.parsed.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points.value for name in point.full_name or ()}


def _reason(entry: x509.RevokedCertificate) -> str | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        return None
