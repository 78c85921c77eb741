"""Which algorithms count, and the raw check of a signature value.

Algorithms are read from each signature and stored with its verdict, never assumed. `Trust` carries
the table, so that an installation can hold another one. A suite whose keys the library cannot read
(SM2 with SM3) needs more than a row: a check of chains and of revocation lists too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from signatures import der

SHA256: Final = "2.16.840.1.101.3.4.2.1"
SHA384: Final = "2.16.840.1.101.3.4.2.2"
SHA512: Final = "2.16.840.1.101.3.4.2.3"
RSA: Final = "1.2.840.113549.1.1.1"
RSA_SHA256: Final = "1.2.840.113549.1.1.11"
RSA_PSS: Final = "1.2.840.113549.1.1.10"
MGF1: Final = "1.2.840.113549.1.1.8"
ECDSA_SHA256: Final = "1.2.840.10045.4.3.2"
ECDSA_SHA384: Final = "1.2.840.10045.4.3.3"
ECDSA_SHA512: Final = "1.2.840.10045.4.3.4"
ED25519: Final = "1.3.101.112"

# ETSI TS 119 312 and GB/T practice: 2048 bits is the least still in the field. The upper bound is
# ours: a key of a million bits is an attack on the verifier's time.
RSA_BITS_MIN, RSA_BITS_MAX = 2048, 8192
CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})

_NULL: Final = der.element(der.NULL)

# SHA-1 and older are absent, and what is absent is refused.
DIGESTS: Final[Mapping[str, str]] = MappingProxyType(
    {SHA256: "sha256", SHA384: "sha384", SHA512: "sha512"}
)
_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = MappingProxyType(
    {SHA256: hashes.SHA256(), SHA384: hashes.SHA384(), SHA512: hashes.SHA512()}
)


class NotAllowed(ValueError):
    """An algorithm, a key or a parameter outside the table."""


@dataclass(frozen=True, slots=True)
class SignatureForm:
    """How a signature value was made: the algorithm's OID, its parameters, the digest's OID."""

    oid: str
    parameters: bytes | None
    digest_oid: str


Check = Callable[[PublicKeyTypes, SignatureForm, bytes, bytes], None]


def digest(oid: str, data: bytes) -> bytes:
    """The digest of the data by an allowed algorithm."""
    return hashlib.new(digest_name(oid), data).digest()


def digest_name(oid: str) -> str:
    """The name of an allowed digest algorithm, or NotAllowed."""
    if oid not in DIGESTS:
        raise NotAllowed(f"digest {oid}")
    return DIGESTS[oid]


def check_key(key: PublicKeyTypes) -> None:
    """Raise NotAllowed unless the key's kind and strength are in the table."""
    if isinstance(key, rsa.RSAPublicKey):
        if not RSA_BITS_MIN <= key.key_size <= RSA_BITS_MAX:
            raise NotAllowed(f"RSA key of {key.key_size} bits")
    elif isinstance(key, ec.EllipticCurvePublicKey):
        if key.curve.name not in CURVES:
            raise NotAllowed(f"curve {key.curve.name}")
    elif not isinstance(key, ed25519.Ed25519PublicKey):
        raise NotAllowed(f"key of kind {type(key).__name__}")


def _check_rsa(key: PublicKeyTypes, form: SignatureForm, value: bytes, data: bytes) -> None:
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotAllowed("an RSA signature by a key of another kind")
    key.verify(value, data, padding.PKCS1v15(), _hash(form.digest_oid))


def _check_rsa_pss(key: PublicKeyTypes, form: SignatureForm, value: bytes, data: bytes) -> None:
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotAllowed("an RSA signature by a key of another kind")
    digest_hash = _hash(form.digest_oid)
    salt = _pss_salt_length(form)
    key.verify(value, data, padding.PSS(padding.MGF1(digest_hash), salt), digest_hash)


def _check_ecdsa(key: PublicKeyTypes, form: SignatureForm, value: bytes, data: bytes) -> None:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise NotAllowed("an ECDSA signature by a key of another kind")
    key.verify(value, data, ec.ECDSA(_hash(form.digest_oid)))


def _check_ed25519(key: PublicKeyTypes, form: SignatureForm, value: bytes, data: bytes) -> None:
    # RFC 8419 section 3: Ed25519 goes with SHA-512 for the message digest.
    if not isinstance(key, ed25519.Ed25519PublicKey) or form.digest_oid != SHA512:
        raise NotAllowed("Ed25519 without its key or its digest")
    key.verify(value, data)


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """One row: the digests that go with an algorithm's OID, and how its value is checked."""

    digest_oids: frozenset[str]
    check: Check


_ALL = frozenset(DIGESTS)
STANDARD: Final[Mapping[str, SignatureAlgorithm]] = MappingProxyType(
    {
        RSA: SignatureAlgorithm(_ALL, _check_rsa),
        RSA_SHA256: SignatureAlgorithm(frozenset({SHA256}), _check_rsa),
        "1.2.840.113549.1.1.12": SignatureAlgorithm(frozenset({SHA384}), _check_rsa),
        "1.2.840.113549.1.1.13": SignatureAlgorithm(frozenset({SHA512}), _check_rsa),
        RSA_PSS: SignatureAlgorithm(_ALL, _check_rsa_pss),
        ECDSA_SHA256: SignatureAlgorithm(frozenset({SHA256}), _check_ecdsa),
        ECDSA_SHA384: SignatureAlgorithm(frozenset({SHA384}), _check_ecdsa),
        ECDSA_SHA512: SignatureAlgorithm(frozenset({SHA512}), _check_ecdsa),
        ED25519: SignatureAlgorithm(frozenset({SHA512}), _check_ed25519),
    }
)


def signature_valid(
    key: PublicKeyTypes,
    form: SignatureForm,
    value: bytes,
    data: bytes,
    table: Mapping[str, SignatureAlgorithm] = STANDARD,
) -> bool:
    """Whether the value is this key's signature of the data; NotAllowed outside the table."""
    row = table.get(form.oid)
    if row is None or form.digest_oid not in row.digest_oids:
        raise NotAllowed(f"signature {form.oid} with digest {form.digest_oid}")
    if form.oid != RSA_PSS and form.parameters not in (None, _NULL):
        raise NotAllowed(f"signature {form.oid} with parameters")
    check_key(key)
    try:
        row.check(key, form, value, data)
    except InvalidSignature:
        return False
    return True


def _hash(oid: str) -> hashes.HashAlgorithm:
    digest_name(oid)
    return _HASHES[oid]


def _pss_salt_length(form: SignatureForm) -> int:
    """The salt length of RSASSA-PSS parameters that use one digest throughout (RFC 4055)."""
    try:
        fields = {node.tag: node.children()[0] for node in _parameters(form).children()}
        digest_oid = der.read_algorithm(fields[0xA0])
        mask, mask_digest = fields[0xA1].children()
        mask_oids = (der.read_oid(mask), der.read_algorithm(mask_digest))
        salt = der.read_integer(fields[0xA2])
    except (KeyError, IndexError, ValueError) as problem:
        raise NotAllowed("RSASSA-PSS parameters") from problem
    if (digest_oid, *mask_oids) != (form.digest_oid, MGF1, form.digest_oid):
        raise NotAllowed("RSASSA-PSS with a second digest")
    if not 0 <= salt <= 64 or 0xA3 in fields:
        raise NotAllowed("RSASSA-PSS parameters")
    return salt


def _parameters(form: SignatureForm) -> der.Node:
    if form.parameters is None:
        raise der.NotDer("no parameters")
    return der.expect(der.read(form.parameters), der.SEQUENCE)
