"""A certificate as the procedure sees it: who signed, for which organisation, issued by whom."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kernel.canonical import JsonValue
from kernel.canonical import digest as digest_of_bytes
from kernel.clock import instant
from kernel.refusal import Refused, refuse
from signatures.der import Node, NotDer, read

_ORGANIZATION_IDENTIFIER: Final = NameOID.ORGANIZATION_IDENTIFIER  # X.520, 2.5.4.97
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
CERTIFICATE_BYTES_MAX: Final = 16 * 1024
PEM_MARK: Final = b"-----BEGIN"


@dataclass(frozen=True, eq=False)
class Certificate:
    """One X.509 certificate; equal to another only when every byte is."""

    der: bytes
    parsed: x509.Certificate = field(repr=False)

    @classmethod
    def from_der(cls, raw: bytes) -> Certificate:
        """Read a certificate from DER; Refused when it cannot be read."""
        if len(raw) > CERTIFICATE_BYTES_MAX:
            raise Refused(refuse("certificate_too_large", bytes=len(raw)))
        try:
            parsed = x509.load_der_x509_certificate(raw)
            certificate = cls(raw, parsed)
            # The library reads lazily; what it cannot read shall show here and not in the middle
            # of a verdict. The key is left out: one of another suite may be read by a plug-in.
            certificate.describe()
            _ = parsed.extensions, certificate.issuer_der
        except _UNREADABLE as problem:
            raise Refused(refuse("certificate_unreadable", problem=str(problem))) from problem
        return certificate

    @classmethod
    def from_pem(cls, raw: bytes) -> Certificate:
        """Read the first certificate of a PEM file; Refused when there is none."""
        found = tuple(read_certificates(raw))
        if not found:
            raise Refused(refuse("certificate_unreadable", problem="no certificate"))
        return found[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and other.der == self.der

    def __hash__(self) -> int:
        return hash(self.der)

    @cached_property
    def fingerprint(self) -> str:
        """The digest of the certificate's bytes: its name everywhere in the record."""
        return digest_of_bytes(self.der)

    @cached_property
    def common_name(self) -> str | None:
        """The subject's common name, for people to read; it proves nothing by itself."""
        return _attribute(self.parsed.subject, NameOID.COMMON_NAME)

    @cached_property
    def organization_name(self) -> str | None:
        """The subject's organisation name."""
        return _attribute(self.parsed.subject, NameOID.ORGANIZATION_NAME)

    @cached_property
    def organization_identifier(self) -> str | None:
        """The 统一社会信用代码 in organizationIdentifier; believe it only from trusted issuers."""
        return _attribute(self.parsed.subject, _ORGANIZATION_IDENTIFIER)

    @cached_property
    def person_serial_number(self) -> str | None:
        """The subject's serialNumber attribute, by which an authority tells people apart."""
        return _attribute(self.parsed.subject, NameOID.SERIAL_NUMBER)

    @cached_property
    def issuer_common_name(self) -> str | None:
        """The issuer's common name, for people to read."""
        return _attribute(self.parsed.issuer, NameOID.COMMON_NAME)

    @property
    def serial_number(self) -> int:
        """The certificate's own number, unique under its issuer."""
        return self.parsed.serial_number

    @cached_property
    def valid_from(self) -> datetime:
        """The first instant of the validity."""
        return self.parsed.not_valid_before_utc

    @cached_property
    def valid_to(self) -> datetime:
        """The last instant of the validity, itself included (RFC 5280 section 4.1.2.5)."""
        return self.parsed.not_valid_after_utc

    @cached_property
    def public_key(self) -> PublicKeyTypes:
        """The subject's public key."""
        return self.parsed.public_key()

    @cached_property
    def subject_key_identifier(self) -> bytes | None:
        """The subject key identifier, if the certificate names one."""
        try:
            extension = self.parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except x509.ExtensionNotFound:
            return None
        return extension.value.digest

    @cached_property
    def authority_key_identifier(self) -> bytes | None:
        """The key identifier of the issuer, if the certificate names one."""
        try:
            extension = self.parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        except x509.ExtensionNotFound:
            return None
        return extension.value.key_identifier

    @cached_property
    def issuer_der(self) -> bytes:
        """The issuer's name, byte for byte as it stands in the certificate."""
        return self._to_be_signed()[1].raw

    @cached_property
    def subject_der(self) -> bytes:
        """The subject's name, byte for byte as it stands in the certificate."""
        return self._to_be_signed()[3].raw

    @cached_property
    def is_authority(self) -> bool:
        """Whether the certificate may issue others."""
        try:
            return self.parsed.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except x509.ExtensionNotFound:
            return False

    def valid_at(self, at: datetime) -> bool:
        """Whether the instant lies in the validity."""
        return self.valid_from <= at <= self.valid_to

    def pem(self) -> bytes:
        """The certificate as a PEM block."""
        return self.parsed.public_bytes(Encoding.PEM)

    def describe(self) -> dict[str, JsonValue]:
        """The facts that a verdict keeps about a signer."""
        issuer = self.authority_key_identifier
        return {
            "fingerprint": self.fingerprint,
            "common_name": self.common_name,
            "organization_name": self.organization_name,
            "organization_identifier": self.organization_identifier,
            "person_serial_number": self.person_serial_number,
            "issuer_common_name": self.issuer_common_name,
            "issuer_key_identifier": issuer.hex() if issuer is not None else None,
            "serial_number": f"{self.serial_number:x}",
            "valid_from": instant(self.valid_from),
            "valid_to": instant(self.valid_to),
        }

    def _to_be_signed(self) -> tuple[Node, ...]:
        """The fields from the serial number on, whether or not the version is written."""
        try:
            body = read(self.der).children()[0].children()
        except (NotDer, IndexError) as problem:
            raise Refused(refuse("certificate_unreadable", problem=str(problem))) from problem
        fields = body[1:] if body[0].tag == 0xA0 else body
        return fields[1:]


def read_certificates(raw: bytes) -> Iterator[Certificate]:
    """The certificates of a PEM or DER file, in its order."""
    if PEM_MARK not in raw:
        yield Certificate.from_der(raw)
        return
    try:
        blocks = x509.load_pem_x509_certificates(raw)
    except ValueError as problem:
        raise Refused(refuse("certificate_unreadable", problem=str(problem))) from problem
    for block in blocks:
        yield Certificate.from_der(block.public_bytes(Encoding.DER))


def fingerprints(certificates: Iterable[Certificate]) -> tuple[str, ...]:
    """The fingerprints of certificates, in their order."""
    return tuple(certificate.fingerprint for certificate in certificates)


def _attribute(name: x509.Name, attribute: x509.ObjectIdentifier) -> str | None:
    """The one value of a name's attribute; none when it is absent or stands there twice.

    Two organisation identifiers in one certificate would let each reader choose its own.
    """
    values = name.get_attributes_for_oid(attribute)
    if len(values) != 1:
        return None
    value = values[0].value
    return _shown(value) if isinstance(value, str) else value.hex()


def _shown(text: str) -> str:
    """The text as the record may hold it: NFC, and a mark in place of what cannot be shown."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign) in _UNSHOWN else sign
        for sign in composed
    )
