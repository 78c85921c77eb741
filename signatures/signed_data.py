"""CMS SignedData (RFC 5652): writing one, and reading one that may come from anybody.

Reading follows the ASN.1 member by member and keeps the bytes, so that what is hashed is what was
received and nothing that was written anew from an understanding of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.canonical import digest
from kernel.refusal import Refused
from signatures import algorithms, der
from signatures.algorithms import SignatureForm
from signatures.certificates import Certificate
from signatures.policy import POLICY_OID_DER, POLICY_PAGE_SHA256

ID_DATA: Final = "1.2.840.113549.1.7.1"
ID_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
ID_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"

CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
SIGNATURE_POLICY: Final = "1.2.840.113549.1.9.16.2.15"
SIGNATURE_TIME_STAMP: Final = "1.2.840.113549.1.9.16.2.14"

CERTIFICATES_MAX: Final = 16
CERTIFICATES_TAG, CRLS_TAG, SIGNED_ATTRIBUTES_TAG, UNSIGNED_ATTRIBUTES_TAG = 0xA0, 0xA1, 0xA0, 0xA1


class Malformed(ValueError):
    """The bytes are no SignedData that these rules can read; the message is a stable code."""


@dataclass(frozen=True, slots=True)
class SignedData:
    """What stands in a CMS with exactly one signer."""

    content_type: str
    content: bytes | None
    certificates: tuple[Certificate, ...]
    digest_oids: tuple[str, ...]
    issuer: bytes | None
    serial_number: int | None
    key_identifier: bytes | None
    digest_oid: str
    signature_oid: str
    signature_parameters: bytes | None
    signed_attributes: tuple[tuple[str, der.Node], ...]
    signed_bytes: bytes
    signature: bytes
    unsigned_attributes: tuple[tuple[str, der.Node], ...]

    @property
    def form(self) -> SignatureForm:
        """How the signature value was made, by its own word."""
        return SignatureForm(self.signature_oid, self.signature_parameters, self.digest_oid)

    @property
    def signature_digest(self) -> str:
        """The digest of the SignatureValue octets; a time-stamp token's imprint is of the same."""
        return digest(self.signature)

    def attribute(self, oid: str) -> der.Node | None:
        """The single value of a signed attribute; Malformed when it stands there twice."""
        return _single(self.signed_attributes, oid)

    def unsigned_attribute(self, oid: str) -> der.Node | None:
        """The single value of an unsigned attribute; Malformed when it stands there twice."""
        return _single(self.unsigned_attributes, oid)

    @property
    def claimed_time(self) -> datetime | None:
        """The signer's own word on when it was; evidence of nothing."""
        node = self.attribute(SIGNING_TIME)
        return der.read_time(node) if node is not None else None

    @property
    def signer_certificate(self) -> Certificate | None:
        """The certificate that the signed attribute names by its digest, if it lies beside.

        The name in SignerInfo is outside the signature; only the attribute binds the certificate
        (RFC 5035), and the two must agree.
        """
        for certificate in self.certificates:
            if self._names(certificate) and self.certificate_bound(certificate):
                return certificate
        return None

    def certificate_bound(self, certificate: Certificate) -> bool:
        """Whether signingCertificate(V2) begins with the digest of this certificate."""
        value = self.attribute(SIGNING_CERTIFICATE_V2)
        try:
            if value is None:
                return False
            first = value.children()[0].children()[0].children()
            digest_name = "sha256"
            if first[0].tag == der.SEQUENCE:
                digest_name = algorithms.digest_name(der.read_oid(first[0].children()[0]))
                first = first[1:]
            expected = hashlib.new(digest_name, certificate.der).digest()
            return der.expect(first[0], der.OCTET_STRING).content == expected
        except (IndexError, der.NotDer, algorithms.NotAllowed):
            return False

    def _names(self, certificate: Certificate) -> bool:
        if self.key_identifier is not None:
            return certificate.subject_key_identifier == self.key_identifier
        return (
            certificate.issuer_der == self.issuer
            and certificate.serial_number == self.serial_number
        )


def read_signed_data(raw: bytes, *, distinguished: bool = True) -> SignedData:
    """Read a CMS of one signer; Malformed with a code for anything else.

    `distinguished` asks for the one encoding throughout, as statements do; certificates and lists
    inside are another's work and are taken as their issuer encoded them.
    """
    try:
        return _read(raw, distinguished)
    except der.NotDer as problem:
        raise Malformed("not_der") from problem
    except (IndexError, ValueError) as problem:
        if isinstance(problem, Malformed):
            raise
        raise Malformed("not_signed_data") from problem
    except Refused as problem:
        raise Malformed(problem.refusal.code) from problem


def _read(raw: bytes, distinguished: bool) -> SignedData:
    kind, wrapped = der.expect(der.read(raw), der.SEQUENCE).children()
    if der.read_oid(kind) != ID_SIGNED_DATA:
        raise Malformed("not_signed_data")
    (body,) = der.expect(wrapped, 0xA0).children()
    version, digests, encapsulated, *rest = der.expect(body, der.SEQUENCE).children()
    if der.read_integer(version) not in (1, 3):
        raise Malformed("version_wrong")
    if distinguished:
        others = (node for node in rest if node.tag not in (CERTIFICATES_TAG, CRLS_TAG))
        for node in (version, digests, encapsulated, *others):
            der.check_distinguished(node)
    optional = {node.tag: node for node in rest[:-1]}
    if list(optional) != sorted(optional) or not optional.keys() <= {CERTIFICATES_TAG, CRLS_TAG}:
        raise Malformed("not_signed_data")
    signers = der.expect(rest[-1], der.SET).children()
    if len(signers) != 1:
        raise Malformed("not_one_signer")
    content_type, content = _encapsulated(encapsulated)
    found = _signer_info(
        der.expect(signers[0], der.SEQUENCE),
        distinguished,
        content_type=content_type,
        content=content,
        certificates=_certificates(optional.get(CERTIFICATES_TAG)),
        digest_oids=tuple(
            der.read_algorithm(node) for node in der.expect(digests, der.SET).children()
        ),
    )
    # RFC 5652 section 5.1: other content than data, or a signer named by key, makes it version 3.
    by_key = found.key_identifier is not None
    if distinguished and der.read_integer(version) != (
        3 if by_key or content_type != ID_DATA else 1
    ):
        raise Malformed("version_wrong")
    return found


def _encapsulated(node: der.Node) -> tuple[str, bytes | None]:
    kind, *content = der.expect(node, der.SEQUENCE).children()
    if not content:
        return der.read_oid(kind), None
    (wrapped,) = content
    (value,) = der.expect(wrapped, 0xA0).children()
    return der.read_oid(kind), der.expect(value, der.OCTET_STRING).content


def _certificates(node: der.Node | None) -> tuple[Certificate, ...]:
    if node is None:
        return ()
    members = node.children()
    if len(members) > CERTIFICATES_MAX:
        raise Malformed("too_many_certificates")
    if any(member.tag != der.SEQUENCE for member in members):
        raise Malformed("certificate_of_another_kind")
    return tuple(Certificate.from_der(member.raw) for member in members)


def _signer_info(
    node: der.Node,
    distinguished: bool,
    *,
    content_type: str,
    content: bytes | None,
    certificates: tuple[Certificate, ...],
    digest_oids: tuple[str, ...],
) -> SignedData:
    version, identifier, digest_algorithm, *rest = node.children()
    if rest[0].tag != SIGNED_ATTRIBUTES_TAG:
        raise Malformed("no_signed_attributes")
    attributes, algorithm, signature, *unsigned = rest
    if len(unsigned) > 1 or any(one.tag != UNSIGNED_ATTRIBUTES_TAG for one in unsigned):
        raise Malformed("not_signed_data")
    if distinguished:
        for found in (attributes, *unsigned):
            der.check_sorted(found.children())
    issuer, serial, key_identifier = _identifier(identifier)
    if der.read_integer(version) != (3 if key_identifier is not None else 1):
        raise Malformed("version_wrong")
    algorithm_oid, *parameters = der.expect(algorithm, der.SEQUENCE).children()
    return SignedData(
        content_type=content_type,
        content=content,
        certificates=certificates,
        digest_oids=digest_oids,
        issuer=issuer,
        serial_number=serial,
        key_identifier=key_identifier,
        digest_oid=der.read_algorithm(digest_algorithm),
        signature_oid=der.read_oid(algorithm_oid),
        signature_parameters=parameters[0].raw if parameters else None,
        signed_attributes=_attributes(attributes),
        # RFC 5652 section 5.4: what is signed is the SET OF, not its implicit tag.
        signed_bytes=bytes((der.SET,)) + attributes.raw[1:],
        signature=der.expect(signature, der.OCTET_STRING).content,
        unsigned_attributes=_attributes(unsigned[0]) if unsigned else (),
    )


def _identifier(node: der.Node) -> tuple[bytes | None, int | None, bytes | None]:
    if node.tag == 0x80:
        return None, None, node.content
    issuer, serial = der.expect(node, der.SEQUENCE).children()
    return issuer.raw, der.read_integer(serial), None


def _attributes(node: der.Node) -> tuple[tuple[str, der.Node], ...]:
    found: list[tuple[str, der.Node]] = []
    for attribute in node.children():
        kind, values = der.expect(attribute, der.SEQUENCE).children()
        oid = der.read_oid(kind)
        found.extend((oid, value) for value in der.expect(values, der.SET).children())
    return tuple(found)


def _single(attributes: Iterable[tuple[str, der.Node]], oid: str) -> der.Node | None:
    values = [value for kind, value in attributes if kind == oid]
    if len(values) > 1:
        raise Malformed("attribute_twice")
    return values[0] if values else None


def attribute(oid: str, value: bytes) -> bytes:
    """One encoded attribute with one value."""
    return der.sequence(der.oid(oid), der.set_of(value))


def policy_attribute() -> bytes:
    """signaturePolicyIdentifier (RFC 5126 section 5.8.1) with our policy and its page's digest."""
    page = der.sequence(der.sequence(der.oid(algorithms.SHA256)), der.octets(POLICY_PAGE_SHA256))
    return attribute(SIGNATURE_POLICY, der.sequence(POLICY_OID_DER, page))


def signing_certificate_attribute(certificate: Certificate) -> bytes:
    """signingCertificateV2 (RFC 5035) by SHA-256, the default that DER leaves out."""
    name = der.sequence(der.octets(hashlib.sha256(certificate.der).digest()))
    return attribute(SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(name)))


def signed_attributes(
    content_digest: bytes,
    certificate: Certificate,
    *,
    content_type: str = ID_DATA,
    extra: Iterable[bytes] = (),
    claimed_at: datetime | None = None,
) -> bytes:
    """The SET OF attributes whose bytes are signed."""
    members = [
        attribute(CONTENT_TYPE, der.oid(content_type)),
        attribute(MESSAGE_DIGEST, der.octets(content_digest)),
        signing_certificate_attribute(certificate),
        *extra,
    ]
    if claimed_at is not None:
        members.append(attribute(SIGNING_TIME, der.time(claimed_at)))
    return der.set_of(*members)


def write_signed_data(
    attributes: bytes,
    signature: bytes,
    form: SignatureForm,
    certificate: Certificate,
    issuers: Iterable[Certificate] = (),
    *,
    content_type: str = ID_DATA,
    content: bytes | None = None,
    unsigned: Mapping[str, bytes] | None = None,
) -> bytes:
    """A CMS of one signer from the attributes that were signed and the value over them."""
    digest_algorithm = der.sequence(der.oid(form.digest_oid))
    encapsulated = der.explicit(0, der.octets(content)) if content is not None else b""
    certificates = sorted({found.der for found in (certificate, *issuers)})
    # RFC 5652 section 5.1: version 3 as soon as the content is not id-data.
    version = 1 if content_type == ID_DATA else 3
    signer_info = der.sequence(
        der.integer(1),
        der.sequence(certificate.issuer_der, der.integer(certificate.serial_number)),
        digest_algorithm,
        bytes((SIGNED_ATTRIBUTES_TAG,)) + attributes[1:],
        der.sequence(der.oid(form.oid), form.parameters or b""),
        der.octets(signature),
        _unsigned(unsigned),
    )
    return der.sequence(
        der.oid(ID_SIGNED_DATA),
        der.explicit(
            0,
            der.sequence(
                der.integer(version),
                der.set_of(digest_algorithm),
                der.sequence(der.oid(content_type), encapsulated),
                der.explicit(0, *certificates),
                der.set_of(signer_info),
            ),
        ),
    )


def _unsigned(attributes: Mapping[str, bytes] | None) -> bytes:
    if not attributes:
        return b""
    members = sorted(attribute(oid, value) for oid, value in attributes.items())
    return der.element(UNSIGNED_ATTRIBUTES_TAG, *members)
