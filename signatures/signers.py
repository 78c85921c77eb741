"""A key that signs, with its certificate: from a .p12 file, from PEM, or on a hardware token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from kernel.refusal import Refusal, Refused, refuse
from signatures import algorithms
from signatures.algorithms import SignatureForm
from signatures.certificates import Certificate, read_certificates
from signatures.der import NotDer, element, read

_NULL: Final = element(0x05)


class SigningKey(Protocol):
    """What makes signature values: a key in memory, or one that never leaves its token."""

    @property
    def form(self) -> SignatureForm:
        """How the values are made."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature value over the data."""
        ...


PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_ECDSA_BY_CURVE: Final = {
    "secp256r1": (algorithms.ECDSA_SHA256, algorithms.SHA256, hashes.SHA256()),
    "secp384r1": (algorithms.ECDSA_SHA384, algorithms.SHA384, hashes.SHA384()),
    "secp521r1": (algorithms.ECDSA_SHA512, algorithms.SHA512, hashes.SHA512()),
}


def form_for(key: PublicKeyTypes) -> SignatureForm:
    """How a key of this kind signs here; a browser or a token that signs for us does the same."""
    algorithms.check_key(key)
    if isinstance(key, rsa.RSAPublicKey):
        return SignatureForm(algorithms.RSA_SHA256, _NULL, algorithms.SHA256)
    if isinstance(key, ec.EllipticCurvePublicKey):
        oid_, digest_oid, _ = _ECDSA_BY_CURVE[key.curve.name]
        return SignatureForm(oid_, None, digest_oid)
    return SignatureForm(algorithms.ED25519, None, algorithms.SHA512)


@dataclass(frozen=True, slots=True)
class KeyInMemory:
    """A private key that this process holds; of people only in the offline tool and in tests."""

    key: PrivateKey = field(repr=False)

    @property
    def form(self) -> SignatureForm:
        """The algorithm that goes with the kind of key."""
        return form_for(self.key.public_key())

    def sign(self, data: bytes) -> bytes:
        """The signature value over the data."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        return self.key.sign(data, ec.ECDSA(_ECDSA_BY_CURVE[self.key.curve.name][2]))


@dataclass(frozen=True)
class Signer:
    """A signing key, its certificate, and the authorities between it and a root."""

    certificate: Certificate
    key: SigningKey = field(repr=False)
    issuers: tuple[Certificate, ...] = ()

    @classmethod
    def from_p12(cls, raw: bytes, password: str) -> Signer:
        """Load a PKCS#12 file, modern (PBES2) or old (3DES), as authorities hand them out.

        A wrong password is a refusal of its own, never an empty answer.
        """
        try:
            bundle = pkcs12.load_pkcs12(raw, password.encode())
        except (ValueError, UnsupportedAlgorithm) as problem:
            raise Refused(_unreadable_p12(raw)) from problem
        if bundle.key is None or bundle.cert is None:
            raise Refused(refuse("key_file_incomplete"))
        return cls._of(
            bundle.key,
            Certificate.from_der(bundle.cert.certificate.public_bytes(_DER)),
            (
                Certificate.from_der(link.certificate.public_bytes(_DER))
                for link in bundle.additional_certs
            ),
        )

    @classmethod
    def from_pem(
        cls, key: bytes, certificate: bytes, issuers: bytes = b"", password: str | None = None
    ) -> Signer:
        """Load key, certificate and issuers from PEM texts."""
        secret = password.encode() if password is not None else None
        try:
            private = serialization.load_pem_private_key(key, secret)
        except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
            raise Refused(refuse("key_file_password_wrong_or_damaged")) from problem
        chain = tuple(read_certificates(issuers)) if issuers else ()
        return cls._of(private, Certificate.from_pem(certificate), chain)

    @classmethod
    def from_key(
        cls, key: PrivateKey, certificate: Certificate, issuers: Iterable[Certificate] = ()
    ) -> Signer:
        """A signer of a key that is already at hand."""
        return cls._of(key, certificate, issuers)

    @classmethod
    def _of(cls, key: object, certificate: Certificate, issuers: Iterable[Certificate]) -> Signer:
        if not isinstance(key, PrivateKey):
            raise Refused(refuse("key_kind_not_allowed", kind=type(key).__name__))
        if key.public_key() != certificate.public_key:
            raise Refused(refuse("key_is_not_the_certificates"))
        try:
            algorithms.check_key(certificate.public_key)
        except algorithms.NotAllowed as problem:
            raise Refused(refuse("key_kind_not_allowed", kind=str(problem))) from problem
        return cls(certificate, KeyInMemory(key), tuple(issuers))

    def to_p12(self, password: str, *, legacy: bool = False) -> bytes:
        """The PKCS#12 file of a key in memory; `legacy` is how old authorities write it."""
        if not isinstance(self.key, KeyInMemory):
            raise Refused(refuse("key_cannot_leave_its_token"))
        form = serialization.PrivateFormat.PKCS12.encryption_builder()
        if legacy:
            form = form.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
            form = form.hmac_hash(hashes.SHA1()).kdf_rounds(2048)  # noqa: S303  # what old readers take
        else:
            form = form.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            form = form.hmac_hash(hashes.SHA256()).kdf_rounds(20_000)
        return pkcs12.serialize_key_and_certificates(
            (self.certificate.common_name or "key").encode(),
            self.key.key,
            self.certificate.parsed,
            [issuer.parsed for issuer in self.issuers],
            form.build(password.encode()),
        )

    def sign(self, data: bytes) -> bytes:
        """The raw signature value over the data."""
        return self.key.sign(data)

    @property
    def form(self) -> SignatureForm:
        """How this signer's values are made."""
        return self.key.form


_DER: Final = serialization.Encoding.DER


def _unreadable_p12(raw: bytes) -> Refusal:
    """A file that is no PKCS#12 at all is told apart from one under another password."""
    try:
        read(raw)
    except NotDer:
        return refuse("key_file_unreadable")
    return refuse("key_file_password_wrong")
