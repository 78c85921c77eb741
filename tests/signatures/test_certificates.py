"""What a certificate says, what it may not say, and which keys and purposes count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kernel import canonical
from kernel.refusal import Refused
from signatures import algorithms, cms, der
from signatures.algorithms import NotAllowed, SignatureForm, signature_valid
from signatures.certificates import CERTIFICATE_BYTES_MAX, Certificate
from signatures.judging import personal
from signatures.signers import KeyInMemory, PrivateKey, Signer
from signatures.verdicts import SubIndication
from tests.signatures.conftest import NOW, World

DAY = timedelta(days=1)
STATEMENT = b'{"type":"sunlit/example/v1"}'


def _certificate(
    world: World,
    key: PrivateKey,
    *extensions: x509.ExtensionType,
    names: tuple[tuple[x509.ObjectIdentifier, str], ...] = ((NameOID.COMMON_NAME, "Somebody"),),
) -> Certificate:
    ca = world.pki.authority
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid, value) for oid, value in names]))
        .issuer_name(ca.certificate.parsed.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    signed = builder.sign(ca.key.key, hashes.SHA256())  # type: ignore[attr-defined]
    return Certificate.from_der(signed.public_bytes(Encoding.DER))


def _usage(**named: bool) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: named.get(name, False) for name in every})


def test_the_facts_of_a_certificate(world: World) -> None:
    certificate = world.bidder.certificate
    assert certificate.common_name == "王小明"
    assert certificate.organization_identifier == "91330000MA27U00000"
    assert certificate.fingerprint == canonical.digest(certificate.der)
    assert certificate.authority_key_identifier == (
        world.pki.authority.certificate.subject_key_identifier
    )
    assert not certificate.is_authority
    assert Certificate.from_pem(certificate.pem()) == certificate


def test_two_organisations_in_one_certificate_are_none(world: World) -> None:
    names = (
        (NameOID.ORGANIZATION_IDENTIFIER, "91330000MA27U00000"),
        (NameOID.ORGANIZATION_IDENTIFIER, "91330000MA27U11111"),
    )
    key = ec.generate_private_key(ec.SECP256R1())
    assert _certificate(world, key, names=names).organization_identifier is None


def test_a_name_that_hides_something_shows_it(world: World) -> None:
    """Signs that turn the writing direction would make another name of it on the screen."""
    names = ((NameOID.COMMON_NAME, "Wang\u202egniM"),)
    certificate = _certificate(world, ec.generate_private_key(ec.SECP256R1()), names=names)
    assert certificate.common_name == "Wang\ufffdgniM"
    canonical.encode(certificate.describe())


@pytest.mark.parametrize("raw", [b"", b"rubbish", b"0" * (CERTIFICATE_BYTES_MAX + 1)])
def test_rubbish_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        Certificate.from_der(raw)


@pytest.mark.parametrize(
    ("extensions", "code"),
    [
        ((), None),
        ((_usage(digital_signature=True),), None),
        ((_usage(content_commitment=True),), None),
        ((_usage(key_encipherment=True),), "certificate_not_for_signing"),
        ((x509.BasicConstraints(ca=True, path_length=None),), "certificate_of_an_authority"),
        ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]),), None),
        (
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),),
            "certificate_for_another_purpose",
        ),
        (
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]),),
            "certificate_for_another_purpose",
        ),
    ],
)
def test_which_certificates_sign_acts(
    world: World, extensions: tuple[x509.ExtensionType, ...], code: str | None
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert personal(_certificate(world, key, *extensions)) == code


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256K1())],
    ids=["RSA-1024", "secp256k1"],
)
def test_weak_and_unknown_keys_sign_nothing(world: World, key: PrivateKey) -> None:
    certificate = _certificate(world, key)

    class Weak(KeyInMemory):
        @property
        def form(self) -> SignatureForm:
            if isinstance(key, rsa.RSAPrivateKey):
                return SignatureForm(algorithms.RSA_SHA256, None, algorithms.SHA256)
            return SignatureForm(algorithms.ECDSA_SHA256, None, algorithms.SHA256)

        def sign(self, data: bytes) -> bytes:
            if isinstance(key, rsa.RSAPrivateKey):
                return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            return key.sign(data, ec.ECDSA(hashes.SHA256()))

    signed = cms.sign_statement(STATEMENT, Signer(certificate, Weak(key)))
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW)
    assert not verdict.passed
    assert verdict.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def _pss_form(salt: int, digest_oid: str = algorithms.SHA256, mask: str | None = None):
    digest = der.sequence(der.oid(digest_oid))
    mask_digest = der.sequence(der.oid(mask or digest_oid))
    parameters = der.sequence(
        der.explicit(0, digest),
        der.explicit(1, der.sequence(der.oid(algorithms.MGF1), mask_digest)),
        der.explicit(2, der.integer(salt)),
    )
    return SignatureForm(algorithms.RSA_PSS, parameters, algorithms.SHA256)


def test_rsassa_pss_with_one_digest_throughout() -> None:
    key = rsa.generate_private_key(65537, 2048)
    value = key.sign(b"data", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    public = key.public_key()
    assert signature_valid(public, _pss_form(32), value, b"data")
    assert not signature_valid(public, _pss_form(32), value, b"date")
    assert not signature_valid(public, _pss_form(20), value, b"data")
    for form in (
        _pss_form(32, algorithms.SHA512),
        _pss_form(32, mask=algorithms.SHA512),
        _pss_form(65),
        SignatureForm(algorithms.RSA_PSS, None, algorithms.SHA256),
        SignatureForm(algorithms.RSA_PSS, der.sequence(), algorithms.SHA256),
    ):
        with pytest.raises(NotAllowed):
            signature_valid(public, form, value, b"data")


@pytest.mark.parametrize(
    "form",
    [
        SignatureForm(algorithms.ECDSA_SHA256, None, algorithms.SHA384),
        SignatureForm(algorithms.RSA_SHA256, None, algorithms.SHA256),
        SignatureForm(algorithms.ED25519, None, algorithms.SHA512),
        SignatureForm(algorithms.ECDSA_SHA256, der.sequence(), algorithms.SHA256),
        SignatureForm("1.2.840.10045.4.1", None, algorithms.SHA256),
    ],
)
def test_an_algorithm_that_is_not_the_keys_is_refused(form: SignatureForm) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    value = key.sign(b"data", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(NotAllowed):
        signature_valid(key.public_key(), form, value, b"data")
