"""Signed statements: what passes, and each thing that must not (SEALED_BID 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from kernel import canonical
from signatures import algorithms, cms, der
from signatures.development import EXPIRED, LEGACY, LOOK_ALIKE, REVOKED
from signatures.issuing import Purpose, Subject, issue
from signatures.signers import PrivateKey, Signer
from signatures.verdicts import Finding, Indication, PartName, SubIndication
from tests.signatures.conftest import FIRM, NOW, World, openssl
from tests.signatures.forging import FORGERIES, STATEMENT, Message, indefinite


def _signer(world: World, key: PrivateKey, purpose: Purpose = Purpose.PERSON) -> Signer:
    return issue(
        Subject("Somebody"),
        purpose,
        issuer=world.pki.authority,
        issuer_key=world.pki.authority.key.key,  # type: ignore[attr-defined]
        key=key,
        valid_from=NOW - timedelta(days=300),
        valid_to=NOW + timedelta(days=300),
    )


def test_a_statement_passes_and_says_who_signed_for_whom(world: World) -> None:
    signed = cms.sign_statement(STATEMENT, world.bidder)
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW)
    assert verdict.passed
    assert verdict.signer == world.bidder.certificate
    assert verdict.organization_identifier == FIRM
    assert verdict.best_time == verdict.judged_at == NOW
    assert verdict.digest_oid == algorithms.SHA256
    assert verdict.signature_value_digest == canonical.digest(cms.statement_signature(signed))
    assert [c.common_name for c in verdict.material.chain][1:] == [
        "Sunlit Development Issuing CA",
        "SUNLIT DEVELOPMENT - NOT FOR PRODUCTION Root CA",
    ]
    assert len(verdict.material.crls) == 2
    assert canonical.decode(canonical.encode(verdict.as_record())) == verdict.as_record()


def test_openssl_agrees(world: World, tmp_path: Path) -> None:
    (tmp_path / "statement").write_bytes(STATEMENT)
    (tmp_path / "statement.p7s").write_bytes(cms.sign_statement(STATEMENT, world.bidder))
    (tmp_path / "root.pem").write_bytes(world.pki.root.certificate.pem())
    command = (
        *("cms", "-verify", "-binary", "-purpose", "any", "-cades", "-inform", "DER"),
        *("-in", "statement.p7s", "-content", "statement", "-CAfile", "root.pem"),
        *("-attime", str(int(NOW.timestamp())), "-out", "out"),
    )
    assert openssl(*command, cwd=tmp_path).returncode == 0
    (tmp_path / "statement").write_bytes(STATEMENT + b" ")
    assert openssl(*command, cwd=tmp_path).returncode != 0


def test_what_openssl_signs_is_no_statement_without_the_policy(
    world: World, tmp_path: Path
) -> None:
    """An independent writer: good as a document's signature once bound, never as a statement."""
    (tmp_path / "content").write_bytes(STATEMENT)
    (tmp_path / "wang.p12").write_bytes(world.bidder.to_p12("sunlit"))
    (tmp_path / "ca.pem").write_bytes(world.pki.authority.certificate.pem())
    assert not openssl(
        *("pkcs12", "-in", "wang.p12", "-passin", "pass:sunlit", "-nodes", "-out", "wang.pem"),
        cwd=tmp_path,
    ).returncode
    done = openssl(
        *("cms", "-sign", "-binary", "-cades", "-md", "sha256", "-nosmimecap"),
        *("-in", "content", "-signer", "wang.pem", "-certfile", "ca.pem"),
        *("-outform", "DER", "-out", "content.p7s"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    signed = (tmp_path / "content.p7s").read_bytes()
    assert cms.verify_document(STATEMENT, signed, world.trust, NOW).passed
    assert cms.verify_statement(STATEMENT, signed, world.trust, NOW).code == "no_signature_policy"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(lambda: rsa.generate_private_key(65537, 2048), id="RSA-2048"),
        pytest.param(lambda: ec.generate_private_key(ec.SECP384R1()), id="P-384"),
        pytest.param(lambda: ec.generate_private_key(ec.SECP521R1()), id="P-521"),
        pytest.param(ed25519.Ed25519PrivateKey.generate, id="Ed25519"),
    ],
)
def test_every_algorithm_of_the_policy_signs(world: World, key: Callable[[], PrivateKey]) -> None:
    signer = _signer(world, key())
    signed = cms.sign_statement(STATEMENT, signer)
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW)
    assert verdict.passed, verdict.code
    assert verdict.signature_oid == signer.form.oid


def test_the_claimed_time_is_kept_and_decides_nothing(world: World) -> None:
    """Trap 5: an expired signer says that it signed in time."""
    expired = world.pki.person(EXPIRED)
    claimed = datetime(2025, 6, 1, tzinfo=UTC)
    signed = cms.sign_statement(STATEMENT, expired, claimed_at=claimed)
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW)
    assert verdict.claimed_time == claimed
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    assert verdict.code == "certificate_expired"
    assert verdict.part(PartName.CERTIFICATE).passed


@pytest.mark.parametrize(
    ("person", "sub_indication", "code"),
    [
        (EXPIRED, SubIndication.OUT_OF_BOUNDS_NO_POE, "certificate_expired"),
        (REVOKED, SubIndication.REVOKED_NO_POE, "certificate_revoked"),
        (LOOK_ALIKE, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "no_chain_to_a_trusted_root"),
    ],
)
def test_people_who_are_refused(
    world: World, person: str, sub_indication: SubIndication, code: str
) -> None:
    signed = cms.sign_statement(STATEMENT, world.pki.person(person))
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW)
    assert not verdict.passed
    assert (verdict.sub_indication, verdict.code) == (sub_indication, code)
    assert not verdict.awaits_revocation_data
    assert verdict.part(PartName.SIGNATURE).passed


def test_a_key_file_of_the_old_kind_signs(world: World) -> None:
    signed = cms.sign_statement(STATEMENT, world.pki.person(LEGACY))
    assert cms.verify_statement(STATEMENT, signed, world.trust, NOW).passed


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_form_is_refused(world: World, name: str) -> None:
    changes, code = FORGERIES[name]
    message = replace(Message(world.bidder, STATEMENT), **changes)  # type: ignore[arg-type]
    verdict = cms.verify_statement(STATEMENT, message.write(), world.trust, NOW)
    assert not verdict.passed
    assert verdict.code == code


def test_the_forging_bench_itself_writes_good_messages(world: World) -> None:
    message = Message(world.bidder, STATEMENT)
    assert cms.verify_statement(STATEMENT, message.write(), world.trust, NOW).passed


def test_a_certificate_that_the_signature_does_not_name_is_not_the_signers(world: World) -> None:
    """Somebody puts a certificate of the same key, with other rights, beside a signature."""
    other = world.pki.issue_person("李四", keep=False)
    bound = Message(world.bidder, STATEMENT, bound_to=other.certificate)
    verdict = cms.verify_statement(STATEMENT, bound.write(), world.trust, NOW)
    assert verdict.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    swapped = Message(world.bidder, STATEMENT, certificates=[other.certificate])
    verdict = cms.verify_statement(STATEMENT, swapped.write(), world.trust, NOW)
    assert verdict.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    assert verdict.signer is None


def test_ber_bytes_after_the_end_and_rubbish_are_no_signature(world: World) -> None:
    good = cms.sign_statement(STATEMENT, world.bidder)
    for raw, code in (
        (indefinite(good), "not_der"),
        (good + b"\x00", "not_der"),
        (good[:-1], "not_der"),
        (b"", "not_der"),
        (b"rubbish", "not_der"),
        (der.sequence(), "not_signed_data"),
        (b"\x30" * 70_000, "cms_too_large"),
    ):
        verdict = cms.verify_statement(STATEMENT, raw, world.trust, NOW)
        assert verdict.indication is Indication.TOTAL_FAILED
        assert verdict.code == code


def test_no_altered_byte_passes_unseen(world: World) -> None:
    """Each byte of the CMS, one after another: the verdict does not pass.

    The one thing outside the signature that the verdict does not rest on is the issuer's
    certificate brought along, since the verifier holds its own.
    """
    good = cms.sign_statement(STATEMENT, world.bidder)
    issuer = world.pki.authority.certificate.der
    start = good.index(issuer)
    for place in range(len(good)):
        altered = bytearray(good)
        altered[place] ^= 0x01
        verdict = cms.verify_statement(STATEMENT, bytes(altered), world.trust, NOW)
        if verdict.passed:
            assert start <= place < start + len(issuer), place


def test_no_altered_statement_passes(world: World) -> None:
    signed = cms.sign_statement(STATEMENT, world.bidder)
    verdict = cms.verify_statement(STATEMENT[:-1] + b" ", signed, world.trust, NOW)
    assert verdict.indication is Indication.TOTAL_FAILED
    assert verdict.sub_indication is SubIndication.HASH_FAILURE
    assert verdict.part(PartName.SIGNATURE).passed


def test_weak_keys_and_certificates_for_other_purposes_sign_nothing(world: World) -> None:
    for signer, code in (
        (world.pki.timestamp_signer, "certificate_for_another_purpose"),
        (world.pki.authority, "certificate_of_an_authority"),
    ):
        signed = cms.sign_statement(STATEMENT, signer)
        assert cms.verify_statement(STATEMENT, signed, world.trust, NOW).code == code


def test_a_document_and_a_statement_cannot_stand_in_for_each_other(world: World) -> None:
    statement = cms.sign_statement(STATEMENT, world.bidder)
    document = cms.sign_document(STATEMENT, world.bidder)
    assert cms.verify_document(STATEMENT, document, world.trust, NOW).passed
    assert (
        cms.verify_document(STATEMENT, statement, world.trust, NOW).code
        == "signature_policy_not_expected"
    )
    assert cms.verify_statement(STATEMENT, document, world.trust, NOW).code == "no_signature_policy"


def test_a_token_proves_that_a_signature_is_older_than_its_certificates_end(world: World) -> None:
    last_days = NOW + timedelta(days=3)
    signer = world.pki.issue_person("短期", keep=False, valid_to=last_days)
    signed = cms.sign_statement(STATEMENT, signer)
    imprint = algorithms.digest(algorithms.SHA256, cms.statement_signature(signed))
    token = world.stamper_at(NOW).stamp(imprint)
    later = NOW + timedelta(days=30)
    assert not cms.verify_statement(STATEMENT, signed, world.trust, later).passed
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, later, token=token)
    assert verdict.passed
    assert verdict.best_time == NOW
    assert verdict.part(PartName.TIME_STAMP).facts["outside"] is False


def test_a_token_made_after_the_certificates_end_proves_nothing(world: World) -> None:
    """Trap 1: pyHanko's AdES validation lets this pass."""
    expired = world.pki.person(EXPIRED)
    signed = cms.sign_statement(STATEMENT, expired)
    imprint = algorithms.digest(algorithms.SHA256, cms.statement_signature(signed))
    token = world.stamper_at(NOW).stamp(imprint)
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW, token=token)
    assert verdict.part(PartName.TIME_STAMP).passed
    assert verdict.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE


def test_a_token_of_other_bytes_shows_and_proves_nothing(world: World) -> None:
    signed = cms.sign_statement(STATEMENT, world.bidder)
    token = world.stamper.stamp(bytes(32))
    verdict = cms.verify_statement(STATEMENT, signed, world.trust, NOW, token=token)
    assert not verdict.passed
    assert verdict.part(PartName.TIME_STAMP).code == "token_imprint_of_something_else"
    assert verdict.best_time == NOW


def test_parts_that_were_not_asked_for_say_so(world: World) -> None:
    signed = cms.sign_document(STATEMENT, world.bidder)
    verdict = cms.verify_document(STATEMENT, signed, world.trust, NOW)
    assert verdict.part(PartName.POLICY).finding is Finding.ABSENT
    assert verdict.part(PartName.TIME_STAMP).finding is Finding.ABSENT
    assert verdict.part(PartName.DOCUMENT).finding is Finding.NOT_REACHED
