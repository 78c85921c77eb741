"""Making certificates and revocation lists: for the development PKI and the platform's own seal.

A real installation takes people's certificates from licensed authorities; nothing here issues to
anybody in production.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signatures.certificates import Certificate
from signatures.revocation import RevocationList
from signatures.signers import PrivateKey, Signer


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose certificate it is."""

    common_name: str
    organization_name: str | None = None
    organization_identifier: str | None = None
    organizational_unit: str | None = None
    serial_number: str | None = None
    country: str = "CN"

    def name(self) -> x509.Name:
        """The subject as a distinguished name."""
        attributes = (
            (NameOID.COUNTRY_NAME, self.country),
            (NameOID.ORGANIZATION_NAME, self.organization_name),
            (NameOID.ORGANIZATION_IDENTIFIER, self.organization_identifier),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.organizational_unit),
            (NameOID.SERIAL_NUMBER, self.serial_number),
            (NameOID.COMMON_NAME, self.common_name),
        )
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes if value])


class Purpose(Enum):
    """What a certificate is for, and the extensions that say so."""

    ROOT = "root"
    AUTHORITY = "authority"
    PERSON = "person"
    TIME_STAMPS = "time_stamps"
    SEAL = "seal"


_AUTHORITIES = {Purpose.ROOT, Purpose.AUTHORITY}
_EXTENDED = {
    Purpose.PERSON: (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION),
    Purpose.TIME_STAMPS: (ExtendedKeyUsageOID.TIME_STAMPING,),
}


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def issue(
    subject: Subject,
    purpose: Purpose,
    *,
    issuer: Signer | None,
    issuer_key: PrivateKey,
    key: PrivateKey,
    valid_from: datetime,
    valid_to: datetime,
) -> Signer:
    """A certificate for the key, signed by the issuer's key; without an issuer, by itself."""
    name = subject.name()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.parsed.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    for extension, critical in _extensions(purpose):
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(issuer_key, hashes.SHA256())
    above = issuer_chain(issuer) if issuer else ()
    return Signer.from_key(key, Certificate.from_der(signed.public_bytes(Encoding.DER)), above)


def issuer_chain(issuer: Signer) -> tuple[Certificate, ...]:
    """What a holder's CMS brings along: the issuers below the root."""
    own = issuer.certificate
    return () if own.parsed.issuer == own.parsed.subject else (own, *issuer.issuers)


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """One line of a revocation list."""

    certificate: Certificate
    revoked_at: datetime


def issue_crl(
    issuer: Certificate,
    issuer_key: PrivateKey,
    entries: Iterable[RevokedEntry],
    *,
    issued_at: datetime,
    next_at: datetime,
    number: int = 1,
) -> RevocationList:
    """A full revocation list of an authority."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.parsed.subject)
        .last_update(issued_at)
        .next_update(next_at)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(entry.certificate.serial_number)
            .revocation_date(entry.revoked_at)
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            .build()
        )
    signed = builder.sign(issuer_key, hashes.SHA256())
    return RevocationList.from_bytes(signed.public_bytes(Encoding.DER))


def _extensions(purpose: Purpose) -> list[tuple[x509.ExtensionType, bool]]:
    authority = purpose in _AUTHORITIES
    path_length = {Purpose.ROOT: 1, Purpose.AUTHORITY: 0}.get(purpose)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=authority, path_length=path_length), True),
        (usage, True),
    ]
    if purpose in _EXTENDED:
        # RFC 3161 section 2.3: for time stamps the purpose is critical.
        critical = purpose is Purpose.TIME_STAMPS
        extensions.append((x509.ExtendedKeyUsage(_EXTENDED[purpose]), critical))
    return extensions
