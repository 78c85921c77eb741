"""Signing in the browser gives what `signatures/cms.py` and `signatures/pades.py` accept."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from weasyprint import HTML

from kernel.refusal import Refused
from signatures import cms, pades
from signatures.certificates import Certificate
from signatures.der import set_of
from signatures.development import DevelopmentPki
from signatures.issuing import Purpose, Subject, issue
from signatures.signed_data import policy_attribute, read_signed_data, signed_attributes
from signatures.signers import KeyInMemory, PrivateKey, Signer
from tests.browser.node import ask
from tests.signatures.conftest import FIRM, NOW, World, openssl

STATEMENT = '{"origin":"sunlit.example/log","text":"签名","type":"sunlit/test/v1"}'.encode()
PASSWORD = "密码 password"
KINDS = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}


def signer_of(pki: DevelopmentPki, key: PrivateKey) -> Signer:
    """A person of the firm with a key of this kind."""
    certificate = pki.authority.certificate
    authority = pki.authority.key
    assert isinstance(authority, KeyInMemory)
    return issue(
        Subject("李签名", "东阳建材有限公司", FIRM),
        Purpose.PERSON,
        issuer=pki.authority,
        issuer_key=authority.key,
        key=key,
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
    )


@pytest.fixture(scope="module", params=list(KINDS))
def signer(request: pytest.FixtureRequest, world: World) -> Signer:
    return signer_of(world.pki, KINDS[request.param]())


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return HTML(string="<h1>Contract 合同</h1>").write_pdf()  # type: ignore[no-any-return]


@pytest.mark.parametrize("legacy", [False, True])
def test_a_statement_signed_in_the_browser_is_accepted(
    world: World, signer: Signer, legacy: bool
) -> None:
    raw = signer.to_p12(PASSWORD, legacy=legacy)
    signed = ask("sign_statement", p12=raw, password=PASSWORD, statement=STATEMENT)
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW)
    assert verdict.passed, verdict
    assert verdict.signer == signer.certificate
    assert verdict.organization_identifier == FIRM
    # Byte for byte what Python makes, but for the value and its length.
    theirs = read_signed_data(signed)
    ours = read_signed_data(cms.sign_statement(STATEMENT, signer))
    assert theirs.signed_bytes == ours.signed_bytes
    assert theirs.certificates == ours.certificates
    assert theirs.form == ours.form


def test_an_altered_statement_is_not_what_was_signed(world: World, signer: Signer) -> None:
    raw = signer.to_p12(PASSWORD)
    signed = ask("sign_statement", p12=raw, password=PASSWORD, statement=STATEMENT)
    assert not cms.verify_statement(STATEMENT + b" ", signed, world.trust, NOW).passed


@pytest.mark.parametrize(
    "kind",
    [
        ("-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"),
        ("-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"),
        ("-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC", "-macalg", "sha512"),
        ("-certpbe", "AES-256-CBC", "-keypbe", "AES-256-CBC", "-macalg", "sha384"),
        ("-certpbe", "DES-EDE3-CBC", "-keypbe", "DES-EDE3-CBC", "-macalg", "sha256"),
        ("-certpbe", "NONE", "-keypbe", "AES-256-CBC", "-nomac"),
    ],
)
def test_files_of_other_authorities_open(
    world: World, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    key = world.bidder.key
    assert isinstance(key, KeyInMemory)
    (tmp_path / "a.p12").write_bytes(world.bidder.to_p12("secret"))
    plain = ("-in", "a.p12", "-passin", "pass:secret", "-passout", "pass:secret", "-out", "a.pem")
    assert openssl("pkcs12", *plain, cwd=tmp_path).returncode == 0
    made = ("-export", "-in", "a.pem", "-passin", "pass:secret", "-passout", "pass:old pass")
    done = openssl("pkcs12", "-legacy", *made, *kind, "-out", "b.p12", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = ask("certificate", p12=(tmp_path / "b.p12").read_bytes(), password="old pass")
    assert found["der"] == world.bidder.certificate.der
    with pytest.raises(Refused) as caught:
        ask("certificate", p12=(tmp_path / "b.p12").read_bytes(), password="other")
    assert caught.value.refusal.code == "key_file_password_wrong"


@pytest.mark.parametrize("legacy", [False, True])
def test_a_wrong_password_is_a_refusal_of_its_own(world: World, legacy: bool) -> None:
    raw = world.bidder.to_p12("right", legacy=legacy)
    for password in ("wrong", "", "right "):
        with pytest.raises(Refused) as caught:
            ask("certificate", p12=raw, password=password)
        said = "key_file_password_wrong" if password else "key_file_password_missing"
        assert caught.value.refusal.code == said


@pytest.mark.parametrize("raw", [b"", b"rubbish", b"\x30\x03\x02\x01\x03", b"%PDF-1.7", b"0" * 3])
def test_what_is_no_key_file_is_told_apart(raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        ask("certificate", p12=raw, password="x")
    assert caught.value.refusal.code == "key_file_unreadable"


def test_a_cut_or_flipped_file_is_refused(world: World) -> None:
    raw = world.bidder.to_p12("right")
    for bad in (raw[:-1], raw[: len(raw) // 2], raw[:400] + b"\x00\x01" + raw[402:]):
        with pytest.raises(Refused) as caught:
            ask("certificate", p12=bad, password="right")
        assert caught.value.refusal.code in ("key_file_unreadable", "key_file_password_wrong")


def test_a_key_of_another_certificate_is_refused(world: World) -> None:
    raw = pkcs12.serialize_key_and_certificates(
        b"key",
        KINDS["P-256"](),
        None,
        [world.bidder.certificate.parsed],
        BestAvailableEncryption(b"x"),
    )
    with pytest.raises(Refused) as caught:
        ask("certificate", p12=raw, password="x")
    assert caught.value.refusal.code == "key_is_not_the_certificates"


def test_a_file_without_key_or_certificate_is_refused(world: World) -> None:
    encryption = BestAvailableEncryption(b"x")
    certificate = world.bidder.certificate.parsed
    for raw in (
        pkcs12.serialize_key_and_certificates(b"", None, certificate, None, encryption),
        pkcs12.serialize_key_and_certificates(b"", KINDS["P-256"](), None, None, encryption),
    ):
        with pytest.raises(Refused) as caught:
            ask("certificate", p12=raw, password="x")
        assert caught.value.refusal.code == "key_file_incomplete"


def test_the_certificate_reads_as_python_reads_it(world: World, signer: Signer) -> None:
    found = ask("certificate", p12=signer.to_p12("x"), password="x")
    certificate: Certificate = signer.certificate
    assert found["der"] == certificate.der
    assert found["fingerprint"] == certificate.fingerprint
    assert found["commonName"] == certificate.common_name
    assert found["organizationIdentifier"] == certificate.organization_identifier
    assert found["personSerialNumber"] == certificate.person_serial_number
    assert found["validTo"] == certificate.valid_to.timestamp() * 1000


def test_a_prepared_pdf_signed_in_the_browser_is_accepted(
    world: World, signer: Signer, pdf: bytes
) -> None:
    prepared = pades.prepare(
        pdf, signer.certificate, signer.issuers, reason="合同", field="buyer", claimed_at=NOW
    )
    value = ask(
        "sign_prepared",
        p12=signer.to_p12("x"),
        password="x",
        document=prepared.document,
        range=range_of(prepared),
        attributes=prepared.attributes,
    )
    value = pades.signature_from_webcrypto(value, signer.certificate)
    signed = pades.finish(prepared, value, tsa=world.stamper)
    assert pades.verify_pdf(signed, world.trust, NOW)[0].passed


def range_of(prepared: pades.Prepared) -> list[int]:
    end = prepared.reserved_end
    return [0, prepared.reserved_start, end, len(prepared.document) - end]


def test_nothing_else_is_signed_as_a_pdf(world: World, pdf: bytes) -> None:
    signer = world.bidder
    prepared = pades.prepare(pdf, signer.certificate, reason="合同", field="buyer")
    right = {
        "p12": signer.to_p12("x"),
        "password": "x",
        "document": prepared.document,
        "range": range_of(prepared),
        "attributes": prepared.attributes,
    }
    digest = prepared.document_digest
    withdrawal = signed_attributes(digest, signer.certificate, extra=(policy_attribute(),))
    other_certificate = signed_attributes(digest, world.pki.authority.certificate)
    start = prepared.reserved_start
    altered = bytearray(prepared.document)
    altered[20] ^= 1
    filled = bytearray(prepared.document)
    filled[start + 9] = ord("1")
    cases = {
        "pdf_attributes_other": [
            {"attributes": withdrawal},
            {"attributes": set_of()},
            {"attributes": b"\x30" + prepared.attributes[1:]},
            {"attributes": prepared.attributes + b"\x00"},
            {"attributes": signed_attributes(digest, signer.certificate, content_type="1.2.3")},
        ],
        "pdf_digest_differs": [
            {"document": bytes(altered)},
            {"attributes": signed_attributes(bytes(32), signer.certificate)},
        ],
        "certificate_other": [{"attributes": other_certificate}],
        "pdf_not_prepared": [
            {"document": b"{}"},
            {"document": prepared.document + b" "},
            {"document": bytes(filled)},
            {"range": [0, 0, start, 10]},
            {"range": [1, *range_of(prepared)[1:]]},
        ],
    }
    for code, wrong in cases.items():
        for each in wrong:
            with pytest.raises(Refused) as caught:
                ask("sign_prepared", **{**right, **each})
            assert caught.value.refusal.code == code, each.keys()
